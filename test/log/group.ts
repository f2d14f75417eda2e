/** Several whole logs in one process: a simulated clock, a network of function calls, disks in memory. */
import { SimulatedClock, seededRandom, silentLogger } from '../../src/lib/index.js';
import {
  encodeVoters,
  type LogContent,
  type LogEntry,
  type LogStatus,
  type LogStorage,
  type LogWrite,
  RaftLog,
} from '../../src/log/index.js';
import { emptyHardState } from '../../src/log/storage.js';
import { HearthError, type NodeId, nodeId } from '../../src/types/index.js';

/** A disk that can be told to wait or to fail. */
export class MemoryStorage implements LogStorage {
  content: LogContent = { hardState: emptyHardState, entries: [] };
  writes = 0;
  full = false;
  /** Where set, writes wait for it. */
  gate: Promise<void> | null = null;

  async open(): Promise<LogContent> {
    return this.content;
  }

  async append({ hardState, entries }: LogWrite): Promise<void> {
    await this.gate;
    if (this.full) throw new HearthError('storage', 'The disk is full; make room.');
    this.writes++;
    const kept = this.content.entries.slice(0, (entries[0]?.index ?? Number.POSITIVE_INFINITY) - 1);
    this.content = { hardState, entries: [...kept, ...entries] };
  }

  async close(): Promise<void> {}
}

export interface Member {
  readonly id: NodeId;
  readonly storage: LogStorage;
  log: RaftLog;
  committed: LogEntry[];
  statuses: LogStatus[];
  failures: Error[];
}

export class Group {
  readonly clock = new SimulatedClock();
  readonly members: Member[] = [];
  /** Nodes that no message reaches or leaves. */
  readonly cutOff = new Set<NodeId>();

  /** Adds a node and starts it; the first one founds the cluster. */
  async add(storage: LogStorage = new MemoryStorage()): Promise<Member> {
    const id = nodeId(String(this.members.length + 1).padStart(32, '0'));
    const found = this.members.length === 0;
    const fresh = { id, storage, committed: [], statuses: [], failures: [] };
    const member: Member = { ...fresh, log: this.#newLog(id, storage, found) };
    this.members.push(member);
    await member.log.start();
    return member;
  }

  /** Starts a node again from its disk. */
  async restart(member: Member): Promise<void> {
    member.committed = [];
    member.log = this.#newLog(member.id, member.storage, false);
    await member.log.start();
  }

  /** Founds with one voter and makes the rest voters one after another. */
  async grow(count: number): Promise<readonly Member[]> {
    for (let size = 1; size <= count; size++) {
      await this.add();
      await this.pass(100);
      const leader = this.leader();
      const ids = this.members.map(({ id }) => id);
      leader.log.setLearners(ids);
      await this.pass(100);
      if (size > 1) await this.settled(leader.log.propose('voters', encodeVoters(ids)));
    }
    await this.pass(100);
    return this.members;
  }

  leader(): Member {
    const leaders = this.members.filter(
      ({ id, log }) => log.status().state === 'leader' && !this.cutOff.has(id),
    );
    const newest = leaders.sort((x, y) => y.log.status().term - x.log.status().term)[0];
    if (newest === undefined) throw new Error('there is no leader');
    return newest;
  }

  /** Moves the clock on, letting disks finish in between. */
  async pass(forMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < forMs; passedMs += 10) {
      this.clock.advance(10);
      await new Promise(setImmediate);
    }
  }

  /** The outcome of a promise, letting time pass until it has one. */
  async settled<Value>(promise: Promise<Value>, withinMs = 15_000): Promise<Value> {
    let done = false;
    const mark = (): void => {
      done = true;
    };
    promise.then(mark, mark);
    for (let passedMs = 0; !done && passedMs < withinMs; passedMs += 10) await this.pass(10);
    if (!done) throw new Error(`no outcome within ${withinMs} simulated ms`);
    return promise;
  }

  async stop(): Promise<void> {
    for (const { log } of this.members) await log.stop();
  }

  #newLog(self: NodeId, storage: LogStorage, found: boolean): RaftLog {
    const of = (id: NodeId): Member | undefined => this.members.find((each) => each.id === id);
    const events = {
      send: (message: Parameters<RaftLog['receive']>[0]): void => {
        if (this.cutOff.has(self) || this.cutOff.has(message.to)) return;
        of(message.to)?.log.receive(structuredClone(message));
      },
      committed: (entries: readonly LogEntry[]): void => void of(self)?.committed.push(...entries),
      statusChanged: (status: LogStatus): void => void of(self)?.statuses.push(status),
      failed: (error: Error): void => void of(self)?.failures.push(error),
    };
    const random = seededRandom(this.members.length + 7);
    const { clock } = this;
    const collaborators = { clock, random, logger: silentLogger, storage, events };
    return new RaftLog(collaborators, { self, found });
  }
}
