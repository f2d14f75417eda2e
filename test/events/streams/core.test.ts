import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeStreams, StreamsReader } from '../../../src/events/streams/codec.js';
import { type StreamCommand, StreamsCore } from '../../../src/events/streams/core.js';
import { limits } from '../../../src/types/index.js';

const hour = 3_600_000;

function append(stream: string, id: string, { bytes = 1, atMs = 0 } = {}): StreamCommand {
  return {
    kind: 'append',
    stream,
    record: { id, atMs, attributes: {}, data: Buffer.alloc(bytes, id) },
  };
}

function applied(...commands: StreamCommand[]): StreamsCore {
  const core = new StreamsCore();
  for (const [at, command] of commands.entries()) core.apply(at + 1, command);
  return core;
}

const ids = (core: StreamsCore, stream: string) =>
  core.get(stream)?.records.map(({ id }) => id) ?? null;

test('a record stands in its stream once, whoever appends it how often', () => {
  const core = applied(append('s', 'a'), append('s', 'b'), append('s', 'a'), append('t', 'a'));
  assert.deepEqual(ids(core, 's'), ['a', 'b']);
  assert.deepEqual(ids(core, 't'), ['a']);
  assert.equal(core.get('s')?.sequenceOf('b'), 2, 'its number is the place in the log');
});

test('a page holds what follows a number, by count and by bytes', () => {
  const big = Math.floor(limits.streamPageBytesMax * 0.6);
  const core = applied(
    append('s', 'a'),
    append('t', 'x'),
    append('s', 'b', { bytes: big }),
    append('s', 'c', { bytes: big }),
    append('s', 'd'),
  );
  const page = (after: number, itemsMax: number) =>
    core
      .get('s')
      ?.read(after, itemsMax)
      .page.map(({ id }) => id);
  assert.deepEqual(page(0, 1), ['a']);
  assert.deepEqual(page(0, 9), ['a', 'b'], 'the third one would be too much');
  assert.deepEqual(page(2, 9), ['b'], 'a number between two records is fine');
  assert.deepEqual(page(3, 9), ['c', 'd']);
  assert.deepEqual(page(5, 9), []);
});

test('the oldest go where a stream has too many, too much, or too old ones', () => {
  const many = new StreamsCore();
  for (let at = 1; at <= limits.streamRecordsMax + 5; at++) many.apply(at, append('s', `${at}`));
  assert.equal(many.get('s')?.info().oldest, 6);
  const third = Math.floor(limits.streamBytesMax / 3);
  const much = applied(...['a', 'b', 'c'].map((id) => append('s', id, { bytes: third })));
  assert.deepEqual(ids(much, 's'), ['b', 'c']);
  const old = applied(
    append('s', 'a', { atMs: hour }),
    append('s', 'b', { atMs: 2 * hour }),
    append('t', 'c', { atMs: 25.5 * hour }),
  );
  assert.deepEqual(ids(old, 's'), ['b']);
});

test('a clock that is behind the others does not make its records old', () => {
  const core = applied(
    append('s', 'a', { atMs: 100 * hour }),
    append('s', 'b', { atMs: 0 }),
    append('s', 'c', { atMs: 100 * hour }),
  );
  assert.deepEqual(ids(core, 's'), ['a', 'b', 'c']);
  assert.equal(core.get('s')?.records[1]?.atMs, 100 * hour);
});

test('where all together have too much, the one that has most gives way', () => {
  const bytes = Math.floor(limits.streamBytesMax * 0.9);
  const small = append('small', 'a');
  const large = ['p', 'q', 'r', 's', 't'].flatMap((name) =>
    [0, 1].map((at) => append(name, `${at}`, { bytes: bytes / 2 })),
  );
  const core = applied(small, ...large);
  assert.deepEqual(ids(core, 'small'), ['a']);
  const all = core.list().reduce((sum, stream) => sum + stream.bytes, 0);
  assert.ok(all <= limits.streamsBytesMax);
});

test('there are so many streams and no more, and one that is deleted makes room', () => {
  const core = new StreamsCore();
  for (let at = 1; at <= limits.streamsMax + 1; at++) core.apply(at, append(`s${at}`, 'a'));
  assert.equal(core.list().length, limits.streamsMax);
  core.apply(1000, { kind: 'remove', stream: 's1' });
  core.apply(1001, append('new', 'a'));
  assert.deepEqual(ids(core, 'new'), ['a']);
  assert.equal(ids(core, 's1'), null);
});

const commands = fc.array(
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record({
        stream: fc.constantFrom('a', 'b', 'c'),
        id: fc.integer({ min: 0, max: 30 }).map(String),
        bytes: fc.constantFrom(0, 1, 1000, 1_000_000),
        atMs: fc.integer({ min: 0, max: 60 * hour }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ remove: fc.constantFrom('a', 'b', 'c') }) },
  ),
  { maxLength: 30 },
);

const contentOf = (core: StreamsCore) =>
  core.list().map(({ name, bytes, records }) => ({
    name,
    bytes,
    records: records.map((record) => ({ ...record, data: Buffer.from(record.data).toString() })),
  }));

test('a snapshot, cut anywhere, gives the same streams, and the same from then on', () => {
  fc.assert(
    fc.property(commands, fc.nat(), fc.integer({ min: 1000, max: 400_000 }), (all, cut, piece) => {
      const steps = all.map(
        (step): StreamCommand =>
          'remove' in step
            ? { kind: 'remove', stream: step.remove }
            : append(step.stream, step.id, step),
      );
      const half = cut % (steps.length + 1);
      const core = applied(...steps.slice(0, half));
      const bytes = Buffer.concat([...encodeStreams(core, half)]);
      const reader = new StreamsReader(half);
      for (let from = 0; from < bytes.length; from += piece) {
        reader.add(bytes.subarray(from, from + piece));
      }
      const restored = reader.end();
      assert.deepEqual(contentOf(restored), contentOf(core));
      for (const [at, step] of steps.slice(half).entries()) {
        core.apply(half + at + 1, step);
        restored.apply(half + at + 1, step);
      }
      assert.deepEqual(contentOf(restored), contentOf(core));
    }),
    { numRuns: 60 },
  );
});
