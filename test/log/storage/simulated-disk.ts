/**
 * A disk in memory that can lose power at any moment. What was not synced is then lost, kept or torn by
 * sectors, as the given chance has it: each name on its own, each sector of a file on its own, and the
 * size anywhere between the old and the new one. Operations resolve as microtasks.
 */
import { basename, dirname } from 'node:path';
import { type Random, seededRandom } from '../../../src/lib/index.js';
import type { Disk, DiskFile, OpenMode } from '../../../src/log/storage/index.js';

const sectorBytes = 512;

/** Thrown by `onOperation` to cut the power: nothing on this disk happens any more. */
export class PowerCut extends Error {}

interface Inode {
  data: Buffer;
  size: number;
  durableSize: number;
  /** What is on disk; null while it is the first `durableSize` bytes of `data`. */
  durable: Buffer | null;
}

/** Names that are (or, with null, are no longer) there, and not yet durably so: all of them or none. */
type NameChange = ReadonlyMap<string, Inode | null>;

export class SimulatedDisk implements Disk {
  /** Writes that make a file longer fail with ENOSPC, half done. */
  full = false;
  /** Writes and syncs fail with EIO. */
  broken = false;
  /** Where set, operations wait for it. */
  gate: Promise<void> | null = null;
  /** Told before each operation that changes something; what it throws is how the operation fails. */
  onOperation: ((name: string, path: string) => void) | null = null;
  operations = 0;
  #isOff = false;
  readonly #directories = new Set<string>(['/', '.']);
  /** As a running program sees them. */
  readonly #names = new Map<string, Inode>();
  readonly #durableNames = new Map<string, Inode>();
  #changes: NameChange[] = [];

  async makeDirectory(path: string): Promise<void> {
    await this.#begin('makeDirectory', path);
    for (let each = path; !this.#directories.has(each); each = dirname(each)) {
      this.#directories.add(each);
    }
  }

  async list(directory: string): Promise<readonly string[]> {
    this.#checkPower();
    return [...this.#names.keys()]
      .filter((path) => dirname(path) === directory)
      .map((path) => basename(path));
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    const isThrough = mode === 'create-through' || mode === 'update-through';
    if (mode === 'create' || mode === 'create-through') {
      await this.#begin('create', path);
      if (this.broken) throw failure('EIO');
      if (!this.#directories.has(dirname(path))) throw failure('ENOENT');
      const known = this.#names.get(path);
      if (known !== undefined) {
        keepDurable(known, 0);
        known.size = 0;
        return this.#file(path, known, isThrough);
      }
      const inode = { data: Buffer.alloc(0), size: 0, durableSize: 0, durable: null };
      this.#change([[path, inode]]);
      return this.#file(path, inode, isThrough);
    }
    this.#checkPower();
    return this.#file(path, this.#inode(path), isThrough);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#begin('rename', to);
    if (this.broken) throw failure('EIO');
    const inode = this.#inode(from);
    this.#change([
      [to, inode],
      [from, null],
    ]);
  }

