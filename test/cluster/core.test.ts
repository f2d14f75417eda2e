import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClusterCore, type NodeInfo } from '../../src/cluster/index.js';
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
  const meta = {
    http,
    release,
    joinedAt,
    load: 0,
    waiting: 0,
    freeMemoryMb: 0,
    degraded: false,
    cohort: 0,
  };
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
    changing: false,
    mute: false,
    diskFull: false,
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

test('how busy a node is stands in the view as the node has said it', () => {
  const core = coreOf(2);
  const { meta, ...rest } = member(2);
  const load = { load: 0.5, waiting: 16, freeMemoryMb: 3072 };
  core.membersChanged([member(1), { ...rest, meta: { ...meta, ...load } }], 0);
  const [, shown] = core.view().nodes;
  assert.ok(shown !== undefined);
  const { load: share, waiting, freeMemoryMb } = shown;
  assert.deepEqual({ load: share, waiting, freeMemoryMb }, load);
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

test('a member that came too late is not waited for again before it has caught up', () => {
  const core = coreOf(3);
  for (const n of [1, 2]) core.applied(id(n), 5);
  core.tooLate(5);
  for (const n of [1, 2]) core.applied(id(n), 6);
  assert.equal(core.appliedEverywhere(6), true, 'node 3 lags behind');
  core.applied(id(3), 4);
  assert.equal(core.appliedEverywhere(6), true);
  core.applied(id(3), 5);
  assert.equal(core.appliedEverywhere(6), false, 'it follows again');
});

test('a node that stops has left to the others, and is draining to itself', () => {
  const core = coreOf(3);
  core.membersChanged([member(1, 'left'), member(2, 'left'), member(3, 'alive')], 0);
  const { nodes, master } = core.view();
  const statuses = new Map(nodes.map(({ id, status }) => [id, status]));
  assert.deepEqual([statuses.get(id(1)), statuses.get(id(2))], ['draining', 'left']);
  assert.equal(master, id(3));
});

test('a Worker asks its Replicas to feed it the log, then the leader; a Replica asks the leader', () => {
  const worker = new ClusterCore(info(9));
  const replica = new ClusterCore(info(2));
  for (const core of [worker, replica]) {
    const members = Array.from({ length: 9 }, (_, at) => member(at + 1));
    core.membersChanged(members, 0);
    core.statusChanged({ ...leaderOf([1, 2, 3, 4, 5]), state: 'learner' });
  }
  const [first, second, third] = worker.feeders();
  assert.ok([2, 3, 4].map(id).includes(first as NodeId), 'one of the three Replicas');
  assert.ok([2, 3, 4].map(id).includes(second as NodeId), 'and the spare');
  assert.equal(third, id(1));
  assert.equal(replica.feeders()[0], id(1));
  assert.ok(!replica.feeders().includes(id(2)), 'nobody asks itself');
});

test('the oldest that is there is preferred as leader, and who is gone is told', () => {
  const core = coreOf(4, [1, 2, 3]);
  core.membersChanged([member(1, 'dead'), member(2), member(3, 'suspect'), member(4, 'left')], 0);
  assert.deepEqual(core.preference(), [id(2), id(3)]);
  assert.deepEqual([...core.gone()], [id(1), id(4)]);
});
