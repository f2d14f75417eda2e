/**
 * The Master's ear: merges what nodes report about themselves, confirms it, and asks where something is
 * missing. A new Master expects every member to speak up by itself, and asks those that do not until they do.
 */
import type { NodeId } from '../../types/index.js';
import type { Claim } from './claim.js';
import type { Report, TableEffect } from './messages.js';
import type { TableParameters } from './parameters.js';
import { Retry } from './retry.js';
import type { RoutingTable } from './routing-table.js';

type ClaimsOf = Pick<Report, 'generation' | 'sequence' | 'complete' | 'claims'>;

interface Awaited {
  readonly generation: number;
  readonly retry: Retry;
}

interface Heard {
  readonly generation: number;
  readonly sequence: number;
}

export class Collector {
  readonly #heard = new Map<NodeId, Heard>();
  /** Members that this Master has not heard yet. */
  readonly #awaited = new Map<NodeId, Awaited>();
  #askMs = Number.POSITIVE_INFINITY;
  readonly counts = { reports: 0, asked: 0 };

  constructor(
    private readonly self: NodeId,
    private readonly table: RoutingTable,
    private readonly publish: (claim: Claim) => void,
    private readonly effects: TableEffect[],
    private readonly parameters: TableParameters,
  ) {}

  get dueMs(): number {
    return this.#askMs;
  }

  /** Expects these to speak up: generations by node. */
  expect(members: ReadonlyMap<NodeId, number>, nowMs: number): void {
    for (const node of this.#awaited.keys()) if (!members.has(node)) this.#awaited.delete(node);
    for (const [node, generation] of members) {
      if (this.#heard.get(node)?.generation === generation) continue;
      if (this.#awaited.get(node)?.generation === generation) continue;
      const { collectAfterMs: retryMs, retryMsMax } = this.parameters;
      const retry = new Retry({ retryMs, retryMsMax });
      retry.sent(nowMs);
      this.#awaited.set(node, { generation, retry });
      this.#askMs = Math.min(this.#askMs, retry.dueMs);
    }
    for (const node of this.#heard.keys()) {
      if (node !== this.self && !members.has(node)) this.#heard.delete(node);
    }
  }

  tick(nowMs: number): void {
    if (this.#askMs > nowMs) return;
    this.#askMs = Number.POSITIVE_INFINITY;
    for (const [node, { generation, retry }] of this.#awaited) {
      if (retry.dueMs <= nowMs) {
        this.#ask(node, generation, this.known(node, generation));
        retry.sent(nowMs);
      }
      this.#askMs = Math.min(this.#askMs, retry.dueMs);
    }
  }

  report(from: NodeId, report: Report): void {
    const { generation, since, sequence, complete } = report;
    const known = this.known(from, generation);
    if (!complete && since > known) {
      this.#ask(from, generation, known);
      return;
    }
    this.counts.reports++;
    this.#awaited.delete(from);
    this.take(from, report);
    const message = { kind: 'reported' as const, generation, sequence: Math.max(known, sequence) };
    this.effects.push({ kind: 'send', to: [from], message });
  }

  /** Merges what a node, this one or another, says about itself; it must follow on from what is known. */
  take(node: NodeId, { generation, sequence, complete, claims }: ClaimsOf): void {
    const known = this.known(node, generation);
    this.#heard.set(node, { generation, sequence: Math.max(known, sequence) });
    if (sequence <= known) return;
    // first, for it says nothing of the claims before its number: who hears no more asks for all
    if (complete) this.#endUnnamed(node, { generation, sequence, claims });
    for (const claim of claims) {
      if (claim.sequence > known) this.#merge({ ...claim, node, generation });
    }
  }

  /** What is known of a life of a node goes up to this claim. */
  known(node: NodeId, generation: number): number {
    const heard = this.#heard.get(node);
    const sequence = heard?.generation === generation ? heard.sequence : 0;
    return Math.max(sequence, this.table.sequenceOf(node, generation));
  }

  /** Of a complete report: what the node held before and does not name is no longer warm. */
  #endUnnamed(node: NodeId, { generation, sequence, claims }: Omit<ClaimsOf, 'complete'>): void {
    if (this.table.generationOf(node) !== generation) return;
    const named = new Set(claims.map(({ key }) => key));
    for (const key of [...this.table.keysOf(node)]) {
      if (named.has(key)) continue;
      this.#merge({ key, state: 'cold', load: 0, node, generation, sequence });
    }
  }

  #merge(claim: Claim): void {
    this.table.merge(claim);
    this.publish(claim);
  }

  #ask(node: NodeId, generation: number, since: number): void {
    this.counts.asked++;
    this.effects.push({
      kind: 'send',
      to: [node],
      message: { kind: 'collect', generation, since },
    });
  }
}
