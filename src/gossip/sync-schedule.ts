/**
 * When to compare everything with whom, and whom to call back from the dead: seeds until they answer, a
 * random live member now and then against what loss left behind, a random dead one so that the halves of
 * a partition find each other.
 */
import type { Random } from '../lib/index.js';
import type { NodeId } from '../types/index.js';
import { parameters } from './parameters.js';

interface Seed {
  readonly address: string;
  readonly untilMs: number;
  nextAtMs: number;
}

export interface SyncDue {
  /** `host:port` to sync with. */
  readonly seeds: readonly string[];
  /** A live member to sync with. */
  readonly live: NodeId | null;
  /** A dead member to probe. */
  readonly dead: NodeId | null;
}

export class SyncSchedule {
  readonly #seeds = new Map<string, Seed>();
  #liveAtMs: number | null = null;
  #deadAtMs: number | null = null;

  constructor(private readonly random: Random) {}

  addSeed(address: string, nowMs: number): void {
    if (this.#seeds.size >= parameters.seedsMax) return;
    const untilMs = nowMs + parameters.seedPatienceMs;
    this.#seeds.set(address, { address, untilMs, nextAtMs: nowMs });
  }

  /** Somebody at this address sent its view. */
  answered(address: string): void {
    this.#seeds.delete(address);
  }

  due(nowMs: number, live: readonly NodeId[], dead: ReadonlySet<NodeId>): SyncDue {
    // The first turn of each comes at a random moment, so that nodes started together do not act together.
    this.#liveAtMs ??= nowMs + this.random.next() * syncIntervalMs(live.length);
    this.#deadAtMs ??= nowMs + this.random.next() * parameters.deadProbeIntervalMs;
    let liveOne: NodeId | null = null;
    let deadOne: NodeId | null = null;
    if (this.#liveAtMs <= nowMs) {
      this.#liveAtMs = nowMs + syncIntervalMs(live.length);
      liveOne = live[this.random.below(live.length)] ?? null;
    }
    if (this.#deadAtMs <= nowMs) {
      this.#deadAtMs = nowMs + parameters.deadProbeIntervalMs;
      deadOne = this.#deadTurn(live.length + 1, dead);
    }
    return { seeds: this.#dueSeeds(nowMs, live.length === 0), live: liveOne, dead: deadOne };
  }

  /** The more we are for each of the dead, the less often it is our turn. */
  #deadTurn(members: number, dead: ReadonlySet<NodeId>): NodeId | null {
    if (dead.size === 0) return null;
    const { deadProbesPerSecond, deadProbeIntervalMs } = parameters;
    const perTurn = (deadProbesPerSecond * dead.size * deadProbeIntervalMs) / 1000 / members;
    if (this.random.next() >= perTurn) return null;
    return [...dead][this.random.below(dead.size)] ?? null;
  }

  #dueSeeds(nowMs: number, lonely: boolean): string[] {
    const due: string[] = [];
    for (const seed of this.#seeds.values()) {
      if (seed.nextAtMs > nowMs || (seed.untilMs <= nowMs && !lonely)) continue;
      seed.nextAtMs = nowMs + parameters.seedRetryMs;
      due.push(seed.address);
    }
    return due;
  }
}

function syncIntervalMs(others: number): number {
  return Math.max(parameters.syncIntervalMs, others * parameters.syncIntervalPerMemberMs);
}
