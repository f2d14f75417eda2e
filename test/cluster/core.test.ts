import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ClusterCore, type NodeInfo, voterGoneMs } from '../../src/cluster/index.js';
import type { GossipMember, GossipStatus } from '../../src/gossip/index.js';
import type { LogStatus } from '../../src/log/index.js';
import { type NodeId, nodeId } from '../../src/types/index.js';

const id = (n: number): NodeId => nodeId(n.toString(16).padStart(32, '0'));
const info = (n: number, generation = 1): NodeInfo => ({
  id: id(n),
  generation,
  http: `127.0.0.1:${n}`,
  cluster: `127.0.0.1:${1000 + n}`,
  release: '1',
});

function member(n: number, status: GossipStatus = 'alive', joinedAt = n): GossipMember {
  const { http, cluster, release } = info(n);
  const meta = { http, release, joinedAt, load: 0, degraded: false };
  return { id: id(n), generation: 1, incarnation: 1, status, cluster, meta };
}

function leaderOf(voters: readonly number[]): LogStatus {
  return {
    state: 'leader',
    term: 1,
    leader: id(1),
    voters: voters.map(id),
    lastIndex: 1,
    commitIndex: 1,
    quorum: true,
  };
}

/** A core that has admitted nodes 1 to `size`, all alive. */
function coreOf(size: number, voters: readonly number[] = [1]): ClusterCore {
  const core = new ClusterCore(info(1));
  for (let n = 1; n <= size; n++) core.admitted(n, info(n));
  core.membersChanged(
    Array.from({ length: size }, (_, at) => member(at + 1)),
    0,
  );
  core.statusChanged(leaderOf(voters));
  return core;
}

/** Carries the plans out until there is nothing to do; every one is a single step. */
function settle(core: ClusterCore, voters: readonly NodeId[], nowMs: number): readonly NodeId[] {
  let current = voters;
  for (let step = 0; step < 20; step++) {
    const { voters: next } = core.plan(nowMs);
    if (next === null) return current;
    const changed = [...next, ...current].filter(
      (voter) => !(next.includes(voter) && current.includes(voter)),
    );
    assert.equal(changed.length, 1, 'one voter at a time');
    current = next;
    core.statusChanged({ ...leaderOf([]), voters: next });
  }
  throw new Error('the plan does not settle');
}

test('the oldest 1, 3 or 5 nodes become voters, one step at a time', () => {
  for (const [size, expected] of [
    [1, 1],
    [2, 1],
    [3, 3],
    [6, 3],
    [7, 5],
    [20, 5],
  ] as const) {
    const voters = settle(coreOf(size), [id(1)], 0);
    assert.deepEqual(
      voters,
      Array.from({ length: expected }, (_, at) => id(at + 1)),
    );
  }
});

test('everybody else follows as a learner, but not who is dead or has left', () => {
  const core = coreOf(5, [1, 2, 3]);
  core.membersChanged(
    [1, 2, 3, 4, 5].map((n) => member(n, n === 5 ? 'dead' : 'alive')),
    0,
  );
  assert.deepEqual(core.plan(0).learners, [id(4)]);
});

test('a voter that is gone is replaced by the next oldest, not before it has been gone for long', () => {
  const core = coreOf(4, [1, 2, 3]);
  core.membersChanged(
    [1, 2, 3, 4].map((n) => member(n, n === 2 ? 'dead' : 'alive')),
    100,
  );
  assert.equal(core.plan(100 + voterGoneMs - 1).voters, null);
  assert.deepEqual(settle(core, [1, 2, 3].map(id), 100 + voterGoneMs), [1, 3, 4].map(id));
});

test('with nobody to take its place a lost voter stays: voters never shrink for a death', () => {
  const core = coreOf(3, [1, 2, 3]);
  core.membersChanged(
    [1, 2, 3].map((n) => member(n, n === 2 ? 'dead' : 'alive')),
    0,
  );
  assert.equal(core.plan(10 * voterGoneMs).voters, null);
});

