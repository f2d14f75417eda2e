/** What the consensus core wants done: gathered during inputs, taken by the owner after each. */
import type { NodeId } from '../types/index.js';
import type { SnapshotPartTo } from './replication.js';
import type { LogEntry, SnapshotMeta } from './storage/types.js';
import type { LogMessage } from './types.js';

export type SnapshotRequest = Extract<LogMessage, { kind: 'snapshot-request' }>;

/** What the owner of the core is to do, in the order of the fields. */
export interface Effects {
  /** To send now, in this order. */
  readonly messages: readonly LogMessage[];
  /** Parts of the own snapshot to read and send with `snapshotRequest`. */
  readonly parts: readonly SnapshotPartTo[];
  /** Parts of another's snapshot to keep; `partTaken` or `install` goes on. */
  readonly received: readonly SnapshotRequest[];
  /** The state is to be the one of this snapshot, which is on disk. */
  readonly restore: SnapshotMeta | null;
  /** Newly committed, in order, each once, after the restore. */
  readonly committed: readonly LogEntry[];
  /** Ids from `beginRead` that are confirmed: the present commit index answers them. */
  readonly reads: readonly number[];
}

export class Outbox {
  #messages: LogMessage[] = [];
  #parts: SnapshotPartTo[] = [];
  #received: SnapshotRequest[] = [];

  readonly send = (message: LogMessage): void => void this.#messages.push(message);
  readonly sendPart = (part: SnapshotPartTo): void => void this.#parts.push(part);

  sendAll(messages: readonly LogMessage[]): void {
    this.#messages.push(...messages);
  }

  keep(request: SnapshotRequest): void {
    this.#received.push(request);
  }

  take(): Pick<Effects, 'messages' | 'parts' | 'received'> {
    const taken = { messages: this.#messages, parts: this.#parts, received: this.#received };
    this.#messages = [];
    this.#parts = [];
    this.#received = [];
    return taken;
  }
}

export interface PartSender {
  readonly self: NodeId;
  readonly term: number;
  readonly leader: NodeId | null;
  readonly heardAgoMs: number;
}

/** The message that carries a part, once it is read. */
export function snapshotRequest(
  sender: PartSender,
  { to, meta, part }: SnapshotPartTo,
  content: { readonly data: Uint8Array; readonly last: boolean },
): SnapshotRequest {
  const { self, term, leader, heardAgoMs } = sender;
  const head = { kind: 'snapshot-request', from: self, to, term, leader, heardAgoMs } as const;
  return { ...head, meta, part, ...content };
}
