import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCommand } from '../../src/catalog/index.js';
import { gated, requiresLevel } from '../../src/node/format-gate.js';
import { encodeRolloutCommand } from '../../src/rollout/index.js';
import { formatLevel } from '../../src/types/index.js';

const about = { revision: 1, atMs: 1 };
const pause = encodeRolloutCommand({ kind: 'pause', by: 'me', ...about });
const deletion = encodeCommand({ id: '1', kind: 'delete', name: 'a' });

function log(levelAt: () => number, requires?: (command: Uint8Array) => number) {
  const proposed: Uint8Array[] = [];
  const propose = gated(
    async (command) => proposed.push(command),
    levelAt,
    ...(requires === undefined ? [] : [requires]),
  );
  return { propose, proposed };
}

test('a new kind of command is refused before the rollout is finalised, and taken after', async () => {
  let level = 1;
  const { propose, proposed } = log(() => level);
  await assert.rejects(propose(pause), {
    code: 'rollout-conflict',
    message: /^The cluster has format level 1, and this needs level 2: an older release could not/,
  });
  await propose(deletion);
  level = 2;
  await propose(pause);
  assert.deepEqual(proposed, [deletion, pause]);
});

test('what raises the level passes at the level before', async () => {
  const { propose, proposed } = log(() => 1);
  await propose(encodeRolloutCommand({ kind: 'format', level: 2 }));
  assert.equal(proposed.length, 1);
});

test('at the newest level no command is looked into', async () => {
  const { propose, proposed } = log(
    () => formatLevel,
    () => assert.fail('it was looked into'),
  );
  await propose(deletion);
  assert.equal(proposed.length, 1);
});

test('a kind of no level is of no release: it is never proposed', () => {
  const unknown = Buffer.from(JSON.stringify({ id: '1', kind: 'fly' }));
  assert.throws(() => requiresLevel(unknown), {
    code: 'storage',
    message: /"fly".* newer release/,
  });
});
