/** Runs a program of the operator's: one JSON object in, one out, without a shell and with a deadline. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import type { Clock } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';

export interface ProgramOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const outputBytesMax = 1024 * 1024;
const answer = z.looseObject({});

/** Rejects with `internal`: the program's last line of standard error, or what else was wrong. */
export async function runProgram(
  clock: Clock,
  { command, timeoutMs, signal }: ProgramOptions,
  input: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const [program = '', ...words] = command;
  const told = command.join(' ');
  // a group of its own: what it started ends with it
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let failure: string | null = null;
  const end = (why: string): void => {
    failure ??= why;
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // it has ended, or was never started
    }
  };
  const cancel = clock.after(timeoutMs, () => end(`it took more than ${timeoutMs / 1000} s`));
  const abort = (): void => end('it was called off');
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  try {
    // it may end without having read
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${JSON.stringify(input)}\n`);
    const tooMuch = (): void => end(`it wrote more than ${outputBytesMax} bytes`);
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const [code, output, errors] = await Promise.all([
      ended,
      readAll(child.stdout, tooMuch),
      readAll(child.stderr, tooMuch),
    ]);
    if (failure !== null) throw new Error(failure);
    if (code !== 0) throw new Error(lastLine(errors) || `it ended with exit code ${code}`);
    return parsed(output);
  } catch (error) {
    throw new HearthError(
      'internal',
      `The program '${told}' failed: ${(error as Error).message.replace(/\.$/, '')}.`,
    );
  } finally {
    cancel();
    signal?.removeEventListener('abort', abort);
  }
}

async function readAll(stream: Readable, tooMuch: () => void): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += (chunk as Buffer).length;
    if (bytes > outputBytesMax) tooMuch();
    else chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Nothing is an empty object. */
function parsed(output: string): Readonly<Record<string, unknown>> {
  if (output.trim() === '') return {};
  try {
    return answer.parse(JSON.parse(output));
  } catch {
    throw new Error('its standard output is no JSON object');
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}
