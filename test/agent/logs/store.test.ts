import { strict as assert } from 'node:assert';
import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OpenLogFile } from '../../../src/agent/logs/log-file.js';
import { openLogFile } from '../../../src/agent/logs/log-file.js';
import { type Logger, silentLogger } from '../../../src/lib/index.js';
import { everything, report, StoreFixture, source, texts } from './fixture.js';

const id = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const KiB = 1024;
const MiB = 1024 * KiB;

test('what a request printed is found between the lines that Lambda puts around it', async (context) => {
  const logs = await StoreFixture.make(context);
  logs.print(source('one'), id(1), 'hello\nworld\n');
  const used = { memoryPeakBytes: 20.2 * MiB, initMs: 33.333, start: 'cold' } as const;
  logs.store.report(source('one'), report(id(1), used));
  await logs.written();
  assert.deepEqual(await logs.newest(), [
    `START RequestId: ${id(1)} Version: $LATEST`,
    'hello',
    'world',
    `END RequestId: ${id(1)}`,
    `REPORT RequestId: ${id(1)}\tDuration: 1.50 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 21 MB\tInit Duration: 33.33 ms\t`,
  ]);
});

test('a request that printed nothing and failed has its lines too, from its beginning on', async (context) => {
  const logs = await StoreFixture.make(context);
  const startedWallMs = logs.clock.wallMs() + 10;
  logs.clock.advance(500);
  const failed = { startedWallMs, errorType: 'Runtime.ExitError', cpuMs: 1.25 };
  logs.store.report(source('one'), report(id(1), failed));
  const timedOut = { startedWallMs, errorType: 'Sandbox.Timedout' };
  logs.store.report(source('one'), report(id(2), timedOut));
  await logs.written();
  const { events } = await logs.reader.newest({ ...everything, requestId: id(1) }, 10);
  const [start, end, told] = events.map(({ event }) => event);
  assert.deepEqual([start?.kind, start?.timeMs], ['start', startedWallMs]);
  assert.deepEqual([end?.kind, end?.timeMs], ['end', startedWallMs + 490]);
  assert.match(told?.text ?? '', /128 MB\tStatus: error\tError Type: Runtime.ExitError\t$/);
  assert.deepEqual(told?.report, report(id(1), failed));
  assert.match((await logs.newest({ requestId: id(2) }))[2] ?? '', /\tStatus: timeout\t$/);
});

test('what arrives of a request after its end does not begin it again', async (context) => {
  const logs = await StoreFixture.make(context);
  for (const number of [1, 2]) {
    if (number === 1) logs.print(source('one'), id(number), 'early\n');
    logs.clock.advance(1);
    const startedWallMs = logs.clock.wallMs();
    logs.store.report(source('one'), report(id(number), { startedWallMs }));
    logs.print(source('one'), id(number), 'late\n');
  }
  await logs.written();
  const words = (await logs.newest()).map((text) => text.split(' ')[0]);
  assert.deepEqual(words, [
    ...['START', 'early', 'END', 'REPORT', 'late'],
    ...['START', 'END', 'REPORT', 'late'],
  ]);
});

test('records are found by function, version, request and time, and by nothing else', async (context) => {
  const logs = await StoreFixture.make(context);
  const times: number[] = [];
  for (let number = 1; number <= 6; number++) {
    const functionVersion = number % 2 === 0 ? '2' : '$LATEST';
    const name = number <= 3 ? 'one' : 'two';
    const from = source(name, { functionVersion, logStream: `${name}-${functionVersion}` });
    times.push(logs.clock.wallMs());
    logs.print(from, id(number), `line ${number}\n`);
    await logs.written();
  }
  const lines = async (filter: Parameters<typeof logs.newest>[0]): Promise<string> =>
    (await logs.newest(filter))
      .filter((text) => text.startsWith('line'))
      .map((text) => text.slice(5))
      .join('');
  assert.equal(await lines({}), '123456');
  assert.equal(await lines({ functionName: 'two' }), '456');
  assert.equal(await lines({ functionName: 'one', versions: ['$LATEST'] }), '13');
  assert.equal(await lines({ functionName: 'two', versions: ['2', '7'] }), '46');
  assert.equal(await lines({ requestId: id(5) }), '5');
  assert.equal(await lines({ requestId: id(5), functionName: 'one' }), '');
  assert.equal(await lines({ requestId: id(9) }), '');
  assert.equal(await lines({ sinceMs: times[2] ?? 0, untilMs: times[4] ?? 0 }), '345');
  assert.equal(await lines({ functionName: 'three' }), '');
  assert.deepEqual((await logs.newest({}, 2)).at(-1), 'line 6');
  assert.equal((await logs.newest({}, 2)).length, 2);
});

