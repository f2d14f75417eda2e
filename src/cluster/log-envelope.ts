/** Messages of the log as they go over the wire: the one place that turns them into envelopes and back. */
import type { hearth } from '#proto/cluster';
import type { EntryKind, LogEntry, LogMessage } from '../log/index.js';
import { type NodeId, nodeId } from '../types/index.js';

/** The numbers of entry kinds on the wire: a contract, never reused. */
const entryKinds: readonly EntryKind[] = ['noop', 'voters', 'member', 'command'];

export function toEnvelope(clusterId: string, message: LogMessage): hearth.cluster.IRaftEnvelope {
  const { from, to, term } = message;
  const base = { clusterId, from, to, term };
  switch (message.kind) {
    case 'vote-request':
      return { ...base, voteRequest: message };
    case 'vote-reply':
      return { ...base, voteReply: message };
    case 'append-request': {
      const { previousIndex, previousTerm, commitIndex, round, leader, heardAgoMs } = message;
      const entries = message.entries.map(({ index, term, kind, data }) => ({
        index,
        term,
        kind: entryKinds.indexOf(kind),
        data,
      }));
      return {
        ...base,
        appendRequest: {
          previousIndex,
          previousTerm,
          commitIndex,
          entries,
          round,
          leader: leader ?? '',
          heardAgoMs: wholeMs(heardAgoMs),
        },
      };
    }
    case 'append-reply':
      return { ...base, appendReply: message };
    case 'snapshot-request': {
      const { meta, part, data, last, leader } = message;
      const heardAgoMs = wholeMs(message.heardAgoMs);
      const { index, config } = meta;
      const voters = [...config.voters];
      const outgoing = [...config.outgoing];
      const snapshot = {
        leader: leader ?? '',
        heardAgoMs,
        index,
        term: meta.term,
        voters,
        outgoing,
      };
      return { ...base, snapshotRequest: { ...snapshot, part, data, last } };
    }
    case 'snapshot-reply':
      return { ...base, snapshotReply: message };
    case 'follow-request':
      return { ...base, followRequest: message };
    case 'lead-now':
      return { ...base, leadNow: {} };
    default:
      throw new Error(
        `a log message of an unknown kind: ${JSON.stringify(message satisfies never)}`,
      );
  }
}

/** Null for an envelope that holds no message this release knows. Throws TypeError for bad ids. */
export function fromEnvelope(envelope: hearth.cluster.RaftEnvelope): LogMessage | null {
  const base = { from: nodeId(envelope.from), to: nodeId(envelope.to), term: envelope.term };
  if (envelope.appendRequest) {
    const request = defined(envelope.appendRequest);
    const { previousIndex = 0, previousTerm = 0, commitIndex = 0, round = 0 } = request;
    const entries = (request.entries ?? []).map(toEntry);
    const leader = leaderOf(request.leader);
    const heardAgoMs = request.heardAgoMs ?? 0;
    const place = { previousIndex, previousTerm, commitIndex, round };
    return { ...base, kind: 'append-request', leader, heardAgoMs, ...place, entries };
  }
  if (envelope.appendReply) {
    const {
      accepted = false,
      matchIndex = 0,
      round = 0,
      mute = false,
    } = defined(envelope.appendReply);
    return { ...base, kind: 'append-reply', accepted, matchIndex, round, mute };
  }
  if (envelope.voteRequest) {
    const request = defined(envelope.voteRequest);
    const { lastIndex = 0, lastTerm = 0, preVote = false, handedOver = false } = request;
    return { ...base, kind: 'vote-request', lastIndex, lastTerm, preVote, handedOver };
  }
  if (envelope.voteReply) {
    const { granted = false, preVote = false } = defined(envelope.voteReply);
    return { ...base, kind: 'vote-reply', granted, preVote };
  }
  if (envelope.snapshotRequest) {
    const request = defined(envelope.snapshotRequest);
    const { index = 0, term = 0, voters = [], outgoing = [], part = 0, last = false } = request;
    const config = { voters: voters.map(nodeId), outgoing: outgoing.map(nodeId) };
    const leader = leaderOf(request.leader);
    // a copy: the decoded bytes are a view into the whole received message
    const data = Uint8Array.from(request.data ?? []);
    const meta = { index, term, config };
    const heardAgoMs = request.heardAgoMs ?? 0;
    return { ...base, kind: 'snapshot-request', leader, heardAgoMs, meta, part, data, last };
  }
  if (envelope.snapshotReply) {
    const { index = 0, parts = 0 } = defined(envelope.snapshotReply);
    return { ...base, kind: 'snapshot-reply', index, parts };
  }
  if (envelope.followRequest) {
    const { lastIndex = 0 } = defined(envelope.followRequest);
    return { ...base, kind: 'follow-request', lastIndex };
  }
  return envelope.leadNow ? { ...base, kind: 'lead-now' } : null;
}

/** Never is said as a long time. */
function wholeMs(ms: number): number {
  return Math.min(Math.ceil(Math.max(0, ms)), 0xffff_ffff);
}

function leaderOf(id: string | undefined): NodeId | null {
  return id === undefined || id === '' ? null : nodeId(id);
}

function toEntry(entry: hearth.cluster.ILogEntry): LogEntry {
  const kind = entryKinds[entry.kind ?? -1];
  if (kind === undefined) throw new TypeError(`an entry of unknown kind ${entry.kind}`);
  const { index, term, data } = defined(entry);
  // a copy: the decoded bytes are a view into the whole received message
  return { index: index ?? 0, term: term ?? 0, kind, data: Uint8Array.from(data ?? []) };
}

type Defined<Shape> = { [Key in keyof Shape]?: NonNullable<Shape[Key]> };

/** Generated types allow null beside undefined; decoded messages never hold it. */
function defined<Shape extends object>(shape: Shape): Defined<Shape> {
  return shape as Defined<Shape>;
}
