import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applied,
  create,
  createAlias,
  hashB,
  publish,
  setCode,
  updateAlias,
  wordOf,
} from './commands.js';

const arn = 'arn:aws:lambda:us-east-1:123456789012:function';

/** A function with two versions. */
const twoVersions = () =>
  applied(
    create('1', 'f', { versionRevisionId: 'v1' }),
    setCode('2', 'f', hashB, { versionRevisionId: 'v2' }),
  );

test('an alias points where it was last set to', () => {
  const { core, next } = twoVersions();
  next(createAlias('3', 'f', 'live', '1'));
  assert.equal(core.alias('f', 'live')?.version, '1');
  next(updateAlias('4', 'f', 'live', { changes: { version: '2', description: 'new' } }));
  const { version, description, revisionId } = core.alias('f', 'live') ?? {};
  assert.deepEqual([version, description, revisionId], ['2', 'new', 'rev-4']);
});

test('an alias is refused in the words of AWS where it would point to nothing or to too much', () => {
  const { next } = twoVersions();
  const refusals: [Parameters<typeof createAlias>, string][] = [
    [['a', 'f', 'x', '10'], `Function not found: ${arn}:f:10`],
    [['b', 'f', 'x', '1', { version: '10', weight: 0.5 }], `Function not found: ${arn}:f:10`],
    [['c', 'none', 'x', '1'], `Function not found: ${arn}:none:1`],
    [
      ['d', 'f', 'x', '1', { version: '1', weight: 0.5 }],
      'Invalid function version 1. Function version 1 is already included in routing configuration.',
    ],
    [
      ['e', 'f', 'x', '$LATEST', { version: '1', weight: 0.5 }],
      '$LATEST is not supported for an alias pointing to more than 1 version',
    ],
  ];
  for (const [alias, message] of refusals) {
    const result = next(createAlias(...alias));
    assert.equal(result.kind === 'refused' && result.message, message);
  }
  assert.equal(
    wordOf(next(createAlias('f', 'f', 'x', '1', { version: '2', weight: 1.5 }))),
    'invalid-parameter',
  );
  assert.equal(wordOf(next(createAlias('g', 'f', 'latest', '$LATEST'))), 'latest');
});

test('a name is taken once', () => {
  const { next } = twoVersions();
  next(createAlias('3', 'f', 'live', '1'));
  const result = next(createAlias('4', 'f', 'live', '2'));
  assert.deepEqual(result, {
    kind: 'refused',
    code: 'alias-exists',
    message: `Alias already exists: ${arn}:f:live`,
  });
});

test('a change compares the revision id, and checks what the alias would be then', () => {
  const { core, next } = twoVersions();
  next(createAlias('3', 'f', 'live', '1', { version: '2', weight: 0.5 }));
  const words = [
    updateAlias('4', 'f', 'live', { expectedRevisionId: 'rev-0' }),
    updateAlias('5', 'f', 'live', { changes: { version: '2' } }),
    updateAlias('6', 'f', 'none', {}),
    updateAlias('7', 'f', 'live', {
      changes: { version: '2', additional: null },
      expectedRevisionId: 'rev-3',
    }),
  ].map((command) => wordOf(next(command)));
  assert.deepEqual(words, ['revision-mismatch', 'invalid-parameter', 'function-not-found', 'live']);
  assert.deepEqual(core.alias('f', 'live')?.additional, null);
});

test('the aliases go with their function', () => {
  const { core, next } = twoVersions();
  next(createAlias('3', 'f', 'live', '1'));
  next({ id: '4', kind: 'delete', name: 'f' });
  next(create('5', 'f'));
  next(publish('6', 'f'));
  assert.equal(core.alias('f', 'live'), undefined);
});
