import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  attachmentKinds,
  CatalogCore,
  type Command,
  decodeCommand,
  type Expectation,
  encodeCommand,
  encodeSnapshot,
  type JsonValue,
  SnapshotReader,
} from '../../src/catalog/index.js';
import { limits } from '../../src/types/index.js';
import {
  applied,
  attachTo,
  create,
  createAlias,
  createImage,
  deleteLayerVersion,
  deleteVersion,
  hashA,
  hashB,
  hashC,
  provisionOf,
  publish,
  publishLayer,
  setCode,
  setLayerPolicy,
  setLayers,
  setMemory,
  updateAlias,
} from './commands.js';

const bytesOf = (core: CatalogCore): Buffer => Buffer.concat([...encodeSnapshot(core.image())]);

/** Reads a snapshot in pieces of `pieceBytes`. */
function restored(bytes: Buffer, index: number, pieceBytes = 1000): CatalogCore {
  const reader = new SnapshotReader(index);
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    reader.add(bytes.subarray(from, from + pieceBytes));
  }
  return reader.end();
}

const id = fc.nat(500).map(String);
const name = fc.constantFrom('a', 'b', 'c');
const version = fc.constantFrom('$LATEST', '1', '2', '3');
const alias = fc.constantFrom('live', 'next');
const second = fc.option(fc.record({ version, weight: fc.constantFrom(0, 0.5, 1) }));
const revision = fc.option(
  id.map((number) => `rev-${number}`),
  { freq: 1 },
);
const expected = revision.map((word) => (word === null ? {} : { expectedRevisionId: word }));
const versionToo = fc.boolean().map((too) => (too ? { versionRevisionId: 'v' } : {}));

const commands: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(id, name, versionToo).map((given) => create(...given)),
  fc.tuple(id, name, fc.constantFrom(128, 256)).map((given) => setMemory(...given)),
  fc.tuple(id, name, fc.constantFrom(hashA, hashB), versionToo).map((given) => setCode(...given)),
  fc.tuple(id, name, expected).map((given) => publish(...given)),
  fc.tuple(id, name, version).map((given) => deleteVersion(...given)),
  fc.tuple(id, name, alias, version, second).map((given) => createAlias(...given)),
  fc
    .tuple(id, name, alias, version, second, expected)
    .map(([i, n, a, v, additional, more]) =>
      updateAlias(i, n, a, { changes: { version: v, additional }, ...more }),
    ),
  fc.tuple(id, name, alias).map(([i, n, a]): Command => {
    return { id: i, kind: 'delete-alias', name: n, alias: a };
  }),
  fc.tuple(id, name).map(([i, n]): Command => ({ id: i, kind: 'delete', name: n })),
  fc.tuple(id, name, alias).map(([i, n, key]): Command => {
    return { id: i, kind: 'tag', name: n, tags: { [key]: 'ü\n' }, revisionId: `rev-${i}` };
  }),
  fc.tuple(id, name, alias).map(([i, n, key]): Command => {
    return { id: i, kind: 'untag', name: n, keys: [key], revisionId: `rev-${i}` };
  }),
  fc.tuple(id, name, fc.option(fc.nat(9))).map(([i, n, executions]): Command => {
    return { id: i, kind: 'reserve-concurrency', name: n, executions };
  }),
  fc.tuple(id, name, version, fc.option(fc.nat(9))).map((given) => provisionOf(...given)),
  fc.tuple(id, name, fc.constantFrom(hashA, hashB, hashC)).map((given) => publishLayer(...given)),
  fc.tuple(id, name, fc.integer({ min: 1, max: 3 })).map((given) => deleteLayerVersion(...given)),
  fc
    .tuple(
      id,
      name,
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(null, 'policy'),
      fc.constantFrom('absent' as const, { revisionId: 'rev-7' }),
    )
    .map((given) => setLayerPolicy(...given)),
  fc
    .tuple(id, name, fc.uniqueArray(fc.constantFrom(['l', hashB] as const, ['m', hashC] as const)))
    .map((given) => setLayers(...given)),
  fc.tuple(id, name).map(([i, n]) => createImage(i, n, `app:${i}`)),
  fc
    .tuple(
      id,
      name,
      fc.oneof(version, alias),
      fc.option(fc.jsonValue()),
      fc.constantFrom(...attachmentKinds),
      fc.constantFrom<Expectation | undefined>(
        'absent',
        'present',
        { revisionId: 'rev-7' },
        undefined,
      ),
    )
    .map(([i, n, qualifier, value, attachment, expected]) => {
      const given = expected === undefined ? {} : { expected };
      return attachTo(i, n, qualifier, value as JsonValue, { attachment, ...given });
    }),
  fc.tuple(id, name, fc.option(fc.jsonValue())).map(([i, n, value]): Command => {
    return { id: i, kind: 'set', name: n, value };
  }),
);

