import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCommand } from '../../src/catalog/index.js';
import { nextTurn, SimulatedClock } from '../../src/lib/index.js';
import { checkReadable, gated, requiresLevel } from '../../src/node/format-gate.js';
import { encodeRolloutCommand, RolloutMachine } from '../../src/rollout/index.js';
import { formatLevel, nodeId } from '../../src/types/index.js';

const about = { revision: 1, atMs: 1 };
const pause = encodeRolloutCommand({ kind: 'pause', by: 'me', ...about });
const deletion = encodeCommand({ id: '1', kind: 'delete', name: 'a' });

function log(levelAt: () => number, requires?: (command: Uint8Array) => number) {
  const proposed: Uint8Array[] = [];
  const clock = new SimulatedClock();
  const propose = gated(
    async (command) => proposed.push(command),
    levelAt,
    clock,
    ...(requires === undefined ? [] : [requires]),
  );
  return { propose, proposed, clock };
}

/** Time passes, and what waits for it goes on. */
async function pass(clock: SimulatedClock, forMs: number): Promise<void> {
  for (let ms = 0; ms < forMs; ms += 50) {
    clock.advance(50);
    await nextTurn();
  }
}

test('a new kind of command is refused before the rollout is finalised, and taken after', async () => {
  let level = 1;
  const { propose, proposed, clock } = log(() => level);
  const refused = assert.rejects(propose(pause), {
    code: 'rollout-conflict',
    message:
      /^The cluster has format level 1, and this needs level 2, which an older release could not/,
  });
  await pass(clock, 5000);
  await refused;
  await propose(deletion);
  level = 2;
  await propose(pause);
  assert.deepEqual(proposed, [deletion, pause]);
});

test('what comes before a new cluster has raised its level waits for that', async () => {
  let level = 1;
  const { propose, proposed, clock } = log(() => level);
  const asked = propose(pause);
  await pass(clock, 1000);
  assert.deepEqual(proposed, []);
  level = 2;
  await pass(clock, 100);
  await asked;
  assert.deepEqual(proposed, [pause]);
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

test('a node of a cluster whose format is newer says which release to start, and goes no further', () => {
  const machine = new RolloutMachine((state) => checkReadable(state, '0.2.0'));
  machine.apply(1, encodeRolloutCommand({ kind: 'format', level: formatLevel }));
  assert.throws(
    () => machine.apply(2, encodeRolloutCommand({ kind: 'format', level: formatLevel + 1 })),
    {
      code: 'storage',
      message: /^The cluster has format level 4, and this release reads levels up to 3; start the/,
    },
  );
});

test('a node whose manifest promises more than its program reads does not become one', () => {
  const release = { version: '0.3.0', digest: '', formatLevel: formatLevel + 1, artifact: '' };
  const begin = encodeRolloutCommand({
    kind: 'begin',
    from: { ...release, version: '0.2.0', formatLevel },
    release,
    by: 'me',
    atMs: 1,
    size: 1,
    oldMaster: nodeId('a'.repeat(32)),
    again: false,
  });
  new RolloutMachine((state) => checkReadable(state, '0.2.0')).apply(1, begin);
  const machine = new RolloutMachine((state) => checkReadable(state, '0.3.0'));
  assert.throws(() => machine.apply(1, begin), {
    code: 'storage',
    message:
      /^The manifest of release 0\.3\.0 says format level 4, and this program reads levels up to 3/,
  });
});
