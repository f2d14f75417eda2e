import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applied,
  create,
  createAlias,
  deleteVersion,
  hashA,
  hashB,
  publish,
  setCode,
  setMemory,
  wordOf,
} from './commands.js';

test('a version is what the function was when it was published, for good', () => {
  const { core } = applied(create('1', 'f'), publish('2', 'f'), setMemory('3', 'f', 512));
  assert.equal(core.get('f', '1')?.memoryMb, 128);
  assert.equal(core.get('f')?.memoryMb, 512);
  assert.equal(core.get('f', '$LATEST')?.memoryMb, 512);
  assert.deepEqual([core.get('f', '1')?.revision, core.get('f')?.revision], [2, 3]);
});

test('publishing leaves the sandboxes of the function as they are, and gives it a new revision id', () => {
  const { core, next } = applied(create('1', 'f'));
  next(publish('2', 'f'));
  assert.deepEqual([core.get('f')?.revision, core.get('f')?.revisionId], [1, 'rev-2']);
  assert.equal(core.get('f', '1')?.revisionId, 'version-rev-2');
});

test('publishing what has not changed gives the last version again', () => {
  const { core, results } = applied(
    create('1', 'f'),
    publish('2', 'f', { description: 'first' }),
    publish('3', 'f', { description: 'again' }),
    // settings as they are already are no change
    setMemory('4', 'f', 128),
    setCode('5', 'f', hashA, { codeBytes: 1 }),
    publish('6', 'f'),
    setMemory('7', 'f', 256),
    publish('8', 'f'),
  );
  assert.deepEqual(results.map(wordOf), [
    '$LATEST',
    '1',
    '1',
    '$LATEST',
    '$LATEST',
    '1',
    '$LATEST',
    '2',
  ]);
  assert.deepEqual(
    [core.get('f', '1')?.description, core.get('f', '2')?.description],
    ['first', ''],
  );
  assert.equal(core.get('f', '1')?.revisionId, 'version-rev-2');
});

test('no number is given twice, until the function is created anew', () => {
  const { results } = applied(
    create('1', 'f'),
    publish('2', 'f'),
    deleteVersion('3', 'f', '1'),
    publish('4', 'f'),
    { id: '5', kind: 'delete', name: 'f' },
    create('6', 'f'),
    publish('7', 'f'),
  );
  assert.deepEqual(results.map(wordOf), ['$LATEST', '1', '1', '2', '$LATEST', '$LATEST', '1']);
});

test('what is published must be what the caller has seen', () => {
  const { results } = applied(
    create('1', 'f'),
    publish('2', 'f', { expectedRevisionId: 'rev-0' }),
    publish('3', 'f', { expectedCodeHash: 'else' }),
    publish('4', 'none'),
    publish('5', 'f', {
      expectedRevisionId: 'rev-1',
      expectedCodeHash: Buffer.from(hashA, 'hex').toString('base64'),
    }),
  );
  const words = ['$LATEST', 'revision-mismatch', 'invalid-parameter', 'function-not-found', '1'];
  assert.deepEqual(results.map(wordOf), words);
});

test('a creation and an update of code can publish what comes of them', () => {
  const { core, results } = applied(
    create('1', 'f', { versionRevisionId: 'v1' }),
    publish('2', 'f'),
    setCode('3', 'f', hashB, { versionRevisionId: 'v2' }),
    publish('4', 'f'),
  );
  assert.deepEqual(results.map(wordOf), ['1', '1', '2', '2']);
  assert.deepEqual([core.get('f', '1')?.codeHash, core.get('f', '2')?.codeHash], [hashA, hashB]);
});

test('a version goes unless an alias points to it, and what is gone can go again', () => {
  const { core, results } = applied(
    create('1', 'f', { versionRevisionId: 'v1' }),
    setCode('2', 'f', hashB, { versionRevisionId: 'v2' }),
    createAlias('3', 'f', 'live', '1', { version: '2', weight: 0.1 }),
    deleteVersion('4', 'f', '1'),
    deleteVersion('5', 'f', '2'),
    { id: '6', kind: 'delete-alias', name: 'f', alias: 'live' },
    { id: '7', kind: 'delete-alias', name: 'f', alias: 'live' },
    deleteVersion('8', 'f', '1'),
    deleteVersion('9', 'f', '1'),
  );
  const words = [
    '1',
    '2',
    'live',
    'version-in-use',
    'version-in-use',
    'live',
    'nothing',
    '1',
    'nothing',
  ];
  assert.deepEqual(results.map(wordOf), words);
  assert.equal(
    results[3]?.kind === 'refused' && results[3].message,
    'Unable to delete version because the following aliases reference it: [live]',
  );
  assert.deepEqual([core.get('f', '1'), core.get('f', '2')?.version], [undefined, '2']);
});

test('code is referred to as long as a version runs it', () => {
  const { core, next } = applied(
    create('1', 'f', { versionRevisionId: 'v1' }),
    setCode('2', 'f', hashB, { versionRevisionId: 'v2' }),
  );
  assert.deepEqual([core.references(hashA), core.references(hashB)], [true, true]);
  next(deleteVersion('3', 'f', '1'));
  assert.deepEqual([core.references(hashA), core.references(hashB)], [false, true]);
  next({ id: '4', kind: 'delete', name: 'f' });
  assert.equal(core.references(hashB), false);
  assert.equal(core.get('f', '2'), undefined);
});
