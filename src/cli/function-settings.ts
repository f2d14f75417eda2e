/**
 * What a function is to be called and set to: the command line, over `hearth.json` beside the code, over
 * what the file names tell.
 */
import * as z from 'zod';
import { CommandFailure } from './failure.js';

export interface FunctionSettingsInput {
  readonly name?: string | undefined;
  readonly runtime?: string | undefined;
  readonly handler?: string | undefined;
  readonly description?: string | undefined;
  readonly memory?: number | undefined;
  readonly timeout?: number | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly network?: 'none' | 'outbound' | undefined;
  /** ARNs, in the order in which they are laid over one another. */
  readonly layers?: readonly string[] | undefined;
  /** Published versions are started from a snapshot. */
  readonly snapStart?: boolean | undefined;
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
  network: z.enum(['none', 'outbound']).optional(),
  layers: z.array(z.string()).optional(),
  snapStart: z.boolean().optional(),
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
      'hold name, runtime, handler, memory (MB), timeout (seconds), env, network (none or outbound), layers (ARNs) and snapStart.',
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
    description: flags.description ?? file.description,
    memory: flags.memory ?? file.memory,
    timeout: flags.timeout ?? file.timeout,
    env,
    network: flags.network ?? file.network,
    layers: flags.layers ?? file.layers,
    snapStart: flags.snapStart ?? file.snapStart,
  };
}

/** The variable by which a function's network is told to the cluster. */
const networkVariable = 'HEARTH_NETWORK';

/**
 * The variables that a function is to have, of those that it has; undefined where nothing was said about them.
 * What was not said about the network stays.
 */
export function wantedVariables(
  { env, network }: FunctionSettingsInput,
  present: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  if (env === undefined && network === undefined) return undefined;
  const { [networkVariable]: given, ...rest } = env ?? present;
  const wanted = network ?? given ?? present[networkVariable] ?? 'none';
  return wanted === 'none' ? rest : { ...rest, [networkVariable]: wanted };
}

export interface Guess {
  readonly runtime: string;
  readonly handler: string;
}

const nodeRuntime = 'nodejs20.x';
const pythonRuntime = 'python3.11';
const nodeExtensions = ['.js', '.mjs', '.cjs'];
const ownRuntime = 'provided.al2023';
/** The program that is its own runtime, and what its handler is called where it is not named. */
const bootstrap = 'bootstrap';

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
  const family = runtimeFamily(runtime);
  if (family === 'provided' || (family === undefined && fileNames.has(bootstrap))) {
    return { runtime: runtime ?? ownRuntime, handler: handler ?? bootstrap };
  }
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

/** `nodejs`, `python`, `provided`, or the whole name where it is of another kind. */
export function runtimeFamily(runtime: string | undefined): string | undefined {
  return runtime === undefined
    ? undefined
    : (/^(nodejs|python|provided)/.exec(runtime)?.[1] ?? runtime);
}

function withoutExtension(name: string): string {
  return name.replace(/\.[^./]+$/, '');
}
