import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../src/lib/index.js';
import type { FaultRecord } from '../records.js';
import type { Attempt } from './attempt.js';
import { FakeArena } from './fake-arena.js';
import { perform } from './step.js';
import type { Fault, Need } from './types.js';

const roles = { master: 2, replicas: [1, 3], workers: [4, 5] };

function fault(name: string, needs: readonly Need[], run: (attempt: Attempt) => void): Fault {
  return { name, kind: 'death', needs, missing: () => false, run: async (each) => run(each) };
}

function performed(arena: FakeArena, ...faults: Fault[]): Promise<FaultRecord[]> {
  return perform(arena, { faults, restMs: 0 }, seededRandom(1));
}

test('a record tells whom a fault hit, who was Master, and when all agreed', async () => {
  const arena = new FakeArena(5, roles);
  const killing: Fault = {
    ...fault('kill the Master', ['master'], () => {}),
    run: async (attempt) => {
      const node = attempt.take('master');
      attempt.begins();
      await attempt.kill(node);
      await node.start();
    },
  };
  const [record] = await performed(arena, killing);
  assert.ok(record);
  assert.deepEqual(
    [record.name, record.kind, record.nodes, record.master],
    ['kill the Master', 'death', [2], 2],
  );
  const [death] = record.deaths;
  assert.deepEqual({ who: death?.who, atMs: death?.atMs }, { who: 2, atMs: 7 });
  assert.ok(record.mendedMs >= record.beganMs);
  assert.equal(record.agreedMs, 5);
  assert.deepEqual(record.oddities, []);
});

test('of two faults at once the one that hunts the Master chooses first, and both hit others', async () => {
  const any = fault('any', [], (attempt) => {
    attempt.take('any');
  });
  const hunter = fault('hunter', ['master'], (attempt) => {
    attempt.take('master');
  });
  for (let seed = 0; seed < 20; seed++) {
    const faults = { faults: [any, hunter], restMs: 0 };
    const records = await perform(new FakeArena(5, roles), faults, seededRandom(seed));
    assert.deepEqual(
      records.map(({ name }) => name),
      ['hunter', 'any'],
    );
    assert.deepEqual(records[0]?.nodes, [2]);
    assert.notDeepEqual(records[1]?.nodes, [2]);
  }
});

test('a fault that fails is told of, and whatever it has left behind is mended', async () => {
  const arena = new FakeArena(3, roles);
  const failing = fault('failing', [], (attempt) => {
    attempt.take('any').pause();
    throw new Error('it broke');
  });
  const [record] = await performed(arena, failing);
  assert.deepEqual(record?.oddities, ['failing: it broke']);
  for (const number of [1, 2, 3]) {
    for (const what of ['resume', 'clock 0', 'sync 0', 'cpu null', 'room', 'read-only false']) {
      assert.ok(arena.done.includes(`${what} ${number}`), `${what} ${number}`);
    }
  }
});

test('a node that has ended by itself is told of and started again', async () => {
  const arena = new FakeArena(3, roles);
  const [record] = await performed(
    arena,
    fault('quiet', [], () => {
      for (const node of arena.nodes) node.runs = node.number !== 3;
    }),
  );
  assert.match(record?.oddities[0] ?? '', /node 3 does not run.*\nthe last line/);
  assert.deepEqual(arena.done, ['start 3']);
});

test('nodes that never agree again are no reason to wait for ever', async () => {
  const arena = new FakeArena(3, roles);
  arena.agreedMs = null;
  const [record] = await performed(
    arena,
    fault('quiet', [], () => {}),
  );
  assert.equal(record?.agreedMs, null);
});
