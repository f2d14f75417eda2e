/** What comes after a place in the log of a node, as it comes. */
import type { Clock } from '../../lib/index.js';
import type { RecordFilter } from './block-reader.js';
import { cursorBefore, type LogCursor } from './cursor.js';
import type { LogPage, LogReader } from './reader.js';
import type { LogStore } from './store.js';

/** An empty page at least so often: who follows sees that there is still somebody. */
const heartbeatMs = 5000;
/** How long a line that is not finished is waited for. */
const holdMs = 1000;
const pageLinesMax = 1000;

export interface FollowDeps {
  readonly store: LogStore;
  readonly reader: LogReader;
  readonly clock: Clock;
}

/** Ends with `signal`. */
export async function* followLog(
  deps: FollowDeps,
  filter: RecordFilter,
  from: LogCursor,
  signal: AbortSignal,
): AsyncGenerator<LogPage> {
  const { clock } = deps;
  const follower = new Follower(deps, filter, from);
  try {
    let toldMs = clock.nowMs();
    while (!signal.aborted) {
      const page = await follower.page();
      if (page.events.length > 0 || clock.nowMs() - toldMs >= heartbeatMs) {
        toldMs = clock.nowMs();
        yield page;
      }
      await follower.wait(toldMs + heartbeatMs - clock.nowMs(), signal);
    }
  } finally {
    follower.stop();
  }
}

/** Reads the disk only when there may be something that matches on it. */
class Follower {
  readonly stop: () => void;
  #cursor: LogCursor;
  #isNew = true;
  #reading = false;
  #unfinishedSinceMs: number | null = null;
  #wake: () => void = () => undefined;

  constructor(
    private readonly deps: FollowDeps,
    private readonly filter: RecordFilter,
    from: LogCursor,
  ) {
    this.#cursor = from;
    this.stop = deps.store.onWritten((functions) => this.#written(functions));
  }

  /** What is new; empty where nothing is. */
  async page(): Promise<LogPage> {
    const { clock, reader } = this.deps;
    if (!this.#isNew && this.#unfinishedSinceMs === null) {
      return { events: [], cursor: this.#cursor, truncated: false, unfinishedSinceMs: null };
    }
    this.#isNew = false;
    this.#reading = true;
    const options = { linesMax: pageLinesMax, holdAfterMs: clock.wallMs() - holdMs };
    const page = await reader.next(this.filter, this.#cursor, options);
    this.#reading = false;
    this.#cursor = page.cursor;
    this.#unfinishedSinceMs = page.unfinishedSinceMs;
    if (page.truncated) this.#isNew = true;
    return page;
  }

  /** Resolves when there may be something new, at most after `waitMs`, and with `signal`. */
  wait(waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.#isNew || waitMs <= 0 || signal.aborted) return Promise.resolve();
    const mostMs = this.#unfinishedSinceMs === null ? waitMs : Math.min(waitMs, holdMs);
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.deps.clock.after(mostMs, done);
      signal.addEventListener('abort', done, { once: true });
      this.#wake = done;
    });
  }

  #written(functions: ReadonlySet<string>): void {
    const { functionName } = this.filter;
    if (functionName === null || functions.has(functionName)) {
      this.#isNew = true;
      this.#wake();
      return;
    }
    // nothing of it matches: reading goes on after it
    const isWhole = !this.#isNew && !this.#reading && this.#unfinishedSinceMs === null;
    if (isWhole) this.#cursor = cursorBefore(this.deps.store.nextSequence);
  }
}
