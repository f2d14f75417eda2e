/** `hearth logs`: what functions print, on all nodes, as it was or as it comes. */
import { type Command, InvalidArgumentError } from 'commander';
import type { LambdaClient } from './api-client.js';
import { type ClientOptions, client, withClient } from './client-command.js';
import { usageFailure } from './failure.js';
import type { Io } from './io.js';
import { type LogRequest, LogsClient } from './logs-client.js';
import { LogsPrinter } from './logs-printer.js';
import { onEndSignal } from './signals.js';

interface LogsOptions extends ClientOptions {
  readonly follow?: boolean;
  readonly request?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
}

const linesDefault = 100;
const linesMax = 10_000;

export function addLogsCommand(program: Command, io: Io): void {
  client(program.command('logs <name[:qualifier]>'))
    .description(
      'Print what a function has printed, from all nodes, with the START, END and REPORT of each request.',
    )
    .option('-f, --follow', 'go on with what comes, until Ctrl-C')
    .option('--request <id>', 'of one request only')
    .option(
      '--since <time>',
      'from then on: so long ago, such as 90s, 10m, 2h, 1d, or a time in ISO 8601',
    )
    .option('--until <time>', 'up to then')
    .option(
      '--limit <lines>',
      `the newest so many lines (default: ${linesDefault}, with --since all)`,
      lineCount,
    )
    .addHelpText(
      'after',
      `
The qualifier is a version or an alias; without one the lines of all versions are printed. Functions that
have been deleted can still be read. With --json each line is one JSON object.

Examples:
  hearth logs hello
  hearth logs hello -f
  hearth logs hello:live --since 10m
  hearth logs hello --request 8f5a1c1e-2c0f-4f4e-9c0d-0b7a3f1e6a55
  hearth logs hello --since 1h --json | jq -r 'select(.kind == "report") | .report.durationMs'`,
    )
    .action((target: string, options: LogsOptions) =>
      withClient(io, options, (lambda) => logs(io, lambda, target, options)),
    );
}

async function logs(
  io: Io,
  lambda: LambdaClient,
  target: string,
  options: LogsOptions,
): Promise<void> {
  const { follow = false, request, since, until, json = false } = options;
  if (follow && until !== undefined) {
    throw usageFailure('--follow and --until exclude each other; leave one of them out.');
  }
  const all = since !== undefined && options.limit === undefined;
  const limit = options.limit ?? (all ? linesMax : linesDefault);
  const asked: LogRequest = { target, request, since, until, limit };
  const stop = new AbortController();
  const end = (): void => stop.abort();
  const forget = onEndSignal(end);
  // who reads standard output has enough, as in `hearth logs hello | head`
  io.stdout.once('error', end);
  const printer = new LogsPrinter(io, json, stop.signal);
  const source = new LogsClient(io, lambda, printer);
  try {
    if (follow) await source.follow(asked, stop.signal);
    else if (all) await source.pages(asked, stop.signal);
    else await source.newest(asked, stop.signal);
    if (!follow && !stop.signal.aborted) printer.sayIfNothing(target);
  } catch (thrown) {
    if (!stop.signal.aborted) throw thrown;
  } finally {
    forget();
    io.stdout.off('error', end);
  }
}

function lineCount(text: string): number {
  const lines = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (lines >= 1 && lines <= linesMax) return lines;
  throw new InvalidArgumentError(`It must be a number of lines from 1 to ${linesMax}.`);
}