/** So that there is something to change. */
const beginning: Command[] = [
  create('a', 'a', { versionRevisionId: 'v' }),
  create('b', 'b'),
  createAlias('c', 'a', 'live', '1'),
];

test('a snapshot at any point, read in any pieces, and the rest of the log give the same state', () => {
  fc.assert(
    fc.property(
      fc.array(commands, { minLength: 20, maxLength: 60, size: 'max' }),
      fc.nat(),
      fc.integer({ min: 1, max: 3000 }),
      (random, point, pieceBytes) => {
        const log = [...beginning, ...random];
        const whole = new CatalogCore();
        let other = new CatalogCore();
        log.forEach((command, at) => {
          if (at === point % log.length)
            other = restored(bytesOf(other), other.appliedIndex, pieceBytes);
          const sent = encodeCommand(command);
          const answer = other.apply(at + 1, decodeCommand(sent));
          assert.deepEqual(answer, whole.apply(at + 1, decodeCommand(sent)));
        });
        assert.deepEqual(other.image(), whole.image());
        assert.deepEqual(bytesOf(other), bytesOf(whole));
        for (const hash of [hashA, hashB, hashC]) {
          assert.equal(other.references(hash), whole.references(hash));
        }
        assert.deepEqual(other.list(), whole.list());
        assert.deepEqual(other.totals, whole.totals);
      },
    ),
    { numRuns: 300 },
  );
});

test('a snapshot is of the moment at which it was asked for, whatever comes after', () => {
  const { core, next } = applied(create('1', 'f'));
  const image = core.image();
  const before = bytesOf(core);
  next(setMemory('2', 'f', 512));
  next(create('3', 'g'));
  assert.deepEqual(Buffer.concat([...encodeSnapshot(image)]), before);
});

test('no part is longer than the limit, also where one line is', () => {
  const { core, next } = applied(create('1', 'f'));
  const value = 'x'.repeat(limits.snapshotPartBytesMax * 2);
  next({ id: '2', kind: 'set', name: 's', value });
  for (let at = 3; at < 600; at++) next(create(String(at), `f${at}`));
  const parts = [...encodeSnapshot(core.image())];
  assert.ok(parts.length > 3);
  for (const part of parts) assert.ok(part.length <= limits.snapshotPartBytesMax);
  const again = restored(Buffer.concat(parts), core.appliedIndex);
  assert.deepEqual(bytesOf(again), bytesOf(core));
});

test('what a command did is remembered across a snapshot: a repeated one takes no effect', () => {
  const { core } = applied(create('1', 'f'), { id: '2', kind: 'delete', name: 'f' });
  const again = restored(bytesOf(core), 2);
  assert.equal(again.apply(3, create('1', 'f')).kind, 'done');
  assert.equal(again.get('f'), undefined);
});

test('a snapshot that is cut short, changed, of another index or a newer format is refused', () => {
  const { core } = applied(create('1', 'f'), publish('2', 'f'));
  const text = bytesOf(core).toString();
  const lines = text.trimEnd().split('\n');
  const join = (some: string[]): string => `${some.join('\n')}\n`;
  const read = (changed: string) => () => restored(Buffer.from(changed), 2);
  const refused: [string, RegExp][] = [
    ['', /ends too early/],
    [text.slice(0, -1), /ends too early/],
    [text.slice(0, text.length / 2), /ends too early/],
    [join(lines.slice(0, -1)), /ends too early/],
    [join(lines.toSpliced(1, 1)), /stands alone/],
    [join(lines.toSpliced(-2, 1)), /lines where/],
    [text.replace('"function":{', '"function":{{'), /not JSON/],
    [text.replace('"codeHash"', '"codeHush"'), /lacks/],
    [join(['{"catalogue":4,"index":2}', ...lines.slice(1)]), /newer than 3; run a newer release/],
    [join(['{"catalogue":3,"index":3}', ...lines.slice(1)]), /at index 3 where 2/],
    [join(lines.toSpliced(1, 0, '{"layerVersion":{"name":"l"}}')), /stands alone/],
    [join(lines.toSpliced(1, 0, '{"attachment":{},"of":"f"}')), /stands alone/],
    [join(lines.toSpliced(1, 0, '{"layer":"l"}')), /lacks/],
    [join(lines.slice(1)), /does not begin/],
    [join([lines[0] ?? '', '{"unknown":1}', ...lines.slice(1)]), /does not know/],
    [join([lines[0] ?? '', 'null', ...lines.slice(1)]), /a line is odd/],
    [`${text}{"end":9}\n`, /a line is odd/],
  ];
  for (const [changed, why] of refused) {
    const code = String(why).includes('newer') ? 'storage' : 'log-damaged';
    assert.throws(read(changed), { code, message: why }, String(why));
  }
  assert.deepEqual(bytesOf(restored(Buffer.from(text), 2)), bytesOf(core));
});
