/** `hearth executions`: what became of invocations, on all nodes, and one with the lines that it printed. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { executionResults, startTypes } from '../executor/index.js';
import type { LambdaClient } from './api-client.js';
import { type ClientOptions, client, withClient } from './client-command.js';
import { CommandFailure } from './failure.js';
import { type Io, print, say, withProgress } from './io.js';
import { type LogRequest, LogsClient } from './logs-client.js';
import { LogsPrinter } from './logs-printer.js';
import { missingNodes, sayMissing } from './missing-nodes.js';
import { formatBytes, formatTable } from './table.js';

interface ListOptions extends ClientOptions {
  readonly since?: string;
  readonly until?: string;
  readonly result?: string;
  readonly start?: string;
  readonly slowest?: boolean;
  readonly limit: number;
}

interface ShowOptions extends ClientOptions {
  readonly function?: string;
}

const limitDefault = 50;
const limitMax = 1000;
/** Clocks of lines and of records are one, but lines may be written a little later. */
const marginMs = 60_000;
const logLinesMax = 10_000;

const execution = z.looseObject({
  requestId: z.string(),
  functionName: z.string(),
  version: z.string(),
  node: z.string(),
  arrived: z.string(),
  start: z.string(),
  result: z.string(),
  errorType: z.string().optional(),
  totalMs: z.number(),
  queueMs: z.number(),
  startMs: z.number(),
  initMs: z.number(),
  durationMs: z.number(),
  memoryMb: z.number(),
  memoryPeakBytes: z.number().optional(),
  cpuMs: z.number().optional(),
  hops: z.number(),
  caller: z.string().optional(),
  log: z.object({ node: z.string(), stream: z.string() }).optional(),
});
type Execution = z.output<typeof execution>;
const page = z.object({ executions: z.array(execution), missing: missingNodes });

export function addExecutionsCommand(program: Command, io: Io): void {
  const executions = program
    .command('executions')
    .description('What became of the invocations of a function, on all nodes.')
    .addHelpText(
      'after',
      `
Each invocation leaves a record on the node that ran it, for a week or as long as its disk has room. Times are in
milliseconds: QUEUE, START and INIT are what it waited for, RUN is the time inside the function.

Examples:
  hearth executions hello
  hearth executions hello --since 1h --slowest
  hearth executions hello:live --result failed --json
  hearth executions show 8f5a1c1e-2c0f-4f4e-9c0d-0b7a3f1e6a55`,
    );
  client(executions.command('list <name[:qualifier]>', { isDefault: true }))
    .description('List executions, the last one first (the default).')
    .option(
      '--since <time>',
      'ended from then on: so long ago, such as 90s, 10m, 2h, 1d, or ISO 8601',
    )
    .option('--until <time>', 'ended before then')
    .addOption(
      new Option('--result <kind>', 'only with this result').choices([
        ...executionResults,
        'failed',
      ]),
    )
    .addOption(
      new Option('--start <kind>', 'only with this start: none where no sandbox took part').choices(
        startTypes,
      ),
    )
    .option('--slowest', 'those that took the longest, instead of the last')
    .option('--limit <number>', 'at most so many', limitOf, limitDefault)
    .action((target: string, options: ListOptions) =>
      withClient(io, options, (lambda) => list(io, lambda, target, options)),
    );
  client(executions.command('show <id>'))
    .description('Show an execution by the id of its request, with the lines that it printed.')
    .option('--function <name>', 'its function, for who may see the executions of that one alone')
    .action((id: string, options: ShowOptions) =>
      withClient(io, options, (lambda) => show(io, lambda, id, options)),
    );
}

async function list(
  io: Io,
  lambda: LambdaClient,
  target: string,
  { since, until, result, start, slowest, limit, json }: ListOptions,
): Promise<void> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (since !== undefined) query.set('since', since);
  if (until !== undefined) query.set('until', until);
  if (result !== undefined) query.set('result', result);
  if (start !== undefined) query.set('start', start);
  if (slowest) query.set('order', 'slowest');
  const path = `/_hearth/executions/${encodeURIComponent(target)}?${query}`;
  const found = await withProgress(io, `asking ${lambda.endpoint}`, () => lambda.page(path, page));
  if (json) {
    print(io, JSON.stringify(found, null, 2));
    return;
  }
  sayMissing(io, 'executions', found.missing);
  if (found.executions.length === 0) {
    say(io, `no executions of ${target} for what was asked; each invocation leaves one.`);
    return;
  }
  const head = ['ARRIVED', 'REQUEST', 'VERSION', 'NODE', 'START', 'RESULT'];
  const times = ['TOTAL', 'QUEUE', 'START', 'INIT', 'RUN', 'MEMORY', 'HOPS'];
  print(io, formatTable([...head, ...times], found.executions.map(rowOf)));
}

