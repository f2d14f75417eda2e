/** `hearth executions show`: one execution in full, with the lines that it printed. */
import type { LambdaClient } from './api-client.js';
import { type Execution, executionPage, resultOf } from './execution-page.js';
import { CommandFailure } from './failure.js';
import { type Io, print, withProgress } from './io.js';
import { type LogRequest, LogsClient } from './logs-client.js';
import { LogsPrinter } from './logs-printer.js';
import { sayMissing } from './missing-nodes.js';
import { formatBytes } from './table.js';

export interface ShowOptions {
  readonly function?: string;
  readonly json?: boolean;
}

/** Clocks of lines and of records are one, but lines may be written a little later. */
const marginMs = 60_000;
const logLinesMax = 10_000;

export async function showExecution(
  io: Io,
  lambda: LambdaClient,
  id: string,
  { function: name, json = false }: ShowOptions,
): Promise<void> {
  const of = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  const path = `/_hearth/executions${of}?request=${encodeURIComponent(id)}`;
  const found = await withProgress(io, `asking ${lambda.endpoint}`, () =>
    lambda.page(path, executionPage),
  );
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
    // all of them, those too that have just been printed
    await client.pages(linesOf(one), signal);
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
