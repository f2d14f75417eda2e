/** The log on disk: its contract, the storage over plain files, and what takes a damaged one away. */
export { type Disk, type DiskFile, type OpenMode, realDisk } from './disk.js';
export { moveAside } from './move-aside.js';
export { SegmentStorage, type SegmentStorageOptions } from './storage.js';
export {
  type EntryKind,
  emptyContent,
  emptyHardState,
  type HardState,
  type LogContent,
  type LogEntry,
  type LogStorage,
  type LogWrite,
  type SnapshotMeta,
  type SnapshotPart,
  type VoterConfig,
} from './types.js';
