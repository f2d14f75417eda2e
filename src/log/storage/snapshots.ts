/**
 * The newest snapshot, and the one that is being received. A file under a snapshot's name is whole. One
 * received from another node counts only once a segment begins after it, and gets its name then.
 */
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import type { Logger } from '../../lib/index.js';
import { damaged, isMissing } from './damage.js';
import type { Disk, DiskFile } from './disk.js';
import type { LogPosition } from './log-image.js';
import { discardFile, fillFile, placeFile } from './new-file.js';
import {
  openSnapshot,
  readSnapshotPart,
  type SnapshotFile,
  SnapshotWriter,
} from './snapshot-file.js';
import type { SnapshotMeta, SnapshotPart } from './types.js';

interface Receiving {
  readonly meta: SnapshotMeta;
  readonly writer: SnapshotWriter;
  readonly file: DiskFile;
}

interface Options {
  readonly directory: string;
  readonly clusterId: string;
}

const namePattern = /^snapshot-(\d{16})$/;
const leftOverPattern = /^snapshot-\d{16}(\.received|\.receiving|\.partial)?$/;

export class Snapshots {
  #newest: SnapshotFile | null = null;
  #receiving: Receiving | null = null;
  /** It is whole, and waits to be installed. */
  #received: SnapshotMeta | null = null;

  constructor(
    private readonly collaborators: { readonly disk: Disk; readonly logger: Logger },
    private readonly options: Options,
  ) {}

  get newest(): SnapshotMeta | null {
    return this.#newest?.meta ?? null;
  }

  /** `begin` is where a segment begins anew; null where none does. */
  async open(names: readonly string[], begin: LogPosition | null): Promise<void> {
    const { disk } = this.collaborators;
    const indexes = names
      .map((name) => namePattern.exec(name)?.[1])
      .filter((it) => it !== undefined);
    const newest = indexes.length === 0 ? 0 : Math.max(...indexes.map(Number));
    if (begin !== null && begin.index > newest) return this.#openReceived(names, begin);
    if (newest === 0) return;
    const path = this.#path(newest);
    const found = await openSnapshot(disk, path, this.options.clusterId);
    if (found.meta.index !== newest) throw damaged(path, 0, 'it has the name of another');
    this.#newest = found;
  }

  /** Where it rejects the earlier one is still the newest. */
  async save(meta: SnapshotMeta, parts: AsyncIterable<Uint8Array>): Promise<void> {
    const { disk } = this.collaborators;
    const path = this.#path(meta.index);
    const partial = `${path}.partial`;
    const file = await fillFile(disk, partial, async (made) => {
      const writer = new SnapshotWriter(made, this.options.clusterId, meta);
      for await (const part of parts) await writer.add(part);
      await writer.end();
    });
    await file.close();
    // meanwhile somebody else's may have been installed
    if (meta.index <= this.#newestIndex()) return disk.unlink(partial);
    await placeFile(disk, partial, path);
    const placed = await openSnapshot(disk, path, this.options.clusterId);
    if (meta.index > this.#newestIndex()) await this.#replaceNewest(placed);
  }

  async readPart(index: number, part: number): Promise<SnapshotPart | null> {
    const newest = this.#newest;
    if (newest === null || newest.meta.index !== index || part >= newest.parts) return null;
    try {
      return await readSnapshotPart(this.collaborators.disk, newest, part);
    } catch (thrown) {
      if (isMissing(thrown) && this.#newest !== newest) return null;
      throw thrown;
    }
  }

  async receive(
    meta: SnapshotMeta,
    part: number,
    { data, last }: SnapshotPart,
  ): Promise<number | 'whole'> {
    if (this.#received !== null && isSame(this.#received, meta)) return 'whole';
    if (part === 0) await this.#beginReceiving(meta);
    const receiving = this.#receiving;
    if (receiving === null || !isSame(receiving.meta, meta)) return 0;
    const { writer, file } = receiving;
    if (part !== writer.parts) return writer.parts;
    try {
      await writer.add(data);
      if (!last) return writer.parts;
      await writer.end();
      await file.datasync();
      const from = this.#path(meta.index, '.receiving');
      await placeFile(this.collaborators.disk, from, this.#path(meta.index, '.received'));
    } catch (thrown) {
      await this.#endReceiving();
      throw thrown;
    }
    this.#receiving = null;
    this.#received = meta;
    await file.close();
    return 'whole';
  }

  /** Whether this very snapshot is whole and waits to be installed. */
  hasReceived(meta: SnapshotMeta): boolean {
    return this.#received !== null && isSame(this.#received, meta);
  }

  /** Makes the received snapshot the newest: a segment on disk begins after it. */
  async installReceived(): Promise<void> {
    const received = this.#received;
    assert(received !== null, 'a snapshot was received');
    this.#received = null;
    await this.#replaceNewest(await this.#place(received.index));
  }

  /** Whether a name is that of a snapshot, and not of one in use. */
  isLeftOver(name: string): boolean {
    return leftOverPattern.test(name) && join(this.options.directory, name) !== this.#newest?.path;
  }

  async close(): Promise<void> {
    await this.#endReceiving();
  }

  async #openReceived(names: readonly string[], begin: LogPosition): Promise<void> {
    const path = this.#path(begin.index, '.received');
    const { disk } = this.collaborators;
    if (!names.some((name) => join(this.options.directory, name) === path)) {
      throw damaged(path, 0, 'it is not there');
    }
    const { meta } = await openSnapshot(disk, path, this.options.clusterId);
    if (meta.index !== begin.index || meta.term !== begin.term) {
      throw damaged(path, 0, 'it has the name of another');
    }
    this.#newest = await this.#place(begin.index);
  }

  async #place(index: number): Promise<SnapshotFile> {
    const path = this.#path(index);
    await placeFile(this.collaborators.disk, this.#path(index, '.received'), path);
    return openSnapshot(this.collaborators.disk, path, this.options.clusterId);
  }

  async #replaceNewest(snapshot: SnapshotFile): Promise<void> {
    const before = this.#newest;
    this.#newest = snapshot;
    if (before === null) return;
    const { disk, logger } = this.collaborators;
    await disk.unlink(before.path).catch((error: unknown) => {
      logger.warn({ path: before.path, error }, 'an old snapshot stays until the next start');
    });
  }

  async #beginReceiving(meta: SnapshotMeta): Promise<void> {
    await this.#endReceiving();
    const { disk } = this.collaborators;
    const before = this.#received;
    this.#received = null;
    if (before !== null) await disk.unlink(this.#path(before.index, '.received'));
    const file = await disk.open(this.#path(meta.index, '.receiving'), 'create');
    const writer = new SnapshotWriter(file, this.options.clusterId, meta);
    this.#receiving = { meta, writer, file };
  }

  async #endReceiving(): Promise<void> {
    const receiving = this.#receiving;
    this.#receiving = null;
    if (receiving === null) return;
    const path = this.#path(receiving.meta.index, '.receiving');
    await discardFile(this.collaborators.disk, receiving.file, path);
  }

  #newestIndex(): number {
    return this.#newest?.meta.index ?? 0;
  }

  #path(index: number, ending = ''): string {
    return join(this.options.directory, `snapshot-${String(index).padStart(16, '0')}${ending}`);
  }
}

function isSame(one: SnapshotMeta, other: SnapshotMeta): boolean {
  return one.index === other.index && one.term === other.term;
}
