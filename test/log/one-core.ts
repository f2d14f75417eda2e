/**
 * One consensus core in the hands of a test: what others say is put in by hand, and what the core says
 * is told in words. Its id is `a`; the others are `b` to `f`.
 */
import { strict as assert } from 'node:assert';
import { type Random, seededRandom } from '../../src/lib/index.js';
import { type CoreOptions, RaftCore } from '../../src/log/core.js';
import {
  emptyHardState,
  encodeVoters,
  type HardState,
  type LogContent,
  type LogEntry,
  type LogMessage,
  type SnapshotMeta,
} from '../../src/log/index.js';
import { HearthError, type NodeId, nodeId } from '../../src/types/index.js';

const id = (digit: string): NodeId => nodeId(digit.repeat(32));
export const a = id('a');
export const b = id('b');
export const c = id('c');
export const d = id('d');
export const e = id('e');
export const f = id('f');

type Of<Kind extends LogMessage['kind']> = LogMessage & { kind: Kind };

export function voters(
  index: number,
  term: number,
  ids: readonly NodeId[],
  outgoing: readonly NodeId[] = [],
): LogEntry {
  return { index, term, kind: 'voters', data: encodeVoters({ voters: ids, outgoing }) };
}

export function command(index: number, term: number): LogEntry {
  return { index, term, kind: 'command', data: Buffer.from(`${index}`) };
}

/** Commands from one index to another, both included. */
export function commands(from: number, to: number, term: number): LogEntry[] {
  return Array.from({ length: to - from + 1 }, (_, at) => command(from + at, term));
}

/** A log whose first entry makes a, b and c the voters. */
export const abc = voters(1, 1, [a, b, c]);

/** Where a snapshot ends, with a, b and c as the voters. */
export function snapshotAt(
  index: number,
  term = 1,
  ids: readonly NodeId[] = [a, b, c],
): SnapshotMeta {
  return { index, term, config: { voters: ids, outgoing: [] } };
}

export interface Start {
  readonly entries?: readonly LogEntry[];
  readonly hard?: Partial<HardState>;
  readonly snapshot?: SnapshotMeta;
  readonly random?: Random;
  readonly preference?: readonly NodeId[];
  readonly entriesKept?: number;
  /** What it does at once is left for the test to see. */
  readonly fresh?: boolean;
}

/** A core as it starts with this on its disk: in term 1, and with the first entry committed. */
export function newCore(start: Start = {}): RaftCore {
  const { entries = [abc], hard = {}, snapshot = null, random = seededRandom(1) } = start;
  const hardState = { ...emptyHardState, term: 1, commitIndex: 1, ...hard };
  const content: LogContent = { hardState, entries, snapshot };
  const { entriesKept } = start;
  const options: CoreOptions = { self: a, content, nowMs: 0 };
  const core = new RaftCore(
    random,
    entriesKept === undefined ? options : { ...options, entriesKept },
  );
  core.restored();
  core.setPreference(start.preference ?? []);
  if (start.fresh !== true) core.takeEffects();
  return core;
}

/** A core that was elected by all other voters at 700 ms and has everything on disk. */
export function leader(start: Start = {}): RaftCore {
  const core = newCore(start);
  wait(core);
  const others = core.status(0).voters.filter((voter) => voter !== a);
  for (const other of others) core.step(voteReply(other, core.term, { preVote: true }), 700);
  save(core, 700);
  for (const other of others) core.step(voteReply(other, core.term), 700);
  assert(core.isLeader);
  save(core, 700);
  core.takeEffects();
  return core;
}

/** A leader whose first entry, at index 2 or after `start`, all voters have. */
export function settledLeader(start: Start = {}): RaftCore {
  const core = leader(start);
  const { voters: all, lastIndex } = core.status(700);
  for (const other of all) core.step(accepted(other, core.term, lastIndex), 701);
  save(core, 701);
  core.takeEffects();
  return core;
}

/** Nobody is heard for 700 ms: longer than any election timeout, and shorter than two. */
export function wait(core: RaftCore, fromMs = 0): void {
  for (let nowMs = fromMs; nowMs <= fromMs + 700; nowMs += 50) core.tick(nowMs);
}

/** Everything reaches the disk. */
export function save(core: RaftCore, nowMs: number): void {
  while (core.takeWrite() !== null) core.written(nowMs);
}

