/** `hearth workflow logs`: the history of an execution as lines, and among them what its functions printed. */
import type { LambdaClient } from '../api-client.js';
import { asFailure } from '../failure.js';
import { type Io, print, say, withProgress } from '../io.js';
import { LogsClient } from '../logs-client.js';
import { LogsPrinter } from '../logs-printer.js';
import { executionArnOf } from './names.js';
import { eventLine } from './show.js';
import { StatesClient } from './states-client.js';
import type { HistoryEvent } from './states-pages.js';
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
  readonly untilMs: number;
}

/** Around the time of a step, in which its function printed: clocks of nodes differ. */
const marginMs = 60_000;
const logLinesMax = 10_000;

export async function logs(
  io: Io,
  lambda: LambdaClient,
  target: string,
  { functions, json = false }: LogsOptions,
): Promise<void> {
  const client = new StatesClient(lambda);
  const arn = await executionArnOf(client, target);
  const events = await withProgress(io, `asking ${lambda.endpoint}`, () => client.history(arn));
  const ends = functions ? requestsOf(events) : new Map<number, FunctionRequest>();
  const printer = new LogsPrinter(io, json, new AbortController().signal);
  for (const event of events) {
    const asked = ends.get(event.id);
    if (asked !== undefined) await printed(io, lambda, printer, asked);
    print(io, json ? JSON.stringify(event) : eventLine(event));
  }
}

/** A function whose lines cannot be had leaves the rest as it is. */
async function printed(
  io: Io,
  lambda: LambdaClient,
  printer: LogsPrinter,
  { functionName, requestId, sinceMs, untilMs }: FunctionRequest,
): Promise<void> {
  const asked = {
    target: functionName,
    request: requestId,
    since: String(Math.floor(sinceMs - marginMs)),
    until: String(Math.ceil(untilMs + marginMs)),
    limit: logLinesMax,
  };
  try {
    await new LogsClient(io, lambda, printer).pages(asked, new AbortController().signal);
  } catch (thrown) {
    say(io, `the log of ${functionName} is left out: ${asFailure(thrown).message}`);
  }
}

/** By the event that ended it. The answer of a function's task tells its request id. */
export function requestsOf(events: readonly HistoryEvent[]): Map<number, FunctionRequest> {
  const scheduled = new Map<number, { functionName: string; sinceMs: number }>();
  const found = new Map<number, FunctionRequest>();
  for (const event of events) {
    const details = detailsOf(event);
    const before = scheduled.get(event.previousEventId);
    const named = event.type.endsWith('Scheduled') ? functionOf(details) : null;
    if (named !== null) {
      scheduled.set(event.id, { functionName: named, sinceMs: event.timestamp * 1000 });
    } else if (before !== undefined) {
      scheduled.set(event.id, before);
      const requestId = requestIdOf(text(details.output) ?? text(details.cause) ?? '');
      if (requestId === null) continue;
      found.set(event.id, { ...before, requestId, untilMs: event.timestamp * 1000 });
    }
  }
  return found;
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

function requestIdOf(answer: string): string | null {
  const parsed = parsedJson(answer);
  const metadata = parsed?.SdkResponseMetadata;
  if (typeof metadata === 'object' && metadata !== null && 'RequestId' in metadata) {
    return text(metadata.RequestId);
  }
  return text(parsed?.requestId);
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
