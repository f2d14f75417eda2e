/** From a runtime's name to the command that starts it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { HearthError } from '../types/index.js';
import type { SandboxSpec } from './driver.js';
import { agentCompiled, agentSource } from './runtime-files.js';

/** A name asks for no more than its language: the node has one interpreter of each. */
export const supportedRuntimes = [
  'nodejs16.x',
  'nodejs18.x',
  'nodejs20.x',
  'nodejs22.x',
  'nodejs24.x',
  'python3.8',
  'python3.9',
  'python3.10',
  'python3.11',
  'python3.12',
  'python3.13',
  'python3.14',
  'provided.al2',
  'provided.al2023',
] as const;

export type RuntimeName = (typeof supportedRuntimes)[number];

export interface RuntimeCommand {
  /** Absolute path of the interpreter. */
  readonly command: string;
  readonly args: readonly string[];
}

const pythonProbeTimeoutMs = 10_000;
const pythonProbe = 'import sys; print(sys.executable); print("%d.%d" % sys.version_info[:2])';
const pythonBootstrap = join(agentSource, 'runtimes/python/bootstrap.py');

/** Lambda gives a function one core for this much memory. */
export const memoryMbPerCore = 1769;

let foundPython: Promise<string | null> | null = null;

/** Where the loopback is the sandbox's own, the Runtime API is served on Lambda's port. */
export const runtimeApiPort = '9001';

/** The function comes with a program that speaks the Runtime API: a bootstrap, or a whole image. */
export function bringsRuntime({ image, runtime }: Pick<SandboxSpec, 'image' | 'runtime'>): boolean {
  return image !== null || isProvided(runtime);
}

export function isProvided(runtime: string): boolean {
  return runtime.startsWith('provided');
}

/** How many invocations one sandbox runs at the same time: only the Node.js runtime runs more than one. */
export function concurrencyOf(
  spec: Pick<SandboxSpec, 'concurrency' | 'image' | 'runtime'>,
): number {
  const several = spec.runtime.startsWith('nodejs') && spec.image === null;
  return several ? Math.max(1, spec.concurrency) : 1;
}

export function isRuntimeName(text: string): text is RuntimeName {
  return (supportedRuntimes as readonly string[]).includes(text);
}

/** Throws `invalid-parameter` where the runtime is unknown or its interpreter is not installed. */
export async function runtimeCommand(runtime: string, memoryMb: number): Promise<RuntimeCommand> {
  if (!isRuntimeName(runtime)) {
    throw new HearthError(
      'invalid-parameter',
      `The runtime '${runtime}' is not offered; use one of ${supportedRuntimes.join(', ')}.`,
    );
  }
  if (runtime.startsWith('nodejs')) {
    const bootstrap = join(agentCompiled, 'runtimes/node/bootstrap.js');
    const args = [`--max-old-space-size=${memoryMb}`, bootstrap];
    // one core at most: what V8 did beside the function would only be more work for it
    if (memoryMb <= memoryMbPerCore) args.unshift('--single-threaded');
    return { command: process.execPath, args };
  }
  if (isProvided(runtime)) {
    // what the function brings is started by the program that speaks the Runtime API to it
    return {
      command: process.execPath,
      args: [join(agentCompiled, 'runtimes/custom/bootstrap.js')],
    };
  }
  const python = await findPython();
  if (python === null) {
    throw new HearthError(
      'invalid-parameter',
      `The runtime '${runtime}' needs Python 3.8 or newer, and none is on this node's PATH; ` +
        'install python3 and try again.',
    );
  }
  return { command: python, args: ['-I', '-S', '-B', '-X', 'utf8', pythonBootstrap] };
}

/**
 * The absolute path of a real Python interpreter of 3.8 or newer, or null. What PATH names may be a slow
 * launcher script (pyenv), so it is asked once where the interpreter is. Only success is remembered.
 */
export function findPython(): Promise<string | null> {
  foundPython ??= searchPython().then((found) => {
    if (found === null) foundPython = null;
    return found;
  });
  return foundPython;
}

async function searchPython(): Promise<string | null> {
  for (const candidate of ['python3', 'python', '/usr/bin/python3']) {
    const [path, version] = (await outputOf(candidate)).split('\n');
    const minor = /^3\.(\d+)$/.exec(version ?? '')?.[1];
    if (path && minor !== undefined && Number(minor) >= 8) return path;
  }
  return null;
}

function outputOf(python: string): Promise<string> {
  return new Promise((resolve) => {
    const options = { timeout: pythonProbeTimeoutMs };
    execFile(python, ['-c', pythonProbe], options, (error, stdout) => {
      resolve(error === null ? stdout : '');
    });
  });
}
