import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { attachmentKinds, type CatalogCore, type Command } from '../../src/catalog/index.js';
import { limits } from '../../src/types/index.js';
import {
  applied,
  attachTo,
  create,
  createAlias,
  deleteVersion,
  publish,
  publishLayer,
  setMemory,
  wordOf,
} from './commands.js';

const attachedTo = (core: CatalogCore, name = 'f'): string[] =>
  [...(core.state(name)?.attachments.get('policy')?.keys() ?? [])].sort();

test('what is attached keeps the time of its creation, and has a new revision id with every change', () => {
  const { core, next } = applied(create('1', 'f'));
  next(attachTo('2', 'f', '$LATEST', { a: 1 }, { at: 'then' }));
  next(attachTo('3', 'f', '$LATEST', { a: 2 }, { at: 'later' }));
  assert.deepEqual(core.state('f')?.attachments.get('policy')?.get('$LATEST'), {
    kind: 'policy',
    qualifier: '$LATEST',
    value: { a: 2 },
    createdAt: 'then',
    lastModified: 'later',
    revisionId: 'rev-3',
  });
});

test('a change is refused unless what is expected stands there', () => {
  const { next } = applied(create('1', 'f'));
  let id = 1;
  const attach = (value: number | null, expected: 'absent' | 'present' | { revisionId: string }) =>
    wordOf(next(attachTo(String(++id), 'f', '$LATEST', value, { expected })));
  assert.deepEqual(
    [
      attach(1, 'present'),
      attach(1, { revisionId: 'rev-1' }),
      attach(1, 'absent'),
      attach(2, 'absent'),
      attach(2, { revisionId: 'rev-1' }),
      attach(2, { revisionId: 'rev-4' }),
      attach(3, 'present'),
      attach(null, { revisionId: 'rev-7' }),
      attach(null, 'present'),
      attach(null, 'absent'),
    ],
    [
      'not-attached',
      'revision-mismatch',
      'attachment',
      'already-attached',
      'revision-mismatch',
      'attachment',
      'attachment',
      'revision-mismatch',
      'attachment',
      'attachment',
    ],
  );
});

test('attachments go with their version or alias, all with their function, and no others', () => {
  const { core, next } = applied(
    create('1', 'f'),
    publish('2', 'f'),
    setMemory('3', 'f', 256),
    publish('4', 'f'),
    createAlias('5', 'f', 'live', '2'),
    create('6', 'g'),
  );
  for (const qualifier of ['$LATEST', '1', '2', 'live']) {
    next(attachTo(`a${qualifier}`, 'f', qualifier, true));
    next(attachTo(`b${qualifier}`, 'f', qualifier, true, { attachment: 'url' }));
  }
  next(attachTo('7', 'g', '$LATEST', true));
  assert.equal(core.totals.attachments, 9);
  next(deleteVersion('8', 'f', '1'));
  next({ id: '9', kind: 'delete-alias', name: 'f', alias: 'live' });
  assert.deepEqual(attachedTo(core), ['$LATEST', '2']);
  assert.deepEqual([...(core.state('f')?.attachments.get('url')?.keys() ?? [])], ['$LATEST', '2']);
  assert.equal(core.totals.attachments, 5);
  next({ id: '10', kind: 'delete', name: 'f' });
  assert.equal(core.totals.attachments, 1);
  next(create('11', 'f'));
  assert.deepEqual(attachedTo(core), []);
  assert.deepEqual(attachedTo(core, 'g'), ['$LATEST']);
});

test('nothing is attached to what is not there, and a change of attachments is none of the function', () => {
  const { core, next } = applied(create('1', 'f'));
  const before = core.get('f');
  assert.equal(wordOf(next(attachTo('2', 'f', '1', true))), 'function-not-found');
  assert.equal(wordOf(next(attachTo('3', 'f', 'live', true))), 'function-not-found');
  assert.equal(wordOf(next(attachTo('4', 'g', '$LATEST', true))), 'function-not-found');
  next(attachTo('5', 'f', '$LATEST', true));
  assert.equal(core.get('f'), before);
});

test('a function has no more attachments than the limit, and can still change those it has', () => {
  const { core, next } = applied(create('0', 'f', { versionRevisionId: 'v' }));
  const kinds = attachmentKinds.length;
  let id = 0;
  for (let at = 0; at * kinds < limits.attachmentsPerFunctionMax; at++) {
    next(createAlias(`alias${at}`, 'f', `a${at}`, '1'));
    for (const attachment of attachmentKinds) {
      next(attachTo(String(++id), 'f', `a${at}`, id, { attachment }));
    }
  }
  assert.equal(core.totals.attachments, limits.attachmentsPerFunctionMax);
  assert.equal(wordOf(next(attachTo('x', 'f', '$LATEST', 1))), 'invalid-parameter');
  assert.equal(wordOf(next(attachTo('y', 'f', 'a0', 'other'))), 'attachment');
});

test('a cluster that is full of attachments takes changes of those it has, and no more', () => {
  const { core, next } = applied(create('1', 'f'), attachTo('2', 'f', '$LATEST', 1));
  Object.defineProperty(core.totals, 'attachments', { get: () => limits.attachmentsMax });
  const more = attachTo('3', 'f', '$LATEST', 1, { attachment: 'url' });
  assert.equal(wordOf(next(more)), 'invalid-parameter');
  assert.equal(core.state('f')?.attachments.has('url'), false);
  assert.equal(wordOf(next(attachTo('4', 'f', '$LATEST', 2))), 'attachment');
  assert.equal(wordOf(next(attachTo('5', 'f', '$LATEST', null))), 'attachment');
});

test('the totals are those that counting anew gives, whatever was done', () => {
  const name = fc.constantFrom('a', 'b');
  const qualifier = fc.constantFrom('$LATEST', '1', '2', 'live');
  const id = fc.nat(10_000).map(String);
  const command: fc.Arbitrary<Command> = fc.oneof(
    fc.tuple(id, name).map((given) => create(...given)),
    fc.tuple(id, name).map((given) => publish(...given)),
    fc.tuple(id, name, fc.nat(9)).map((given) => setMemory(...given)),
    fc.tuple(id, name).map(([i, n]) => createAlias(i, n, 'live', '1')),
    fc.tuple(id, name, qualifier).map((given) => deleteVersion(...given)),
    fc.tuple(id, name).map(([i, n]): Command => ({ id: i, kind: 'delete', name: n })),
    fc.tuple(id, name).map((given) => publishLayer(...given)),
    fc.tuple(id, name, qualifier, fc.constantFrom(null, 1)).map((given) => attachTo(...given)),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const { core } = applied(...commands);
      const { functions, layers } = core.image();
      const records = functions.flatMap(({ latest, versions }) => [latest, ...versions.values()]);
      const parts = [...records, ...layers.flatMap(({ versions }) => [...versions.values()])];
      const attached = functions.flatMap(({ attachments }) =>
        [...attachments.values()].flatMap((ofKind) => [...ofKind.values()]),
      );
      const { totals } = core;
      assert.equal(totals.versions, records.length - functions.length);
      assert.equal(
        totals.codeBytes,
        parts.reduce((sum, { codeBytes }) => sum + codeBytes, 0),
      );
      assert.equal(totals.attachments, attached.length);
    }),
  );
});
