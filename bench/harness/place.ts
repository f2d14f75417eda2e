/** Where a run of the benchmark puts its files and processes, so that nothing of it stays, whichever way it ends. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cleanup } from './cleanup.js';

/** Everything in it is cleared away at the end. */
export interface Place {
  readonly directory: string;
  /** A port on loopback that nobody else of this run has. */
  port(): number;
  readonly cleanup: Cleanup;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Clears away also after an error and where a signal ends the process. */
export async function withPlace<T>(
  portBase: number,
  use: (place: Place) => Promise<T>,
): Promise<T> {
  const cleanup = new Cleanup();
  let ending: Promise<never> | null = null;
  const end = (signal: NodeJS.Signals): void => {
    ending ??= cleanup.run().then(() => process.exit(128 + constants.signals[signal]));
  };
  for (const signal of signals) process.on(signal, end);
  // short: paths of Unix sockets have some 100 characters
  const directory = await mkdtemp(join(tmpdir(), 'hb-'));
  cleanup.add(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  // sandboxes are other users
  await chmod(directory, 0o755);
  let next = portBase;
  try {
    const value = await use({ directory, cleanup, port: () => next++ });
    return await (ending ?? value);
  } catch (error) {
    throw await (ending ?? error);
  } finally {
    await (ending ?? cleanup.run());
    for (const signal of signals) process.off(signal, end);
  }
}
