/** Lines in files of a bounded size. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RotatingLines } from '../../src/lib/index.js';

async function makeLines(context: TestContext, more = {}) {
  const directory = join(await mkdtemp(join(tmpdir(), 'hearth-lines-')), 'audit');
  context.after(() => rm(join(directory, '..'), { recursive: true }));
  const options = { directory, name: 'a', fileBytesMax: 100, filesMax: 3, waitingMax: 50, ...more };
  const lost: number[] = [];
  const open = () => new RotatingLines(options, (_, lines) => lost.push(lines));
  const lines = open();
  await lines.start();
  return { lines, open, directory, lost };
}

async function read(lines: RotatingLines): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines.newestFirst()) all.push(line);
  return all;
}

test('lines come back from the last on, also after a new start', async (context) => {
  const { lines, open } = await makeLines(context);
  for (const line of ['one', 'two', 'three']) lines.append(line);
  assert.deepEqual(await read(lines), ['three', 'two', 'one']);
  const again = open();
  await again.start();
  again.append('four');
  assert.deepEqual(await read(again), ['four', 'three', 'two', 'one']);
});

test('files stay bounded in size and number, and the oldest lines go', async (context) => {
  const { lines, directory } = await makeLines(context);
  for (let at = 0; at < 60; at++) {
    lines.append(`${at}`.padStart(29, '.'));
    await lines.flushed();
  }
  const files = await readdir(directory);
  assert.deepEqual(files.sort(), ['a-000018.jsonl', 'a-000019.jsonl', 'a-000020.jsonl']);
  for (const file of files) assert.equal((await stat(join(directory, file))).size, 90);
  assert.equal((await read(lines)).length, 9);
});

test('what cannot be written, and what is too much at once, is counted', async (context) => {
  const { lines, directory, lost } = await makeLines(context, { waitingMax: 2 });
  for (let at = 0; at < 5; at++) lines.append('x');
  await lines.flushed();
  assert.deepEqual([(await read(lines)).length, lost], [3, [2]]);
  await rm(directory, { recursive: true });
  await writeFile(directory, 'no directory');
  lines.append('y');
  await lines.flushed();
  assert.deepEqual(lost, [2, 1]);
});
