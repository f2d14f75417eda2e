import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../../src/catalog/index.js';
import { applied, create, createAlias, provisionOf, publish, wordOf } from './commands.js';

const set = (id: string, value: unknown, expectedRevision?: number): Command => ({
  id,
  kind: 'set',
  name: 's',
  value,
  ...(expectedRevision === undefined ? {} : { expectedRevision }),
});

test('a setting is changed only by who has seen its last change', () => {
  const { core, next } = applied(set('1', { a: 1 }, 0));
  assert.deepEqual(core.setting('s'), { name: 's', value: { a: 1 }, revision: 1 });
  assert.equal(wordOf(next(set('2', 2, 0))), 'revision-mismatch');
  assert.equal(wordOf(next(set('3', 2, 1))), 'setting');
  assert.deepEqual(core.setting('s')?.value, 2);
  assert.equal(wordOf(next(set('4', null, 3))), 'setting');
  assert.equal(core.setting('s'), undefined);
  assert.equal(wordOf(next(set('5', 5, 0))), 'setting');
});

test('tags are added, replaced and taken away, fifty at most, with a new revision id each time', () => {
  const { core, next } = applied(create('1', 'f'));
  const tag = (id: string, tags: Record<string, string>): string =>
    wordOf(next({ id, kind: 'tag', name: 'f', tags, revisionId: `rev-${id}` }));
  assert.equal(tag('2', { a: '1', b: '2' }), '$LATEST');
  assert.equal(tag('3', { b: '3' }), '$LATEST');
  assert.deepEqual(core.get('f')?.tags, { a: '1', b: '3' });
  assert.deepEqual([core.get('f')?.revisionId, core.get('f')?.revision], ['rev-3', 1]);
  const many = Object.fromEntries(Array.from({ length: 49 }, (_, at) => [`k${at}`, '']));
  assert.equal(tag('4', many), 'invalid-parameter');
  const keys = ['a', 'none'];
  next({ id: '5', kind: 'untag', name: 'f', keys, revisionId: 'rev-5' });
  assert.deepEqual(core.get('f')?.tags, { b: '3' });
  assert.equal(tag('6', many), '$LATEST');
});

test('concurrency is kept with the function, and goes with the version or alias that it is for', () => {
  const { core, next } = applied(
    create('1', 'f'),
    publish('2', 'f'),
    createAlias('3', 'f', 'x', '1'),
  );
  const provision = (id: string, qualifier: string, executions: number): string =>
    wordOf(next(provisionOf(id, 'f', qualifier, executions)));
  next({ id: '4', kind: 'reserve-concurrency', name: 'f', executions: 7 });
  assert.equal(core.state('f')?.reservedConcurrency, 7);
  const answers = [provision('5', '$LATEST', 1), provision('6', '9', 1), provision('7', 'x', 3)];
  assert.deepEqual(answers, ['invalid-parameter', 'function-not-found', '$LATEST']);
  next({ id: '9', kind: 'delete-alias', name: 'f', alias: 'x' });
  assert.equal(core.state('f')?.provisioned.size, 0);
  provision('8', '1', 2);
  const [[qualifier, value] = []] = [...(core.state('f')?.provisioned ?? [])];
  assert.deepEqual([qualifier, value?.executions], ['1', 2]);
  next({ id: '10', kind: 'delete-version', name: 'f', version: '1' });
  assert.equal(core.state('f')?.provisioned.size, 0);
});

test('functions are listed in the order of names from any name on, whatever came and went', () => {
  const { core, next } = applied();
  const names = (after: string, itemsMax: number): string =>
    core
      .list(after, itemsMax)
      .map(({ name }) => name)
      .join('');
  for (const name of 'dbca') next(create(name, name));
  assert.equal(names('', 9), 'abcd');
  next({ id: '5', kind: 'delete', name: 'b' });
  next(create('6', 'e'));
  next(create('7', 'b'));
  next({ id: '8', kind: 'delete', name: 'd' });
  assert.equal(names('', 9), 'abce');
  assert.equal(names('a', 2), 'bc');
  assert.equal(names('bb', 9), 'ce');
  next({ id: '9', kind: 'delete', name: 'a' });
  assert.equal(names('', 2), 'bc');
});

test('settings are found by the beginning of their names, in order', () => {
  const { core, next } = applied();
  for (const name of ['b/2', 'a/1', 'b/1', 'c']) {
    next({ id: name, kind: 'set', name, value: name });
  }
  assert.deepEqual(
    core.settings('b/').map(({ value }) => value),
    ['b/1', 'b/2'],
  );
});