test('pieces of a line are joined, per stream and request, wherever they were cut', async (context) => {
  const logs = await StoreFixture.make(context);
  const euro = Buffer.from('a € sign\n');
  const [one, two] = [source('one'), source('two')];
  logs.print(one, id(1), euro.subarray(0, 3));
  logs.print(two, id(2), 'the other');
  logs.print(one, id(1), euro.subarray(3, 4));
  await logs.written();
  logs.print(one, id(1), euro.subarray(4));
  logs.print(two, id(2), ' line, not finished');
  logs.print(two, '', 'of nobody\n');
  logs.store.report(two, report(id(2)));
  await logs.written();
  const printed = (await logs.newest()).filter((text) => !/^(START|END|REPORT)/.test(text));
  assert.deepEqual(printed, ['a € sign', 'of nobody', 'the other line, not finished']);
});

test('nothing is written in the turn of who prints, and one write takes what has come', async (context) => {
  let writes = 0;
  const openFile: OpenLogFile = async (path) => {
    const file = await openLogFile(path);
    const write: typeof file.write = (...all) => {
      writes += 1;
      return file.write(...all);
    };
    return { ...file, write };
  };
  const logs = await StoreFixture.make(context, { openFile });
  for (let number = 0; number < 4000; number++)
    logs.print(source('one'), id(number), 'some text\n');
  assert.equal(writes, 0);
  await logs.written();
  assert.equal(writes, 1);
  assert.equal((await logs.newest({ requestId: id(3999) })).length, 2);
});

test('a new store finds what the one before has written, with the torn end cut off', async (context) => {
  const logs = await StoreFixture.make(context);
  for (let number = 0; number < 3; number++) {
    logs.print(source('one'), id(number), `line ${number}\n`);
    await logs.written();
  }
  const before = logs.store.nextSequence;
  await logs.reopen();
  assert.equal(logs.store.nextSequence, before);
  logs.print(source('one'), id(3), 'line 3\n');
  await logs.written();
  await logs.store.stop();
  // as after a power cut: no index of the last segment, half of its last block, and garbage at the end
  const names = await readdir(logs.directory);
  for (const name of names.filter((each) => each.endsWith('.idx'))) {
    await rm(join(logs.directory, name));
  }
  const [first = '', second = ''] = names.filter((each) => each.endsWith('.log')).sort();
  await appendFile(join(logs.directory, first), Buffer.alloc(300, 7));
  const { size } = await stat(join(logs.directory, second));
  await truncate(join(logs.directory, second), size - 1);
  await logs.open();
  const printed = (await logs.newest()).filter((text) => text.startsWith('line'));
  assert.deepEqual(printed, ['line 0', 'line 1', 'line 2']);
  assert.equal((await stat(join(logs.directory, first))).size, logs.store.diskBytes);
  logs.print(source('one'), id(4), 'line 4\n');
  await logs.written();
  assert.equal((await logs.newest()).at(-1), 'line 4');
});

test('a segment is believed up to the first byte that has changed', async (context) => {
  const logs = await StoreFixture.make(context);
  for (let number = 0; number < 3; number++) {
    logs.print(source('one'), id(number), `line ${number}\n`);
    await logs.written();
  }
  await logs.store.stop();
  const names = await readdir(logs.directory);
  for (const name of names.filter((each) => each.endsWith('.idx'))) {
    await rm(join(logs.directory, name));
  }
  const path = join(logs.directory, names.find((each) => each.endsWith('.log')) ?? '');
  const data = await readFile(path);
  data[data.indexOf('line 1')] = 'L'.charCodeAt(0);
  await writeFile(path, data);
  await logs.open();
  assert.equal((await logs.newest()).at(-1), 'line 0');
});

test('a store whose files cannot be read begins without them, and keeps what comes', async (context) => {
  const logs = await StoreFixture.make(context);
  logs.print(source('one'), id(1), 'kept\n');
  await logs.written();
  await logs.store.stop();
  // a directory where a segment should be
  await mkdir(join(logs.directory, '0000000000000001.log'));
  await logs.open();
  assert.equal((await logs.newest()).at(-1), 'kept');
  await logs.store.stop();
  await rm(logs.directory, { recursive: true });
  await writeFile(logs.directory, 'not a directory');
  await logs.open();
  assert.deepEqual(await logs.newest(), []);
  await rm(logs.directory);
  logs.print(source('one'), id(2), 'new\n');
  await logs.written();
  assert.equal((await logs.newest()).at(-1), 'new');
});

test('a damaged index is made anew from the segment', async (context) => {
  const logs = await StoreFixture.make(context);
  logs.print(source('one'), id(1), 'kept\n');
  await logs.written();
  await logs.store.stop();
  const name = (await readdir(logs.directory)).find((each) => each.endsWith('.idx')) ?? '';
  const data = await readFile(join(logs.directory, name));
  data[data.length - 1] = 1 ^ (data.at(-1) ?? 0);
  await writeFile(join(logs.directory, name), data);
  await logs.open();
  assert.equal((await logs.newest({ requestId: id(1) })).at(-1), 'kept');
});

