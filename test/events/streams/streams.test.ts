import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Streams, streamCommandTag } from '../../../src/events/index.js';
import { SimulatedClock } from '../../../src/lib/index.js';
import { HearthError, limits } from '../../../src/types/index.js';

const record = (id: string, text = '{}') => ({
  id,
  attributes: { A: 'b' },
  data: Buffer.from(text),
});

/** Two nodes on one log. */
function begin() {
  let index = 100;
  const commands: Uint8Array[] = [];
  const nodes: Streams[] = [];
  const node = (): Streams =>
    new Streams({
      propose: async (command) => {
        commands.push(command);
        index++;
        for (const each of nodes) each.apply(index, command);
        return index;
      },
      catchUp: async () => true,
      clock: new SimulatedClock(),
    });
  nodes.push(node(), node());
  const [one, two] = nodes as [Streams, Streams];
  return { one, two, commands };
}

test('what is appended through one node is read through another', async () => {
  const { one, two, commands } = begin();
  assert.equal(await one.append('s', record('a', '{"n":1}')), 101);
  assert.equal(await two.append('s', record('b')), 102);
  assert.equal(await two.append('s', record('a')), 101, 'a second time is the first time');
  const found = two.read('s', 0, 10);
  assert.deepEqual(
    found?.page.map(({ sequence, id }) => [sequence, id]),
    [
      [101, 'a'],
      [102, 'b'],
    ],
  );
  assert.equal(Buffer.from(found?.page[0]?.data ?? []).toString(), '{"n":1}');
  assert.deepEqual(found?.page[0]?.attributes, { A: 'b' });
  assert.ok(commands.every(([tag]) => tag === streamCommandTag));
  assert.deepEqual(
    one.list().map(({ name, records }) => [name, records]),
    [['s', 2]],
  );
  assert.equal(one.read('t', 0, 10), undefined);
});

test('a stream that is removed is gone, and one that is not there cannot be removed', async () => {
  const { one, two } = begin();
  await one.append('s', record('a'));
  assert.equal(await two.remove('s'), true);
  assert.equal(await one.remove('s'), false);
  assert.deepEqual(one.list(), []);
});

test('a record that is too long, and a stream too many, are refused', async () => {
  const { one } = begin();
  const long = record('a', 'x'.repeat(limits.streamRecordBytesMax));
  await assert.rejects(one.append('s', long), isCode('request-too-large'));
  for (let at = 0; at < limits.streamsMax; at++) await one.append(`s${at}`, record('a'));
  await assert.rejects(one.append('more', record('a')), isCode('too-many-requests'));
});

test('a damaged snapshot is told as one, and one of a newer release by its format', async () => {
  const { one } = begin();
  await one.append('s', record('a'));
  const bytes = Buffer.concat([...one.snapshot(7)]);
  const read = (content: Uint8Array, index = 7) => {
    const { one: other } = begin();
    other.restoreBegin(index);
    other.restorePart(content);
    other.restoreEnd();
  };
  read(bytes);
  assert.throws(() => read(bytes.subarray(0, -1)), isCode('log-damaged'));
  assert.throws(() => read(bytes, 8), isCode('log-damaged'));
  assert.throws(() => read(Buffer.from('nonsense, and more of it')), isCode('log-damaged'));
  const newer = Buffer.from(
    bytes.toString('latin1').replace('"streams":1', '"streams":9'),
    'latin1',
  );
  assert.throws(() => read(newer), isCode('storage'));
});

function isCode(code: string) {
  return (thrown: unknown): boolean => thrown instanceof HearthError && thrown.code === code;
}
