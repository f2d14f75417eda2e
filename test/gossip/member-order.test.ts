import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameMeta, saysTheSame, withCohort, withLoad } from '../../src/gossip/member-order.js';
import type { GossipMember, MemberMeta } from '../../src/gossip/types.js';
import { nodeId } from '../../src/types/index.js';

test('a change of any one thing that a member says of itself is a change', () => {
  const meta: MemberMeta = {
    http: '127.0.0.1:1',
    release: '1',
    joinedAt: 1,
    load: 0,
    waiting: 0,
    freeMemoryMb: 0,
    degraded: false,
    cohort: 0,
  };
  const other: MemberMeta = {
    http: '127.0.0.1:2',
    release: '2',
    joinedAt: 2,
    load: 0.5,
    waiting: 4,
    freeMemoryMb: 384,
    degraded: true,
    cohort: 1,
  };
  assert.equal(sameMeta(meta, { ...meta }), true);
  for (const [name, value] of Object.entries(other)) {
    assert.equal(sameMeta(meta, { ...meta, [name]: value }), false, name);
  }
});

test('of one life of a member the higher cohort counts, and of two lives the later', () => {
  const of = (generation: number, cohort: number): GossipMember => {
    return { ...member, generation, meta: { ...meta, cohort } };
  };
  const [low, high] = [of(1, 1), of(1, 2)];
  assert.equal(withCohort(low, high).meta.cohort, 2);
  assert.equal(withCohort(high, low), high);
  assert.equal(withCohort(low, undefined), low);
  assert.equal(withCohort(of(2, 0), high).meta.cohort, 0);
});

const meta: MemberMeta = {
  http: '127.0.0.1:1',
  release: '1',
  joinedAt: 1,
  load: 0.5,
  waiting: 4,
  freeMemoryMb: 384,
  degraded: false,
  cohort: 3,
};
const member: GossipMember = {
  id: nodeId('a'.repeat(32)),
  generation: 1,
  incarnation: 3,
  status: 'alive',
  cluster: '127.0.0.1:2',
  meta,
};

test('how busy a member is, and its cohort, make no other words of what it says of itself', () => {
  const dropped = { ...meta, load: 0, waiting: 0, freeMemoryMb: 0, cohort: 0 };
  assert.equal(saysTheSame({ ...member, meta: dropped }, member), true);
  assert.deepEqual(withLoad(dropped, meta), { ...meta, cohort: 0 });
  assert.equal(saysTheSame({ ...member, meta: { ...dropped, joinedAt: 2 } }, member), false);
  assert.equal(saysTheSame({ ...member, status: 'left' }, member), false);
});
