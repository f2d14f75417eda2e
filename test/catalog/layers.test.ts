import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../../src/catalog/index.js';
import { encodeCommand } from '../../src/catalog/index.js';
import { CatalogReplica } from '../../src/catalog/replica.js';
import { SimulatedClock } from '../../src/lib/index.js';
import { layerArn } from '../../src/types/index.js';
import {
  applied,
  create,
  createImage,
  deleteLayerVersion,
  hashA,
  hashB,
  hashC,
  publish,
  publishLayer,
  setCode,
  setLayerPolicy,
  setLayers,
  stamp,
  wordOf,
} from './commands.js';

test('each publication is the next version, and no number is given twice', () => {
  const { core, next } = applied(publishLayer('1', 'l'), publishLayer('2', 'l', hashB));
  assert.deepEqual([...(core.layers.get('l')?.versions.keys() ?? [])], [1, 2]);
  assert.equal(wordOf(next(deleteLayerVersion('3', 'l', 2))), 'nothing');
  assert.equal(wordOf(next(deleteLayerVersion('4', 'l', 2))), 'nothing');
  const again = next(publishLayer('5', 'l'));
  assert.equal(again.kind === 'layer' && again.layer.version, 3);
  assert.deepEqual(next(publishLayer('5', 'l')), again, 'a repeated command is answered');
  assert.deepEqual([...(core.layers.get('l')?.versions.keys() ?? [])], [1, 3]);
});

test('layers are listed in the order of names from any name on', () => {
  const { core } = applied(...['d', 'b', 'c'].map((name) => publishLayer(name, name)));
  const names = (after: string): string =>
    [...core.layers.following(after)].map(({ name }) => name).join('');
  assert.deepEqual([names(''), names('b'), names('d')], ['bcd', 'cd', '']);
});

test('the code of a layer is kept while a version of it, or a function that has it, is there', () => {
  const { core, next } = applied(
    publishLayer('1', 'l', hashB),
    create('2', 'f'),
    setLayers('3', 'f', [['l', hashB]]),
    publish('4', 'f'),
  );
  next(deleteLayerVersion('5', 'l', 1));
  assert.equal(core.references(hashB), true, 'the function has it');
  next(setLayers('6', 'f', []));
  assert.equal(core.references(hashB), true, 'version 1 has it');
  next({ id: '7', kind: 'delete-version', name: 'f', version: '1' });
  assert.equal(core.references(hashB), false);
  assert.equal(core.references(hashA), true);
});

test('a version keeps the layers that the function had, and other layers make another version', () => {
  const { core, next } = applied(
    create('1', 'f'),
    setLayers('2', 'f', [['l', hashB]]),
    publish('3', 'f'),
  );
  next(setLayers('4', 'f', [['l', hashB]]));
  assert.equal(wordOf(next(publish('5', 'f'))), '1', 'nothing has changed');
  next(
    setLayers('6', 'f', [
      ['m', hashC],
      ['l', hashB],
    ]),
  );
  assert.equal(wordOf(next(publish('7', 'f'))), '2');
  const arns = (version: string) => core.get('f', version)?.layers.map(({ arn }) => arn);
  assert.deepEqual(arns('1'), [layerArn('l', 1)]);
  assert.deepEqual(arns('2'), [layerArn('m', 1), layerArn('l', 1)]);
});

test('an image refers to no bundle, and is never changed into a zip, nor a zip into an image', () => {
  const { core, next } = applied(createImage('1', 'i', 'app:1'), create('2', 'z'));
  assert.equal(core.references(hashC), false);
  assert.equal(wordOf(next(setCode('3', 'i', hashB))), 'invalid-parameter');
  assert.equal(wordOf(next(setCode('4', 'z', hashC, { imageUri: 'app:2' }))), 'invalid-parameter');
  assert.equal(wordOf(next(setLayers('5', 'i', [['l', hashB]]))), 'invalid-parameter');
  const imageConfig = { entryPoint: ['/run'], command: ['a'], workingDirectory: '/w' };
  const configure = (id: string, name: string): Command => {
    return { id, kind: 'update-settings', name, changes: {}, imageConfig, ...stamp(id) };
  };
  assert.equal(wordOf(next(configure('6', 'z'))), 'invalid-parameter');
  assert.equal(wordOf(next(configure('7', 'i'))), '$LATEST');
  assert.equal(wordOf(next(setCode('8', 'i', hashB, { imageUri: 'app:2' }))), '$LATEST');
  assert.deepEqual(core.get('i')?.image, { uri: 'app:2', ...imageConfig });
  assert.equal(core.references(hashB), false);
});

test('a tag of an image may have moved, so that it is published again; a digest cannot', () => {
  const { next } = applied(createImage('1', 'i', 'app:1'), publish('2', 'i'));
  next(setCode('3', 'i', hashC, { codeBytes: 0, imageUri: 'app:1' }));
  assert.equal(wordOf(next(publish('4', 'i'))), '2');
  const imageUri = `app@sha256:${hashA}`;
  next(setCode('5', 'i', hashA, { codeBytes: 0, imageUri }));
  assert.equal(wordOf(next(publish('6', 'i'))), '3');
  next(setCode('7', 'i', hashA, { codeBytes: 0, imageUri }));
  assert.equal(wordOf(next(publish('8', 'i'))), '3');
});

test('who votes hears of every bundle that layers and functions need, also from a snapshot', async () => {
  const make = () => {
    const wanted: string[] = [];
    const replica = new CatalogReplica({
      clock: new SimulatedClock(),
      nextTurn: async () => {},
      codeWanted: (hash) => wanted.push(hash),
      changed: () => {},
      concurrencyChanged: () => {},
    });
    return { replica, wanted };
  };
  const leader = make();
  const commands = [
    publishLayer('1', 'l', hashB),
    publishLayer('2', 'm', hashC),
    create('3', 'f'),
    setLayers('4', 'f', [['l', hashB]]),
    deleteLayerVersion('5', 'l', 1),
    createImage('6', 'i', 'app:1'),
  ];
  commands.forEach((command, at) => void leader.replica.apply(at + 1, encodeCommand(command)));
  assert.deepEqual(leader.wanted, [hashB, hashC, hashA, hashB]);
  const other = make();
  other.replica.restoreBegin(6);
  for await (const part of leader.replica.snapshot()) other.replica.restorePart(part);
  await other.replica.restoreEnd();
  assert.deepEqual(other.wanted.sort(), [hashA, hashB, hashC]);
});

test('a policy hangs on a layer version, is changed at the revision that is expected, and goes with it', () => {
  const { core, next } = applied(publishLayer('1', 'l'), publishLayer('2', 'l'));
  const set = (id: string, version: number, expected: 'absent' | { revisionId: string }) =>
    wordOf(next(setLayerPolicy(id, 'l', version, { a: id }, expected)));
  assert.deepEqual(
    [
      set('3', 1, 'absent'),
      set('4', 1, 'absent'),
      set('5', 1, { revisionId: 'rev-3' }),
      set('6', 2, { revisionId: 'rev-5' }),
      set('7', 3, 'absent'),
    ],
    [
      'layer-policy',
      'revision-mismatch',
      'layer-policy',
      'revision-mismatch',
      'function-not-found',
    ],
  );
  next(publishLayer('8', 'l'));
  assert.deepEqual(core.layers.get('l')?.policies.get(1)?.value, { a: '5' });
  next(deleteLayerVersion('9', 'l', 1));
  assert.equal(core.layers.get('l')?.policies.size, 0);
});
