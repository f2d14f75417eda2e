/**
 * What a command touches of the outside: standard streams, the environment and the clock. Standard
 * output carries results alone; everything said to a person goes to standard error.
 */
import type { Readable, Writable } from 'node:stream';
import { type Clock, systemClock } from '../lib/index.js';

export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

export function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    clock: systemClock,
  };
}

/** One line for a person. */
export function say(io: Io, line: string): void {
  io.stderr.write(`${line}\n`);
}

/** One line of result. */
export function print(io: Io, line: string): void {
  io.stdout.write(`${line}\n`);
}

/** After this long without an end a step says what it is doing, so that nobody wonders. */
const patienceMs = 1000;

/** Runs `step`; says `doing` on standard error only if it takes longer than a second. */
export async function withProgress<Value>(
  io: Io,
  doing: string,
  step: () => Promise<Value>,
): Promise<Value> {
  const cancel = io.clock.after(patienceMs, () => say(io, `${doing} ...`));
  try {
    return await step();
  } finally {
    cancel();
  }
}
