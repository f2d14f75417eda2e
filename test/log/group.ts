/**
 * Several whole logs in one process: a simulated clock, a network of function calls, disks in memory. It
 * does what src/cluster does: a node is admitted by a `member` entry, fed, and then made a voter.
 */
import { strict as assert } from 'node:assert';
import { SimulatedClock, seededRandom, silentLogger } from '../../src/lib/index.js';
import {
  type LogMessage,
  type LogStatus,
  type LogStorage,
  RaftLog,
  type StateMachine,
} from '../../src/log/index.js';
import { type ErrorCode, HearthError, type NodeId, nodeId } from '../../src/types/index.js';
import { HistoryMachine } from './history-machine.js';
import { MemoryStorage } from './storage/memory-storage.js';

export interface MemberOptions {
  /** What it keeps its log on at each start; else a disk in memory that outlives the starts. */
  readonly newStorage?: () => LogStorage;
  /** A damaged log may not be replaced by an empty one. */
  readonly isAlone?: boolean;
  readonly snapshotBytesMin?: number;
  /** What stands between the log and its state machine. */
  readonly wrapMachine?: (machine: StateMachine) => StateMachine;
}

export interface Member {
  readonly id: NodeId;
  readonly options: MemberOptions;
  disk: MemoryStorage;
  machine: HistoryMachine;
  log: RaftLog;
  readonly statuses: LogStatus[];
  readonly failures: Error[];
}

export class Group {
  readonly clock = new SimulatedClock();
  readonly members: Member[] = [];
  /** Nodes that no message reaches or leaves. */
  readonly cutOff = new Set<NodeId>();
  /** Messages that arrived, since a test emptied it. */
  sent: LogMessage[] = [];
  /** Which of the messages get lost. */
  loses: (message: LogMessage) => boolean = () => false;

  /** Adds a node and starts it; the first one founds the cluster. */
  async add(options: MemberOptions = {}): Promise<Member> {
    const id = nodeId(String(this.members.length + 1).padStart(32, '0'));
    const disk = new MemoryStorage();
    const fresh = { id, options, disk, statuses: [], failures: [] };
    const member: Member = { ...fresh, ...this.#newLog(id, disk, options) };
    this.members.push(member);
    await this.#start(member);
    return member;
  }

  /** Starts a node again from its disk. */
  async restart(member: Member): Promise<void> {
    Object.assign(member, this.#newLog(member.id, member.disk, member.options));
    await this.#start(member);
  }

  /** Founds with one voter and makes the rest voters one after another. */
  async grow(count: number, options: MemberOptions = {}): Promise<readonly Member[]> {
    while (this.members.length < count) {
      const member = await this.add(options);
      await this.pass(100);
      if (this.members.length === 1) continue;
      await this.admit(member);
      await this.settled(this.leader().log.changeVoters(this.ids));
    }
    await this.pass(100);
    return this.members;
  }

  /** Admits a node, anew where it was there before, and waits until it has caught up and may vote. */
  async admit({ id, log }: Member): Promise<void> {
    const leader = this.leader();
    await this.settled(leader.log.propose('member', Buffer.from(id)));
    leader.log.setLearners(this.ids);
    await this.until(() => {
      const follower = leader.log.followers().get(id);
      return follower?.caughtUp === true && !follower.mute && !log.status().mute;
    }, 'a node has caught up and may vote');
  }

  get ids(): readonly NodeId[] {
    return this.members.map(({ id }) => id);
  }

  leader(): Member {
    const leaders = this.members.filter(
      ({ id, log }) => log.status().state === 'leader' && !this.cutOff.has(id),
    );
    const newest = leaders.sort((x, y) => y.log.status().term - x.log.status().term)[0];
    assert(newest !== undefined, 'there is no leader');
    return newest;
  }

  /** The nodes that do not lead, in the order of their admission. */
  followers(): readonly Member[] {
    return this.others(this.leader());
  }

  others(than: Member): readonly Member[] {
    return this.members.filter((member) => member !== than);
  }

  /** Waits for a leader that is not among these. */
  async newLeader(...not: readonly Member[]): Promise<Member> {
    const leads = ({ id, log }: Member): boolean => {
      const { state, quorum } = log.status();
      return state === 'leader' && quorum && !this.cutOff.has(id);
    };
    const found = (): Member | undefined =>
      this.members.find((member) => !not.includes(member) && leads(member));
    await this.until(() => found() !== undefined, 'there is a new leader');
    return found() ?? this.leader();
  }

  /** A command through the leader; resolves with its index. */
  propose(text: string): Promise<number> {
    return this.settled(this.leader().log.propose('command', Buffer.from(text)));
  }

  /** Commands through the leader, each with as many bytes. */
  async proposeMany(count: number, bytes = 10): Promise<void> {
    const { log } = this.leader();
    const proposals = Array.from({ length: count }, (_, at) =>
      log.propose('command', Buffer.from(String(at).padStart(bytes, '.'))),
    );
    await this.settled(Promise.all(proposals));
  }

  /** Moves the clock on, letting disks finish in between. */
  async pass(forMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < forMs; passedMs += 10) {
      this.clock.advance(10);
      await new Promise(setImmediate);
    }
  }

  /** Lets time pass until this is true. */
  async until(isTrue: () => boolean, what: string, withinMs = 15_000): Promise<void> {
    for (let passedMs = 0; !isTrue(); passedMs += 10) {
      assert(passedMs < withinMs, `within ${withinMs} simulated ms: ${what}`);
      await this.pass(10);
    }
  }

  /** The outcome of a promise, letting time pass until it has one. */
  async settled<Value>(promise: Promise<Value>, withinMs = 15_000): Promise<Value> {
    let done = false;
    const mark = (): void => {
      done = true;
    };
    promise.then(mark, mark);
    await this.until(() => done, 'a promise has an outcome', withinMs);
    return promise;
  }

  /** The code with which a promise is refused, letting time pass until it is. */
  rejection(promise: Promise<unknown>): Promise<ErrorCode> {
    return this.settled(rejection(promise));
  }

  async stop(): Promise<void> {
    for (const { log } of this.members) await this.settled(log.stop());
    for (const { machine } of this.members) {
      assert.deepEqual(machine.disorder, [], 'entries come in order, each once');
    }
  }

  async #start(member: Member): Promise<void> {
    await member.log.start();
    this.#tellAdmission(member);
  }

