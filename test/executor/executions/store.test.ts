/** The store of executions: gathering, searching in memory and on the disk, limits, and what a crash leaves. */
import assert from 'node:assert/strict';
import { chmod, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { SimulatedClock } from '../../../src/lib/index.js';
import { settle } from '../fixture.js';
import { directoryOf, ended, everything, idOf, storeIn } from './fixture.js';

const numbers = (found: readonly { requestId: string }[]): number[] =>
  found.map(({ requestId }) => Number(requestId.slice(-6)));

test('what has ended is found at once, by each of its traits, the newest first', async (t) => {
  const { store, clock } = await storeIn(t, await directoryOf(t));
  for (let number = 1; number <= 6; number++) {
    clock.advance(1000);
    const functionName = number % 2 === 0 ? 'even' : 'odd';
    const result = number % 3 === 0 ? 'error' : 'ok';
    store.ended(ended(number, clock, { functionName, result, durationMs: 10 * number }));
  }
  assert.deepEqual(numbers(await store.find(everything)), [6, 5, 4, 3, 2, 1]);
  assert.deepEqual(numbers(await store.find({ ...everything, most: 2 })), [6, 5]);
  assert.deepEqual(numbers(await store.find({ ...everything, functionName: 'odd' })), [5, 3, 1]);
  assert.deepEqual(await store.find({ ...everything, functionName: 'none' }), []);
  assert.deepEqual(numbers(await store.find({ ...everything, result: 'error' })), [6, 3]);
  assert.deepEqual(numbers(await store.find({ ...everything, result: 'failed' })), [6, 3]);
  assert.deepEqual(await store.find({ ...everything, start: 'cold' }), []);
  assert.deepEqual(numbers(await store.find({ ...everything, requestId: idOf(4) })), [4]);
  assert.deepEqual(await store.find({ ...everything, requestId: 'no id' }), []);
  const slowest = { ...everything, order: 'slowest', most: 3 } as const;
  assert.deepEqual(numbers(await store.find(slowest)), [6, 5, 4]);
  const sinceMs = clock.wallMs() - 2500;
  assert.deepEqual(numbers(await store.find({ ...everything, sinceMs })), [6, 5, 4]);
  const untilMs = clock.wallMs() - 2500;
  assert.deepEqual(numbers(await store.find({ ...everything, untilMs })), [3, 2, 1]);
  const [sixth] = await store.find({ ...everything, most: 1 });
  assert.equal(sixth?.errorType, 'TypeError');
});

test('the slowest of many blocks are found whatever order they ended in', async (t) => {
  const { store, clock } = await storeIn(t, await directoryOf(t));
  const count = 5000;
  for (let number = 0; number < count; number++) {
    store.ended(ended(number, clock, { durationMs: (number * 7919) % count }));
  }
  const found = await store.find({ ...everything, order: 'slowest', most: 5 });
  assert.deepEqual(
    found.map(({ durationMs }) => durationMs),
    [4999, 4998, 4997, 4996, 4995],
  );
});

test('a store that starts again knows what the one before it wrote, and numbers on', async (t) => {
  const directory = await directoryOf(t);
  const first = await storeIn(t, directory);
  for (let number = 1; number <= 3000; number++) first.store.ended(ended(number, first.clock));
  await first.store.stop();
  const second = await storeIn(t, directory, {}, first.clock);
  second.store.ended(ended(3001, second.clock));
  assert.equal((await second.store.find({ ...everything, most: 5000 })).length, 3001);
  const { diskBytes } = second.store;
  second.clock.advance(1000);
  while (second.store.diskBytes === diskBytes) await settle();
  // in memory and on the disk now, and found once
  assert.equal((await second.store.find({ ...everything, most: 5000 })).length, 3001);
  await second.store.stop();
  const third = await storeIn(t, directory, {}, first.clock);
  assert.equal((await third.store.find({ ...everything, most: 5000 })).length, 3001);
  assert.deepEqual(numbers(await third.store.find({ ...everything, requestId: idOf(17) })), [17]);
});

test('a torn end is cut off, and what stands before it is found', async (t) => {
  const directory = await directoryOf(t);
  const { store, clock } = await storeIn(t, directory);
  for (let number = 1; number <= 1500; number++) store.ended(ended(number, clock));
  await store.stop();
  const folder = join(directory, 'executions');
  const [name = ''] = await readdir(folder);
  const { length } = await readFile(join(folder, name));
  await truncate(join(folder, name), length - 10);
  const next = await storeIn(t, directory, {}, clock);
  assert.equal((await readFile(join(folder, name))).length, next.store.diskBytes);
  assert.equal((await next.store.find({ ...everything, most: 5000 })).length, 1024);
  next.store.ended(ended(2000, clock));
  await next.store.stop();
  const last = await storeIn(t, directory, {}, clock);
  assert.equal((await last.store.find({ ...everything, most: 5000 })).length, 1025);
});

test('files that are no records are left out, and those of nothing removed', async (t) => {
  const directory = await directoryOf(t);
  const { store, clock } = await storeIn(t, directory);
  store.ended(ended(1, clock));
  await store.stop();
  const folder = join(directory, 'executions');
  await writeFile(join(folder, '0000000000000001.rec'), 'not a block');
  await writeFile(join(folder, 'note.txt'), 'mine');
  const next = await storeIn(t, directory, {}, clock);
  assert.equal((await next.store.find(everything)).length, 1);
  const names = await readdir(folder);
  assert.equal(names.length, 2);
  assert.ok(names.includes('note.txt'));
});

test('over the limit of the disk, and over their age, the oldest go first', async (t) => {
  const bySize = await directoryOf(t);
  const small = await storeIn(t, bySize, { bytesMax: 400_000 });
  for (let batch = 0; batch < 20; batch++) {
    for (let at = 0; at < 1024; at++) small.store.ended(ended(batch * 1024 + at, small.clock));
    await small.store.find({ ...everything, most: 1 });
  }
  await small.store.stop();
  assert.ok(small.store.diskBytes <= 400_000 + 140_000, `${small.store.diskBytes} bytes`);
  const left = await storeIn(t, bySize, { bytesMax: 400_000 }, small.clock);
  const found = numbers(await left.store.find({ ...everything, most: 100_000 }));
  assert.ok(found.length > 3000 && found.length < 9000, `${found.length} left`);
  assert.equal(found[0], 20 * 1024 - 1);

  const byAge = await directoryOf(t);
  const clock = new SimulatedClock();
  for (let day = 0; day < 4; day++) {
    const { store } = await storeIn(t, byAge, {}, clock);
    store.ended(ended(day, clock));
    await store.stop();
    clock.advance(86_400_000);
  }
  const { store } = await storeIn(t, byAge, {}, clock);
  assert.deepEqual(numbers(await store.find(everything)), [3]);
  // a file at a time
  assert.equal((await readdir(join(byAge, 'executions'))).length, 3);
});

test('without a disk the newest are still there, and what is lost is counted', async (t) => {
  const directory = await directoryOf(t);
  await writeFile(join(directory, 'executions'), 'in the way');
  await writeFile(join(directory, 'usage'), 'in the way');
  const { store, clock } = await storeIn(t, directory);
  store.ended(ended(1, clock));
  clock.advance(1000);
  assert.equal((await store.find(everything)).length, 1);
  await store.stop();
  assert.equal(store.counters.recorded, 1);
  assert.ok(store.counters.writeErrors > 0);
  await rm(join(directory, 'executions'));
  await chmod(directory, 0o700);
});

test('more than can wait is dropped and counted', async (t) => {
  const { store, clock } = await storeIn(t, await directoryOf(t));
  const one = ended(1, clock);
  for (let at = 0; at < 70_000; at++) store.ended(one);
  assert.equal(store.counters.dropped, 70_000 - 65_536);
});

test('usage is added up by hours, lives over restarts, and is counted once', async (t) => {
  const directory = await directoryOf(t);
  const first = await storeIn(t, directory);
  const all = { functionName: null, sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER };
  first.store.ended(ended(1, first.clock, { durationMs: 1.5, memoryMb: 1024 }));
  first.store.ended(ended(2, first.clock, { result: 'error', memoryMb: 1024 }));
  first.clock.advance(10_000);
  // on the disk as records, though not as usage: nothing is said of a stop
  await first.store.find(everything);
  first.clock.advance(3_600_000);
  first.store.ended(ended(3, first.clock, { functionName: 'g', durationMs: 100 }));
  const hour = first.clock.wallOriginMs;
  const expected = [
    { functionName: 'f', hourMs: hour - 3_600_000, requests: 2, errors: 1, mbMs: 4096 },
    { functionName: 'g', hourMs: hour + 3_600_000, requests: 1, errors: 0, mbMs: 12_800 },
  ];
  // what ended at midnight sharp began before it
  const told = await first.store.usage(all);
  assert.deepEqual(
    told.map(({ functionName, requests, errors, mbMs }) => [functionName, requests, errors, mbMs]),
    expected.map(({ functionName, requests, errors, mbMs }) => [
      functionName,
      requests,
      errors,
      mbMs,
    ]),
  );
  await first.store.stop();
  const second = await storeIn(t, directory, {}, first.clock);
  assert.deepEqual(await second.store.usage(all), told);
  assert.equal((await second.store.usage({ ...all, functionName: 'g' })).length, 1);
  // a crash before the usage was saved: it is counted from the records
  await second.store.stop();
  await rm(join(directory, 'usage'), { recursive: true });
  const third = await storeIn(t, directory, {}, first.clock);
  assert.deepEqual(await third.store.usage(all), told);
});
