/** What an older release has written, letter for letter: before there were layers and images. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CatalogCore, decodeCommand, SnapshotReader } from '../../src/catalog/index.js';

const code = 'a'.repeat(64);
const record = (version: string, revision: string): string =>
  `{"name":"f","version":"${version}","runtime":"nodejs20.x","handler":"index.handler","role":"r",` +
  '"description":"","timeoutS":3,"memoryMb":128,"ephemeralMb":512,"sealedEnvironment":"",' +
  `"architecture":"x86_64","codeHash":"${code}","codeBytes":1,"tags":{},"revisionId":"rev",` +
  `"lastModified":"2026-01-01T00:00:00.000+0000"${revision}}`;

const snapshot = [
  '{"catalogue":1,"index":2}',
  `{"function":${record('$LATEST', ',"revision":1')},"lastVersion":1,"publishedAt":2,"provisioned":[["1",4]]}`,
  `{"version":${record('1', ',"revision":2')}}`,
  `{"result":["1",{"kind":"done","record":${record('$LATEST', ',"revision":1')}}]}`,
  '{"end":4}',
  '',
].join('\n');

test('a snapshot of the first format is read as functions without layers', () => {
  const reader = new SnapshotReader(2);
  reader.add(Buffer.from(snapshot));
  const core = reader.end();
  const remembered = core.resultOf('1');
  const records = [core.get('f'), core.get('f', '1')];
  if (remembered?.kind === 'done') records.push(remembered.record);
  assert.equal(records.length, 3);
  for (const each of records) {
    assert.deepEqual([each?.layers, each?.image], [[], null]);
    const { tracing, logging, deadLetterTarget } = each ?? {};
    assert.deepEqual([tracing, logging, deadLetterTarget], ['PassThrough', null, '']);
  }
  assert.equal(core.state('f')?.attachments.size, 0);
  assert.equal(core.references(core.get('f')?.codeHash ?? ('' as never)), true);
});

test('a number that an older snapshot has for what is provisioned is read as one without windows', () => {
  const reader = new SnapshotReader(2);
  reader.add(Buffer.from(snapshot));
  const core = reader.end();
  const { executions, windows } = core.state('f')?.provisioned.get('1') ?? {};
  assert.deepEqual([executions, windows], [4, []]);
  assert.deepEqual([...core.functionsWithCapacity()], ['f']);
});

test('a creation in an older log gives a function without layers, which can get some', () => {
  const core = new CatalogCore();
  const old = `{"id":"1","kind":"create","record":${record('$LATEST', '')}}`;
  core.apply(1, decodeCommand(Buffer.from(old)));
  assert.deepEqual([core.get('f')?.layers, core.get('f')?.image], [[], null]);
  const layer = `{"arn":"a","codeHash":"${code}","codeBytes":1,"unzippedBytes":1}`;
  const newer = `{"id":"2","kind":"update-settings","name":"f","changes":{"layers":[${layer}]},"revisionId":"r","lastModified":""}`;
  core.apply(2, decodeCommand(Buffer.from(newer)));
  assert.equal(core.get('f')?.layers[0]?.arn, 'a');
});
