import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClusterCore } from '../../src/cluster/index.js';
import { Steering } from '../../src/cluster/steering.js';
import type { GossipMember, GossipStatus } from '../../src/gossip/index.js';
import { SimulatedClock, silentLogger } from '../../src/lib/index.js';
import type { Follower, LogStatus, ReplicatedLog, VotersControl } from '../../src/log/index.js';
import { type NodeId, nodeId } from '../../src/types/index.js';

const id = (n: number): NodeId => nodeId(String(n).repeat(32));
const infoOf = (n: number) => ({
  id: id(n),
  generation: 1,
  http: '',
  cluster: `${n}:1`,
  release: '',
});

function member(n: number, status: GossipStatus = 'alive'): GossipMember {
  const meta = {
    http: '',
    release: '',
    joinedAt: n,
    load: 0,
    waiting: 0,
    freeMemoryMb: 0,
    degraded: false,
    cohort: 0,
  };
  return { id: id(n), generation: 1, incarnation: 1, status, cluster: `${n}:1`, meta };
}

/** Node `self` of three, over a log that writes down what it is told. */
function makeSteering(self: number) {
  const clock = new SimulatedClock();
  const core = new ClusterCore(infoOf(self));
  for (const n of [1, 2, 3]) core.admitted(n, infoOf(n));
  const told: string[] = [];
  const name = (ids: readonly NodeId[]): string => ids.map((each) => each.slice(0, 1)).join(' ');
  const facts = { leads: true, fails: false, follow: [1, 2, 3] };
  const status = (): LogStatus => ({
    state: facts.leads ? 'leader' : 'follower',
    term: 1,
    leader: id(self),
    voters: [1, 2, 3].map(id),
    changing: false,
    lastIndex: 1,
    commitIndex: 1,
    quorum: true,
    mute: false,
    diskFull: false,
  });
  const follower: Follower = { matchIndex: 1, caughtUp: true, mute: false };
  const log: Partial<ReplicatedLog & VotersControl> = {
    status,
    followers: () => new Map(facts.follow.filter((n) => n !== self).map((n) => [id(n), follower])),
    setLearners: () => undefined,
    setPreference: (order) => void told.push(`prefers ${name(order)}`),
    setFeeders: (feeders) => void told.push(`asks ${name(feeders)}`),
    processGone: (node) => void told.push(`gone ${name([node])}`),
    changeVoters: async (voters) => {
      told.push(`voters ${name(voters)}`);
      if (facts.fails) throw new Error('not yet');
      return 1;
    },
    transferLead: async (to) => {
      told.push(`lead to ${name([to])}`);
      facts.leads = false;
    },
  };
  core.statusChanged(status());
  const whole = log as ReplicatedLog & VotersControl;
  const steering = new Steering(core, whole, clock, silentLogger);
  const members = (...list: GossipMember[]): void => {
    core.membersChanged(list, clock.nowMs());
    steering.membersChanged();
  };
  return { clock, core, steering, told, facts, members };
}

test('the log is told whom to prefer, whom to ask, and once who is gone', () => {
  const { told, members } = makeSteering(2);
  members(member(1), member(2), member(3));
  members(member(1, 'dead'), member(2), member(3));
  members(member(1, 'dead'), member(2), member(3));
  assert.deepEqual(told.slice(0, 2), ['prefers 1 2 3', 'asks 1 3']);
  assert.deepEqual(
    told.filter((each) => each.startsWith('gone')),
    ['gone 1'],
  );
});

test('a leader that is not the oldest hands the lead over, when things are quiet', async () => {
  const { clock, steering, told, members } = makeSteering(2);
  members(member(1), member(2), member(3));
  steering.tick(clock.nowMs());
  assert.ok(!told.includes('lead to 1'));
  clock.advance(2000);
  steering.tick(clock.nowMs());
  assert.ok(told.includes('lead to 1'));
});

test('a change that fails is tried again after a rest, not at once', async () => {
  const { clock, core, steering, told, facts, members } = makeSteering(1);
  facts.fails = true;
  facts.follow.push(4);
  core.admitted(4, infoOf(4));
  const present = [member(1), member(2, 'dead'), member(3), member(4)];
  members(...present);
  clock.advance(11_000);
  const tries = (): number => told.filter((each) => each === 'voters 1 3 4').length;
  steering.tick(clock.nowMs());
  await new Promise(setImmediate);
  steering.tick(clock.nowMs());
  assert.equal(tries(), 1);
  clock.advance(600);
  steering.tick(clock.nowMs());
  assert.equal(tries(), 2);
});

test('a node that stops gives the lead to the oldest other voter, and takes it from nobody after', async () => {
  const { clock, steering, told, facts, members } = makeSteering(1);
  members(member(1), member(2), member(3));
  await steering.handOver();
  assert.equal(told.at(-1), 'lead to 2');
  facts.leads = true;
  clock.advance(5000);
  steering.tick(clock.nowMs());
  assert.equal(told.at(-1), 'lead to 2', 'nothing is steered any more');
});
