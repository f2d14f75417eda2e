import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Candidate,
  planVoters,
  settledMs,
  voterGoneMs,
} from '../../src/cluster/voter-plan.js';
import type { Follower, LogStatus } from '../../src/log/index.js';
import { bySeniority } from '../../src/roles/index.js';
import { type NodeId, nodeId } from '../../src/types/index.js';

const id = (n: number): NodeId => nodeId(n.toString(16).padStart(32, '0'));
const ids = (...numbers: number[]): NodeId[] => numbers.map(id);

/** Node 1 leads; all candidates are alive, caught up and as old as their number. */
class Facts {
  candidates: Candidate[];
  voters: readonly NodeId[];
  followers = new Map<NodeId, Follower>();
  self = id(1);
  changing = false;
  unchangedMs = settledMs;

  constructor(size: number, voters: readonly number[]) {
    const numbers = Array.from({ length: size }, (_, at) => at + 1);
    this.candidates = numbers.map((n) => candidate(n));
    this.voters = voters.map(id);
    for (const n of numbers) this.follows(n, {});
  }

  set(n: number, changes: Partial<Candidate>): this {
    this.candidates = this.candidates
      .map((each) => (each.id === id(n) ? { ...each, ...changes } : each))
      .sort(bySeniority);
    if (changes.alive === false) this.follows(n, { caughtUp: false });
    return this;
  }

  follows(n: number, changes: Partial<Follower>): this {
    this.followers.set(id(n), { matchIndex: 1, caughtUp: true, mute: false, ...changes });
    return this;
  }

  plan() {
    const { self, candidates, followers, unchangedMs } = this;
    const status: LogStatus = {
      state: 'leader',
      term: 1,
      leader: self,
      voters: this.voters,
      changing: this.changing,
      lastIndex: 1,
      commitIndex: 1,
      quorum: true,
      mute: false,
      diskFull: false,
    };
    return planVoters({ self, status, candidates, followers, unchangedMs });
  }

  /** Carries the plans out until there is nothing to do. */
  settle(): readonly NodeId[] {
    for (let step = 0; step < 10; step++) {
      const { voters } = this.plan();
      if (voters === null) return this.voters;
      this.voters = voters;
    }
    throw new Error('the plan does not settle');
  }
}

function candidate(n: number): Candidate {
  return { id: id(n), joinedAt: n, alive: true, degraded: false, cohort: 0, goneMs: 0 };
}

test('the oldest 1, 3 or 5 nodes vote', () => {
  for (const [size, expected] of [
    [1, 1],
    [2, 1],
    [3, 3],
    [6, 3],
    [7, 5],
    [20, 5],
  ] as const) {
    const voters = new Facts(size, [1]).settle();
    assert.deepEqual(voters, ids(...Array.from({ length: expected }, (_, at) => at + 1)));
  }
});

test('who is to vote is fed first, and votes when it has caught up', () => {
  const facts = new Facts(3, [1]).follows(2, { caughtUp: false }).follows(3, { caughtUp: false });
  assert.deepEqual(facts.plan().learners, ids(2, 3));
  assert.equal(facts.plan().voters, null);
  facts.follows(2, {});
  assert.deepEqual(facts.plan().voters, ids(1, 2));
  facts.follows(3, {});
  assert.deepEqual(facts.settle(), ids(1, 2, 3));
});

test('a voter that is gone is replaced by the next oldest, not before it has been gone for long', () => {
  const facts = new Facts(4, [1, 2, 3]).set(2, { alive: false, goneMs: voterGoneMs - 1 });
  assert.equal(facts.plan().voters, null);
  facts.set(2, { goneMs: voterGoneMs });
  assert.deepEqual(facts.plan().voters, ids(1, 3, 4));
});

test('with nobody to take its place a lost voter stays: voters never shrink for a death', () => {
  const facts = new Facts(3, [1, 2, 3]).set(2, { alive: false, goneMs: 10 * voterGoneMs });
  assert.equal(facts.plan().voters, null);
  const seven = new Facts(7, [1, 2, 3, 4, 5]);
  for (const n of [2, 3]) seven.set(n, { alive: false, goneMs: 10 * voterGoneMs });
  assert.deepEqual(seven.settle(), ids(1, 4, 5, 6, 7));
  seven.set(6, { alive: false, goneMs: 10 * voterGoneMs });
  assert.equal(seven.plan().voters, null);
});

