import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { FunctionRecord } from '../../../src/catalog/index.js';
import { type CapacityWish, planCapacity, spread } from '../../../src/executor/capacity/plan.js';
import { type NodeId, nodeId } from '../../../src/types/index.js';

const ids = (count: number): NodeId[] =>
  Array.from({ length: count }, (_, index) => nodeId(index.toString(16).padStart(32, '0')));

const record = (name: string, version: string, revision = 1): FunctionRecord =>
  ({ name, version, revision, codeHash: `${name}${version}` }) as unknown as FunctionRecord;

/** Rotates by the length of the key: another order for other keys, the same on every node. */
const rank = (key: string, nodes: readonly NodeId[]): readonly NodeId[] => {
  const turn = nodes.length === 0 ? 0 : key.length % nodes.length;
  return [...nodes.slice(turn), ...nodes.slice(0, turn)];
};

const mapOf = (self: NodeId, nodes: readonly NodeId[], snapshotsMax = 100) => ({
  self,
  nodes,
  rank,
  keyOf: ({ name, version }: FunctionRecord) => `${name}${version}`,
  snapshotsMax,
});

const wish = (changes: Partial<CapacityWish>): CapacityWish => ({
  functionName: 'thumbnail',
  reserved: null,
  provisioned: [],
  snapshots: [],
  ...changes,
});

describe('the plan of what a node keeps', () => {
  it('gives out exactly what was asked for over all nodes, as evenly as can be', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 1, max: 12 }),
        (reserved, executions, count) => {
          const nodes = ids(count);
          const wishes = [
            wish({ reserved, provisioned: [{ record: record('thumbnail', '3'), executions }] }),
          ];
          const plans = nodes.map((self) => planCapacity(wishes, mapOf(self, nodes)));
          const shares = plans.map(({ shares }) => shares.get('thumbnail') ?? Number.NaN);
          const totals = plans.map(({ kept }) => kept.get('thumbnail:3')?.total ?? 0);
          for (const [parts, whole] of [
            [shares, reserved],
            [totals, executions],
          ] as const) {
            assert.equal(
              parts.reduce((sum, part) => sum + part, 0),
              whole,
            );
            assert(Math.max(...parts) - Math.min(...parts) <= 1);
          }
        },
      ),
    );
  });

  it('moves only what a dead node kept, where each had one', () => {
    const nodes = ids(8);
    const [dead] = rank('thumbnail3', nodes);
    const left = nodes.filter((node) => node !== dead);
    const wishes = [wish({ provisioned: [{ record: record('thumbnail', '3'), executions: 3 }] })];
    const kept = (among: readonly NodeId[]) =>
      among.filter((self) => planCapacity(wishes, mapOf(self, among)).kept.size > 0);
    assert.equal(kept(nodes).length, 3);
    assert.equal(kept(left).length, 3);
    const before = kept(nodes).filter((node) => node !== dead);
    // a rotation is no rendezvous: what stays is what a ranking without the dead one says
    assert.equal(before.filter((node) => kept(left).includes(node)).length >= 1, true);
  });

  it('keeps each snapshot on two nodes, and the newest where a node has no room for all', () => {
    const nodes = ids(5);
    const snapshots = [record('a', '3', 30), record('a', '2', 20), record('a', '1', 10)];
    const plans = nodes.map((self) => planCapacity([wish({ snapshots })], mapOf(self, nodes)));
    for (const { name, version } of snapshots) {
      const keepers = plans.filter(({ kept }) => kept.get(`${name}:${version}`)?.snapshot);
      assert.equal(keepers.length, 2);
    }
    const [self] = ids(1) as [NodeId];
    const few = planCapacity([wish({ snapshots })], mapOf(self, [self], 2));
    assert.deepEqual([...few.kept.keys()], ['a:3', 'a:2']);
  });

  it('adds up what is provisioned for a version under several names', () => {
    const [self] = ids(1) as [NodeId];
    const version = record('a', '1');
    const provisioned = [
      { record: version, executions: 2 },
      { record: version, executions: 3 },
    ];
    const { kept } = planCapacity([wish({ provisioned })], mapOf(self, [self]));
    assert.deepEqual(kept.get('a:1'), { record: version, total: 5, snapshot: false });
  });

  it('leaves out who gets nothing', () => {
    const [first, second, third] = ids(3) as [NodeId, NodeId, NodeId];
    assert.deepEqual(
      [...spread(2, [first, second, third])],
      [
        [first, 1],
        [second, 1],
      ],
    );
    assert.deepEqual([...spread(0, [first])], []);
  });
});
