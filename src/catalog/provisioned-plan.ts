/**
 * What is provisioned at a time: inside of windows the highest of these, outside of all of them the number beside
 * them. A window lasts from each time that its start names to the next that its end names.
 */
import { type Cron, cronOf } from './cron.js';
import type { Provisioned, ProvisionedWindow } from './types.js';

interface Window {
  readonly start: Cron;
  readonly end: Cron;
  readonly executions: number;
}

export class ProvisionedPlan {
  readonly #windows: readonly Window[];

  /** Windows that are none count as closed: they were refused when they were set. */
  constructor(private readonly provisioned: Pick<Provisioned, 'executions' | 'windows'>) {
    this.#windows = provisioned.windows.flatMap((window) => windowOf(window) ?? []);
  }

  /** `wallMs`: milliseconds since 1970. */
  executionsAt(wallMs: number): number {
    const open = this.#windows.filter((window) => isOpen(window, wallMs));
    if (open.length === 0) return this.provisioned.executions;
    return Math.max(...open.map(({ executions }) => executions));
  }

  /** When a window begins or ends next, at which the number may be another; null where none does. */
  nextChangeAfter(wallMs: number): number | null {
    const times = this.#windows.flatMap(({ start, end }) => [
      start.nextAfter(wallMs) ?? [],
      end.nextAfter(wallMs) ?? [],
    ]);
    const next = Math.min(...times.flat());
    return next === Number.POSITIVE_INFINITY ? null : next;
  }
}

function windowOf({ start, end, timeZone, executions }: ProvisionedWindow): Window | null {
  const [from, to] = [cronOf(start, timeZone), cronOf(end, timeZone)];
  return from === null || to === null ? null : { start: from, end: to, executions };
}

function isOpen({ start, end }: Window, wallMs: number): boolean {
  const began = start.lastUpTo(wallMs);
  if (began === null) return false;
  const ends = end.nextAfter(began);
  return ends === null || wallMs < ends;
}
