/** Asks a node for logs: the newest, page after page, or as they come, over a connection that may break. */
import * as z from 'zod';
import { ApiFailure, type LambdaClient } from './api-client.js';
import { asFailure, CommandFailure } from './failure.js';
import { type Io, say } from './io.js';
import type { LogsPrinter } from './logs-printer.js';
import { sleep } from './sleep.js';

export interface LogRequest {
  /** `NAME` or `NAME:QUALIFIER`. */
  readonly target: string;
  readonly request: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly limit: number;
}

/** Between the pieces of an answer; while nothing happens a node gives a sign of life every 5 seconds. */
const silenceMs = 20_000;
const retryMs = 1000;
/** After so many failures in a row there is nobody left to ask. */
const failuresMax = 30;

const state = z.object({
  end: z.boolean().optional(),
  cursor: z.string(),
  truncated: z.boolean().default(false),
  missing: z.array(z.object({ node: z.string(), http: z.string(), reason: z.string() })),
});
type State = z.output<typeof state>;

export class LogsClient {
  constructor(
    private readonly io: Io,
    private readonly lambda: LambdaClient,
    private readonly printer: Pick<LogsPrinter, 'print' | 'missing'>,
  ) {}

  async newest(asked: LogRequest, signal: AbortSignal): Promise<void> {
    const end = await this.#read(pathOf(asked), signal);
    if (end?.truncated)
      say(this.io, 'there is more; name a shorter time with --since and --until.');
  }

  /** Everything in the time that is asked for. */
  async pages(asked: LogRequest, signal: AbortSignal): Promise<void> {
    let cursor = 'start';
    for (let more = true; more && !signal.aborted; ) {
      const end = await this.#read(pathOf(asked, { cursor }), signal);
      more = end?.truncated === true && end.cursor !== cursor;
      cursor = end?.cursor ?? cursor;
    }
  }

  /** Until the signal. Throws where nobody answers for long. */
  async follow(asked: LogRequest, signal: AbortSignal): Promise<void> {
    let cursor: string | null = null;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const more = cursor === null ? {} : { cursor };
        const path = pathOf(asked, { ...more, follow: '1' });
        for await (const line of this.lambda.lines(path, silenceMs, signal)) {
          failures = 0;
          cursor = (await this.#take(line))?.cursor ?? cursor;
        }
      } catch (thrown) {
        const isRefused = thrown instanceof ApiFailure && thrown.isRefusal;
        // who asks for the first time wants to know that nobody answers
        if (signal.aborted || isRefused || cursor === null) throw thrown;
        failures += 1;
        if (failures >= failuresMax) throw thrown;
        if (failures === 1) say(this.io, `${asFailure(thrown).message} Trying again ...`);
      }
      await sleep(this.io.clock, retryMs, signal);
    }
  }

  /** The line that ended the answer. */
  async #read(path: string, signal: AbortSignal): Promise<State | null> {
    let last: State | null = null;
    for await (const line of this.lambda.lines(path, silenceMs, signal)) {
      last = (await this.#take(line)) ?? last;
    }
    if (last === null && !signal.aborted) {
      throw new CommandFailure(`${this.lambda.endpoint} broke off its answer; try again.`);
    }
    return last;
  }

  /** Prints a line of a log; what tells where the answer stands is returned. */
  async #take(line: string): Promise<State | null> {
    if (line === '') return null;
    if (!isJson(line)) {
      const { endpoint } = this.lambda;
      throw new CommandFailure(
        `${endpoint} did not answer like a Hearth node; is the endpoint right?`,
      );
    }
    if (!line.startsWith('{"end"') && !line.startsWith('{"cursor"')) {
      await this.printer.print(line);
      return null;
    }
    const told = state.parse(JSON.parse(line));
    this.printer.missing(told.missing);
    return told;
  }
}

function pathOf(asked: LogRequest, more: Readonly<Record<string, string>> = {}): string {
  const { target, request, since, until, limit } = asked;
  const query = new URLSearchParams({ limit: String(limit), ...more });
  if (request !== undefined) query.set('request', request);
  if (since !== undefined) query.set('since', since);
  if (until !== undefined) query.set('until', until);
  return `/_hearth/logs/${encodeURIComponent(target)}?${query}`;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
