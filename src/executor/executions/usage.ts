/**
 * What functions have used on this node, by hours, for a year and more. It stands in a small file for each day, which
 * is written now and then: what came since is in the blocks of executions on the disk, and is counted from there
 * at the next start.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../lib/index.js';
import { DayUsage, dayMs, dayOf, type HourUsage } from './day-usage.js';
import { type Execution, endedMsOf, hasRun } from './execution.js';

export interface UsageQuery {
  /** null: of all functions. */
  readonly functionName: string | null;
  /** Hours that begin from then on, and before then. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** A whole year, and the month before it for comparison. */
const daysMax = 400;

export class Usage {
  /** Today, and what else was counted since the start; by their days. */
  readonly #days = new Map<number, DayUsage>();
  readonly #changed = new Set<number>();
  /** No day before this one is counted any more. */
  #oldest = 0;

  constructor(private readonly directory: string) {}

  /** Reads the last two days, and removes what is too old. Rejects where the directory cannot be read or made. */
  async start(nowMs: number): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const today = dayOf(nowMs);
    this.#oldest = today - dayMs;
    for (const day of await this.#kept()) {
      if (day < today - daysMax * dayMs) await rm(this.#path(day), { force: true });
    }
    for (const day of [today - dayMs, today]) {
      this.#days.set(day, (await this.#read(day)) ?? new DayUsage(day));
    }
  }

  /** What ended before then is not counted any more. */
  get oldestMs(): number {
    return this.#oldest;
  }

  /** The lowest number of a block that some day has yet to count, as the files were read. */
  get nextNumber(): number {
    return Math.min(...[...this.#days.values()].map(({ nextNumber }) => nextNumber));
  }

  /** Above all that any day has counted, as the files were read. */
  get highestNumber(): number {
    return Math.max(0, ...[...this.#days.values()].map(({ nextNumber }) => nextNumber));
  }

  /** Counts an execution in the block of this number, unless the day's file had it already. */
  add(execution: Execution, number: number): void {
    if (!hasRun(execution)) return;
    const endedMs = endedMsOf(execution);
    const day = dayOf(endedMs);
    if (day < this.#oldest) return;
    let usage = this.#days.get(day);
    if (usage === undefined) {
      usage = new DayUsage(day);
      this.#days.set(day, usage);
    }
    if (number < usage.nextNumber) return;
    usage.add(execution, endedMs);
    this.#changed.add(day);
  }

  /** Writes what has changed; all blocks below `nextNumber` are in it, and none above. */
  async save(nextNumber: number, nowMs: number): Promise<void> {
    // all of it as it is now: what comes while one is written is for the next time
    const files = [...this.#changed].map((day) => ({
      day,
      text: this.#days.get(day)?.encode(nextNumber) ?? '',
    }));
    this.#changed.clear();
    for (const [at, { day, text }] of files.entries()) {
      try {
        await replaceFile(this.#path(day), text);
      } catch (error) {
        for (const unsaved of files.slice(at)) this.#changed.add(unsaved.day);
        throw error;
      }
    }
    this.#oldest = dayOf(nowMs) - dayMs;
    for (const day of this.#days.keys()) {
      if (day < this.#oldest && !this.#changed.has(day)) this.#days.delete(day);
    }
  }

  /** The oldest hours first. Never rejects: a file that cannot be read tells of nothing. */
  async find({ functionName, sinceMs, untilMs }: UsageQuery): Promise<HourUsage[]> {
    const first = dayOf(sinceMs);
    const known = await this.#kept().catch(() => []);
    const days = [...new Set([...known, ...this.#days.keys()])]
      .filter((day) => day >= first && day < untilMs)
      .sort((a, b) => a - b);
    const found: HourUsage[] = [];
    for (const day of days) {
      const usage = this.#days.get(day) ?? (await this.#read(day));
      for (const hour of usage?.hours(functionName) ?? []) {
        if (hour.hourMs >= sinceMs && hour.hourMs < untilMs) found.push(hour);
      }
    }
    return found.sort((a, b) => a.hourMs - b.hourMs);
  }

  async #kept(): Promise<number[]> {
    const names = await readdir(this.directory);
    return names
      .filter((name) => /^\d{4}-\d\d-\d\d\.json$/.test(name))
      .map((name) => Date.parse(name.slice(0, 10)))
      .filter(Number.isFinite);
  }

  async #read(day: number): Promise<DayUsage | null> {
    const text = await readFile(this.#path(day), 'utf8').catch(() => null);
    try {
      return text === null ? null : DayUsage.decode(day, text);
    } catch {
      return null;
    }
  }

  #path(day: number): string {
    return join(this.directory, `${new Date(day).toISOString().slice(0, 10)}.json`);
  }
}
