/** `hearth workflow logs`: the history of an execution as lines, and among them what its functions printed. */
import { taskRequestId } from '../../types/index.js';
import type { LambdaClient } from '../api-client.js';
import { asFailure } from '../failure.js';
import { type Io, print, say, withProgress } from '../io.js';
import { LogsClient } from '../logs-client.js';
import { LogsPrinter } from '../logs-printer.js';
import { executionArnOf } from './names.js';
import { eventLine } from './show.js';
import { StatesClient } from './states-client.js';
import type { Execution, HistoryEvent } from './states-pages.js';
import { detailsOf, text } from './visits.js';

export interface LogsOptions {
  /** False with `--no-functions`. */
  readonly functions: boolean;
  readonly json?: boolean;
}

/** A request of one of its functions. */
interface FunctionRequest {
  readonly functionName: string;
  readonly requestId: string;
  readonly sinceMs: number;
  /** The event that ended it; null where none has. */
  readonly end: HistoryEvent | null;
}

/** Around the time of a step, in which its function printed: clocks of nodes differ. */
const marginMs = 60_000;
const logLinesMax = 10_000;
/** Logs that are under way before it is their turn: each takes some milliseconds, and a Map has many. */
const aheadMax = 8;

export async function logs(
  io: Io,
  lambda: LambdaClient,
  target: string,
  { functions, json = false }: LogsOptions,
): Promise<void> {
  const client = new StatesClient(lambda);
  const arn = await executionArnOf(client, target);
  const [execution, events] = await withProgress(
    io,
    `asking ${lambda.endpoint}`,
    async () => [await client.execution(arn), await client.history(arn)] as const,
  );
  const requests = functions ? requestsOf(events, execution) : [];
  const printer = new LogsPrinter(io, json, new AbortController().signal);
  const found = inTurn(requests, (request) => linesOf(io, lambda, printer, request));
  let next = 0;
  for (const event of events) {
    if (requests[next]?.end === event) {
      const { value: lines = [] } = await found.next();
      for (const line of lines) await printer.print(line);
      next += 1;
    }
    print(io, json ? JSON.stringify(event) : eventLine(event));
  }
  for await (const lines of found) for (const line of lines) await printer.print(line);
  for (const event of events) {
    const mapRun = event.type === 'MapRunStarted' ? text(detailsOf(event).mapRunArn) : null;
    // each has a history of its own, and there may be thousands
    if (mapRun !== null)
      say(io, `its items have logs of their own: \`hearth workflow list ${mapRun}\``);
  }
}

/** In their order, but a few are begun before. */
async function* inTurn<Item, Result>(
  items: readonly Item[],
  begin: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  for (const item of items) {
    underWay.push(begin(item));
    const first = underWay.length < aheadMax ? undefined : underWay.shift();
    if (first !== undefined) yield await first;
  }
  for (const left of underWay) yield await left;
}

/** A function whose lines cannot be had leaves the rest as it is. */
async function linesOf(
  io: Io,
  lambda: LambdaClient,
  printer: LogsPrinter,
  { functionName, requestId, sinceMs, end }: FunctionRequest,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const kept = {
    print: async (line: string) => void lines.push(line),
    missing: printer.missing.bind(printer),
  };
  const asked = {
    target: functionName,
    request: requestId,
    since: String(Math.floor(sinceMs - marginMs)),
    until: end === null ? undefined : String(Math.ceil(end.timestamp * 1000 + marginMs)),
    limit: logLinesMax,
  };
  try {
    await new LogsClient(io, lambda, kept).pages(asked, new AbortController().signal);
  } catch (thrown) {
    say(io, `the log of ${functionName} is left out: ${asFailure(thrown).message}`);
  }
  return lines;
}

/** In the order in which they ended; those that have not are the last. */
export function requestsOf(
  events: readonly HistoryEvent[],
  { executionArn, startDate }: Pick<Execution, 'executionArn' | 'startDate'>,
): readonly FunctionRequest[] {
  const startedAtMs = Math.round(startDate * 1000);
  const ended: FunctionRequest[] = [];
  /** By their last event. */
  const open = new Map<number, FunctionRequest>();
  for (const event of events) {
    const { id, previousEventId, timestamp, type } = event;
    const functionName = type.endsWith('Scheduled') ? functionOf(detailsOf(event)) : null;
    const before = open.get(previousEventId);
    open.delete(previousEventId);
    if (functionName !== null) {
      const requestId = taskRequestId(executionArn, startedAtMs, id);
      open.set(id, { functionName, requestId, sinceMs: timestamp * 1000, end: null });
    } else if (before === undefined) continue;
    else if (/(Succeeded|Failed|TimedOut)$/.test(type)) ended.push({ ...before, end: event });
    else open.set(id, before);
  }
  return [...ended, ...open.values()];
}

function functionOf(details: Readonly<Record<string, unknown>>): string | null {
  const resource = text(details.resource) ?? '';
  const told = resource.includes(':function:') ? resource : parameter(details.parameters);
  return told === null ? null : (/:function:([^:]+)/.exec(told)?.[1] ?? told.split(':')[0] ?? null);
}

function parameter(parameters: unknown): string | null {
  const parsed = parsedJson(text(parameters) ?? '');
  return parsed === null ? null : text(parsed.FunctionName);
}

function parsedJson(given: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(given);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}
