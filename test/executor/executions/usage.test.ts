/** What functions have used, in files of days. */
import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DayUsage, dayMs, otherFunctions } from '../../../src/executor/executions/day-usage.js';
import { Usage } from '../../../src/executor/executions/usage.js';
import { directoryOf, execution } from './fixture.js';

const today = Date.UTC(2026, 0, 1);
const at = (arrivedMs: number, functionName = 'f') =>
  execution(1, { arrivedMs, functionName, memoryMb: 1024, durationMs: 2 });
const always = { functionName: null, sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER };

test('days are kept for more than a year, and a file that makes no sense tells of nothing', async (t) => {
  const directory = await directoryOf(t);
  const write = (name: string, text: string) => writeFile(join(directory, name), text);
  const year = new DayUsage(today - 365 * dayMs);
  year.add(at(year.day), year.day + 5);
  await write('2025-01-01.json', year.encode(7));
  await write('2024-11-01.json', year.encode(7));
  await write('2025-06-01.json', '{"nextNumber":"x"}');
  await write('notes.txt', 'mine');
  const usage = new Usage(directory);
  await usage.start(today);
  assert.deepEqual((await readdir(directory)).sort(), [
    '2025-01-01.json',
    '2025-06-01.json',
    'notes.txt',
  ]);
  assert.deepEqual(await usage.find(always), [
    { functionName: 'f', hourMs: year.day, requests: 1, errors: 0, mbMs: 2048 },
  ]);
});

test('a day that could not be written is written with the next one', async (t) => {
  const directory = join(await directoryOf(t), 'usage');
  const usage = new Usage(directory);
  await usage.start(today);
  usage.add(at(today), 1);
  await rm(directory, { recursive: true });
  await assert.rejects(usage.save(2, today));
  await mkdir(directory);
  await usage.save(2, today);
  const next = new Usage(directory);
  await next.start(today);
  assert.equal((await next.find(always))[0]?.requests, 1);
  // its block is in it already, and the one after it is not
  next.add(at(today), 1);
  next.add(at(today), 2);
  assert.equal((await next.find(always))[0]?.requests, 2);
  assert.equal(next.highestNumber, 2);
});

test('what ended long ago is not counted again, and what did not run not at all', async (t) => {
  const usage = new Usage(await directoryOf(t));
  await usage.start(today);
  usage.add(at(today - 3 * dayMs), 1);
  usage.add({ ...at(today), result: 'throttled' }, 2);
  assert.deepEqual(await usage.find(always), []);
});

test('a day names no more functions than a file should hold', () => {
  const day = new DayUsage(today);
  for (let number = 0; number < 10_005; number++) day.add(at(today, `f${number}`), today);
  const others = [...day.hours(otherFunctions)];
  assert.deepEqual(
    others.map(({ requests }) => requests),
    [5],
  );
  const again = DayUsage.decode(today, day.encode(3));
  assert.deepEqual([...again.hours(null)], [...day.hours(null)]);
});
