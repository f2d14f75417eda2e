import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { silentLogger } from '../../../src/lib/index.js';
import { type LogContent, SegmentStorage } from '../../../src/log/storage/index.js';
import { newStorage } from './power-cut.js';
import { SimulatedDisk } from './simulated-disk.js';
import { hasCode, metaOf, partsIn, partsOf, readableContent, receive, write } from './writes.js';

const segmentBytes = 400;

interface Found {
  readonly content: LogContent;
  readonly parts: readonly string[] | null;
}

test('a changed byte anywhere in any file is noticed, or changes nothing', async () => {
  for (const make of [plainLog, zerosLog, compactedLog, installedLog]) {
    const files = await make();
    const expected = comparable(await foundOn(files));
    for (const [path, content] of files) {
      for (let at = 0; at < content.length; at++) {
        for (const change of [0x04, 0xff]) {
          const damaged = Buffer.from(content);
          damaged[at] = (damaged[at] ?? 0) ^ change;
          const name = `${make.name}: ${path}, byte ${at} of ${content.length}, ${change}`;
          try {
            const found = await foundOn(new Map([...files, [path, damaged]]));
            assert.deepEqual(comparable(found), expected, name);
          } catch (error) {
            assert.ok(hasCode('log-damaged')(error), `${name}: ${error}`);
          }
        }
      }
    }
  }
});

test('a sector that was lost in the middle of a segment is damage, not the end', async () => {
  const files = await plainLog(1 << 20, 600);
  const [path = '', content = Buffer.alloc(0)] = [...files][0] ?? [];
  for (let sector = 0; sector < content.length - 1100; sector += 512) {
    const damaged = Buffer.from(content).fill(0, sector, sector + 512);
    await assert.rejects(foundOn(new Map([[path, damaged]])), hasCode('log-damaged'), `${sector}`);
  }
});

test('a lost sector with nothing but the head of a record is damage where others follow', async () => {
  const disk = new SimulatedDisk();
  const path = '/log/segment-000000000001';
  const storage = newStorage(disk, 1 << 20);
  await storage.open();
  const start = disk.contentOf(path).length;
  await storage.append(write(1, 1, ['']));
  const next = disk.contentOf(path).length;
  const untilSector = 512 - ((next + (next - start)) % 512);
  await storage.append(write(1, 2, ['x'.repeat(untilSector)]));
  const headAt = disk.contentOf(path).length;
  assert.equal(headAt % 512, 0);
  await storage.append(write(1, 3, ['three']));
  const torn = Buffer.from(disk.contentOf(path)).fill(0, headAt);
  assert.equal((await foundOn(new Map([[path, torn]]))).content.entries.length, 2);
  await storage.append(write(1, 4, ['x'.repeat(512)]));
  await storage.append(write(1, 5, ['five']));
  const damaged = Buffer.from(disk.contentOf(path)).fill(0, headAt, headAt + 512);
  await assert.rejects(foundOn(new Map([[path, damaged]])), hasCode('log-damaged'));
});

test('a torn record is cut only at the end of the last segment', async () => {
  const files = [...(await plainLog())].sort();
  for (const [at, [path, content]] of files.entries()) {
    const shorter = new Map([...files, [path, content.subarray(0, -1)] as const]);
    if (at < files.length - 1) {
      await assert.rejects(foundOn(shorter), hasCode('log-damaged'), path);
    } else {
      const { entries } = (await foundOn(shorter)).content;
      assert.equal(entries.length, 5);
    }
  }
});

test('a file that is missing is noticed, if it is not the newest segment', async () => {
  for (const make of [plainLog, compactedLog, installedLog]) {
    const files = await make();
    const paths = [...files.keys()].sort();
    const newest = paths.findLast((path) => path.includes('segment'));
    for (const path of paths.filter((each) => each !== newest)) {
      const fewer = new Map([...files].filter(([other]) => other !== path));
      await assert.rejects(foundOn(fewer), hasCode('log-damaged'), `${make.name} ${path}`);
    }
  }
  const snapshotOnly = [...(await compactedLog())].filter(([path]) => path.includes('snapshot'));
  await assert.rejects(foundOn(new Map(snapshotOnly)), /has no segments|log.* is damaged/);
});

test('a damaged log is not changed by the attempt to open it', async () => {
  const disk = new SimulatedDisk();
  const files = await plainLog();
  for (const [path, content] of files) disk.put(path, content);
  const [first = ''] = [...files.keys()].sort();
  const damaged = Buffer.from(disk.contentOf(first));
  damaged[300] = (damaged[300] ?? 0) ^ 4;
  disk.put(first, damaged);
  const message = /log file \/log\/segment-000000000001 is damaged at byte \d+ \(.*\) .* anew from/;
  await assert.rejects(newStorage(disk, segmentBytes).open(), message);
  assert.deepEqual(disk.contentOf(first), damaged);
  assert.equal((await disk.list('/log')).length, files.size);
});

test('a damaged part of a snapshot is noticed when it is read', async () => {
  const files = await compactedLog();
  const path = [...files.keys()].find((each) => each.includes('snapshot')) ?? '';
  const content = Buffer.from(files.get(path) ?? []);
  const at = content.indexOf('second part');
  content[at] = (content[at] ?? 0) ^ 1;
  const disk = diskOf(new Map([...files, [path, content]]));
  const storage = newStorage(disk, segmentBytes);
  const { snapshot } = await storage.open();
  const index = snapshot?.index ?? 0;
  assert.equal((await storage.readPart(index, 0))?.last, false);
  await assert.rejects(storage.readPart(index, 1), hasCode('log-damaged'));
});

