/**
 * Gives what is committed to the state machine, in order, also while that is being restored from a
 * snapshot: entries that come meanwhile wait.
 */
import type { LogEntry, LogStorage, SnapshotMeta } from './storage/types.js';
import type { StateMachine } from './types.js';

export class Delivery {
  #restoring = false;
  #waiting: LogEntry[] = [];
  /** Only the newest snapshot that came during a restore counts. */
  #next: SnapshotMeta | null = null;

  constructor(
    private readonly machine: StateMachine,
    private readonly failed: (error: unknown) => void,
  ) {}

  get idle(): boolean {
    return !this.#restoring;
  }

  committed(entries: readonly LogEntry[]): void {
    if (entries.length === 0) return;
    if (this.#restoring) this.#waiting.push(...entries);
    else this.machine.committed(entries);
  }

  restore(meta: SnapshotMeta, storage: LogStorage): void {
    this.#waiting = [];
    this.#next = meta;
    if (this.#restoring) return;
    this.#restoring = true;
    this.#restoreAll(storage).catch((error: unknown) => this.failed(error));
  }

  async #restoreAll(storage: LogStorage): Promise<void> {
    while (this.#next !== null) {
      const { index } = this.#next;
      this.#next = null;
      try {
        await this.machine.restore(index, partsOf(storage, index));
      } catch (error) {
        // A newer one has taken its place while it was read.
        if (this.#next === null) throw error;
      }
    }
    this.#restoring = false;
    const entries = this.#waiting;
    this.#waiting = [];
    this.committed(entries);
  }
}

/** The parts of the snapshot that ends at `index`, from the disk. */
export async function* partsOf(storage: LogStorage, index: number): AsyncIterable<Uint8Array> {
  for (let part = 0; ; part++) {
    const content = await storage.readPart(index, part);
    if (content === null) throw new Error(`the snapshot at ${index} is there no more`);
    yield content.data;
    if (content.last) return;
  }
}
