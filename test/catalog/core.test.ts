import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  CatalogCore,
  type Command,
  decodeCommand,
  encodeCommand,
} from '../../src/catalog/index.js';
import { bundleHash } from '../../src/types/index.js';
import { create, hashA, stamp } from './commands.js';

const hash = hashA;

test('a created function is there with the index of its command as revision', () => {
  const core = new CatalogCore();
  assert.equal(core.apply(5, create('1', 'f')).kind, 'done');
  assert.equal(core.get('f')?.revision, 5);
  assert.deepEqual(
    core.list().map((record) => record.name),
    ['f'],
  );
});

test('a name is taken once, until it is deleted', () => {
  const core = new CatalogCore();
  core.apply(1, create('1', 'f'));
  assert.deepEqual(core.apply(2, create('2', 'f')), {
    kind: 'refused',
    code: 'function-exists',
    message: 'Function already exist: f',
  });
  core.apply(3, { id: '3', kind: 'delete', name: 'f' });
  assert.equal(core.get('f'), undefined);
  assert.equal(core.apply(4, create('4', 'f')).kind, 'done');
});

test('a change with an old revision id is refused and changes nothing', () => {
  const core = new CatalogCore();
  core.apply(1, create('1', 'f'));
  const change = (id: string, expectedRevisionId: string): Command => ({
    id,
    kind: 'update-settings',
    name: 'f',
    changes: { memoryMb: 256 },
    expectedRevisionId,
    ...stamp(`rev-${id}`),
  });
  assert.equal(core.apply(2, change('2', 'rev-old')).kind, 'refused');
  assert.equal(core.get('f')?.memoryMb, 128);
  assert.equal(core.apply(3, change('3', 'rev-1')).kind, 'done');
  assert.equal(core.get('f')?.memoryMb, 256);
  assert.equal(core.get('f')?.revisionId, 'rev-3');
});

test('a command that stands in the log twice takes effect once and is answered the same', () => {
  const core = new CatalogCore();
  const first = core.apply(1, create('1', 'f'));
  core.apply(2, { id: '2', kind: 'delete', name: 'f' });
  assert.equal(core.apply(3, create('1', 'f')), first);
  assert.equal(core.get('f'), undefined);
});

test('what does not exist is refused by its ARN', () => {
  const result = new CatalogCore().apply(1, { id: '1', kind: 'delete', name: 'none' });
  assert.deepEqual(result, {
    kind: 'refused',
    code: 'function-not-found',
    message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:none',
  });
});

test('two nodes that apply the same log hold the same functions and gave the same answers', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const id = fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8', '9');
  const command: fc.Arbitrary<Command> = fc.oneof(
    fc.tuple(id, name).map(([i, n]) => create(i, n)),
    fc.tuple(id, name).map(([i, n]): Command => ({ id: i, kind: 'delete', name: n })),
    fc.tuple(id, name, fc.constantFrom('rev-1', 'rev-2', undefined)).map(
      ([i, n, expected]): Command => ({
        id: i,
        kind: 'update-code',
        name: n,
        codeHash: hash,
        codeBytes: 2,
        ...(expected === undefined ? {} : { expectedRevisionId: expected }),
        ...stamp(`rev-${i}`),
      }),
    ),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const one = new CatalogCore();
      const other = new CatalogCore();
      commands.forEach((next, at) => {
        const sent = decodeCommand(encodeCommand(next));
        assert.deepEqual(one.apply(at + 1, next), other.apply(at + 1, sent));
      });
      assert.deepEqual(one.list(), other.list());
      assert.equal(one.appliedIndex, commands.length);
    }),
  );
});

test('entries applied out of order are a programmer error', () => {
  const core = new CatalogCore();
  core.apply(5, create('1', 'f'));
  assert.throws(() => core.apply(5, create('2', 'g')), /in order/);
});

test('code is referred to as long as some function runs it, and no longer', () => {
  const core = new CatalogCore();
  const other = bundleHash('b'.repeat(64));
  core.apply(1, create('1', 'f'));
  core.apply(2, create('2', 'g'));
  core.apply(3, { id: '3', kind: 'delete', name: 'f' });
  assert.equal(core.references(hash), true);
  core.apply(4, {
    id: '4',
    kind: 'update-code',
    name: 'g',
    codeHash: other,
    codeBytes: 2,
    ...stamp('rev-4'),
  });
  assert.deepEqual([core.references(hash), core.references(other)], [false, true]);
  const settings: Command = {
    id: '5',
    kind: 'update-settings',
    name: 'g',
    changes: { memoryMb: 256 },
    ...stamp('rev-5'),
  };
  core.apply(5, settings);
  core.apply(6, { id: '6', kind: 'delete', name: 'g' });
  core.apply(7, { id: '7', kind: 'delete', name: 'g' });
  assert.equal(core.references(other), false);
});
