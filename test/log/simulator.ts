/**
 * A whole cluster of consensus cores in one thread under one seed. The network loses, doubles, delays
 * and reorders messages and cuts links, also in one direction; nodes crash, lose what was not synced, or
 * have it torn, and start again from the bytes of the real file format; disks and processes stall; voters
 * come and go. The checker looks after every step; in the end all is mended and the cluster must work.
 */
import { strict as assert } from 'node:assert';
import { type Random, seededRandom } from '../../src/lib/index.js';
import { RaftCore } from '../../src/log/core.js';
import { encodeVoters, type LogEntry, type LogMessage } from '../../src/log/index.js';
import { decodeLog, encodeRecord, logMagic } from '../../src/log/record.js';
import { type NodeId, nodeId } from '../../src/types/index.js';
import { Checker } from './checker.js';
import { EventHeap } from './heap.js';

/** Coarser than the real one: so that more of a run's steps are spent on what matters. */
const tickMs = 40;

/** How often each fault strikes: drawn per seed, so that some runs know only one of them. */
interface Faults {
  readonly loss: number;
  readonly doubling: number;
  readonly longDelay: number;
  readonly crash: number;
  readonly cut: number;
  readonly pause: number;
  readonly slowDisk: number;
  readonly voterChange: number;
}

interface SimulatedNode {
  readonly id: NodeId;
  core: RaftCore | null;
  /** The bytes on disk, and the terms of the entries in them. */
  file: Buffer[];
  diskTerms: number[];
  pending: Buffer | null;
  /** Counts starts: what an earlier life had planned must not happen to a later one. */
  life: number;
  pausedUntilMs: number;
  delivered: number;
  readonly reads: Map<number, number>;
}

