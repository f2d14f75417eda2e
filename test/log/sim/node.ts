/**
 * A node of the simulation: the consensus core over the real storage on a disk in memory, and a state
 * machine that shows everything it was given. Does what the actor does, with each wait decided by the
 * simulation.
 */
import { strict as assert } from 'node:assert';
import { type Random, silentLogger } from '../../../src/lib/index.js';
import { RaftCore } from '../../../src/log/core.js';
import { foundingContent, isEmpty, muteContent } from '../../../src/log/first-content.js';
import { type LogEntry, type LogWrite, SegmentStorage } from '../../../src/log/index.js';
import type { NodeId } from '../../../src/types/index.js';
import { SimulatedDisk } from '../storage/simulated-disk.js';
import { type Checker, nextState } from './checker.js';

/** Few entries fit in a segment, and few are kept: so that a run has many of all. */
const segmentBytes = 600;
const entriesKept = 5;

export class SimulatedNode {
  core: RaftCore | null = null;
  disk = new SimulatedDisk();
  storage: SegmentStorage;
  /** Counts starts: what an earlier life had planned must not happen to a later one. */
  life = 0;
  pausedUntilMs = 0;
  /** Up to here the state machine has everything. */
  delivered = 0;
  state = '';
  /** Terms of the entries on disk, by index from 1 on; what a snapshot covers counts as there. */
  diskTerms: (number | undefined)[] = [];
  /** Of the disk that was lost last. */
  lostTerms: (number | undefined)[] = [];
  /** It has no voice, or will have none when it starts. */
  mute = false;
  /** As it knew last. */
  changing = false;
  voters: readonly NodeId[] = [];
  writing = false;
  saving = false;
  receiving = false;
  full = false;
  readonly reads = new Map<number, number>();

  constructor(readonly id: NodeId) {
    this.storage = this.#newStorage();
  }

  /** Starts it on its disk. `found`: as the first of the cluster. */
  async start(random: Random, checker: Checker, nowMs: number, found: boolean): Promise<RaftCore> {
    this.life++;
    this.storage = this.#newStorage();
    this.writing = false;
    this.saving = false;
    this.receiving = false;
    this.full = false;
    this.disk.full = false;
    this.reads.clear();
    let content = await this.storage.open();
    if (isEmpty(content)) {
      content = found ? foundingContent(this.id) : muteContent;
      await this.storage.append({ ...content, install: null });
    }
    this.delivered = 0;
    this.state = '';
    if (content.snapshot !== null) await this.restore(content.snapshot.index, checker);
    this.diskTerms = [];
    for (let index = 1; index <= this.delivered; index++) {
      this.diskTerms[index - 1] = checker.termOf(index);
    }
    for (const { index, term } of content.entries) this.diskTerms[index - 1] = term;
    const core = new RaftCore(random, { self: this.id, content, nowMs, entriesKept });
    core.restored();
    this.core = core;
    return core;
  }

  stop(): void {
    this.core = null;
    this.life++;
  }

  apply(entry: LogEntry): void {
    assert.equal(entry.index, this.delivered + 1, 'entries are delivered in order, each once');
    this.delivered = entry.index;
    this.state = nextState(this.state, entry);
  }

  /** The state in two parts, so that a transfer takes more than one message. */
  snapshot(): AsyncIterable<Uint8Array> {
    const { delivered, state } = this;
    async function* parts(): AsyncIterable<Uint8Array> {
      yield Buffer.from(`${delivered} `);
      yield Buffer.from(state);
    }
    return parts();
  }

  async restore(index: number, checker: Checker): Promise<void> {
    let text = '';
    for (let part = 0; ; part++) {
      const content = await this.storage.readPart(index, part);
      assert(content !== null, 'the snapshot is there');
      text += Buffer.from(content.data).toString();
      if (content.last) break;
    }
    const [delivered = '', state = ''] = text.split(' ');
    assert.equal(Number(delivered), index, 'a snapshot ends where it says');
    checker.state(index, state);
    this.delivered = index;
    this.state = state;
  }

  /** A write has reached the disk. */
  noteWrite({ entries, install }: LogWrite, checker: Checker): void {
    if (install !== null) {
      this.diskTerms = [];
      for (let index = 1; index <= install.index; index++) {
        this.diskTerms[index - 1] = checker.termOf(index);
      }
    }
    for (const entry of entries) {
      this.diskTerms.length = entry.index - 1;
      this.diskTerms.push(entry.term);
    }
  }

  #newStorage(): SegmentStorage {
    const directory = '/log';
    const options = { directory, clusterId: 'simulated', segmentBytes };
    return new SegmentStorage({ disk: this.disk, logger: silentLogger }, options);
  }
}
