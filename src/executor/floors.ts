/**
 * Sandboxes that are kept though nobody asks for them: so many of a version in all, and so many of these free
 * at any time. They are started when nothing else is to be, again when they die, more slowly after failures.
 */
import { freshStarts, liveCount, type Pool } from './pool.js';

export interface FloorWish {
  /** At least so many, idle, busy or starting. */
  readonly total: number;
  /** At least so many idle or starting. */
  readonly spare: number;
}

export interface Floor extends FloorWish {
  /** Nothing is started for it before. */
  retryAtMs: number;
  /** How long the next failure puts it off. */
  backOffMs: number;
}

const backOffMsMin = 1000;
const backOffMsMax = 60_000;

/** The floor after a wish; one that is there keeps its troubles. */
export function floorOf(wish: FloorWish, present: Floor | null): Floor | null {
  const { total, spare } = wish;
  if (total === 0 && spare === 0) return null;
  return { total, spare, retryAtMs: present?.retryAtMs ?? 0, backOffMs: present?.backOffMs ?? 0 };
}

/** Starts that nobody waits for: those asked for one by one, and what is missing from the floor. */
export function wantsAhead(pool: Pool): number {
  return pool.pings.size + lacksOf(pool);
}

/** Sandboxes that are missing from what is to be kept. */
export function lacksOf(pool: Pool): number {
  const { floor, idle } = pool;
  if (floor === null) return 0;
  const coming = freshStarts(pool);
  const total = floor.total - liveCount(pool) - coming;
  return Math.max(0, total, floor.spare - idle.length - coming);
}

/** True where the pool would still have what is to be kept with one idle sandbox less. */
export function canLoseIdle(pool: Pool): boolean {
  const { floor, idle } = pool;
  if (floor === null) return true;
  const coming = freshStarts(pool);
  return liveCount(pool) + coming > floor.total && idle.length + coming > floor.spare;
}

/** A start has failed, or what was made for the floor was lost: it is made again, but not at once. */
export function putOff(floor: Floor, nowMs: number): void {
  floor.backOffMs = Math.min(backOffMsMax, Math.max(backOffMsMin, floor.backOffMs * 2));
  floor.retryAtMs = nowMs + floor.backOffMs;
}

/** A sandbox of the pool has served: the way is clear again. */
export function clearUp(floor: Floor): void {
  floor.backOffMs = 0;
  floor.retryAtMs = 0;
}
