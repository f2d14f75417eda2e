/** What every machine of the log does with a command of a newer release. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLevel, decodeCommand } from '../../src/catalog/index.js';
import { decodeBatch, encodeBatch } from '../../src/events/async/command.js';
import { batchLevel, streamCommandLevel } from '../../src/events/index.js';
import { decodeStreamCommand } from '../../src/events/streams/codec.js';
import { encodeFrame } from '../../src/replication/index.js';
import { type NodeId, nodeId } from '../../src/types/index.js';

const node: NodeId = nodeId('0'.repeat(32));
const ofNewer = {
  code: 'storage',
  message: 'The log holds a command of kind "fly", of a newer release; start that release.',
};

test('a function command of an unknown kind is of a newer release, and never passed over', () => {
  const known = (kind: string) => Buffer.from(JSON.stringify({ id: '1', kind, name: 'a' }));
  assert.throws(() => decodeCommand(known('fly')), ofNewer);
  assert.throws(() => decodeCommand(known('toString')), { code: 'storage' });
  assert.equal(commandLevel(known('delete')), 1);
});

test('an event command of an unknown kind is of a newer release, beside whatever it stands', () => {
  const cancel = encodeFrame({ kind: 'cancel', id: 'a' });
  const batch = (...commands: Uint8Array[]) => encodeBatch(node, 1, commands).data;
  assert.throws(() => decodeBatch(batch(cancel, encodeFrame({ kind: 'fly', id: 'a' }))), ofNewer);
  assert.equal(batchLevel(batch(cancel, cancel)), 1);
});

test('a stream command of an unknown kind is of a newer release', () => {
  const command = (kind: string) =>
    Buffer.concat([Buffer.of(2), encodeFrame({ kind, stream: 'a' })]);
  assert.throws(() => decodeStreamCommand(command('fly')), ofNewer);
  assert.equal(streamCommandLevel(command('remove')), 1);
});
