import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type Random, seededRandom } from '../../src/lib/index.js';
import type { RaftCore } from '../../src/log/core.js';
import { timing } from '../../src/log/timing.js';
import {
  a,
  abc,
  accepted,
  append,
  b,
  c,
  command,
  d,
  e,
  leader,
  newCore,
  outcome,
  said,
  save,
  settledLeader,
  voteReply,
  voteRequest,
  voters,
  wait,
} from './one-core.js';

test('a node stands for election only after a trial that leaves its term alone', () => {
  const core = newCore();
  wait(core);
  assert.deepEqual(said(core), ['vote-request to b in 1, trial', 'vote-request to c in 1, trial']);
  core.step(voteReply(b, 1, { preVote: true }), 705);
  assert.equal(core.term, 2);
  assert.deepEqual(said(core), [], 'its own vote is not on disk yet');
  assert.equal(core.takeWrite()?.hardState.votedFor, a);
  core.written(710);
  assert.deepEqual(said(core), ['vote-request to b in 2', 'vote-request to c in 2']);
});

test('a candidate counts its own vote only when that is on disk', () => {
  const core = newCore();
  wait(core);
  core.step(voteReply(b, 1, { preVote: true }), 705);
  core.step(voteReply(b, 2), 706);
  assert(!core.isLeader);
  save(core, 707);
  assert(core.isLeader);
});

test('a candidate of a later term does not count the vote of the earlier one that reached the disk', () => {
  const core = newCore();
  wait(core);
  core.step(voteReply(b, 1, { preVote: true }), 705);
  assert.equal(core.takeWrite()?.hardState.term, 2);
  wait(core, 710);
  core.step(voteReply(b, 2, { preVote: true }), 1411);
  assert.equal(core.term, 3);
  core.written(1412);
  core.step(voteReply(b, 3), 1413);
  assert(!core.isLeader);
  save(core, 1414);
  assert(core.isLeader);
});

test('a vote is sent when it is on disk, and binds after a restart', () => {
  const core = newCore();
  core.step(voteRequest(b, 2), 10);
  assert.deepEqual(said(core), []);
  const write = core.takeWrite();
  assert.deepEqual(write?.hardState, { term: 2, votedFor: b, commitIndex: 1, mute: false });
  core.written(20);
  assert.deepEqual(said(core), ['vote-reply to b in 2: yes']);
  const restarted = newCore({ hard: write.hardState });
  restarted.step(voteRequest(c, 2), 30);
  assert.deepEqual(said(restarted), ['vote-reply to c in 2: no']);
});

test('a candidate with a shorter or an older log gets no vote, and no trial vote', () => {
  const core = newCore({ entries: [abc, command(2, 2)], hard: { term: 2 } });
  for (const preVote of [true, false]) {
    core.step(voteRequest(b, 3, { preVote, lastIndex: 1, lastTerm: 2 }), 10);
    core.step(voteRequest(c, 3, { preVote, lastIndex: 9, lastTerm: 1 }), 10);
  }
  assert(said(core).every((text) => text.endsWith(': no')));
});

test('a node that hears a leader lets nobody else try', () => {
  const core = newCore();
  core.step(append(b, 1, { after: abc }), 100);
  core.takeEffects();
  core.step(voteRequest(c, 9, { preVote: true }), 350);
  core.step(voteRequest(c, 9), 350);
  assert.deepEqual(said(core), []);
  assert.equal(core.term, 1);
  core.step(voteRequest(c, 9, { preVote: true }), 401);
  assert.deepEqual(said(core), ['vote-reply to c in 9, trial: yes']);
});

test('a leader that hears no majority for an election timeout steps down', () => {
  const core = leader();
  let nowMs = 1000;
  for (; nowMs < 1600; nowMs += 20) core.tick(nowMs);
  assert.equal(core.status(nowMs).state, 'follower');
  assert.equal(core.status(nowMs).quorum, false);
  assert.equal(outcome(core.propose('command', new Uint8Array(), nowMs)), 'no-quorum');
});

test('a process that stood still gives the others one more timeout', () => {
  const core = leader();
  core.tick(60_000);
  assert(core.isLeader, 'the silence was its own');
  for (let nowMs = 60_020; nowMs < 60_640; nowMs += 20) core.tick(nowMs);
  assert(!core.isLeader);
  const follower = newCore();
  follower.step(append(b, 1, { after: abc }), 100);
  follower.tick(60_000);
  assert.equal(follower.status(60_000).state, 'follower');
});

test('the only voter leads as soon as its vote is on disk', () => {
  const core = newCore({ entries: [voters(1, 1, [a])] });
  core.tick(1);
  assert(!core.isLeader);
  save(core, 2);
  assert(core.isLeader);
  assert.equal(core.status(2).commitIndex, 2);
});

test('a leader with a stale term is told the newer one', () => {
  const core = newCore({ hard: { term: 5 } });
  core.step(append(b, 3, { after: abc }), 10);
  assert.deepEqual(said(core), ['append-reply to b in 5: try 1']);
});

