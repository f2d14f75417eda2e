/**
 * The failure detector: one member after another is asked whether it is there. Round-robin over a
 * shuffled list, so that every member is asked within two laps (SWIM, section 4.3) and no two nodes ask
 * in the same order. A probe has two stages, direct and through others, each with its full time measured
 * from when it was really sent: a late tick never skips a stage.
 *
 * Beside the probe whose turn it is there are some out of turn: to confirm a suspicion of others, and to
 * see that a process is gone whose stream broke.
 */
import type { Random } from '../lib/index.js';
import type { NodeId } from '../types/index.js';
import type { LocalHealth } from './local-health.js';
import { parameters } from './parameters.js';
import type { RoundTrip } from './round-trip.js';

/**
 * `turn`: the regular one; `confirm`: somebody suspects it; `hearsay`: somebody has it dead, in a full
 * sync; `proof`: its port refuses connections.
 */
export type ProbeReason = 'turn' | 'confirm' | 'hearsay' | 'proof';

/** A probe that was answered: by which way, and how long after it was sent. */
export interface ProbeAnswer {
  readonly way: 'direct' | 'helper' | 'stream';
  readonly tookMs: number;
}

/** A probe for a graver reason takes the place of one for a lesser. */
const gravity: readonly ProbeReason[] = ['turn', 'confirm', 'hearsay', 'proof'];

interface Probe {
  readonly sequence: number;
  /** The same question over a stream goes under its own number. */
  readonly streamSequence: number;
  readonly target: NodeId;
  readonly reason: ProbeReason;
  readonly sentAtMs: number;
  /** Which one after another it is, from 1. */
  readonly turn: number;
  stage: 'direct' | 'indirect';
  deadlineMs: number;
  helpers: number;
  nacks: number;
}

export type ProbeStep =
  | { readonly kind: 'ping'; readonly sequence: number; readonly target: NodeId }
  | {
      readonly kind: 'ask-others';
      readonly sequence: number;
      /** Null: not over a stream, where it is known that none can be had. */
      readonly streamSequence: number | null;
      readonly target: NodeId;
    }
  | { readonly kind: 'failed'; readonly target: NodeId; readonly reason: ProbeReason };

export class Prober {
  #lap: NodeId[] = [];
  #position = 0;
  readonly #probes = new Map<number, Probe>();
  #turn: Probe | null = null;
  #nextAtMs: number | null = null;

  constructor(
    private readonly random: Random,
    private readonly health: LocalHealth,
    private readonly roundTrip: RoundTrip,
    private readonly nextSequence: () => number,
  ) {}

  /** A new member takes a random place in what is left of this lap. */
  added(id: NodeId): void {
    const rest = this.#lap.length - this.#position;
    this.#lap.splice(this.#position + this.random.below(rest + 1), 0, id);
  }

  /**
   * How an ack of `target` that `from` sent answers a probe under way: straight over UDP, through a helper,
   * or over a stream. Null where it answers none.
   */
  acknowledged(sequence: number, target: NodeId, from: NodeId, nowMs: number): ProbeAnswer | null {
    const probe = this.#probes.get(sequence);
    if (probe?.target !== target) return null;
    this.#end(probe);
    this.health.probeSucceeded();
    const tookMs = nowMs - probe.sentAtMs;
    if (sequence === probe.streamSequence) return { way: 'stream', tookMs };
    if (from !== target) return { way: 'helper', tookMs };
    this.roundTrip.observe(tookMs);
    return { way: 'direct', tookMs };
  }

  /** A helper is there, but has no ack either. */
  notAcknowledged(sequence: number, target: NodeId): void {
    const probe = this.#probes.get(sequence);
    if (probe?.target === target) probe.nacks = Math.min(probe.helpers, probe.nacks + 1);
  }

  /** So many members were asked to help. */
  helpersAsked(sequence: number, helpers: number): void {
    const probe = this.#probes.get(sequence);
    if (probe !== undefined) probe.helpers = helpers;
  }

