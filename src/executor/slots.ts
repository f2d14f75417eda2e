/**
 * The life of one sandbox as the pools count it: starting, idle, busy, ending. Each function is one step and
 * leaves every count right; none decides anything.
 */
import type { Book } from './book.js';
import type { EndReason } from './effects.js';
import { type Pool, remove, type Slot, type StartReason, type Ticket } from './pool.js';
import { memoryMbOf, startMsOf } from './starts.js';
import { type PoolClaim, tellCold } from './told.js';

export function startSlot(
  book: Book,
  pool: Pool,
  why: StartReason,
  ping: Ticket | null,
  nowMs: number,
): void {
  const slot: Slot = {
    number: book.nextNumber++,
    pool,
    why,
    ping,
    startedMs: nowMs,
    memoryMb: memoryMbOf(pool),
    state: 'starting',
    stale: false,
    running: 0,
    startedSumMs: 0,
    seenSumMs: 0,
    seenMs: 0,
    idleSinceMs: 0,
    priority: 0,
  };
  book.slots.set(slot.number, slot);
  pool.slots.push(slot);
  pool.starting++;
  book.starting++;
  book.groups.count(pool.group, 1);
  book.memory.started(slot.memoryMb);
  book.counters.starts[why]++;
  book.effects.push({
    kind: 'start',
    sandbox: slot.number,
    functionName: pool.spec.name,
    why,
  });
}

/** The start is over; the slot is in no count of its pool's until the next step. */
export function leaveStarting(book: Book, slot: Slot, ready: boolean): void {
  slot.pool.starting--;
  if (slot.stale) slot.pool.startingStale--;
  book.starting--;
  book.memory.startOver(slot.memoryMb, ready);
}

export function becomeIdle(book: Book, slot: Slot, nowMs: number): void {
  slot.state = 'idle';
  slot.idleSinceMs = nowMs;
  slot.priority = book.inflation + startMsOf(slot.pool);
  slot.pool.idle.push(slot);
}

export function leaveBusy({ pool, stale }: Slot): void {
  pool.busy--;
  if (stale) pool.busyStale--;
}

/** Takes an idle or busy slot out of its pool's counts, with what it runs. */
export function leaveLive(slot: Slot): void {
  const { pool } = slot;
  if (slot.state === 'idle') {
    remove(pool.idle, slot);
    return;
  }
  leaveBusy(slot);
  remove(pool.roomy, slot);
  pool.group.running -= slot.running;
  if (!slot.stale) pool.running -= slot.running;
  slot.running = 0;
  slot.startedSumMs = 0;
}

/** Of a slot that is in no count: it counts for the node until nothing is left of it. */
export function becomeEnding(book: Book, slot: Slot): void {
  const { pool } = slot;
  slot.state = 'ending';
  remove(pool.slots, slot);
  pool.ending++;
  book.ending++;
  book.groups.count(pool.group, -1);
  book.memory.ending(slot.memoryMb);
  tell(book, tellCold(pool));
}

/** The same, and the actor is to end it. */
export function endSlot(book: Book, slot: Slot, reason: EndReason): void {
  book.counters.ends[reason]++;
  book.effects.push({ kind: 'end', sandbox: slot.number, reason });
  becomeEnding(book, slot);
}

/** Nothing is left of it; of a start that failed, there never was. */
export function forget(book: Book, slot: Slot): void {
  book.slots.delete(slot.number);
  if (slot.state === 'ending') {
    slot.pool.ending--;
    book.ending--;
    book.memory.ended(slot.memoryMb);
    return;
  }
  remove(slot.pool.slots, slot);
  book.groups.count(slot.pool.group, -1);
}

/** A starting or busy slot is to take no further request. */
export function makeStale(slot: Slot): void {
  const { pool } = slot;
  slot.stale = true;
  if (slot.state === 'busy') {
    pool.busyStale++;
    pool.running -= slot.running;
    remove(pool.roomy, slot);
  } else {
    pool.startingStale++;
  }
}

export function tell(book: Book, claim: PoolClaim | null): void {
  if (claim !== null) book.effects.push({ kind: 'claim', claim });
}
