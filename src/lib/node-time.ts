/**
 * What time it is, for both threads of a node. The clock of a machine can be set wrong at any moment, and the steady
 * one cannot. So the time to go by is held as its distance from the steady clock, in memory that both threads see,
 * by whoever knows it best: the wall clock is then right from the first moment on at which the machine's is wrong.
 */
import { hrtime } from 'node:process';
import { type Clock, systemClock } from './clock.js';

/** The machine's clock counts while it is no further than this from the time that is held. */
export const toleranceMs = 1000;

const usPerMs = 1000;
/** In the place of a distance: there is none, and the machine's clock counts whatever it says. */
const none = 0n;
const held = 0;
const ahead = 1;

export class NodeTime {
  /** What the other thread is given, as `workerData` for example. */
  readonly memory: SharedArrayBuffer;
  readonly #facts: BigInt64Array;
  /** Threads count their `nowMs` from different moments, and the steady clock of the system from one. */
  readonly #originMs: number;

  constructor(
    private readonly clock: Clock,
    memory = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT),
    systemMs = steadyMs,
  ) {
    this.memory = memory;
    this.#facts = new BigInt64Array(memory);
    this.#originMs = systemMs() - clock.nowMs();
  }

  /** Milliseconds since 1970. */
  wallMs(): number {
    const machineMs = this.clock.machineWallMs();
    const heldUs = Atomics.load(this.#facts, held);
    if (heldUs === none) return machineMs;
    const heldMs = Number(heldUs) / usPerMs + this.#originMs + this.clock.nowMs();
    return Math.abs(machineMs - heldMs) <= toleranceMs ? machineMs : Math.floor(heldMs);
  }

  /** Whether it is known what time to go by; else the machine's clock is followed. */
  get isHeld(): boolean {
    return Atomics.load(this.#facts, held) !== none;
  }

  /** By how much the machine's clock was ahead of those of the others when somebody last looked. */
  get aheadMs(): number {
    return Number(Atomics.load(this.#facts, ahead)) / usPerMs;
  }

  /** From now on it is `distanceMs` more than this thread's `nowMs`; null: what the machine's clock says. */
  hold(distanceMs: number | null, aheadMs: number): void {
    const heldUs = distanceMs === null ? none : microseconds(distanceMs - this.#originMs);
    Atomics.store(this.#facts, held, heldUs);
    Atomics.store(this.#facts, ahead, microseconds(aheadMs));
  }
}

/** The clock of a node, that goes by what is held. */
export function nodeClock(time: NodeTime): Clock {
  return { ...systemClock, wallMs: () => time.wallMs() };
}

function microseconds(ms: number): bigint {
  return BigInt(Math.round(ms * usPerMs));
}

/** The same in all threads. */
function steadyMs(): number {
  const [seconds, nanoseconds] = hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