  /** Asks `target` out of turn, unless it is being asked or too much is under way. */
  outOfTurn(target: NodeId, reason: Exclude<ProbeReason, 'turn'>, nowMs: number): ProbeStep[] {
    const same = [...this.#all()].find((probe) => probe.target === target);
    if (same !== undefined && gravity.indexOf(same.reason) >= gravity.indexOf(reason)) return [];
    // Each has two numbers. Proofs are not counted: there are no more than streams.
    if (reason !== 'proof' && this.#probes.size >= 2 * parameters.extraProbesMax) return [];
    if (same !== undefined) this.#end(same);
    const probe = this.#begin(target, reason, nowMs);
    return reason === 'proof' ? [this.#ping(probe), this.#askOthers(probe)] : [this.#ping(probe)];
  }

  /** The member lives a new life: what its last one does not answer says nothing about it. */
  cancel(target: NodeId): void {
    for (const probe of this.#all()) if (probe.target === target) this.#end(probe);
  }

  /** This process stood still: the probes under way get their time again. */
  rearm(nowMs: number): void {
    for (const probe of this.#all()) probe.deadlineMs = nowMs + this.#stageMs(probe);
  }

  /** What is to be done now. `live` are the members to choose from. */
  step(nowMs: number, live: ReadonlySet<NodeId>): ProbeStep[] {
    const intervalMs = parameters.probeIntervalMs;
    this.#nextAtMs ??= nowMs + this.random.next() * intervalMs;
    const steps: ProbeStep[] = [];
    for (const probe of this.#all()) {
      if (probe.deadlineMs <= nowMs) steps.push(this.#nextStage(probe, nowMs));
    }
    if (this.#turn !== null || nowMs < this.#nextAtMs) return steps;
    this.#nextAtMs = Math.max(this.#nextAtMs + intervalMs * this.health.multiplier, nowMs);
    const target = this.#next(live);
    if (target === null) return steps;
    this.#turn = this.#begin(target, 'turn', nowMs);
    steps.push(this.#ping(this.#turn));
    return steps;
  }

  #begin(target: NodeId, reason: ProbeReason, nowMs: number, turn = 1): Probe {
    const probe: Probe = {
      sequence: this.nextSequence(),
      streamSequence: this.nextSequence(),
      target,
      reason,
      sentAtMs: nowMs,
      turn,
      stage: reason === 'proof' ? 'indirect' : 'direct',
      deadlineMs: 0,
      helpers: 0,
      nacks: 0,
    };
    probe.deadlineMs = nowMs + this.#stageMs(probe);
    this.#probes.set(probe.sequence, probe);
    this.#probes.set(probe.streamSequence, probe);
    return probe;
  }

  #nextStage(probe: Probe, nowMs: number): ProbeStep {
    if (probe.stage === 'direct') {
      probe.stage = 'indirect';
      probe.deadlineMs = nowMs + this.#stageMs(probe);
      return this.#askOthers(probe);
    }
    this.#end(probe);
    // The others may only have been cut off from it: one lost packet must not be the last word.
    if (probe.reason === 'hearsay' && probe.turn < parameters.hearsayProbes) {
      return this.#ping(this.#begin(probe.target, 'hearsay', nowMs, probe.turn + 1));
    }
    if (probe.reason !== 'proof') this.health.probeFailed(probe.helpers, probe.nacks);
    return { kind: 'failed', target: probe.target, reason: probe.reason };
  }

  #stageMs({ stage, reason }: Probe): number {
    if (reason === 'proof') return this.roundTrip.timeoutMs(parameters.proofTimeoutMinMs);
    const directMs = this.roundTrip.timeoutMs(parameters.ackTimeoutMinMs);
    if (stage === 'direct') return directMs;
    const { indirectStageFactor, streamRoundTrips } = parameters;
    const streamMs = Math.min(
      parameters.ackTimeoutMaxMs,
      streamRoundTrips * this.roundTrip.usualMs,
    );
    return Math.max(directMs * indirectStageFactor, streamMs) * this.health.multiplier;
  }

  #ping({ sequence, target }: Probe): ProbeStep {
    return { kind: 'ping', sequence, target };
  }

  #askOthers({ sequence, streamSequence, target, reason }: Probe): ProbeStep {
    const stream = reason === 'proof' ? null : streamSequence;
    return { kind: 'ask-others', sequence, streamSequence: stream, target };
  }

  #end(probe: Probe): void {
    this.#probes.delete(probe.sequence);
    this.#probes.delete(probe.streamSequence);
    if (this.#turn === probe) this.#turn = null;
  }

  /** Each probe once, in the order in which they began. */
  *#all(): Iterable<Probe> {
    for (const [sequence, probe] of this.#probes) if (sequence === probe.sequence) yield probe;
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
