/** Runs a command line in this process and collects what it says. */
import { PassThrough, Readable } from 'node:stream';
import type { CliHooks } from '../../src/cli/index.js';
import { runCli } from '../../src/cli/index.js';
import { systemClock } from '../../src/lib/index.js';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export async function run(
  argv: string[],
  {
    env = {},
    stdin = '',
    hooks = {},
    columns,
  }: {
    env?: Record<string, string>;
    stdin?: string;
    hooks?: CliHooks;
    /** Of the terminal; without them there is none. */
    columns?: number;
  } = {},
): Promise<Ran> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const io = {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: columns === undefined ? stdout : Object.assign(stdout, { columns }),
    stderr,
    env,
    clock: systemClock,
  };
  const code = await runCli(argv, io, hooks);
  const text = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