test('a voter that came back as the youngest gives its vote to an older one, when things are quiet', () => {
  const facts = new Facts(4, [1, 2, 3]).set(2, { joinedAt: 9 });
  facts.unchangedMs = settledMs - 1;
  assert.equal(facts.plan().voters, null);
  facts.unchangedMs = settledMs;
  assert.deepEqual(facts.plan().voters, ids(1, 3, 4));
});

test('a voter that has lost its memory is left out at once, and comes back when it has one', () => {
  const facts = new Facts(3, [1, 2, 3]).follows(3, { mute: true }).set(3, { joinedAt: 9 });
  facts.unchangedMs = 0;
  assert.deepEqual(facts.plan().voters, ids(1, 2));
  facts.voters = ids(1, 2);
  assert.equal(facts.plan().voters, null);
  facts.follows(3, { mute: false });
  assert.deepEqual(facts.plan().voters, ids(1, 2, 3));
});

test('a voter without memory stays where leaving it out needs one that is not there', () => {
  const facts = new Facts(3, [1, 2, 3]).follows(3, { mute: true }).set(2, { alive: false });
  assert.equal(facts.plan().voters, null);
});

test('while a change is under way nothing else is planned', () => {
  const facts = new Facts(4, [2, 3, 4]);
  facts.changing = true;
  assert.deepEqual(facts.plan(), { learners: ids(1), voters: null, leader: null });
});

test('the lead goes to the oldest voter, when it follows and things are quiet', () => {
  const facts = new Facts(3, [1, 2, 3]);
  facts.self = id(2);
  assert.equal(facts.plan().leader, id(1));
  facts.unchangedMs = settledMs - 1;
  assert.equal(facts.plan().leader, null);
  facts.unchangedMs = settledMs;
  facts.follows(1, { caughtUp: false });
  assert.equal(facts.plan().leader, null);
  facts.follows(1, {}).set(1, { degraded: true });
  assert.equal(facts.plan().leader, null, 'not one whose data thread stands still');
});

test('nodes of the release that leads take the votes and the lead at once, as each has caught up', () => {
  const facts = new Facts(6, [1, 2, 3]).set(6, { cohort: 1 }).follows(6, { caughtUp: false });
  facts.unchangedMs = 0;
  assert.deepEqual(facts.plan(), { learners: ids(6, 4, 5), voters: null, leader: null });
  facts.follows(6, {});
  assert.deepEqual(facts.plan().voters, ids(6, 1, 2));
  facts.voters = ids(6, 1, 2);
  assert.equal(facts.plan().leader, id(6));
  facts.self = id(6);
  assert.deepEqual(facts.plan(), { learners: ids(3, 4, 5), voters: null, leader: null });
  facts.set(5, { cohort: 1, joinedAt: 9 });
  assert.deepEqual(facts.settle(), ids(6, 5, 1));
  assert.equal(facts.plan().leader, null, 'the older one of the cohort goes on leading');
});

test('a node of the release that leads waits for its turn behind older ones of it', () => {
  const facts = new Facts(4, [1, 2, 3]);
  for (const n of [1, 2, 3, 4]) facts.set(n, { cohort: 2 });
  facts.set(1, { joinedAt: 9 });
  facts.unchangedMs = 0;
  assert.equal(facts.plan().voters, null, 'within a cohort there is time');
  assert.equal(facts.plan().leader, null);
});

test('whatever happens to members, plans settle, and voters are never fewer than they were', () => {
  const states = fc.array(fc.constantFrom('alive', 'dead', 'back'), {
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(
    fc.property(fc.array(states, { minLength: 1, maxLength: 6 }), (rounds) => {
      const facts = new Facts(10, [1]);
      let age = 100;
      for (const round of rounds) {
        round.forEach((state, at) => {
          const n = at + 2;
          if (state === 'dead') facts.set(n, { alive: false, goneMs: voterGoneMs });
          else facts.set(n, { alive: true, goneMs: 0 }).follows(n, {});
          if (state === 'back') facts.set(n, { joinedAt: age++ });
        });
        const before = facts.voters.length;
        const voters = facts.settle();
        assert.ok(voters.length >= before, 'not fewer');
        assert.equal(new Set(voters).size, voters.length);
        assert.ok([1, 3, 5].includes(voters.length) || voters.length < 5);
      }
    }),
  );
});
