import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readUpMemory, UpNotes } from '../../src/cli/up-memory.js';

async function directory(context: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'hearth-memory-'));
  context.after(() => rm(made, { recursive: true }));
  return made;
}

test('where nodes ran last is read again, with what ran before', async (context) => {
  const data = await directory(context);
  assert.equal(await readUpMemory(data), null);
  const fail = (thrown: unknown) => assert.fail(String(thrown));
  const first = new UpNotes(data, 3, null, fail);
  first.ran([1, 2, 3], 5);
  await first.written();
  const second = new UpNotes(data, 3, await readUpMemory(data), fail);
  second.ran([2, 3], 7);
  second.ran([2, 3, 4], 9);
  await second.written();
  assert.deepEqual(await readUpMemory(data), {
    nodes: 3,
    lastRanMs: { 'node-1': 5, 'node-2': 9, 'node-3': 9, 'node-4': 9 },
  });
});

test('notes that cannot be read are told by their file, and never taken for none', async (context) => {
  const data = await directory(context);
  await writeFile(join(data, 'up.json'), '{"nodes":');
  await assert.rejects(readUpMemory(data), /up\.json cannot be read; it says which places hold/);
});

test('notes that cannot be written are told, and nothing is thrown', async (context) => {
  const told: unknown[] = [];
  const notes = new UpNotes(join(await directory(context), 'none'), 3, null, (thrown) =>
    told.push(thrown),
  );
  notes.ran([1], 1);
  await notes.written();
  assert.equal(told.length, 1);
});