  #newLog(
    self: NodeId,
    disk: MemoryStorage,
    { newStorage = () => disk, isAlone = false, snapshotBytesMin, wrapMachine }: MemberOptions,
  ): Pick<Member, 'log' | 'machine'> {
    const of = (id: NodeId): Member | undefined => this.members.find((each) => each.id === id);
    const events = {
      send: (message: LogMessage): void => {
        if (this.cutOff.has(self) || this.cutOff.has(message.to) || this.loses(message)) return;
        this.sent.push(message);
        of(message.to)?.log.receive(structuredClone(message));
      },
      statusChanged: (status: LogStatus): void => void of(self)?.statuses.push(status),
      failed: (error: Error): void => void of(self)?.failures.push(error),
    };
    const machine = new HistoryMachine(() => {
      const member = of(self);
      if (member?.machine === machine) this.#tellAdmission(member);
    });
    const replaceStorage = async (): Promise<LogStorage> => {
      const empty = new MemoryStorage();
      const member = of(self);
      if (member !== undefined) member.disk = empty;
      return empty;
    };
    const deps = {
      clock: this.clock,
      random: seededRandom(this.members.length + 7),
      logger: silentLogger,
      storage: newStorage(),
      replaceStorage: isAlone ? null : replaceStorage,
      machine: wrapMachine?.(machine) ?? machine,
      events,
    };
    const options = { self, found: this.members.length === 0 };
    const log = new RaftLog(
      deps,
      snapshotBytesMin === undefined ? options : { ...options, snapshotBytesMin },
    );
    return { log, machine };
  }

  #tellAdmission({ id, log, machine }: Member): void {
    const admission = machine.entries.findLast(
      ({ kind, data }) => kind === 'member' && Buffer.from(data).toString() === id,
    );
    if (admission !== undefined) log.admittedAt(admission.index);
  }
}

/** The code of the HearthError with which a promise is refused. */
export async function rejection(promise: Promise<unknown>): Promise<ErrorCode> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof HearthError) return error.code;
    throw error;
  }
  throw new Error('the promise was fulfilled');
}

/** Something that is held until the returned function is called. */
export function held(): { readonly gate: Promise<void>; readonly release: () => void } {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { gate, release };
}
