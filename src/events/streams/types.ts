/** Streams as everybody else sees them: named, append-only, and bounded; the oldest records go first. */

/** Never changed. */
export interface StreamRecord {
  /** Grows with each record of a stream, with gaps, and is never used again. */
  readonly sequence: number;
  /** Of whoever appended it: a second record with the same id is the first. */
  readonly id: string;
  /** Wall clock of the node that it came through. */
  readonly atMs: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
}

export type NewRecord = Pick<StreamRecord, 'id' | 'attributes' | 'data'>;

export interface StreamInfo {
  readonly name: string;
  readonly records: number;
  readonly bytes: number;
  /** Sequence numbers of the records that are kept; 0 where there are none. */
  readonly oldest: number;
  readonly newest: number;
}

export interface StreamPage extends StreamInfo {
  readonly page: readonly StreamRecord[];
}

/** Reads tell what this node knows. Changes throw `no-quorum` where a change is not on a majority's disks in time. */
export interface StreamService {
  /**
   * The record's sequence number, once a majority has it on disk. The stream is made by its first record. Throws
   * `request-too-large`, and `too-many-requests` where the cluster has as many streams as it may.
   */
  append(name: string, record: NewRecord): Promise<number>;
  /** False where there is none. */
  remove(name: string): Promise<boolean>;
  /** In the order of names. */
  list(): readonly StreamInfo[];
  /** Records that follow `after`, at most `itemsMax` and some of less than `limits.streamPageBytesMax`. */
  read(name: string, after: number, itemsMax: number): StreamPage | undefined;
}
