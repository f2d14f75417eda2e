/** A log store in a directory of its own, on a simulated clock, and what is read from it as plain lines. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { RecordFilter } from '../../../src/agent/logs/block-reader.js';
import type { OpenLogFile } from '../../../src/agent/logs/log-file.js';
import { type LogPage, LogReader } from '../../../src/agent/logs/reader.js';
import { LogStore } from '../../../src/agent/logs/store.js';
import type { InvocationReport, LogSource } from '../../../src/agent/logs/types.js';
import { type Logger, SimulatedClock, silentLogger } from '../../../src/lib/index.js';

const untilTimeoutMs = 20_000;

export const everything: RecordFilter = {
  functionName: null,
  versions: null,
  requestId: null,
  sinceMs: 0,
  untilMs: Number.POSITIVE_INFINITY,
};

export function source(functionName: string, more: Partial<LogSource> = {}): LogSource {
  const functionVersion = '$LATEST';
  return { functionName, functionVersion, logStream: `stream of ${functionName}`, ...more };
}

export function report(requestId: string, more: Partial<InvocationReport> = {}): InvocationReport {
  return {
    requestId,
    startedWallMs: 0,
    durationMs: 1.5,
    billedMs: 2,
    start: 'warm',
    initMs: null,
    memoryMb: 128,
    memoryPeakBytes: null,
    cpuMs: null,
    errorType: null,
    ...more,
  };
}

export function texts({ events }: LogPage): string[] {
  return events.map(({ event }) => event.text);
}

export interface StoreOptions {
  readonly bytesMax?: number;
  readonly openFile?: OpenLogFile;
  readonly logger?: Logger;
}

export class StoreFixture {
  readonly clock = new SimulatedClock();
  /** Done at the end, before the store stops. */
  readonly ends: (() => Promise<unknown>)[] = [];
  store: LogStore;
  reader: LogReader;

  private constructor(
    readonly directory: string,
    private readonly options: StoreOptions,
  ) {
    [this.store, this.reader] = this.#make();
  }

  static async make(context: TestContext, options: StoreOptions = {}): Promise<StoreFixture> {
    const parent = await mkdtemp(join(tmpdir(), 'hearth-logs-'));
    const directory = join(parent, 'logs');
    const fixture = new StoreFixture(directory, options);
    await fixture.store.start();
    context.after(async () => {
      for (const end of fixture.ends) await fixture.done(end());
      await fixture.store.stop();
      await rm(parent, { recursive: true });
    });
    return fixture;
  }

  /** A store over what is in the directory, as a node makes it when it starts. */
  async open(): Promise<void> {
    [this.store, this.reader] = this.#make();
    await this.store.start();
  }

  async reopen(): Promise<void> {
    await this.store.stop();
    await this.open();
  }

  print(from: LogSource, requestId: string, text: string | Uint8Array): void {
    this.store.output(from, requestId, Buffer.from(text));
  }

  /** Resolves when the next write has happened. */
  async written(): Promise<void> {
    let done = false;
    const forget = this.store.onWritten(() => {
      done = true;
    });
    this.clock.advance(200);
    await this.until(() => done);
    forget();
  }

  /** Gives the disk its turns, without time passing, until `holds`. */
  async until(holds: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + untilTimeoutMs;
    while (!holds()) {
      if (performance.now() > deadlineMs) throw new Error('this does not come to hold in time');
      this.clock.advance(0);
      await new Promise(setImmediate);
    }
  }

  /** Gives the disk so many turns, without time passing. */
  async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
  }

  /** The newest lines. */
  async newest(filter: Partial<RecordFilter> = {}, linesMax = 10_000): Promise<string[]> {
    return texts(await this.done(this.reader.newest({ ...everything, ...filter }, linesMax)));
  }

  /** Gives the disk its turns until `work` is done. */
  async done<Value>(work: Promise<Value>): Promise<Value> {
    let settled = false;
    const note = (): void => {
      settled = true;
    };
    work.then(note, note);
    await this.until(() => settled);
    return work;
  }

  #make(): [LogStore, LogReader] {
    const { clock, directory, options } = this;
    const { bytesMax = 64 * 1024 * 1024, openFile, logger = silentLogger } = options;
    const deps = { clock, logger, ...(openFile === undefined ? {} : { openFile }) };
    const store = new LogStore(deps, { directory, bytesMax });
    return [store, new LogReader(store, clock)];
  }
}
