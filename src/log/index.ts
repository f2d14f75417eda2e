/** The durable log: what was acknowledged is on the disks of a majority, and is never lost or forked. */
export { RaftLog } from './actor.js';
export { FileLogStorage } from './file-storage.js';
export type { HardState, LogContent, LogStorage, LogWrite } from './storage.js';
export type {
  EntryKind,
  LogEntry,
  LogEvents,
  LogMessage,
  LogStatus,
  ReplicatedLog,
} from './types.js';
export { decodeVoters, encodeVoters } from './voters.js';