async function show(
  io: Io,
  lambda: LambdaClient,
  id: string,
  { function: name, json = false }: ShowOptions,
): Promise<void> {
  const of = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  const path = `/_hearth/executions${of}?request=${encodeURIComponent(id)}`;
  const found = await withProgress(io, `asking ${lambda.endpoint}`, () => lambda.page(path, page));
  const { executions, missing } = found;
  if (!json) sayMissing(io, 'executions', missing);
  const [last] = executions;
  if (last === undefined) {
    throw new CommandFailure(
      `no execution of the request ${id} is known; the id is what the header x-amzn-requestid tells.`,
    );
  }
  // attempts of one request are told in their order
  const attempts = [...executions].reverse();
  const logs: unknown[] = [];
  const signal = new AbortController().signal;
  const printer = json ? gathering(logs) : new LogsPrinter(io, false, signal);
  const client = new LogsClient(io, lambda, printer);
  for (const one of attempts) {
    if (!json) print(io, detailsOf(one));
    await client.newest(linesOf(one), signal);
  }
  if (json) print(io, JSON.stringify({ executions: attempts, logs, missing }, null, 2));
}

function gathering(lines: unknown[]): Pick<LogsPrinter, 'print' | 'missing'> {
  return {
    print: async (line) => void lines.push(JSON.parse(line)),
    missing: () => undefined,
  };
}

/** What it printed, by the times between which it did. */
function linesOf({ requestId, functionName, arrived, totalMs }: Execution): LogRequest {
  const arrivedMs = Date.parse(arrived);
  return {
    target: functionName,
    request: requestId,
    since: String(Math.floor(arrivedMs - marginMs)),
    until: String(Math.ceil(arrivedMs + totalMs + marginMs)),
    limit: logLinesMax,
  };
}

function rowOf(one: Execution): (string | number)[] {
  const { arrived, requestId, version, node, start, memoryPeakBytes, hops } = one;
  const times = [one.totalMs, one.queueMs, one.startMs, one.initMs, one.durationMs];
  return [
    arrived,
    requestId,
    version,
    node.slice(0, 8),
    start,
    resultOf(one),
    ...times.map((ms) => ms.toFixed(1)),
    memoryPeakBytes === undefined ? '-' : formatBytes(memoryPeakBytes),
    hops,
  ];
}

function detailsOf(one: Execution): string {
  const ms = (time: number): string => `${time.toFixed(3)} ms`;
  const parts = [
    ['request', one.requestId],
    ['function', `${one.functionName}:${one.version}`],
    ['node', one.node],
    ['arrived', one.arrived],
    ['start', one.start],
    ['result', resultOf(one)],
    ['total', ms(one.totalMs)],
    ['  queue', ms(one.queueMs)],
    ['  start', ms(one.startMs)],
    ['  init', ms(one.initMs)],
    ['  run', ms(one.durationMs)],
    ['memory', memoryOf(one)],
    ['cpu', one.cpuMs === undefined ? '-' : ms(one.cpuMs)],
    ['hops', String(one.hops)],
    ['caller', one.caller ?? '-'],
    ['log', one.log?.stream ?? '-'],
  ];
  return parts.map(([name = '', value = '']) => `${name.padEnd(10)}${value}`).join('\n');
}

function memoryOf({ memoryMb, memoryPeakBytes }: Execution): string {
  const peak = memoryPeakBytes === undefined ? '-' : formatBytes(memoryPeakBytes);
  return `${peak} of ${memoryMb} MB`;
}

function resultOf({ result, errorType }: Execution): string {
  return errorType === undefined ? result : `${result} (${errorType})`;
}

function limitOf(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= limitMax) return limit;
  throw new InvalidArgumentError(`It must be a number from 1 to ${limitMax}.`);
}
