/**
 * The times and sizes of the consensus core, in one place. A follower waits a time between the two
 * election timeouts before it stands for election: the more preferred sooner, with chance in between, so
 * that usually one stands alone. Six heartbeats fit into the shorter one, so that a lost message or a
 * busy moment costs no election.
 *
 * Source: Raft thesis, section 9.3 (300-600 ms suits links with up to tens of milliseconds of latency).
 */
import { strict as assert } from 'node:assert';

export const timing = {
  tickMs: 20,
  heartbeatMs: 50,
  /** To those without a vote: they only have to know that somebody leads. */
  learnerHeartbeatMs: 200,
  electionTimeoutMinMs: 300,
  /** Also how long a leader may go without a majority before it steps down. */
  electionTimeoutMaxMs: 600,
  /** While the leader is known to be gone: between two tries to stand, the shortest and the longest. */
  eagerTimeoutMinMs: 60,
  eagerTimeoutMaxMs: 240,
  /** How long a node tries to stand so often. */
  eagerForMs: 3000,
  /** A node without a vote that has heard nothing for so long takes nobody to lead any more. */
  learnerSilenceMs: 1000,
  /** How often one asks to be fed, and how long that counts. */
  followEveryMs: 400,
  followedForMs: 2000,
  /** How long a lead may be on its way to another node. */
  transferTimeoutMs: 500,
  /** A part of a snapshot that is not answered is sent again. */
  partTimeoutMs: 1000,
  /** How long a proposal or a read may wait before it is refused. */
  requestTimeoutMs: 10_000,
  /** A commit index that no write carried to the disk for so long gets a write of its own. */
  commitSaveMs: 1000,
  /** Between two tries to write to a disk without room. */
  fullRetryMs: 500,
} as const;

export const batching = {
  /** Entries of one append message. */
  entriesMax: 256,
  /** Bytes of data in one append message; a single larger entry travels alone. */
  bytesMax: 256 * 1024,
  /** Append messages with entries that a follower may owe an answer to. */
  messagesInFlightMax: 16,
  /** How far a learner may be behind when it is made a voter. */
  voterLagMax: 1024,
} as const;

export const snapshots = {
  /** A snapshot is made when the log has grown by this much, or by the size of the last one if that is more. */
  logBytesMin: 8 * 1024 * 1024,
  /** Entries kept before a snapshot, for followers that are a little behind. */
  entriesKept: 4096,
  bytesKept: 4 * 1024 * 1024,
} as const;

assert(timing.tickMs * 2 <= timing.heartbeatMs, 'heartbeats are not late by a tick each');
assert(timing.heartbeatMs * 5 < timing.electionTimeoutMinMs, 'several heartbeats fit in a timeout');
assert(timing.learnerHeartbeatMs * 4 < timing.learnerSilenceMs, 'learners may miss some');
