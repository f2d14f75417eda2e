/** What functions used in the hours of one day (UTC) on this node: requests, those that failed, and memory by time. */
import * as z from 'zod';
import { billedMsOf, type Execution } from './execution.js';

/** Of one function in one hour. */
export interface HourUsage {
  readonly functionName: string;
  /** When the hour begins, milliseconds since 1970. */
  readonly hourMs: number;
  readonly requests: number;
  readonly errors: number;
  /** The function's memory in MB, times the milliseconds that it ran: exact as a sum. */
  readonly mbMs: number;
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** What more functions used than a file should name, under this one. */
export const otherFunctions = '(other)';
/** In one day. */
const functionsMax = 10_000;

const count = z.number().nonnegative();
const fileShape = z.object({
  nextNumber: z.number(),
  functions: z.record(z.string(), z.record(z.string(), z.tuple([count, count, count]))),
});

type Sums = [requests: number, errors: number, mbMs: number];

export class DayUsage {
  readonly #functions = new Map<string, Map<number, Sums>>();

  constructor(
    readonly day: number,
    /** Blocks of executions with this number or a higher one are not yet in it, as it was read. */
    readonly nextNumber = 0,
  ) {}

  /** It must have ended on this day. */
  add(execution: Execution, endedMs: number): void {
    const hours = this.#hoursOf(execution.functionName);
    const hour = Math.floor((endedMs - this.day) / hourMs);
    let sums = hours.get(hour);
    if (sums === undefined) {
      sums = [0, 0, 0];
      hours.set(hour, sums);
    }
    sums[0] += 1;
    if (execution.result !== 'ok') sums[1] += 1;
    sums[2] += execution.memoryMb * billedMsOf(execution);
  }

  /** `functionName` is null for all. */
  *hours(functionName: string | null): Generator<HourUsage> {
    for (const [name, hours] of this.#functions) {
      if (functionName !== null && name !== functionName) continue;
      for (const [hour, [requests, errors, mbMs]] of hours) {
        yield {
          functionName: name,
          hourMs: this.day + hour * hourMs,
          requests,
          errors,
          mbMs,
        };
      }
    }
  }

  /** As a file that holds all executions in blocks below `nextNumber`. */
  encode(nextNumber: number): string {
    const functions = Object.fromEntries(
      [...this.#functions].map(([name, hours]) => [name, Object.fromEntries(hours)]),
    );
    return JSON.stringify({ nextNumber, functions });
  }

  /** Throws where the text is no such file. */
  static decode(day: number, text: string): DayUsage {
    const { nextNumber, functions } = fileShape.parse(JSON.parse(text));
    const usage = new DayUsage(day, nextNumber);
    for (const [name, hours] of Object.entries(functions)) {
      const known = usage.#hoursOf(name);
      for (const [hour, sums] of Object.entries(hours)) known.set(Number(hour), sums);
    }
    return usage;
  }

  #hoursOf(name: string): Map<number, Sums> {
    const known = this.#functions.get(name);
    if (known !== undefined) return known;
    if (this.#functions.size >= functionsMax && name !== otherFunctions) {
      return this.#hoursOf(otherFunctions);
    }
    const made = new Map<number, Sums>();
    this.#functions.set(name, made);
    return made;
  }
}

/** The day that a time is in, as the time when it begins. */
export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / dayMs) * dayMs;
}
