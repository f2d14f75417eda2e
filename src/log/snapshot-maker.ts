/**
 * When a snapshot of the state is made, and making it: when the log has grown by more than a snapshot
 * costs, so that what is written for snapshots stays a fixed share of what is written for entries.
 */
import type { Logger } from '../lib/index.js';
import type { LogStorage, SnapshotMeta } from './storage/types.js';
import type { StateMachine } from './types.js';

export class SnapshotMaker {
  #making: Promise<void> | null = null;
  #lastBytes = 0;
  /** After a failure: no new try before the log has grown to this. */
  #dueBytes = 0;

  constructor(
    private readonly machine: StateMachine,
    private readonly logger: Logger,
    private readonly bytesMin: number,
  ) {}

  isDue(bytesSinceSnapshot: number): boolean {
    if (this.#making !== null) return false;
    return bytesSinceSnapshot >= Math.max(this.bytesMin, this.#lastBytes, this.#dueBytes);
  }

  /** `meta` is where the state stands now. Calls `made` when the snapshot is on disk. */
  make(meta: SnapshotMeta, storage: LogStorage, made: () => void): void {
    let bytes = 0;
    const parts = this.machine.snapshot();
    async function* counted(): AsyncIterable<Uint8Array> {
      for await (const part of parts) {
        bytes += part.length;
        yield part;
      }
    }
    const dueBytes = storage.bytesSinceSnapshot * 2;
    this.#making = storage.saveSnapshot(meta, counted()).then(
      () => {
        this.#making = null;
        this.#lastBytes = bytes;
        this.#dueBytes = 0;
        this.logger.debug({ index: meta.index, bytes }, 'made a snapshot');
        made();
      },
      (error: unknown) => {
        this.#making = null;
        this.#dueBytes = dueBytes;
        this.logger.warn({ err: error }, 'a snapshot could not be made: the log goes on growing');
      },
    );
  }

  /** Resolves when none is being made. */
  async settled(): Promise<void> {
    await this.#making;
  }
}
