/**
 * Does harm at random: kills, restarts and stalls nodes, tells lies about them, cuts links and halves, loses,
 * doubles and delays messages. `mend` ends all of it.
 */
import { strict as assert } from 'node:assert';
import type { Random } from '../../../src/lib/index.js';
import type { NodeId } from '../../../src/types/index.js';
import { type TableCluster, takesPart } from './cluster.js';
import { calmLink } from './link.js';
import type { TableNode } from './node.js';

/** How often gossip errs for how long, at most. */
const lieMsMax = 3000;
const stallMsMax = 3000;
/** No message takes longer. */
export const slowestMsMax = 150;

export class Nemesis {
  readonly log: string[] = [];
  readonly #random: Random;
  readonly #cut = new Set<string>();
  #half: ReadonlySet<NodeId> | null = null;
  #over = false;
  #cohort = 0;

  constructor(
    private readonly cluster: TableCluster,
    /** Between two acts, in the mean. */
    private readonly everyMs: number,
    private readonly nodesMax: number,
  ) {
    this.#random = cluster.random;
    cluster.passes = (from, to) => {
      if (this.#half !== null && this.#half.has(from) !== this.#half.has(to)) return false;
      return !this.#cut.has(`${from} ${to}`);
    };
    this.#plan();
  }

  /** No more harm; what has died stays dead. */
  mend(): void {
    this.#over = true;
    this.#half = null;
    this.#cut.clear();
    this.cluster.link = calmLink;
    for (const node of this.cluster.nodes.values()) this.cluster.resume(node);
    for (const node of this.cluster.nodes.values()) {
      const fact = this.cluster.oracle.facts.get(node.id);
      if (!node.alive || fact?.status === 'left') continue;
      const change = { status: 'alive' as const, degraded: false };
      if (fact?.joinedAt === 0) this.cluster.admit(node);
      this.cluster.change(node, change);
    }
    this.cluster.oracle.repeat();
  }

  #plan(): void {
    this.cluster.plan(2 * this.everyMs * this.#random.next(), () => {
      if (this.#over) return;
      this.#strike();
      this.#plan();
    });
  }

  #strike(): void {
    const acts: readonly (() => string)[] = [
      () => this.#kill(this.#victim()),
      () => this.#kill(this.cluster.master()),
      () => this.#restart(),
      () => this.#join(),
      () => this.#stall(this.#victim()),
      () => this.#stall(this.cluster.master()),
      () => this.#lie(this.#victim()),
      () => this.#lie(this.cluster.master()),
      () => this.#degrade(),
      () => this.#leave(),
      () => this.#part(),
      () => this.#cutLink(),
      () => this.#link(),
      () => this.#admit(),
      () => this.#outrank(),
      () => this.#handOver(),
    ];
    const act = acts[this.#random.below(acts.length)];
    assert(act !== undefined);
    this.log.push(`${this.cluster.nowMs.toFixed(1)} ${act()}`);
  }

  #victim(): TableNode | undefined {
    const alive = [...this.cluster.nodes.values()].filter((node) => node.alive);
    return alive[this.#random.below(alive.length)];
  }