test('the disk that it takes is bounded: the oldest goes first', async (context) => {
  const bytesMax = 2 * MiB;
  const logs = await StoreFixture.make(context, { bytesMax });
  const text = `${'x'.repeat(1000)}\n`;
  for (let number = 0; number < 60; number++) {
    for (let line = 0; line < 100; line++) logs.print(source('one'), id(number), text);
    await logs.written();
    assert.ok(logs.store.diskBytes <= bytesMax, `${logs.store.diskBytes}`);
  }
  let onDisk = 0;
  for (const name of await readdir(logs.directory)) {
    onDisk += (await stat(join(logs.directory, name))).size;
  }
  assert.ok(onDisk <= bytesMax * 1.02, `${onDisk}`);
  assert.ok(logs.store.counters.removedSegments > 3);
  assert.deepEqual(await logs.newest({ requestId: id(0) }), []);
  assert.equal((await logs.newest({ requestId: id(59) })).length, 101);
});

test('a disk that is full costs logs and nothing else, is told once, and is used again when it has room', async (context) => {
  let full = true;
  const openFile: OpenLogFile = async (path) => {
    const file = await openLogFile(path);
    const write: typeof file.write = async (buffers, at) => {
      if (!full) return file.write(buffers, at);
      // what fits is written
      await file.write([Buffer.alloc(10, 1)], at);
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    return { ...file, write };
  };
  const said: string[] = [];
  const note = (_fields: unknown, text: string): void => void said.push(text);
  const logger = { ...silentLogger, warn: note, info: (text: string) => said.push(text) };
  const logs = await StoreFixture.make(context, { openFile, logger: logger as unknown as Logger });
  const { store, clock } = logs;
  const chunk = Buffer.from(`${'y'.repeat(1023)}\n`);
  store.output(source('one'), id(1), Buffer.from('the first\n'));
  // more than the memory that the store may have, from several sandboxes
  for (let line = 0; line < 12 * KiB; line++) {
    store.output(source('one', { logStream: `stream ${line % 3}` }), id(2), chunk);
  }
  assert.ok(store.counters.droppedRecords > 3000, `${store.counters.droppedRecords}`);
  for (let errors = 1; errors <= 3; errors++) {
    clock.advance(1000);
    await logs.until(() => store.counters.writeErrors === errors);
  }
  assert.deepEqual(said, ['logs of functions cannot be written']);
  // what had fitted was taken back
  const [name = ''] = await readdir(logs.directory);
  assert.equal((await stat(join(logs.directory, name))).size, 0);
  full = false;
  clock.advance(1000);
  // all that the memory held
  await logs.until(() => store.counters.writtenBytes > 8_000_000);
  logs.print(source('two'), id(3), 'the last\n');
  await logs.written();
  assert.equal((await logs.newest({ functionName: 'two' })).at(-1), 'the last');
  assert.deepEqual(said.slice(1), ['logs of functions are written again']);
  assert.deepEqual(await logs.newest({ requestId: id(1) }), [
    `START RequestId: ${id(1)} Version: $LATEST`,
    'the first',
  ]);
});

test('who prints without end keeps its share, is told so, and does not push out the others', async (context) => {
  const logs = await StoreFixture.make(context, { bytesMax: 32 * MiB });
  logs.print(source('quiet'), id(1), 'still here\n');
  const chunk = Buffer.alloc(64 * KiB, 'noise\n');
  for (let megabyte = 0; megabyte < 64; megabyte++) {
    for (let piece = 0; piece < 16; piece++) logs.store.output(source('noisy'), id(2), chunk);
    if (megabyte < 10) await logs.written();
  }
  await logs.written();
  assert.ok(logs.store.diskBytes < 11 * MiB, `${logs.store.diskBytes}`);
  assert.equal((await logs.newest({ functionName: 'quiet' })).at(-1), 'still here');
  assert.match((await logs.newest({ functionName: 'noisy' }, 1))[0] ?? '', /^\[hearth\] more than/);
  logs.clock.advance(10_000);
  logs.print(source('noisy'), id(2), 'heard again\n');
  await logs.written();
  assert.equal((await logs.newest({ functionName: 'noisy' }, 1))[0], 'heard again');
});

test('a look-up waits until what was printed before it is on the disk', async (context) => {
  const logs = await StoreFixture.make(context);
  logs.print(source('one'), id(1), 'just now\n');
  const page = logs.reader.newest(everything, 10);
  logs.clock.advance(0);
  assert.equal(texts(await page).at(-1), 'just now');
});
