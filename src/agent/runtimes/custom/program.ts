/**
 * The function's own program: found as on AWS, started with the function's environment, its output taken as
 * log lines.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Init, ProcessExit } from '../../../wire/index.js';

export interface ProgramEvents {
  output(chunk: Buffer): void;
  /** It was never started; the error's code, such as `EACCES`. */
  notStarted(code: string): void;
  /** It has ended and what it printed has arrived, once. */
  ended(exit: ProcessExit): void;
}

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** Null: where this process stands already. */
  readonly directory: string | null;
}

/** After its end: how long its last output may take, for children of its own may hold the pipes. */
const drainMs = 100;

/** Where a bootstrap may be, best first. */
export function bootstrapCandidates({ taskRoot, layersRoot }: Init): readonly string[] {
  return [taskRoot, ...(layersRoot === null ? [] : [layersRoot])].map((root) =>
    join(root, 'bootstrap'),
  );
}

/** What the command line names after `--`, else the bootstrap of the code or of a layer, else null. */
export function findProgram(commandLine: readonly string[], init: Init): Program | null {
  const separator = commandLine.indexOf('--');
  const [file, ...args] = separator < 0 ? [] : commandLine.slice(separator + 1);
  if (file !== undefined) return { file, args, directory: null };
  const bootstrap = bootstrapCandidates(init).find((candidate) => existsSync(candidate));
  if (bootstrap === undefined) return null;
  return { file: bootstrap, args: [], directory: init.taskRoot };
}

/** The environment of the function, over what this process booted with. */
export function programEnvironment(
  boot: NodeJS.ProcessEnv,
  init: Init,
  port: number,
): NodeJS.ProcessEnv {
  return {
    ...boot,
    LAMBDA_TASK_ROOT: init.taskRoot,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    _HANDLER: init.handler,
    ...init.environment,
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
  };
}

/** Reads no more of what it prints, so that it is made to wait, or goes on reading. */
export function holdOutput(child: ChildProcess | null, held: boolean): void {
  for (const output of [child?.stdout, child?.stderr]) {
    if (held) output?.pause();
    else output?.resume();
  }
}

export function startProgram(
  program: Program,
  env: NodeJS.ProcessEnv,
  events: ProgramEvents,
): ChildProcess | null {
  let child: ChildProcess;
  const { file, args, directory } = program;
  try {
    child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
      ...(directory === null ? {} : { cwd: directory }),
    });
  } catch (error) {
    events.notStarted((error as NodeJS.ErrnoException).code ?? String(error));
    return null;
  }
  const { pid } = child;
  child.on('error', (error: NodeJS.ErrnoException) => {
    if (pid === undefined) events.notStarted(error.code ?? error.message);
  });
  child.stdout?.on('data', events.output);
  child.stderr?.on('data', events.output);
  child.on('exit', (code, signal) => {
    let told = false;
    const tell = () => {
      if (told) return;
      told = true;
      // a turn later: an answer that it sent before it ended may stand in the same batch of events
      setImmediate(() => events.ended({ code, signal }));
    };
    child.on('close', tell);
    const drain = () => {
      if (child.stdout?.isPaused()) setTimeout(drain, drainMs);
      else tell();
    };
    setTimeout(drain, drainMs);
  });
  return child;
}