test('the more preferred of the voters stands the earlier, whatever chance says', () => {
  const dueMs = (place: number, chance: number): number => {
    const preference = [b, c].toSpliced(place, 0, a);
    const core = newCore({ preference, random: constant(chance) });
    core.step(append(b, 1, { after: abc }), 0);
    return standsAt(core, 0);
  };
  for (const chance of [0, 0.5, 0.99]) {
    assert(dueMs(0, chance) <= 400, 'the first');
    assert(dueMs(1, chance) >= 400 && dueMs(1, chance) <= 500, 'the second');
    assert(dueMs(2, chance) >= 500, 'the third');
  }
});

test('who does not vote has no place in the preference', () => {
  const core = newCore({ preference: [d, e, a], random: constant(0) });
  core.step(append(b, 1, { after: abc }), 0);
  assert(standsAt(core, 0) <= 320);
});

test('when the process of the leader has ended the preferred voter stands at once', () => {
  const core = followerOf(b, [b, a, c]);
  core.processGone(b, 100);
  core.tick(100);
  assert.deepEqual(said(core, 'vote-request').length, 2);
});

test('when the process of the leader has ended the other voters stand soon, and vote at once', () => {
  const core = followerOf(b, [b, c, a]);
  core.processGone(b, 100);
  core.step(voteRequest(c, 1, { preVote: true }), 101);
  assert.deepEqual(said(core), ['vote-reply to c in 1, trial: yes']);
  const { eagerTimeoutMinMs: min, eagerTimeoutMaxMs: max } = timing;
  const atMs = standsAt(core, 100);
  assert(atMs >= 100 + min && atMs <= 110 + max, `it stood at ${atMs}`);
});

test('while the leader is known to be gone a lost trial is soon repeated', () => {
  const core = followerOf(b, [b, a, c]);
  core.processGone(b, 100);
  assert.equal(standsAt(core, 100), 100);
  core.takeEffects();
  assert(standsAt(core, 110) <= 120 + timing.eagerTimeoutMaxMs);
});

test('that the process of another node has ended changes nothing', () => {
  const core = followerOf(b, [b, a, c]);
  core.processGone(c, 100);
  core.tick(110);
  assert.deepEqual(said(core, 'vote-request'), []);
  assert.equal(core.leader, b);
  const led = settledLeader();
  led.processGone(a, 710);
  assert(led.isLeader, 'and it knows itself to live');
});

test('false news of a gone leader changes nothing for good', () => {
  const core = followerOf(b, [b, a, c]);
  core.processGone(b, 100);
  core.tick(100);
  assert.equal(core.status(100).state, 'candidate');
  core.step(append(b, 1, { after: abc }), 120);
  assert.deepEqual([core.status(120).state, core.leader, core.term], ['follower', b, 1]);
  core.takeEffects();
  core.step(voteRequest(c, 1, { preVote: true }), 130);
  assert.deepEqual(said(core), [], 'it hears the leader again');
  assert(standsAt(core, 130) >= 420, 'and is in no hurry any more');
});

test('who has no room on its disk gives the lead up and does not stand until it has', () => {
  const core = settledLeader();
  core.setMayLead(false, 710);
  assert.equal(core.status(710).state, 'follower');
  wait(core, 720);
  wait(core, 1420);
  assert.deepEqual(said(core, 'vote-request'), []);
  core.setMayLead(true, 2130);
  wait(core, 2140);
  assert.equal(core.status(2840).state, 'candidate');
});

test('a follower without room on its disk does not take the lead that is handed to it', () => {
  const core = followerOf(b, []);
  core.setMayLead(false, 60);
  core.step(append(b, 1, { after: abc }), 70);
  core.step({ kind: 'lead-now', from: b, to: a, term: 1 }, 80);
  assert.deepEqual([core.status(80).state, core.term], ['follower', 1]);
});

test('a late answer to an old trial elects nobody', () => {
  const core = newCore();
  wait(core);
  core.step(append(b, 1, { after: abc }), 705);
  core.step(voteReply(c, 1, { preVote: true }), 706);
  assert.deepEqual([core.status(706).state, core.term], ['follower', 1]);
  core.step(accepted(c, 1, 1), 707);
  assert(!core.isLeader);
});

/** Chance that always says the same. */
function constant(next: number): Random {
  return { ...seededRandom(1), next: () => next };
}

/** Has heard the leader at 50 ms. */
function followerOf(leading: typeof a, preference: readonly (typeof a)[]): RaftCore {
  const core = newCore({ preference });
  core.step(append(leading, 1, { after: abc }), 50);
  core.takeEffects();
  return core;
}

/** When it asks for votes, where nobody is heard from `fromMs` on. */
function standsAt(core: RaftCore, fromMs: number): number {
  for (let nowMs = fromMs; nowMs <= fromMs + 1000; nowMs += 10) {
    core.tick(nowMs);
    if (said(core, 'vote-request').length > 0) return nowMs;
  }
  throw new Error('it never stood');
}
