/**
 * What a node says to the others about a pool: that the function is warm here, how busy it is, and that
 * it is warm no more. Warm and cold are told when they come about; a load only now and then, in coarse
 * steps, for it changes with every request and only has to tell a busy node from an idle one.
 */
import { liveCount, type Pool } from './pool.js';

/** What others know of a pool that is warm. */
export interface Told {
  readonly revision: number;
  load: number;
  /** When they heard it. */
  atMs: number;
}

export interface PoolClaim {
  readonly functionName: string;
  readonly revision: number;
  readonly state: 'warm' | 'cold';
  readonly load: number;
}

/** A function's load is told at most this often. */
export const loadEveryMs = 1000;
const stepPercent = 25;

/** What to tell after sandboxes of the pool have gone; null where nothing. */
export function tellCold(pool: Pool): PoolClaim | null {
  const { told } = pool;
  if (told === null || liveCount(pool) > 0) return null;
  pool.told = null;
  return { functionName: pool.spec.name, revision: told.revision, state: 'cold', load: 0 };
}

/** What to tell after a sandbox has come; null where nothing. */
export function tellWarm(pool: Pool, nowMs: number): PoolClaim | null {
  const { name: functionName, revision } = pool.spec;
  if (pool.told !== null || liveCount(pool) === 0) return null;
  const load = loadOf(pool);
  pool.told = { revision, load, atMs: nowMs };
  return { functionName, revision, state: 'warm', load };
}

/** The load, where others know another one and were not told just now; else null. */
export function tellLoad(pool: Pool, nowMs: number): PoolClaim | null {
  const { told } = pool;
  if (told === null || told.atMs + loadEveryMs > nowMs) return null;
  const load = loadOf(pool);
  if (load === told.load) return null;
  told.load = load;
  told.atMs = nowMs;
  return { functionName: pool.spec.name, revision: told.revision, state: 'warm', load };
}

/** Percent of what the live sandboxes could run that they do run: 0 only where nothing, 100 only where all. */
export function loadOf(pool: Pool): number {
  const places = liveCount(pool) * pool.spec.concurrency;
  const { running } = pool;
  if (running === 0 || running === places) return running === 0 ? 0 : 100;
  const steps = Math.round(((running / places) * 100) / stepPercent);
  return Math.min(100 - stepPercent, Math.max(stepPercent, steps * stepPercent));
}
