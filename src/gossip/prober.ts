/**
 * The failure detector: one member after another is asked whether it is there. Round-robin over a
 * shuffled list, so that every member is asked within two laps (SWIM, section 4.3) and no two nodes ask
 * in the same order. A probe has two stages, direct and through others, each with its full time measured
 * from when it was really sent: a late tick never skips a stage.
 */
import type { Random } from '../lib/index.js';
import type { NodeId } from '../types/index.js';
import { parameters } from './parameters.js';

interface Probe {
  readonly sequence: number;
  readonly target: NodeId;
  readonly stage: 'direct' | 'indirect';
  readonly deadlineMs: number;
}

export type ProbeStep =
  | { readonly kind: 'ping'; readonly sequence: number; readonly target: NodeId }
  | { readonly kind: 'ask-others'; readonly sequence: number; readonly target: NodeId }
  | { readonly kind: 'failed'; readonly target: NodeId };

export class Prober {
  #lap: NodeId[] = [];
  #position = 0;
  #probe: Probe | null = null;
  #nextAtMs: number | null = null;

  constructor(private readonly random: Random) {}

  /** A new member takes a random place in what is left of this lap. */
  added(id: NodeId): void {
    const rest = this.#lap.length - this.#position;
    this.#lap.splice(this.#position + this.random.below(rest + 1), 0, id);
  }

  /** True where this ack answers the probe under way. */
  acknowledged(sequence: number, target: NodeId): boolean {
    if (this.#probe?.sequence !== sequence || this.#probe.target !== target) return false;
    this.#probe = null;
    return true;
  }

  /** This process stood still: the probe under way gets its time again. */
  rearm(nowMs: number): void {
    if (this.#probe === null) return;
    this.#probe = { ...this.#probe, deadlineMs: nowMs + parameters.ackTimeoutMs };
  }

  /** What is to be done now. `live` are the members to choose from, `sequence` makes probe numbers. */
  step(nowMs: number, live: ReadonlySet<NodeId>, sequence: () => number): ProbeStep[] {
    this.#nextAtMs ??= nowMs + this.random.next() * parameters.probeIntervalMs;
    const steps: ProbeStep[] = [];
    const probe = this.#probe;
    if (probe !== null && probe.deadlineMs <= nowMs) {
      const { target } = probe;
      if (probe.stage === 'direct') {
        this.#probe = { ...probe, stage: 'indirect', deadlineMs: nowMs + parameters.ackTimeoutMs };
        steps.push({ kind: 'ask-others', sequence: probe.sequence, target });
      } else {
        this.#probe = null;
        steps.push({ kind: 'failed', target });
      }
    }
    if (this.#probe !== null || nowMs < this.#nextAtMs) return steps;
    this.#nextAtMs = Math.max(this.#nextAtMs + parameters.probeIntervalMs, nowMs);
    const target = this.#next(live);
    if (target === null) return steps;
    const number = sequence();
    const deadlineMs = nowMs + parameters.ackTimeoutMs;
    this.#probe = { sequence: number, target, stage: 'direct', deadlineMs };
    steps.push({ kind: 'ping', sequence: number, target });
    return steps;
  }

  #next(live: ReadonlySet<NodeId>): NodeId | null {
    if (live.size === 0) return null;
    for (;;) {
      const target = this.#lap[this.#position];
      if (target === undefined) {
        this.#lap = this.random.shuffled([...live]);
        this.#position = 0;
        continue;
      }
      this.#position++;
      if (live.has(target)) return target;
    }
  }
}