test('a log of another cluster is refused and told so, not called damaged', async () => {
  const files = await compactedLog();
  const options = { directory: '/log', clusterId: 'd'.repeat(32) };
  const storage = new SegmentStorage({ disk: diskOf(files), logger: silentLogger }, options);
  const refusal =
    /segment-\d+ belongs to cluster c+, and this node is of cluster d+; give the node/;
  await assert.rejects(
    storage.open(),
    (error) => hasCode('storage')(error) && refusal.test(`${error}`),
  );
});

test('a log of a newer release is refused and told so, not called damaged', async () => {
  for (const what of ['segment', 'snapshot']) {
    const files = await compactedLog();
    const path =
      [...files.keys()]
        .filter((each) => each.includes(what))
        .sort()
        .at(-1) ?? '';
    const content = files.get(path) ?? Buffer.alloc(0);
    const newer = new Map([...files, [path, withFormat(content, 3)]]);
    const refusal = new RegExp(`${what}-\\d+ was written by a newer release; start that one`);
    await assert.rejects(
      foundOn(newer),
      (error) => hasCode('storage')(error) && refusal.test(`${error}`),
    );
  }
});

test('a log of an older release is refused and told so', async () => {
  const disk = new SimulatedDisk();
  disk.put('/log/log', Buffer.from('hearth-log 1\n'));
  await assert.rejects(newStorage(disk, 1).open(), /\/log\/log was written by an older release/);
});

test('a record that claims to be huge is damage, and takes no memory', async () => {
  const files = await plainLog(1 << 20);
  const [path = '', content = Buffer.alloc(0)] = [...files][0] ?? [];
  const first = content.indexOf('\n') + 1;
  for (const length of [2 ** 30 + 1, 2 ** 32 - 1]) {
    const damaged = Buffer.from(content);
    damaged.writeUInt32BE(length, first + 1);
    await assert.rejects(foundOn(new Map([[path, damaged]])), hasCode('log-damaged'));
  }
});

test('what other programs or a killed process leave in the directory does no harm', async () => {
  const files = await compactedLog();
  const disk = diskOf(files);
  const leftOver = [
    'segment-000000000099.partial',
    'snapshot-0000000000000009.partial',
    'snapshot-0000000000000009.receiving',
    'snapshot-0000000000000009.received',
  ];
  for (const name of [...leftOver, 'lost+found']) disk.put(`/log/${name}`, Buffer.from('junk'));
  await newStorage(disk, segmentBytes).open();
  const names = await disk.list('/log');
  assert.ok(names.includes('lost+found'));
  assert.deepEqual(
    names.filter((name) => leftOver.includes(name)),
    [],
  );
  assert.deepEqual(
    comparable(await foundOn(files)),
    comparable(await foundOn(filesOf(disk, names))),
  );
});

async function plainLog(bytesPerSegment = segmentBytes, entryBytes = 60) {
  return madeBy(bytesPerSegment, async (storage) => {
    for (let index = 1; index <= 6; index++) {
      await storage.append(write(index, index, [`${index}`.repeat(entryBytes)]));
    }
  });
}

async function zerosLog() {
  return madeBy(1 << 20, (storage) => storage.append(write(1, 1, ['\0'.repeat(1500), 'one'])));
}

async function compactedLog() {
  return madeBy(segmentBytes, async (storage) => {
    for (let index = 1; index <= 6; index++) {
      await storage.append(write(1, index, ['x'.repeat(200)], index));
    }
    await storage.saveSnapshot(metaOf(4, 1), partsOf(['first part', 'second part']));
    await storage.compact(5);
  });
}

async function installedLog() {
  return madeBy(segmentBytes, async (storage) => {
    await storage.append(write(1, 1, ['one', 'two', 'three']));
    await receive(storage, metaOf(2, 4), ['their', 'state']);
    await storage.append({ ...write(5, 3, ['after'], 2), install: metaOf(2, 4) });
    await storage.append(write(5, 4, ['later']));
  });
}

async function madeBy(
  bytesPerSegment: number,
  run: (storage: SegmentStorage) => Promise<void>,
): Promise<ReadonlyMap<string, Buffer>> {
  const disk = new SimulatedDisk();
  const storage = newStorage(disk, bytesPerSegment);
  await storage.open();
  await run(storage);
  await storage.close();
  return filesOf(disk, await disk.list('/log'));
}

function filesOf(disk: SimulatedDisk, names: readonly string[]): ReadonlyMap<string, Buffer> {
  return new Map(
    names.map((name) => [`/log/${name}`, Buffer.from(disk.contentOf(`/log/${name}`))]),
  );
}

function diskOf(files: ReadonlyMap<string, Buffer>): SimulatedDisk {
  const disk = new SimulatedDisk();
  for (const [path, content] of files) disk.put(path, content);
  return disk;
}

async function foundOn(files: ReadonlyMap<string, Buffer>): Promise<Found> {
  const storage = newStorage(diskOf(files), segmentBytes);
  const content = await storage.open();
  const { snapshot } = content;
  return { content, parts: snapshot === null ? null : await partsIn(storage, snapshot.index) };
}

function comparable({ content, parts }: Found) {
  return { ...readableContent(content), parts };
}

function withFormat(content: Buffer, format: number): Buffer {
  const lineEnd = content.indexOf('\n');
  const text = content.toString('utf8', 0, lineEnd - 8).replace(/ \d+ /, ` ${format} `);
  const checksum = crc32(text).toString(16).padStart(8, '0');
  return Buffer.concat([Buffer.from(text + checksum), content.subarray(lineEnd)]);
}
