/**
 * What a function is to be called and set to: the command line, over `hearth.json` beside the code, over
 * what the file names tell.
 */
import { z } from 'zod';
import { CommandFailure } from './failure.js';

export interface FunctionSettingsInput {
  readonly name?: string | undefined;
  readonly runtime?: string | undefined;
  readonly handler?: string | undefined;
  readonly memory?: number | undefined;
  readonly timeout?: number | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

const hearthJson = z.strictObject({
  name: z.string().optional(),
  runtime: z.string().optional(),
  handler: z.string().optional(),
  /** MB */
  memory: z.number().int().optional(),
  /** Seconds */
  timeout: z.number().int().optional(),
  env: z.record(z.string(), z.string()).optional(),
});

/** Throws a failure that names `where` (the file) and the member that is wrong. */
export function parseHearthJson(text: string, where: string): FunctionSettingsInput {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (thrown) {
    throw new CommandFailure(
      `${where} is not JSON: ${thrown instanceof Error ? thrown.message : ''}`,
    );
  }
  const settings = hearthJson.safeParse(parsed);
  if (settings.success) return settings.data;
  const issue = settings.error.issues[0];
  const member = issue?.path.join('.') ?? '';
  throw new CommandFailure(
    `${where} is wrong${member === '' ? '' : ` at '${member}'`}: ${issue?.message ?? 'unknown'}; it may ` +
      'hold name, runtime, handler, memory (MB), timeout (seconds) and env.',
  );
}

/** `flags` win member by member; environment variables are merged. */
export function mergeSettings(
  file: FunctionSettingsInput,
  flags: FunctionSettingsInput,
): FunctionSettingsInput {
  const env =
    file.env === undefined && flags.env === undefined ? undefined : { ...file.env, ...flags.env };
  return {
    name: flags.name ?? file.name,
    runtime: flags.runtime ?? file.runtime,
    handler: flags.handler ?? file.handler,
    memory: flags.memory ?? file.memory,
    timeout: flags.timeout ?? file.timeout,
    env,
  };
}

export interface Guess {
  readonly runtime: string;
  readonly handler: string;
}

const nodeRuntime = 'nodejs20.x';
const pythonRuntime = 'python3.11';
const nodeExtensions = ['.js', '.mjs', '.cjs'];

/**
 * Runtime and handler from the bundle's file names and what is already known; undefined where they do
 * not tell.
 */
export function guessRuntime(
  fileNames: ReadonlySet<string>,
  known: FunctionSettingsInput,
): Guess | undefined {
  const { runtime, handler } = known;
  if (runtime !== undefined && handler !== undefined) return { runtime, handler };
  if (handler !== undefined) {
    const module = handler.slice(0, handler.lastIndexOf('.'));
    if (nodeExtensions.some((extension) => fileNames.has(module + extension))) {
      return { runtime: nodeRuntime, handler };
    }
    if (fileNames.has(`${module}.py`) || fileNames.has(`${module.replaceAll('.', '/')}.py`)) {
      return { runtime: pythonRuntime, handler };
    }
    return undefined;
  }
  const single = fileNames.size === 1 ? [...fileNames][0] : undefined;
  const family = runtimeFamily(runtime);
  if (family !== 'python') {
    const module = single === undefined ? 'index' : withoutExtension(single);
    if (nodeExtensions.some((extension) => fileNames.has(module + extension))) {
      return { runtime: runtime ?? nodeRuntime, handler: `${module}.handler` };
    }
  }
  if (family !== 'nodejs') {
    const module = single === undefined ? 'lambda_function' : withoutExtension(single);
    if (fileNames.has(`${module}.py`)) {
      return { runtime: runtime ?? pythonRuntime, handler: `${module}.lambda_handler` };
    }
  }
  return undefined;
}

/** `nodejs`, `python`, or the whole name where it is of another kind. */
export function runtimeFamily(runtime: string | undefined): string | undefined {
  return runtime === undefined ? undefined : (/^(nodejs|python)/.exec(runtime)?.[1] ?? runtime);
}

function withoutExtension(name: string): string {
  return name.replace(/\.[^./]+$/, '');
}