export function voteRequest(
  from: NodeId,
  term: number,
  more: Partial<Of<'vote-request'>> = {},
): LogMessage {
  const last = { lastIndex: 1, lastTerm: 1 };
  const kind = { kind: 'vote-request', preVote: false, handedOver: false } as const;
  return { ...kind, from, to: a, term, ...last, ...more };
}

export function voteReply(
  from: NodeId,
  term: number,
  more: Partial<Of<'vote-reply'>> = {},
): LogMessage {
  return { kind: 'vote-reply', from, to: a, term, preVote: false, granted: true, ...more };
}

interface Fed {
  /** The entry before; none where these are the first. */
  readonly after?: LogEntry | SnapshotMeta | null;
  readonly entries?: readonly LogEntry[];
  readonly commitIndex?: number;
  readonly round?: number;
  /** Who leads; the sender, where not given. */
  readonly leader?: NodeId | null;
  /** Now, where not given. */
  readonly heardAgoMs?: number;
}

export function append(from: NodeId, term: number, fed: Fed): LogMessage {
  const { after = null, entries = [], commitIndex = 0, round = 0, leader: led = from } = fed;
  return {
    kind: 'append-request',
    from,
    to: a,
    term,
    leader: led,
    heardAgoMs: fed.heardAgoMs ?? 0,
    previousIndex: after?.index ?? 0,
    previousTerm: after?.term ?? 0,
    commitIndex,
    round,
    entries,
  };
}

export function accepted(
  from: NodeId,
  term: number,
  matchIndex: number,
  more: Partial<Of<'append-reply'>> = {},
): LogMessage {
  const reply = { kind: 'append-reply', accepted: true, round: 0, mute: false } as const;
  return { ...reply, from, to: a, term, matchIndex, ...more };
}

/** `tryIndex`: the place after which the refusing node wants entries. */
export function refused(
  from: NodeId,
  term: number,
  tryIndex: number,
  more: Partial<Of<'append-reply'>> = {},
): LogMessage {
  return accepted(from, term, tryIndex, { accepted: false, ...more });
}

export function snapshotPart(
  from: NodeId,
  term: number,
  meta: SnapshotMeta,
  more: Partial<Of<'snapshot-request'>> = {},
): Of<'snapshot-request'> {
  const whole = { heardAgoMs: 0, part: 0, data: Buffer.from('state'), last: true };
  return { kind: 'snapshot-request', from, to: a, term, leader: from, meta, ...whole, ...more };
}

export function snapshotReply(
  from: NodeId,
  term: number,
  index: number,
  parts: number,
): LogMessage {
  return { kind: 'snapshot-reply', from, to: a, term, index, parts };
}

export function followRequest(from: NodeId, term: number): LogMessage {
  return { kind: 'follow-request', from, to: a, term, lastIndex: 0 };
}

/** What the core sends now, in words, of this kind or of all. */
export function said(core: RaftCore, kind?: LogMessage['kind']): string[] {
  const { messages } = core.takeEffects();
  return messages.filter((each) => kind === undefined || each.kind === kind).map(brief);
}

/** The append messages that the core sends to this node now. */
export function appendsTo(core: RaftCore, to: NodeId): Of<'append-request'>[] {
  const { messages } = core.takeEffects();
  return messages.filter(
    (each): each is Of<'append-request'> => each.kind === 'append-request' && each.to === to,
  );
}

/** The outcome of something that a core was asked: a number, null, or the code of the refusal. */
export function outcome(given: number | null | HearthError): number | null | string {
  return given instanceof HearthError ? given.code : given;
}

export function brief(message: LogMessage): string {
  const head = `${message.kind} to ${message.to.slice(0, 1)} in ${message.term}`;
  switch (message.kind) {
    case 'vote-request':
      return `${head}${message.preVote ? ', trial' : ''}${message.handedOver ? ', handed over' : ''}`;
    case 'vote-reply':
      return `${head}${message.preVote ? ', trial' : ''}: ${message.granted ? 'yes' : 'no'}`;
    case 'append-request': {
      const { previousIndex, entries, commitIndex } = message;
      return `${head}: ${entries.length} after ${previousIndex}, committed ${commitIndex}`;
    }
    case 'append-reply':
      return `${head}: ${message.accepted ? 'has' : 'try'} ${message.matchIndex}`;
    case 'snapshot-reply':
      return `${head}: ${message.parts} of ${message.index}`;
    default:
      return head;
  }
}
