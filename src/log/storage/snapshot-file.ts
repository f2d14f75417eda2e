/**
 * One snapshot: a head line, the parts, and an end that says how many there are.
 *
 *     part: u32 length | u32 crc32 of the data | u32 crc32 of the eight bytes before | data
 *     end:  u32 count | u48 position of the end | u32 crc32 of the ten bytes before     (big endian)
 *
 * Head and end are checked when it is opened, each part when it is read.
 */
import { crc32 } from 'node:zlib';
import { damaged } from './damage.js';
import type { Disk, DiskFile } from './disk.js';
import { encodeHeadLine, readHeadLine, seedOf, snapshotFacts } from './head-line.js';
import { recordBytesMax } from './record.js';
import type { SnapshotMeta, SnapshotPart } from './types.js';

/** A whole snapshot on disk. */
export interface SnapshotFile {
  readonly path: string;
  readonly meta: SnapshotMeta;
  readonly seed: number;
  readonly parts: number;
  /** Where the parts begin, as far as it is known; the first always. */
  readonly positions: number[];
  readonly endPosition: number;
}

const what = 'hearth-snapshot';
const partHeadBytes = 12;
const endBytes = 14;
/** So much at a time, that the log's own writes need not wait for all of a snapshot to reach the disk. */
const syncEveryBytes = 4 * 1024 * 1024;

/** Writes a snapshot part by part into a file that is empty. */
export class SnapshotWriter {
  readonly #line: Buffer;
  #at = 0;
  #syncedAt = 0;
  #parts = 0;

  constructor(
    private readonly file: DiskFile,
    clusterId: string,
    { index, term, config: { voters, outgoing } }: SnapshotMeta,
  ) {
    const config = { voters: [...voters], outgoing: [...outgoing] };
    this.#line = encodeHeadLine(what, { clusterId, meta: { index, term, config } });
  }

  get parts(): number {
    return this.#parts;
  }

  async add(data: Uint8Array): Promise<void> {
    if (this.#at === 0) await this.#write(this.#line);
    const head = Buffer.allocUnsafe(partHeadBytes);
    head.writeUInt32BE(data.length, 0);
    head.writeUInt32BE(crc32(data), 4);
    head.writeUInt32BE(crc32(head.subarray(0, 8), seedAt(this.#at, seedOf(this.#line))), 8);
    await this.#write(head);
    await this.#write(data);
    this.#parts++;
    if (this.#at - this.#syncedAt < syncEveryBytes) return;
    this.#syncedAt = this.#at;
    await this.file.datasync();
  }

  /** The end; a snapshot has at least one part. It is not synced. */
  async end(): Promise<void> {
    if (this.#parts === 0) await this.add(new Uint8Array());
    const end = Buffer.allocUnsafe(endBytes);
    end.writeUInt32BE(this.#parts, 0);
    end.writeUIntBE(this.#at, 4, 6);
    end.writeUInt32BE(crc32(end.subarray(0, 10), seedAt(this.#at, seedOf(this.#line))), 10);
    await this.#write(end);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0) await this.file.write(bytes, this.#at);
    this.#at += bytes.length;
  }
}

/** Checks its head and its end. */
export async function openSnapshot(
  disk: Disk,
  path: string,
  clusterId: string,
): Promise<SnapshotFile> {
  const file = await disk.open(path, 'read');
  try {
    const head = await readHeadLine(file, path, { what, facts: snapshotFacts, clusterId });
    const endPosition = (await file.size()) - endBytes;
    const end = Buffer.allocUnsafe(endBytes);
    if (endPosition < head.lineBytes) throw damaged(path, head.lineBytes, 'it has no end');
    await file.read(end, endPosition);
    const checksum = crc32(end.subarray(0, 10), seedAt(endPosition, head.seed));
    if (checksum !== end.readUInt32BE(10) || end.readUIntBE(4, 6) !== endPosition) {
      throw damaged(path, endPosition, 'its end');
    }
    const { meta } = head.facts;
    const positions = [head.lineBytes];
    return { path, meta, seed: head.seed, parts: end.readUInt32BE(0), positions, endPosition };
  } finally {
    await file.close();
  }
}

/** `part` is one that there is. */
export async function readSnapshotPart(
  disk: Disk,
  snapshot: SnapshotFile,
  part: number,
): Promise<SnapshotPart> {
  const file = await disk.open(snapshot.path, 'read');
  try {
    for (let known = snapshot.positions.length - 1; known < part; known++) {
      const { next } = await readPartHead(file, snapshot, known);
      snapshot.positions[known + 1] = next;
    }
    const { dataPosition, next, checksum } = await readPartHead(file, snapshot, part);
    const data = Buffer.allocUnsafeSlow(next - dataPosition);
    await file.read(data, dataPosition);
    if (crc32(data) !== checksum) throw damaged(snapshot.path, dataPosition, `part ${part}`);
    snapshot.positions[part + 1] = next;
    return { data, last: part === snapshot.parts - 1 };
  } finally {
    await file.close();
  }
}

async function readPartHead(file: DiskFile, snapshot: SnapshotFile, part: number) {
  const { path, seed, positions, endPosition } = snapshot;
  const position = positions[part] ?? endPosition;
  const head = Buffer.alloc(partHeadBytes);
  await file.read(head, position);
  const length = head.readUInt32BE(0);
  const dataPosition = position + partHeadBytes;
  const isHead = crc32(head.subarray(0, 8), seedAt(position, seed)) === head.readUInt32BE(8);
  if (!isHead || length > recordBytesMax || dataPosition + length > endPosition) {
    throw damaged(path, position, `the head of part ${part}`);
  }
  return { dataPosition, next: dataPosition + length, checksum: head.readUInt32BE(4) };
}

function seedAt(position: number, seed: number): number {
  return (position ^ seed) >>> 0;
}