export class Simulation {
  readonly #random: Random;
  readonly #events = new EventHeap();
  readonly #checker = new Checker();
  readonly #nodes: SimulatedNode[];
  readonly #cut = new Set<string>();
  #faults: Faults;
  #nowMs = 0;
  readonly #clientMs: number;
  #proposals = 0;
  /** What the run did, so that a test can see that it did something. */
  readonly counts = { elections: 0, crashes: 0, torn: 0, reads: 0, voterChanges: 0 };

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const random = this.#random;
    const size = 3 + random.below(3);
    const voters = random.next() < 0.5 ? size : 1 + random.below(size);
    const some = (most: number): number => (random.next() < 0.5 ? 0 : random.next() * most);
    this.#faults = {
      loss: some(0.2),
      doubling: some(0.2),
      longDelay: some(0.2),
      crash: some(0.15),
      cut: some(0.15),
      pause: some(0.1),
      slowDisk: some(0.1),
      voterChange: some(0.5),
    };
    this.#clientMs = 20 + random.next() * 200;
    const ids = Array.from({ length: size }, (_, at) => nodeId(String(at).padStart(32, '0')));
    this.#nodes = ids.map((id) => newNode(id));
    const first: LogEntry = {
      index: 1,
      term: 1,
      kind: 'voters',
      data: encodeVoters(ids.slice(0, voters)),
    };
    for (const node of this.#nodes.slice(0, voters)) {
      const hardState = { term: 1, votedFor: null, commitIndex: 1 };
      node.file.push(encodeRecord({ hardState, entries: [first] }));
      node.diskTerms = [1];
    }
    for (const node of this.#nodes) this.#start(node);
    this.#plan(10, () => this.#client());
    this.#plan(30, () => this.#fault());
  }

  get committed(): number {
    return this.#checker.committedIndex;
  }

  /** Runs that many events, checking after each. */
  run(steps: number): void {
    for (let step = 0; step < steps; step++) this.#step();
  }

  /** Mends everything; then a leader must be found, and what it accepts must reach every node. */
  mend(): void {
    const none = { loss: 0, doubling: 0, longDelay: 0, crash: 0, cut: 0, pause: 0 };
    this.#faults = { ...none, slowDisk: 0, voterChange: 0 };
    this.#cut.clear();
    for (const node of this.#nodes) {
      node.pausedUntilMs = 0;
      if (node.core === null) this.#start(node);
    }
    const before = this.committed;
    const untilMs = this.#nowMs + 10_000;
    while (this.#nowMs < untilMs) {
      this.#step();
      const least = Math.min(...this.#nodes.map((node) => node.delivered));
      if (least >= before + 3) return;
    }
    const states = this.#nodes.map((node) => JSON.stringify(node.core?.status(this.#nowMs)));
    assert.fail(`the mended cluster does not go on:\n${states.join('\n')}`);
  }

  #step(): void {
    const event = this.#events.next();
    assert(event !== undefined, 'something always happens');
    this.#nowMs = event.atMs;
    event.run();
  }

  #plan(delayMs: number, run: () => void): void {
    this.#events.add(this.#nowMs + delayMs, run);
  }

  // ------------------------------------------------------------------ nodes

  #start(node: SimulatedNode): void {
    const file = Buffer.concat([logMagic, ...node.file]);
    const { hardState, entries, wholeBytes } = decodeLog(file, 'simulated');
    if (wholeBytes < file.length) this.counts.torn++;
    node.file = [file.subarray(logMagic.length, wholeBytes)];
    node.diskTerms = entries.map((entry) => entry.term);
    node.delivered = 0;
    node.reads.clear();
    node.life++;
    const content = { hardState, entries };
    node.core = new RaftCore(this.#random, { self: node.id, content, nowMs: this.#nowMs });
    node.core.setLearners(
      this.#nodes.map(({ id }) => id),
      this.#nowMs,
    );
    this.#perform(node, node.core);
    this.#planTick(node, node.life);
  }

  #planTick(node: SimulatedNode, life: number): void {
    const delayMs = tickMs + this.#random.next() * 2;
    this.#plan(Math.max(delayMs, node.pausedUntilMs - this.#nowMs), () => {
      if (node.core === null || node.life !== life) return;
      const led = node.core.isLeader;
      node.core.tick(this.#nowMs);
      this.#perform(node, node.core);
      if (!led && node.core.isLeader) this.counts.elections++;
      this.#planTick(node, life);
    });
  }

  #crash(node: SimulatedNode): void {
    if (node.core === null) return;
    this.counts.crashes++;
    node.core = null;
    node.life++;
    if (node.pending !== null) {
      // Nothing of it, a part, or all of it has reached the disk.
      const part = this.#random.below(3) / 2;
      const bytes = part === 0.5 ? this.#random.below(node.pending.length) : node.pending.length;
      if (part > 0) node.file.push(node.pending.subarray(0, bytes));
      node.pending = null;
    }
    const quick = this.#random.next() < 0.5;
    this.#plan(this.#random.next() * (quick ? 5 : 1500), () => {
      if (node.core === null) this.#start(node);
    });
  }

  /** Performs the effects, as the actor does; called after every input. */
  #perform(node: SimulatedNode, core: RaftCore): void {
    const { messages, committed, reads } = core.takeEffects();
    for (const message of messages) this.#send(message);
    const promised = messages.some((sent) => sent.kind === 'vote-reply' && sent.granted);
    if (promised) this.#crashSoon(node);
    for (const entry of committed) {
      assert.equal(entry.index, ++node.delivered, 'entries are delivered in order, each once');
    }
    const { term, voters } = core.status(this.#nowMs);
    this.#checker.committed(committed, term, voters, (id, entry) => {
      const holder = this.#nodes.find((other) => other.id === id);
      return holder?.diskTerms[entry.index - 1] === entry.term;
    });
    for (const id of reads) {
      this.counts.reads++;
      this.#checker.read(node.reads.get(id) ?? Number.POSITIVE_INFINITY, core.commitIndex);
    }
    this.#checker.node(node.id, core);
    this.#startWrite(node, core);
  }

  #startWrite(node: SimulatedNode, core: RaftCore): void {
    const write = core.takeWrite(this.#random.next() < 0.01);
    if (write === null) return;
    const first = write.entries[0];
    if (first !== undefined) {
      const previous = core.entries(first.index - 1, first.index - 1)[0];
      this.#checker.written(write.entries, previous?.term ?? 0);
    }
    const record = encodeRecord(write);
    node.pending = record;
    const { life } = node;
    const slow = this.#random.next() < this.#faults.slowDisk;
    this.#plan(this.#random.next() * (slow ? 800 : 8), () => {
      if (node.life !== life || node.core === null) return;
      node.pending = null;
      node.file.push(record);
      for (const entry of write.entries) {
        node.diskTerms.length = entry.index - 1;
        node.diskTerms.push(entry.term);
      }
      const led = node.core.isLeader;
      node.core.written(this.#nowMs);
      this.#perform(node, node.core);
      if (!led && node.core.isLeader) this.counts.elections++;
    });
  }

  // ------------------------------------------------------------------ network

  #send(message: LogMessage): void {
    this.#checker.sent(message);
    const { loss, doubling, longDelay } = this.#faults;
    if (this.#cut.has(`${message.from} ${message.to}`) || this.#random.next() < loss) return;
    const copies = this.#random.next() < doubling ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const late = this.#random.next() < longDelay;
      this.#plan(1 + this.#random.next() * (late ? 1000 : 9), () => this.#deliver(message));
    }
  }

  #deliver(message: LogMessage): void {
    const node = this.#nodes.find(({ id }) => id === message.to);
    if (node === undefined || node.core === null) return;
    if (node.pausedUntilMs > this.#nowMs) {
      this.#plan(node.pausedUntilMs - this.#nowMs, () => this.#deliver(message));
      return;
    }
    const led = node.core.isLeader;
    node.core.step(message, this.#nowMs);
    this.#perform(node, node.core);
    if (!led && node.core.isLeader) this.counts.elections++;
  }

  // ------------------------------------------------------------------ clients and faults

  #client(): void {
    const node = this.#pick(this.#nodes.filter(({ core }) => core?.isLeader));
    this.#plan(this.#random.next() * this.#clientMs, () => this.#client());
    if (node === undefined || node.core === null || node.pausedUntilMs > this.#nowMs) return;
    const choice = this.#random.next();
    if (choice < this.#faults.voterChange) this.#changeVoters(node, node.core);
    else if (choice > 0.8) {
      const id = node.core.beginRead(this.#nowMs);
      if (typeof id === 'number') node.reads.set(id, this.#checker.committedIndex);
    } else {
      for (let count = 1 + this.#random.below(4); count > 0; count--) {
        const data = Buffer.from(`proposal ${++this.#proposals}`);
        node.core.propose('command', data, this.#nowMs);
      }
    }
    this.#perform(node, node.core);
  }

  #changeVoters(leader: SimulatedNode, core: RaftCore): void {
    const { voters } = core.status(this.#nowMs);
    const node = this.#pick(this.#nodes);
    if (node === undefined) return;
    const changed = voters.includes(node.id)
      ? voters.filter((id) => id !== node.id)
      : [...voters, node.id];
    if (changed.length === 0) return;
    const index = core.propose('voters', encodeVoters(changed), this.#nowMs);
    if (typeof index !== 'number') return;
    this.counts.voterChanges++;
    this.#crashSoon(leader);
  }

  /** Crashes come most often at the worst time: right after a promise. */
  #crashSoon(node: SimulatedNode): void {
    if (this.#faults.crash === 0 || this.#random.next() < 0.7) return;
    const { life } = node;
    this.#plan(this.#random.next() * 2, () => {
      if (node.life === life) this.#crash(node);
    });
  }

  #fault(): void {
    const { crash, cut, pause } = this.#faults;
    const strikes = (chance: number): boolean => this.#random.next() < chance;
    this.#plan(this.#random.next() * 60, () => this.#fault());
    const leaders = this.#nodes.filter((each) => each.core?.isLeader);
    const node = this.#pick(leaders.length > 0 && strikes(0.5) ? leaders : this.#nodes);
    if (node === undefined) return;
    if (strikes(crash)) this.#crash(node);
    if (strikes(pause)) node.pausedUntilMs = this.#nowMs + this.#random.next() * 1500;
    if (strikes(cut)) {
      this.#cutLinks();
      this.#plan(this.#random.next() * 2000, () => this.#cut.clear());
    }
  }

  /** Splits the nodes in two camps; one time in three only one direction is cut. */
  #cutLinks(): void {
    const camp = this.#nodes.map(() => this.#random.next() < 0.5);
    const oneWay = this.#random.next() < 1 / 3;
    this.#nodes.forEach((from, a) => {
      this.#nodes.forEach((to, b) => {
        if (camp[a] && !camp[b]) this.#cut.add(`${from.id} ${to.id}`);
        if (!oneWay && !camp[a] && camp[b]) this.#cut.add(`${from.id} ${to.id}`);
      });
    });
  }

  #pick(nodes: readonly SimulatedNode[]): SimulatedNode | undefined {
    return nodes[this.#random.below(nodes.length)];
  }
}

function newNode(id: NodeId): SimulatedNode {
  return {
    id,
    core: null,
    file: [],
    diskTerms: [],
    pending: null,
    life: 0,
    pausedUntilMs: 0,
    delivered: 0,
    reads: new Map(),
  };
}