  #alive(): number {
    return [...this.cluster.nodes.values()].filter((node) => node.alive).length;
  }

  #kill(node: TableNode | undefined): string {
    if (node === undefined || !node.alive || this.#alive() <= 1) return 'nobody to kill';
    this.cluster.kill(node);
    this.cluster.change(node, { status: 'dead' });
    return `kill ${short(node)}`;
  }

  /** Of one that is dead, or at once of one that runs. */
  #restart(): string {
    const all = [...this.cluster.nodes.keys()];
    const id = all[this.#random.below(all.length)];
    if (id === undefined || this.#half !== null) return 'no restart';
    const node = this.cluster.start(Number.parseInt(id, 16), this.#random.next() < 0.5);
    return `restart ${short(node)} life ${node.generation}`;
  }

  #join(): string {
    if (this.cluster.nodes.size >= this.nodesMax || this.#half !== null) return 'no join';
    const node = this.cluster.start(this.cluster.nodes.size + 1, this.#random.next() < 0.5);
    return `join ${short(node)}`;
  }

  #admit(): string {
    const waiting = [...this.cluster.nodes.values()].find(
      (node) => node.alive && this.cluster.oracle.facts.get(node.id)?.joinedAt === 0,
    );
    if (waiting === undefined || this.#half !== null) return 'nobody to admit';
    this.cluster.admit(waiting);
    return `admit ${short(waiting)}`;
  }

  /** A node ranks before all from now on, as one of the release that leads does. */
  #outrank(): string {
    const node = this.#victim();
    if (node === undefined || this.#half !== null) return 'nobody outranks';
    const cohort = ++this.#cohort;
    this.cluster.change(node, { cohort });
    return `cohort ${cohort} ${short(node)}`;
  }

  /** Whoever rules, as far as it knows; maybe twice, and maybe to one that takes another for the Master. */
  #handOver(): string {
    const rules = [...this.cluster.nodes.values()].filter(({ core }) => core.role === 'master');
    const from = rules[this.#random.below(rules.length)];
    const workers = [...this.cluster.nodes.values()].filter(({ alive, core }) => {
      return alive && core.role === 'worker';
    });
    // the Replicas hold a table anyway
    const to = workers[this.#random.below(workers.length)] ?? this.#victim();
    if (from === undefined || to === undefined || from === to) return 'no handover';
    this.cluster.handOver(from, to, this.#random.next() * slowestMsMax);
    if (this.#random.next() < 0.5) {
      this.cluster.plan(this.#random.next() * 4 * slowestMsMax, () => {
        if (!this.#over) this.cluster.change(to, { cohort: ++this.#cohort });
      });
    }
    return `handover ${short(from)} ${short(to)}`;
  }

  #stall(node: TableNode | undefined): string {
    if (node?.state !== 'running') return 'nobody to stall';
    this.cluster.stall(node);
    this.cluster.plan(this.#random.next() * stallMsMax, () => this.cluster.resume(node));
    return `stall ${short(node)}`;
  }

  /** Some, or all, take a living node for dead, or suspect it, for a while. */
  #lie(node: TableNode | undefined): string {
    const fact = node && this.cluster.oracle.facts.get(node.id);
    if (node === undefined || !fact || !takesPart(fact) || this.#half !== null) return 'no lie';
    const status = this.#random.next() < 0.7 ? ('dead' as const) : ('suspect' as const);
    const share = this.#random.next() < 0.5 ? 1 : this.#random.next();
    const liars = (observer: TableNode): boolean =>
      observer !== node && this.#random.next() < share;
    this.cluster.oracle.rumour({ ...fact, status }, liars);
    this.cluster.plan(this.#random.next() * lieMsMax, () => {
      const now = this.cluster.oracle.facts.get(node.id);
      if (now && !this.#over) this.cluster.oracle.rumour(now, this.#reaches(node.id));
    });
    return `${status} says of ${short(node)} a share of ${share.toFixed(2)}`;
  }

  #degrade(): string {
    const node = this.#victim();
    const fact = node && this.cluster.oracle.facts.get(node.id);
    if (node === undefined || fact === undefined || this.#half !== null) return 'nobody degrades';
    this.cluster.change(node, { degraded: !fact.degraded });
    return `degraded ${!fact.degraded} ${short(node)}`;
  }

  #leave(): string {
    const node = this.#victim();
    if (node === undefined || this.#alive() <= 1 || this.#half !== null) return 'nobody leaves';
    this.cluster.change(node, { status: 'left' });
    this.cluster.plan(100, () => this.cluster.kill(node));
    return `leave ${short(node)}`;
  }

  /** Halves that take each other for dead; the next time it is mended. */
  #part(): string {
    const { oracle, nodes, random } = this.cluster;
    if (this.#half !== null) {
      this.#half = null;
      oracle.repeat();
      return 'heal';
    }
    const ids = random.shuffled([...nodes.keys()]);
    const half = new Set(ids.slice(0, random.below(ids.length)));
    this.#half = half;
    for (const fact of oracle.facts.values()) {
      const other = (observer: TableNode): boolean => half.has(observer.id) !== half.has(fact.id);
      if (takesPart(fact)) oracle.rumour({ ...fact, status: 'dead' }, other);
    }
    return `part ${[...half].map((id) => id.slice(-2)).join(' ')}`;
  }

  #cutLink(): string {
    if (this.#cut.size > 0) {
      this.#cut.clear();
      return 'links are mended';
    }
    const [one, other] = this.#random.shuffled([...this.cluster.nodes.keys()]);
    if (one === undefined || other === undefined) return 'no link to cut';
    this.#cut.add(`${one} ${other}`);
    if (this.#random.next() < 0.5) this.#cut.add(`${other} ${one}`);
    return `cut ${one.slice(-2)} ${other.slice(-2)}`;
  }

  #link(): string {
    const some = (most: number): number => this.#random.next() * most;
    const delayMsMax = this.#random.next() < 0.5 ? 2 : some(slowestMsMax);
    const loss = this.#random.next() < 0.5 ? 0 : some(0.3);
    const duplication = this.#random.next() < 0.5 ? 0 : some(0.3);
    const ordered = this.#random.next() < 0.3;
    this.cluster.link = { delayMsMin: 0.2, delayMsMax, loss, duplication, ordered };
    return `link ${JSON.stringify(this.cluster.link)}`;
  }

  #reaches(subject: NodeId): (observer: TableNode) => boolean {
    return (observer) =>
      this.#half === null || this.#half.has(observer.id) === this.#half.has(subject);
  }
}

function short(node: TableNode): string {
  return node.id.slice(-2);
}
