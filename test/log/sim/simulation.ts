/**
 * A whole cluster of consensus cores in one thread under one seed, over the real storage. The network
 * loses, doubles, delays and reorders messages and cuts links, also in one direction; nodes are killed
 * or lose power at any operation of their disk, which then has what was not synced lost or torn; disks are
 * slow, full or wiped; processes stall; voters and leaders change; nodes without a vote are fed by any other.
 * The checker looks after every step; in the end all is mended and the cluster must work.
 */
import { strict as assert } from 'node:assert';
import { type Random, seededRandom } from '../../../src/lib/index.js';
import type { RaftCore } from '../../../src/log/core.js';
import { snapshotRequest } from '../../../src/log/effects.js';
import type { LogMessage, LogWrite } from '../../../src/log/index.js';
import { HearthError, type NodeId, nodeId } from '../../../src/types/index.js';
import { PowerCut, SimulatedDisk } from '../storage/simulated-disk.js';
import { Checker } from './checker.js';
import { type Faults, faultsOf, noFaults } from './faults.js';
import { EventHeap } from './heap.js';
import { SimulatedNode } from './node.js';

/** Coarser than the real one: so that more of a run's steps are spent on what matters. */
const tickMs = 40;

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
  readonly counts = {
    operations: 0,
    elections: 0,
    crashes: 0,
    powerCuts: 0,
    torn: 0,
    reads: 0,
    voterChanges: 0,
    transfers: 0,
    snapshots: 0,
    installs: 0,
    wipes: 0,
    full: 0,
    relayed: 0,
  };

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const size = 3 + this.#random.below(4);
    this.#faults = faultsOf(this.#random);
    this.#clientMs = 20 + this.#random.next() * 200;
    this.#nodes = Array.from(
      { length: size },
      (_, at) => new SimulatedNode(nodeId(String(at).padStart(32, '0'))),
    );
  }

  get committed(): number {
    return this.#checker.committedIndex;
  }

  /** Runs that many events, checking after each. */
  async run(steps: number): Promise<void> {
    for (const [at, node] of this.#nodes.entries()) await this.#start(node, at === 0);
    this.#plan(10, () => this.#client());
    this.#plan(20, () => this.#steer());
    this.#plan(30, () => this.#fault());
    for (let step = 0; step < steps; step++) await this.#step();
  }

  /** Mends everything; then a leader must be found, and what it accepts must reach every node. */
  async mend(): Promise<void> {
    this.#faults = noFaults;
    this.#cut.clear();
    for (const node of this.#nodes) {
      node.pausedUntilMs = 0;
      node.disk.full = false;
      if (node.core === null) await this.#start(node, false);
    }
    const before = this.committed;
    const untilMs = this.#nowMs + 20_000;
    while (this.#nowMs < untilMs) {
      await this.#step();
      const least = Math.min(...this.#nodes.map((node) => node.delivered));
      if (least >= before + 3) return;
    }
    const states = this.#nodes.map((node) => JSON.stringify(node.core?.status(this.#nowMs)));
    assert.fail(`the mended cluster does not go on:\n${states.join('\n')}`);
  }

  async #step(): Promise<void> {
    const event = this.#events.next();
    assert(event !== undefined, 'something always happens');
    this.#nowMs = event.atMs;
    this.counts.operations++;
    await event.run();
  }

  #plan(delayMs: number, run: () => void | Promise<void>): void {
    this.#events.add(this.#nowMs + delayMs, run);
  }

  /** Plans something that only happens to this life of a node. */
  #planFor(
    node: SimulatedNode,
    delayMs: number,
    run: (core: RaftCore) => void | Promise<void>,
  ): void {
    const { life } = node;
    this.#plan(delayMs, async () => {
      const { core } = node;
      if (core === null || node.life !== life) return;
      if (node.pausedUntilMs > this.#nowMs) {
        this.#planFor(node, node.pausedUntilMs - this.#nowMs, run);
        return;
      }
      await run(core);
    });
  }

  // ------------------------------------------------------------------ nodes

  async #start(node: SimulatedNode, found: boolean): Promise<void> {
    const core = await node.start(this.#random, this.#checker, this.#nowMs, found);
    this.#configure(node, core);
    this.#perform(node, core);
    this.#planTick(node);
  }

  /** What src/cluster would say about who feeds and who leads: here anything. */
  #configure(node: SimulatedNode, core: RaftCore): void {
    const others = this.#shuffled(this.#nodes.filter((each) => each !== node)).map(({ id }) => id);
    core.setFeeders(others, this.#nowMs);
    core.setPreference(this.#shuffled(this.#nodes).map(({ id }) => id));
  }

  #planTick(node: SimulatedNode): void {
    this.#planFor(node, tickMs + this.#random.next() * 2, (core) => {
      this.#input(node, core, () => core.tick(this.#nowMs));
      this.#planTick(node);
    });
  }

  #input(node: SimulatedNode, core: RaftCore, run: () => void): void {
    const led = core.isLeader;
    run();
    this.#perform(node, core);
    if (!led && core.isLeader) this.counts.elections++;
  }

  /** Ends a node: what it had not synced is as its disk is found. */
  #crash(node: SimulatedNode): void {
    if (node.core === null) return;
    this.counts.crashes++;
    node.stop();
    const cut = this.#random.next() < 0.7;
    if (cut) this.counts.powerCuts++;
    node.disk = cut ? node.disk.crash(this.#random) : node.disk.killed();
    if (this.#strikes(this.#faults.wipe) && this.#mayWipe(node)) {
      this.counts.wipes++;
      node.disk = new SimulatedDisk();
      node.lostTerms = node.diskTerms;
      node.mute = true;
      node.diskTerms = [];
    }
    const quick = this.#random.next() < 0.5;
    this.#plan(this.#random.next() * (quick ? 5 : 1500), async () => {
      if (node.core === null) await this.#start(node, false);
    });
  }

  /** One disk of three or more may be lost before the last loss is made good: more are a lost majority. */
  #mayWipe(node: SimulatedNode): boolean {
    return this.#nodes.every(({ mute, changing, voters, diskTerms }) => {
      if (mute || changing || diskTerms.length === 0) return false;
      return !voters.includes(node.id) || voters.length >= 3;
    });
  }

  /** Performs the effects, as the actor does; called after every input. */
  #perform(node: SimulatedNode, core: RaftCore): void {
    const { messages, parts, received, restore, committed, reads } = core.takeEffects();
    for (const message of messages) this.#send(message);
    const promised = messages.some((sent) => sent.kind === 'vote-reply' && sent.granted);
    if (promised) this.#crashSoon(node);
    for (const { to, meta, part } of parts) {
      this.#onDisk(node, async () => {
        const content = await node.storage.readPart(meta.index, part);
        if (content === null) return;
        this.#send(snapshotRequest(core.partSender(this.#nowMs), { to, meta, part }, content));
      });
    }
    const [request] = received;
    if (request !== undefined && !node.receiving) {
      node.receiving = true;
      const { meta, part, data, last } = request;
      this.#onDisk(node, async () => {
        const taken = await node.storage.receivePart(meta, part, { data, last }).catch(unlessFull);
        node.receiving = false;
        if (taken === null) return;
        this.#input(node, core, () => {
          if (taken === 'whole') core.install(meta, request.from, this.#nowMs);
          else core.partTaken(request, taken);
        });
      });
    }
    if (restore !== null) this.#restore(node, core, restore.index);
    else this.#deliver(node, core, committed);
    for (const id of reads) {
      this.counts.reads++;
      this.#checker.read(node.reads.get(id) ?? Number.POSITIVE_INFINITY, core.commitIndex);
    }
    this.#checker.node(node.id, core);
    Object.assign(node, pick(core.status(this.#nowMs)));
    this.#startWrite(node, core);
  }

  #deliver(
    node: SimulatedNode,
    core: RaftCore,
    committed: ReturnType<RaftCore['takeEffects']>['committed'],
  ): void {
    this.#checker.committed(committed, core.term);
    for (const entry of committed) {
      node.apply(entry);
      if (entry.kind === 'member' && Buffer.from(entry.data).toString() === memberText(node)) {
        this.#input(node, core, () => core.admittedAt(entry.index));
      }
    }
    this.#checker.state(node.delivered, node.state);
    const last = committed.at(-1);
    if (last === undefined || !core.isLeader) return;
    this.#checker.durable(last, core.voterSets(), (id, entry) => {
      const holder = this.#nodes.find((other) => other.id === id);
      // What a disk had when it answered counts, also where it was lost meanwhile: it was one disk.
      const had = [holder?.diskTerms, holder?.lostTerms];
      return had.some((terms) => terms?.[entry.index - 1] === entry.term);
    });
  }

  #restore(node: SimulatedNode, core: RaftCore, index: number): void {
    this.counts.installs++;
    // The actor holds back what is committed meanwhile; here nothing comes between.
    const { life } = node;
    this.#events.addFirst(this.#nowMs, async () => {
      if (node.life !== life) return;
      await node.restore(index, this.#checker);
      this.#deliver(node, core, this.#checker.entriesFrom(index + 1, core.deliveredIndex));
    });
  }

  #startWrite(node: SimulatedNode, core: RaftCore): void {
    if (node.writing) return;
    const write = core.takeWrite(this.#random.next() < 0.01);
    const first = write?.entries[0];
    if (write !== null && first !== undefined) {
      const [previous] = core.entries(first.index - 1, first.index - 1);
      this.#checker.written(write.entries, first.index === 1 ? 0 : previous?.term);
    }
    if (write !== null) this.#write(node, core, write);
    else if (!node.saving && this.#strikes(0.02)) this.#saveSnapshot(node, core);
  }

  #write(node: SimulatedNode, core: RaftCore, write: LogWrite): void {
    node.writing = true;
    this.#onDisk(node, async () => {
      const both = [this.#appended(node, core, write), this.#snapshotBeside(node, core)] as const;
      for (const each of both) each.catch(() => undefined);
      await both[1];
      if (!(await both[0])) return;
      node.writing = false;
      node.noteWrite(write, this.#checker);
      if (node.full) {
        node.full = false;
        core.setMayLead(true, this.#nowMs);
      }
      this.#input(node, core, () => core.written(this.#nowMs));
    });
  }

  async #appended(node: SimulatedNode, core: RaftCore, write: LogWrite): Promise<boolean> {
    if ((await node.storage.append(write).catch(unlessFull)) !== null) return true;
    this.counts.full++;
    if (!node.full) {
      node.full = true;
      this.#input(node, core, () => core.setMayLead(false, this.#nowMs));
    }
    this.#plan(this.#random.next() * 400, () => {
      node.disk.full = false;
    });
    node.writing = false;
    this.#planFor(node, 100, () => this.#write(node, core, write));
    node.writing = true;
    return false;
  }

  #saveSnapshot(node: SimulatedNode, core: RaftCore): void {
    const save = this.#snapshot(node, core);
    if (save !== null) this.#onDisk(node, save);
  }

  /** Now and then a snapshot is saved while a write is under way. */
  async #snapshotBeside(node: SimulatedNode, core: RaftCore): Promise<void> {
    if (node.saving || !this.#strikes(0.03)) return;
    await this.#snapshot(node, core)?.();
  }

  /** Takes a snapshot of the state now; saving it, and dropping what it covers, is what is returned. */
  #snapshot(node: SimulatedNode, core: RaftCore): (() => Promise<void>) | null {
    const meta = core.snapshotMeta();
    if (meta === null || meta.index !== node.delivered) return null;
    node.saving = true;
    const parts = node.snapshot();
    return async () => {
      const saved = await node.storage.saveSnapshot(meta, parts).catch(unlessFull);
      node.saving = false;
      if (saved === null) return;
      this.counts.snapshots++;
      await node.storage.compact(core.compact(meta));
    };
  }

  /** Something that takes its time and may be cut short by a power cut at any operation of the disk. */
  #onDisk(node: SimulatedNode, run: () => Promise<void>): void {
    const slow = this.#strikes(this.#faults.slowDisk);
    this.#planFor(node, this.#random.next() * (slow ? 800 : 8), async () => {
      const { disk } = node;
      if (this.#strikes(this.#faults.crash / 4)) {
        let left = this.#random.below(8);
        disk.onOperation = () => {
          if (left-- <= 0) throw new PowerCut('the power is off');
        };
      }
      try {
        await run();
        disk.onOperation = null;
      } catch (thrown) {
        disk.onOperation = null;
        if (!isPowerCut(thrown)) throw thrown;
        this.counts.torn++;
        this.#crash(node);
      }
    });
  }

  // ------------------------------------------------------------------ network

  #send(message: LogMessage): void {
    this.#checker.sent(message);
    if (message.kind === 'append-request' && message.leader !== message.from) this.counts.relayed++;
    const { loss, doubling, longDelay } = this.#faults;
    if (this.#cut.has(`${message.from} ${message.to}`) || this.#strikes(loss)) return;
    const copies = this.#strikes(doubling) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const late = this.#strikes(longDelay);
      this.#plan(1 + this.#random.next() * (late ? 1000 : 9), () => this.#arrive(message));
    }
  }

  #arrive(message: LogMessage): void {
    const node = this.#nodes.find(({ id }) => id === message.to);
    if (node === undefined || node.core === null) return;
    if (node.pausedUntilMs > this.#nowMs) {
      this.#plan(node.pausedUntilMs - this.#nowMs, () => this.#arrive(message));
      return;
    }
    const { core } = node;
    this.#input(node, core, () => core.step(message, this.#nowMs));
  }

  // ------------------------------------------------------------------ clients and faults

  #client(): void {
    const node = this.#aLeader();
    this.#plan(this.#random.next() * this.#clientMs, () => this.#client());
    if (node === undefined || node.core === null) return;
    const { core } = node;
    if (this.#random.next() > 0.8) {
      const id = core.beginRead(this.#nowMs);
      if (typeof id === 'number') node.reads.set(id, this.#checker.committedIndex);
    } else {
      for (let count = 1 + this.#random.below(4); count > 0; count--) {
        const data = Buffer.from(`proposal ${++this.#proposals}`);
        core.propose('command', data, this.#nowMs);
      }
    }
    this.#input(node, core, () => undefined);
  }

  /** What src/cluster does: admits nodes, changes who votes, leads and feeds. */
  #steer(): void {
    this.#plan(20 + this.#random.next() * 100, () => this.#steer());
    const node = this.#aLeader();
    if (node === undefined || node.core === null) return;
    const { core } = node;
    const mute = this.#nodes.find((each) => each.core?.status(this.#nowMs).mute === true);
    this.#input(node, core, () => {
      if (mute !== undefined) core.propose('member', Buffer.from(memberText(mute)), this.#nowMs);
      this.#steerVoters(node, core, mute?.id);
    });
    const other = this.#pick(this.#nodes);
    if (other?.core != null && this.#strikes(0.2)) this.#configure(other, other.core);
    if (!this.#strikes(this.#faults.handOver)) return;
    const { voters } = core.status(this.#nowMs);
    const to = voters[this.#random.below(voters.length)] ?? node.id;
    if (core.transferLead(to, this.#nowMs) === null) this.counts.transfers++;
    this.#input(node, core, () => undefined);
  }

  #steerVoters(leader: SimulatedNode, core: RaftCore, mute: NodeId | undefined): void {
    core.setLearners(
      this.#shuffled(this.#nodes)
        .slice(0, 3)
        .map(({ id }) => id),
      this.#nowMs,
    );
    const { voters } = core.status(this.#nowMs);
    const three = Math.min(3, this.#nodes.length);
    let wanted: readonly NodeId[];
    if (mute !== undefined && voters.includes(mute)) wanted = voters.filter((id) => id !== mute);
    else if (mute === undefined && voters.length < three) {
      wanted = this.#shuffled(this.#nodes)
        .slice(0, three)
        .map(({ id }) => id);
    } else if (mute === undefined && this.#strikes(this.#faults.voterChange)) {
      const size = three + this.#random.below(this.#nodes.length - three + 1);
      wanted = this.#shuffled(this.#nodes)
        .slice(0, size)
        .map(({ id }) => id);
    } else return;
    if (typeof core.changeVoters(wanted, this.#nowMs) !== 'number') return;
    this.counts.voterChanges++;
    this.#crashSoon(leader);
  }

  /** Crashes come most often at the worst time: right after a promise. */
  #crashSoon(node: SimulatedNode): void {
    if (this.#faults.crash === 0 || this.#random.next() < 0.7) return;
    this.#planFor(node, this.#random.next() * 2, () => this.#crash(node));
  }

  #fault(): void {
    const { crash, cut, pause, diskFull, falseNews } = this.#faults;
    this.#plan(this.#random.next() * 60, () => this.#fault());
    const leaders = this.#nodes.filter((each) => each.core?.isLeader);
    const node = this.#pick(leaders.length > 0 && this.#strikes(0.5) ? leaders : this.#nodes);
    if (node === undefined) return;
    if (this.#strikes(crash)) this.#crash(node);
    if (this.#strikes(pause)) node.pausedUntilMs = this.#nowMs + this.#random.next() * 1500;
    if (this.#strikes(diskFull)) node.disk.full = true;
    if (this.#strikes(falseNews)) {
      const gone = this.#pick(this.#nodes)?.id ?? node.id;
      for (const { core } of this.#nodes) core?.processGone(gone, this.#nowMs);
    }
    if (this.#strikes(cut)) {
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

  #aLeader(): SimulatedNode | undefined {
    const awake = this.#nodes.filter(({ pausedUntilMs }) => pausedUntilMs <= this.#nowMs);
    return this.#pick(awake.filter(({ core }) => core?.isLeader));
  }

  #strikes(chance: number): boolean {
    return chance > 0 && this.#random.next() < chance;
  }

  #pick(nodes: readonly SimulatedNode[]): SimulatedNode | undefined {
    return nodes[this.#random.below(nodes.length)];
  }

  #shuffled(nodes: readonly SimulatedNode[]): SimulatedNode[] {
    const keys = new Map(nodes.map((node) => [node, this.#random.next()]));
    return [...nodes].sort((one, other) => (keys.get(one) ?? 0) - (keys.get(other) ?? 0));
  }
}

function pick({ mute, changing, voters }: ReturnType<RaftCore['status']>) {
  return { mute, changing, voters };
}

function memberText({ id, life }: SimulatedNode): string {
  return `${id} ${life}`;
}

/** Null for a disk that has no room; throws everything else. */
function unlessFull(thrown: unknown): null {
  if (thrown instanceof HearthError && thrown.code === 'storage-full') return null;
  throw thrown;
}

/** The storage reports it as an error of the disk. */
function isPowerCut(thrown: unknown): boolean {
  if (thrown instanceof PowerCut) return true;
  return thrown instanceof HearthError && thrown.message.includes('the power is off');
}