test('a suspect neither loses its vote nor its rank', () => {
  const core = coreOf(4, [1, 2, 3]);
  core.membersChanged(
    [1, 2, 3, 4].map((n) => member(n, n === 1 ? 'suspect' : 'alive')),
    0,
  );
  assert.equal(core.plan(10 * voterGoneMs).voters, null);
  assert.equal(core.view().master, id(1));
});

test('the oldest that lives is the Master, and the dead have no rank', () => {
  const core = coreOf(4, [1, 2, 3]);
  core.membersChanged(
    [1, 2, 3, 4].map((n) => member(n, n === 1 ? 'dead' : 'alive')),
    0,
  );
  const view = core.view();
  assert.equal(view.master, id(2));
  assert.deepEqual(
    view.nodes.map((node) => [node.id, node.rank]),
    [
      [id(2), 0],
      [id(3), 1],
      [id(4), 2],
      [id(1), -1],
    ],
  );
});

/** The same member, with a data thread that stands still. */
function degraded(of: GossipMember): GossipMember {
  return { ...of, meta: { ...of.meta, degraded: true } };
}

test('a node whose data thread stands still is shown so, alive, with its rank, role and vote', () => {
  const core = coreOf(4, [1, 2, 3]);
  const before = core.view();
  const members = [degraded(member(1)), member(2), degraded(member(3, 'dead')), member(4)];
  core.membersChanged(members, 0);
  const { master, nodes } = core.view();
  assert.equal(master, id(1));
  assert.deepEqual(nodes[0], { ...before.nodes[0], degraded: true });
  assert.deepEqual(
    nodes.map((node) => node.degraded),
    [true, false, false, false],
    'what the dead said last is no news',
  );
  core.membersChanged([degraded(member(1)), member(2), member(3), member(4)], 0);
  assert.equal(core.plan(10 * voterGoneMs).voters, null);
});

test('a node that came back is admitted anew, and an older start of it never replaces a newer', () => {
  const core = coreOf(2);
  core.admitted(9, info(2, 3));
  core.admitted(10, info(2, 2));
  assert.equal(core.admissionOf(id(2), 3)?.joinedAt, 9);
  assert.equal(core.admissionOf(id(2), 2), undefined);
});

test('a command is everywhere once all that answer have applied it', () => {
  const core = coreOf(3);
  core.applied(id(1), 5);
  core.applied(id(2), 5);
  assert.equal(core.appliedEverywhere(5), false);
  core.applied(id(3), 4);
  assert.equal(core.appliedEverywhere(5), false);
  assert.equal(core.appliedEverywhere(4), true);
  core.membersChanged([member(1), member(2), member(3, 'suspect')], 0);
  assert.equal(core.appliedEverywhere(5), true);
  core.membersChanged([member(1), member(2), degraded(member(3))], 0);
  assert.equal(core.appliedEverywhere(5), true);
});

test('whatever happens to members, plans are single steps that settle and keep the leader', () => {
  const statuses = fc.array(fc.constantFrom<GossipStatus>('alive', 'suspect', 'dead', 'left'), {
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(
    fc.property(fc.array(statuses, { minLength: 1, maxLength: 6 }), (rounds) => {
      const core = coreOf(10);
      let voters: readonly NodeId[] = [id(1)];
      rounds.forEach((round, at) => {
        const nowMs = (at + 1) * 2 * voterGoneMs;
        const members = [member(1), ...round.map((status, n) => member(n + 2, status))];
        core.membersChanged(members, nowMs - voterGoneMs);
        core.statusChanged({ ...leaderOf([]), voters });
        const before = voters.length;
        voters = settle(core, voters, nowMs);
        assert.ok(voters.includes(id(1)), 'the leader keeps its vote');
        assert.ok(voters.length >= Math.min(before, 3), 'never below three once there');
      });
    }),
  );
});

test('a node that stops has left to the others, and is draining to itself', () => {
  const core = coreOf(3);
  core.membersChanged([member(1, 'left'), member(2, 'left'), member(3, 'alive')], 0);
  const { nodes, master } = core.view();
  const statuses = new Map(nodes.map(({ id, status }) => [id, status]));
  assert.deepEqual([statuses.get(id(1)), statuses.get(id(2))], ['draining', 'left']);
  assert.equal(master, id(3));
});
