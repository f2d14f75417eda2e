/**
 * Cron expressions of five fields (minute, hour, day of month, month, day of week) in a time zone: when they last
 * came, and when they come next. The library knows the calendar and daylight saving; nothing here runs anything.
 */
import { Cron as Schedule } from 'croner';

export interface Cron {
  /** The last time at or before `wallMs`, milliseconds since 1970; null where there was none. */
  lastUpTo(wallMs: number): number | null;
  /** The first time after `wallMs`; null where it never comes again. */
  nextAfter(wallMs: number): number | null;
}

/** Null where the expression is none of five fields, names a time that never comes, or the time zone is unknown. */
export function cronOf(expression: string, timeZone: string): Cron | null {
  if (!fiveFields.test(expression) || !isTimeZone(timeZone)) return null;
  try {
    const schedule = new Schedule(expression, { timezone: timeZone, mode: '5-part', paused: true });
    if (schedule.nextRun(anyTime) === null) return null;
    return {
      // the library looks for what was before a time
      lastUpTo: (wallMs) => schedule.previousRuns(1, new Date(wallMs + 1))[0]?.getTime() ?? null,
      nextAfter: (wallMs) => schedule.nextRun(new Date(wallMs))?.getTime() ?? null,
    };
  } catch {
    return null;
  }
}

/** As IANA names them, such as `Europe/Berlin` or `UTC`; no offsets. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** No nicknames such as `@daily`, and no seconds or years. */
const fiveFields = /^\s*(?:[0-9A-Za-z*,/?#-]{1,64}\s+){4}[0-9A-Za-z*,/?#-]{1,64}\s*$/;

/** From here on every time that can come does. */
const anyTime = new Date(Date.UTC(2020, 0, 1));