  async unlink(path: string): Promise<void> {
    await this.#begin('unlink', path);
    this.#inode(path);
    this.#change([[path, null]]);
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#begin('syncDirectory', path);
    if (this.broken) throw failure('EIO');
    const isHere = (change: NameChange): boolean =>
      [...change.keys()].some((name) => dirname(name) === path);
    for (const change of this.#changes.filter(isHere)) apply(this.#durableNames, change);
    this.#changes = this.#changes.filter((change) => !isHere(change));
  }

  /** The disk as it is found after a power cut now; this one is dead from then on. */
  crash(random: Random = seededRandom(this.operations)): SimulatedDisk {
    this.#isOff = true;
    const names = new Map(this.#durableNames);
    const keep = fate(random);
    for (const change of this.#changes) if (keep()) apply(names, change);
    return this.#copy(names, (inode) => afterPowerCut(inode, random));
  }

  /** The disk as it is found after the process was killed: nothing is lost, and no more of it durable. */
  killed(): SimulatedDisk {
    this.#isOff = true;
    const disk = new SimulatedDisk();
    for (const directory of this.#directories) disk.#directories.add(directory);
    for (const [path, inode] of this.#names) disk.#names.set(path, inode);
    for (const [path, inode] of this.#durableNames) disk.#durableNames.set(path, inode);
    disk.#changes = this.#changes;
    return disk;
  }

  /** For tests that look at, or damage, what is in a file. */
  contentOf(path: string): Buffer {
    const { data, size } = this.#inode(path);
    return data.subarray(0, size);
  }

  /** Puts a file there, durably. */
  put(path: string, content: Uint8Array): void {
    const data = Buffer.from(content);
    const inode = { data, size: data.length, durableSize: data.length, durable: null };
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
    for (let each = dirname(path); !this.#directories.has(each); each = dirname(each)) {
      this.#directories.add(each);
    }
  }

  #copy(names: ReadonlyMap<string, Inode>, contentOf: (inode: Inode) => Buffer): SimulatedDisk {
    const copy = new SimulatedDisk();
    for (const directory of this.#directories) copy.#directories.add(directory);
    for (const [path, inode] of names) copy.put(path, contentOf(inode));
    return copy;
  }

  #file(path: string, inode: Inode, isThrough: boolean): DiskFile {
    const datasync = async (): Promise<void> => {
      await this.#begin('datasync', path);
      if (this.broken) throw failure('EIO');
      inode.durable = null;
      inode.durableSize = inode.size;
    };
    return {
      read: async (into, position) => {
        this.#checkPower();
        const { data, size } = inode;
        const bytes = Math.max(0, Math.min(into.length, size - position));
        into.set(data.subarray(position, position + bytes));
        return bytes;
      },
      write: async (bytes, position) => {
        await this.#begin('write', path);
        if (this.broken) throw failure('EIO');
        if (!this.full || position + bytes.length <= inode.size) {
          put(inode, bytes, position);
          // the power may fail between the two
          if (isThrough) await datasync();
          return;
        }
        put(inode, bytes.subarray(0, Math.floor(bytes.length / 2)), position);
        throw failure('ENOSPC');
      },
      truncate: async (sizeBytes) => {
        await this.#begin('truncate', path);
        if (this.broken) throw failure('EIO');
        keepDurable(inode, sizeBytes);
        inode.size = sizeBytes;
      },
      datasync,
      size: async () => inode.size,
      close: async () => undefined,
    };
  }

  async #begin(name: string, path: string): Promise<void> {
    if (this.gate !== null) await this.gate;
    this.#checkPower();
    this.operations++;
    try {
      this.onOperation?.(name, path);
    } catch (thrown) {
      if (thrown instanceof PowerCut) this.#isOff = true;
      throw thrown;
    }
  }

  #checkPower(): void {
    if (this.#isOff) throw new PowerCut('the power is off');
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw failure('ENOENT');
    return inode;
  }

  #change(names: readonly (readonly [path: string, inode: Inode | null])[]): void {
    const change = new Map(names);
    apply(this.#names, change);
    this.#changes.push(change);
  }
}

function apply(names: Map<string, Inode>, change: NameChange): void {
  for (const [path, inode] of change) {
    if (inode === null) names.delete(path);
    else names.set(path, inode);
  }
}

function put(inode: Inode, bytes: Uint8Array, position: number): void {
  const end = position + bytes.length;
  keepDurable(inode, position);
  if (end > inode.data.length) {
    const larger = Buffer.alloc(Math.max(end, 2 * inode.data.length, 1024));
    inode.data.copy(larger, 0, 0, inode.size);
    inode.data = larger;
  }
  if (position > inode.size) inode.data.fill(0, inode.size, position);
  inode.data.set(bytes, position);
  inode.size = Math.max(inode.size, end);
}

/** Before bytes from `position` on change: keeps those that are on disk. */
function keepDurable(inode: Inode, position: number): void {
  if (inode.durable !== null || position >= inode.durableSize) return;
  inode.durable = Buffer.from(inode.data.subarray(0, inode.durableSize));
}

function afterPowerCut(inode: Inode, random: Random): Buffer {
  const before = inode.durable ?? inode.data.subarray(0, inode.durableSize);
  const after = inode.data.subarray(0, inode.size);
  if (inode.durable === null && inode.durableSize === inode.size) return Buffer.from(after);
  const keep = fate(random);
  const result = Buffer.alloc(sizeBetween(before.length, after.length, random));
  for (let at = 0; at < result.length; at += sectorBytes) {
    const source = keep() ? after : before;
    result.set(source.subarray(at, Math.min(at + sectorBytes, result.length)), at);
  }
  return result;
}

function sizeBetween(before: number, after: number, random: Random): number {
  const choice = random.below(4);
  if (choice === 0) return before;
  if (choice === 1) return Math.min(before, after) + random.below(Math.abs(after - before) + 1);
  return after;
}

/** Whether each of some things reached the disk: all, none, or as it comes. */
function fate(random: Random): () => boolean {
  const choice = random.below(4);
  if (choice === 0) return () => false;
  if (choice === 1) return () => true;
  return () => random.below(2) === 0;
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code });
}
