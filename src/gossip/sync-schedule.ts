/**
 * When to compare everything with whom: seeds until they answer, a random live member now and then
 * against what loss left behind, a random dead one so that the halves of a partition find each other.
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
  /** `host:port`. */
  readonly seeds: readonly string[];
  readonly members: readonly NodeId[];
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

  /** Somebody at this address sent a page of its state. */
  answered(address: string): void {
    this.#seeds.delete(address);
  }

  due(nowMs: number, live: ReadonlySet<NodeId>, dead: () => readonly NodeId[]): SyncDue {
    const members: NodeId[] = [];
    const { syncIntervalMs, deadSyncIntervalMs } = parameters;
    // The first turn of each comes at a random moment, so that nodes started together do not sync together.
    this.#liveAtMs ??= nowMs + this.random.next() * syncIntervalMs;
    this.#deadAtMs ??= nowMs + this.random.next() * deadSyncIntervalMs;
    if (this.#liveAtMs <= nowMs) {
      this.#liveAtMs = nowMs + syncIntervalMs;
      this.#pick([...live], members);
    }
    if (this.#deadAtMs <= nowMs) {
      this.#deadAtMs = nowMs + deadSyncIntervalMs;
      this.#pick(dead(), members);
    }
    return { seeds: this.#dueSeeds(nowMs, live.size === 0), members };
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

  #pick(from: readonly NodeId[], into: NodeId[]): void {
    const chosen = from[this.random.below(from.length)];
    if (chosen !== undefined) into.push(chosen);
  }
}
