/**
 * Compares the nodes of a new release with those of the old one, slice of time by slice of time, from its first look
 * on. A good release is called bad in less than one of a thousand watches, however often it is looked at
 * (`evidence.ts`). It begins anew where another Master goes on.
 */
import type { NodeId } from '../../types/index.js';
import type { Comparison, NodeFigures, PlanSettings } from '../types.js';
import { difference } from './difference.js';
import { Evidence, type Pair } from './evidence.js';
import { type Rule, rules } from './rules.js';
import { Side } from './side.js';

/** Of all rules together. */
const falseAlarms = 1e-3;
const sliceMs = { least: 200, most: 1000 };
/** A slice with fewer new requests goes on for a while. */
const sliceRequests = 5;
/** Where little is known, or something looks bad, it is watched for so many times as long. */
const patience = 5;
const timedEnough = 200;

export interface Reading {
  readonly node: NodeId;
  readonly isNew: boolean;
  readonly figures: NodeFigures;
}

interface Finding {
  readonly rule: Rule;
  readonly evidence: Evidence;
  /** Of the whole watch. */
  sum: Pair;
}

export class ReleaseWatch {
  readonly #findings: readonly Finding[] = rules.map((rule) => ({
    rule,
    evidence: new Evidence(Math.log(rules.length / falseAlarms), rule.slicesMin, rule.margin),
    sum: { newRequests: 0, newEvents: 0, oldRequests: 0, oldEvents: 0 },
  }));
  readonly #before = new Map<NodeId, NodeFigures>();
  readonly #old = new Side();
  /** What old nodes did before. */
  readonly #past = new Side();
  readonly #new = new Side();
  #beganMs: number | null = null;
  #sliceBeganMs = 0;
  #nodes = { old: 0, new: 0 };

  constructor(private readonly settings: Pick<PlanSettings, 'bakeMs' | 'requestsMin'>) {}

  /** What all nodes have counted by now, those that could be asked. `nowMs` is by a clock that only goes on. */
  look(nowMs: number, readings: readonly Reading[]): Comparison {
    const nodes = readings.filter(({ isNew }) => isNew).length;
    this.#nodes = { old: readings.length - nodes, new: nodes };
    if (this.#beganMs === null) {
      if (nodes > 0) {
        this.#beganMs = nowMs;
        for (const { isNew, figures } of readings) if (!isNew) this.#past.add(figures);
      }
      this.#begin(nowMs, readings);
    } else this.#slice(nowMs, readings);
    return this.#comparison(nowMs - (this.#beganMs ?? nowMs));
  }

  #begin(nowMs: number, readings: readonly Reading[]): void {
    this.#sliceBeganMs = nowMs;
    for (const { node, figures } of readings) this.#before.set(node, figures);
  }

  #slice(nowMs: number, readings: readonly Reading[]): void {
    const { bakeMs } = this.settings;
    const tookMs = nowMs - this.#sliceBeganMs;
    if (tookMs < Math.min(Math.max(bakeMs / 10, sliceMs.least), sliceMs.most)) return;
    const slice = { old: new Side(), new: new Side() };
    const deltas = readings.map(({ node, isNew, figures }) => {
      const before = this.#before.get(node);
      const delta = before === undefined ? null : difference(figures, before);
      if (delta !== null) slice[isNew ? 'new' : 'old'].add(delta);
      return { isNew, delta };
    });
    if (slice.new.requests < sliceRequests && tookMs < bakeMs / 4) return;
    const known = { watched: this.#old, before: this.#past };
    for (const finding of this.#findings) {
      const pairs = finding.rule.pairs(slice, known);
      finding.evidence.add(pairs);
      for (const pair of pairs) finding.sum = plus(finding.sum, pair);
    }
    for (const { isNew, delta } of deltas) {
      if (delta !== null) (isNew ? this.#new : this.#old).add(delta);
    }
    this.#begin(nowMs, readings);
  }

  #comparison(windowMs: number): Comparison {
    const old = this.#old.figures(this.#nodes.old);
    const fresh = this.#new.figures(this.#nodes.new);
    const bad = this.#findings.filter(({ evidence }) => evidence.share >= 1);
    const told = { windowMs, old, new: fresh };
    if (bad.length > 0) {
      return {
        verdict: 'bad',
        text: `New nodes are worse: ${bad.map(textOf).join('; ')}.`,
        ...told,
      };
    }
    const { bakeMs, requestsMin } = this.settings;
    const watched = `${seconds(windowMs)} s and ${fresh.requests} invocations`;
    if (windowMs < bakeMs || fresh.requests < requestsMin) {
      const wanted = `${seconds(bakeMs)} s and ${requestsMin}`;
      return {
        verdict: 'waiting',
        text: `New nodes were watched for ${watched} of ${wanted}.`,
        ...told,
      };
    }
    const doubt = this.#doubt();
    if (doubt !== null && windowMs < patience * bakeMs) {
      const text = `New nodes were watched for ${watched}, and will be for longer: ${doubt}.`;
      return { verdict: 'waiting', text, ...told };
    }
    const but = doubt === null ? '' : `; yet ${doubt}`;
    const text = `New nodes are no worse than old ones after ${watched}${but}.`;
    return { verdict: 'good', text, ...told };
  }

  /** Why one would like to know more. */
  #doubt(): string | null {
    const worst = this.#findings.find(({ evidence }) => evidence.share > 0.5);
    if (worst !== undefined) return `it may be that there are more, ${textOf(worst)}`;
    const { timed } = this.#new;
    const enough = Math.min(timedEnough, this.settings.requestsMin);
    if (this.#nodes.old === 0 || timed >= enough) return null;
    return `only ${timed} of them found a warm sandbox, too few to judge times`;
  }
}

function textOf({ rule, sum }: Finding): string {
  const old = percent(sum.oldEvents, sum.oldRequests);
  const fresh = percent(sum.newEvents, sum.newRequests);
  return `${rule.text}, ${fresh} of ${sum.newRequests} against ${old} of ${sum.oldRequests}`;
}

function plus(a: Pair, b: Pair): Pair {
  return {
    newRequests: a.newRequests + b.newRequests,
    newEvents: a.newEvents + b.newEvents,
    oldRequests: a.oldRequests + b.oldRequests,
    oldEvents: a.oldEvents + b.oldEvents,
  };
}

function percent(events: number, all: number): string {
  return `${Number(((100 * events) / Math.max(1, all)).toFixed(2))} %`;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
