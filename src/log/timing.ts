/**
 * The times and sizes of the consensus core, in one place. A follower waits a random time between the
 * two election timeouts before it stands for election, so that usually one stands alone; six heartbeats
 * fit into the shorter one, so that a lost datagram or a busy moment costs no election.
 *
 * Source: Raft thesis, section 9.3 (300-600 ms suits links with up to tens of milliseconds of latency).
 */
import { strict as assert } from 'node:assert';

export const timing = {
  tickMs: 20,
  heartbeatMs: 50,
  electionTimeoutMinMs: 300,
  /** Also how long a leader may go without a majority before it steps down. */
  electionTimeoutMaxMs: 600,
  /** How long a proposal or a read may wait before it is refused. */
  requestTimeoutMs: 10_000,
  /** A commit index that no write carried to the disk for so long gets a write of its own. */
  commitSaveMs: 1000,
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

assert(timing.tickMs * 2 <= timing.heartbeatMs, 'heartbeats are not late by a tick each');
assert(timing.heartbeatMs * 5 < timing.electionTimeoutMinMs, 'several heartbeats fit in a timeout');
