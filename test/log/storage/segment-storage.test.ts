import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silentLogger } from '../../../src/lib/index.js';
import { moveAside, realDisk, SegmentStorage } from '../../../src/log/storage/index.js';
import { newStorage } from './power-cut.js';
import { SimulatedDisk } from './simulated-disk.js';
import {
  clusterId,
  entriesOf,
  hasCode,
  metaOf,
  partOf,
  partsIn,
  partsOf,
  readable,
  write,
} from './writes.js';

let root = '';
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'hearth-segments-'));
});
after(() => rm(root, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;

test('an append is one write and one sync', async () => {
  const disk = new SimulatedDisk();
  const storage = newStorage(disk, 1 << 20);
  await storage.open();
  const operations: string[] = [];
  disk.onOperation = (name) => void operations.push(name);
  await storage.append(write(1, 1, ['one', 'two', 'three']));
  assert.deepEqual(operations, ['write', 'datasync']);
});

test('a new segment begins where one is full, and old ones go when they are not needed', async () => {
  const disk = new SimulatedDisk();
  const storage = newStorage(disk, 1000);
  await storage.open();
  for (let index = 1; index <= 20; index++) {
    await storage.append(write(1, index, ['x'.repeat(400)], index));
  }
  const before = (await disk.list('/log')).length;
  assert.ok(before >= 7, `${before} segments`);
  await storage.saveSnapshot(metaOf(15, 1), partsOf(['state']));
  await storage.compact(10);
  const names = (await disk.list('/log')).filter((name) => name.startsWith('segment'));
  assert.ok(names.length < before && names.length >= 5, `${names.length} segments`);
  const { entries } = await newStorage(disk, 1000).open();
  assert.ok((entries[0]?.index ?? 0) <= 10);
  assert.equal(entries.at(-1)?.index, 20);
});

test('a segment that holds the newest version of an old entry is kept', async () => {
  const disk = new SimulatedDisk();
  const storage = newStorage(disk, 1);
  await storage.open();
  await storage.append(write(1, 1, ['a', 'b', 'c', 'd', 'e'], 3));
  await storage.append(write(2, 4, ['D', 'E', 'F'], 3));
  await storage.saveSnapshot(metaOf(3, 1), partsOf(['state']));
  await storage.compact(4);
  await storage.append(write(3, 5, ['EE'], 3));
  const { entries } = await newStorage(disk, 1).open();
  assert.deepEqual(entries.map(readable), ['4/2 D', '5/3 EE']);
});

test('entries that end before the snapshot, or tell another story of its time, are dropped', async () => {
  for (const index of [2, 5]) {
    const disk = new SimulatedDisk();
    const storage = newStorage(disk, 300);
    await storage.open();
    await storage.append(write(1, 1, ['a', 'b', 'stale', 'stale'], 1));
    await storage.saveSnapshot(metaOf(index, 2), partsOf(['state']));
    await storage.close();
    const again = newStorage(disk, 300);
    const content = await again.open();
    assert.deepEqual([content.snapshot?.index, content.entries], [index, []]);
    assert.equal(content.hardState.term, 1);
    await again.append(write(2, index + 1, ['fresh'], index));
    await again.close();
    const { entries } = await newStorage(disk, 300).open();
    assert.deepEqual(entries.map(readable), [`${index + 1}/2 fresh`]);
  }
});

test('a snapshot of somebody else that is slower than the own one does no harm', async () => {
  const disk = new SimulatedDisk();
  const storage = newStorage(disk, 300);
  await storage.open();
  await storage.append(write(1, 1, ['a', 'b', 'c'], 3));
  await storage.receivePart(metaOf(2, 1), 0, partOf('theirs', false));
  await storage.saveSnapshot(metaOf(3, 1), partsOf(['own']));
  assert.equal(await storage.receivePart(metaOf(2, 1), 1, partOf('', true)), 'whole');
  await storage.saveSnapshot(metaOf(1, 1), partsOf(['too late']));
  assert.deepEqual(await partsIn(storage, 3), ['own']);
  const content = await newStorage(disk, 300).open();
  assert.deepEqual([content.snapshot?.index, content.entries.length], [3, 3]);
});

test('a disk that is full for a moment between write and sync leaves no trace', async () => {
  const disk = new SimulatedDisk();
  const storage = newStorage(disk, 1 << 20);
  await storage.open();
  await storage.append(write(1, 1, ['one']));
  let times = 0;
  disk.onOperation = (name) => {
    if (name === 'write' || ++times > 2) return;
    throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  };
  await assert.rejects(storage.append(write(1, 2, ['x'.repeat(3000)])), hasCode('storage-full'));
  await storage.append(write(1, 2, ['two']));
  const { entries } = await newStorage(disk.crash(), 1 << 20).open();
  assert.deepEqual(entries.map(readable), ['1/1 one', '2/1 two']);
  assert.equal(times, 5, 'a sync and a cut that fail, a cut with its sync, the sync of the write');
});

test('a file is closed only after what is under way on it', async () => {
  const path = join(root, 'closing');
  const file = await realDisk.open(path, 'create');
  const written = file.write(Buffer.alloc(100_000, 1), 0);
  await Promise.all([written, file.close()]);
  await assert.rejects(file.write(Buffer.of(1), 0), /the file is closed/);
  assert.equal((await stat(path)).size, 100_000);
});

test('a write that leaves a gap is a mistake of the caller and changes nothing', async () => {
  const disk = new SimulatedDisk();
  const storage = newStorage(disk, 1 << 20);
  await storage.open();
  const { operations } = disk;
  await assert.rejects(storage.append(write(1, 2, ['two'])), /entries leave no gap/);
  const split = [...entriesOf(1, 1, ['one']), ...entriesOf(1, 3, ['three'])];
  await assert.rejects(storage.append({ ...write(1, 1, []), entries: split }), /follow each other/);
  assert.equal(disk.operations, operations);
  await storage.append(write(1, 1, ['one']));
});

test('a real disk that is full refuses writes until there is room, and loses nothing', {
  skip: isRoot ? false : 'mounting a small disk needs root',
}, async () => {
  const mountPoint = join(root, 'small');
  await mkdir(mountPoint);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mountPoint]);
  try {
    const ballast = join(mountPoint, 'ballast');
    await writeFile(ballast, Buffer.alloc(512 * 1024));
    const directory = join(mountPoint, 'log');
    const options = { directory, clusterId, segmentBytes: 100_000 };
    const newOne = () => new SegmentStorage({ disk: realDisk, logger: silentLogger }, options);
    const storage = newOne();
    await storage.open();
    let written = 0;
    const next = () => write(1, written + 1, [`${written + 1}`.padEnd(9000, '.')], written);
    const fill = async (): Promise<void> => {
      for (; written < 1000; written++) await storage.append(next());
    };
    await assert.rejects(fill(), hasCode('storage-full'));
    await assert.rejects(storage.append(next()), /under .* has no room for the log; make room/);
    const refusedAt = written;
    assert.ok(refusedAt > 20 && refusedAt < 120, `${refusedAt} entries of 9 kB`);
    await assert.rejects(
      storage.saveSnapshot(metaOf(5, 1), partsOf(['x'.repeat(20_000)])),
      hasCode('storage-full'),
    );
    await unlink(ballast);
    await storage.append(next());
    written++;
    await assert.rejects(fill(), hasCode('storage-full'));
    assert.ok(written > refusedAt + 20, `${written} entries of 9 kB`);
    await storage.close();
    const again = newOne();
    const { entries } = await again.open();
    await again.close();
    assert.equal(entries.length, written);
    assert.ok(
      entries.every(({ data }, at) =>
        Buffer.from(data)
          .toString()
          .startsWith(`${at + 1}.`),
      ),
    );
  } finally {
    execFileSync('umount', [mountPoint]);
  }
});

test('a damaged log is moved aside, and the two newest of these are kept', async () => {
  const directory = join(root, 'node', 'log');
  const moved: string[] = [];
  for (const wallMs of [1000, 2000, 2000, 1500]) {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'segment'), `${wallMs}`);
    moved.push(await moveAside(directory, wallMs));
  }
  const [, , third = '', fourth = ''] = moved;
  assert.match(third, /log\.damaged-2001$/);
  assert.deepEqual((await readdir(join(root, 'node'))).sort(), [
    'log.damaged-2001',
    'log.damaged-2002',
  ]);
  assert.ok((await stat(join(fourth, 'segment'))).isFile());
});
