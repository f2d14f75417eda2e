/** The durable log: what was acknowledged is on the disks of a majority, and is never lost or forked. */
export { RaftLog } from './actor.js';
export {
  type EntryKind,
  emptyContent,
  emptyHardState,
  type HardState,
  type LogContent,
  type LogEntry,
  type LogStorage,
  type LogWrite,
  moveAside,
  realDisk,
  SegmentStorage,
  type SnapshotMeta,
  type SnapshotPart,
  type VoterConfig,
} from './storage/index.js';
export type {
  Follower,
  LogEvents,
  LogMessage,
  LogStatus,
  ReplicatedLog,
  StateMachine,
  VotersControl,
} from './types.js';
export { decodeVoters, encodeVoters } from './voters.js';
