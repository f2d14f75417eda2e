import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { RaftCore } from '../../src/log/core.js';
import { decodeVoters } from '../../src/log/index.js';
import type { NodeId } from '../../src/types/index.js';
import {
  a,
  abc,
  accepted,
  append,
  appendsTo,
  b,
  c,
  command,
  d,
  e,
  f,
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

test('while the voters change an entry needs a majority of the old and of the new ones', () => {
  const core = changing([a, d, e]);
  answer(core, [b, c], 3);
  assert.equal(core.commitIndex, 2, 'all of the old ones, one of the new ones');
  answer(core, [d], 3);
  assert.equal(core.commitIndex, 3);
  const other = changing([a, d, e]);
  answer(other, [d, e], 3);
  assert.equal(other.commitIndex, 2, 'all of the new ones, one of the old ones');
  answer(other, [c], 3);
  assert.equal(other.commitIndex, 3);
});

test('both sets count from the moment that the change is appended', () => {
  const core = changing([a, d, e]);
  const { voters: all, changing: under } = core.status(710);
  assert.deepEqual([...all].sort(), [a, b, c, d, e]);
  assert(under);
});

test('the leader ends a change by itself when both sets have it', () => {
  const core = changing([a, d, e]);
  answer(core, [b, d], 3);
  assert.deepEqual(core.status(712).voters, [a, d, e]);
  assert.equal(core.status(712).changing, false);
  assert.equal(core.status(712).lastIndex, 4);
  const [entry] = core.entries(4, 4);
  assert(entry?.kind === 'voters');
  assert.deepEqual(decodeVoters(entry.data), { voters: [a, d, e], outgoing: [] });
  answer(core, [d], 4);
  assert.equal(core.commitIndex, 4, 'a majority of the new ones alone commits that');
});

test('a candidate needs votes of both sets', () => {
  const joint = voters(2, 1, [a, d, e], [a, b, c]);
  const core = newCore({ entries: [abc, joint] });
  wait(core);
  assert.equal(said(core, 'vote-request').length, 4, 'it asks everybody');
  for (const voter of [b, c]) core.step(voteReply(voter, 1, { preVote: true }), 701);
  assert.equal(core.term, 1, 'all of the old ones, one of the new ones');
  core.step(voteReply(d, 1, { preVote: true }), 702);
  assert.equal(core.term, 2);
  save(core, 703);
  for (const voter of [d, e]) core.step(voteReply(voter, 2), 704);
  assert(!core.isLeader, 'all of the new ones, one of the old ones');
  core.step(voteReply(c, 2), 705);
  assert(core.isLeader);
});

test('a candidate that either set refuses gives up', () => {
  const core = newCore({ entries: [abc, voters(2, 1, [a, d, e], [a, b, c])] });
  wait(core);
  for (const voter of [d, e])
    core.step(voteReply(voter, 1, { preVote: true, granted: false }), 701);
  assert.equal(core.status(701).state, 'follower');
});

test('a leader that hears only one of the sets steps down', () => {
  const core = changing([a, d, e]);
  for (let nowMs = 760; nowMs < 1500; nowMs += 50) {
    answer(core, [b, c], 3, nowMs);
    core.tick(nowMs);
  }
  assert(!core.isLeader);
});

test('a read while the voters change is confirmed by both sets', () => {
  const core = changing([a, d, e]);
  answer(core, [b, d], 3);
  core.takeEffects();
  const joint = changing([a, d, e]);
  const read = joint.beginRead(720);
  const round = appendsTo(joint, b)[0]?.round ?? 0;
  for (const from of [b, c]) joint.step(accepted(from, joint.term, 2, { round }), 721);
  assert.deepEqual(joint.takeEffects().reads, []);
  joint.step(accepted(e, joint.term, 2, { round }), 722);
  assert.deepEqual(joint.takeEffects().reads, [read]);
});

test('a new leader that inherited a change ends it', () => {
  const joint = voters(2, 1, [a, d, e], [a, b, c]);
  const core = newCore({ entries: [abc, joint] });
  wait(core);
  for (const voter of [b, d]) core.step(voteReply(voter, 1, { preVote: true }), 701);
  save(core, 702);
  for (const voter of [b, d]) core.step(voteReply(voter, 2), 703);
  save(core, 703);
  assert(core.isLeader && core.status(703).changing);
  answer(core, [b, d], 2);
  assert.equal(core.commitIndex, 1, 'an entry of an earlier term, by itself');
  answer(core, [b, d], 3);
  assert.equal(core.commitIndex, 3);
  assert.deepEqual(core.status(704).voters, [a, d, e]);
  assert.equal(core.status(704).changing, false);
});

test('a removed leader leads until the new voters are ruled by themselves, not counting itself', () => {
  const core = changing([b, c]);
  answer(core, [b], 3);
  assert.equal(core.commitIndex, 2, 'of b and c one has it');
  answer(core, [c], 3);
  assert.equal(core.commitIndex, 3);
  assert(core.isLeader, 'the set without it is not committed yet');
  save(core, 713);
  answer(core, [b], 4);
  assert(core.isLeader);
  answer(core, [c], 4);
  assert.equal(core.commitIndex, 4);
  assert.equal(core.status(714).state, 'learner');
  const told = said(core).filter((text) => text.endsWith(': 0 after 4, committed 4'));
  assert.equal(told.length, 2, 'the others hear of it before they are left alone');
});

test('a change that was truncated counts no more', () => {
  const joint = voters(2, 1, [a, d, e], [a, b, c]);
  const core = newCore({ entries: [abc, joint, voters(3, 1, [a, d, e])] });
  assert.deepEqual(core.status(0).voters, [a, d, e]);
  core.step(append(b, 2, { after: joint, entries: [command(3, 2)] }), 10);
  assert.equal(core.status(10).changing, true, 'the set before rules again');
  core.step(append(b, 3, { after: abc, entries: [command(2, 3)] }), 20);
  assert.deepEqual(core.status(20).voters, [a, b, c]);
});

test('a change is refused while another one is under way', () => {
  const core = changing([a, b, c, d]);
  const change = (): unknown => outcome(core.changeVoters([a, b], 711));
  assert.equal(change(), 'no-quorum');
  answer(core, [b, c, d], 3);
  assert.equal(change(), 'no-quorum', 'the last step of it is not committed');
  answer(core, [b, c, d], 4);
  save(core, 713);
  assert.equal(change(), 5);
});

test('a change is refused before anything of the own term is committed', () => {
  const core = newCore();
  assert.equal(outcome(core.changeVoters([a], 0)), 'no-quorum', 'it leads nothing');
  wait(core);
  for (const from of [b, c]) core.step(voteReply(from, 1, { preVote: true }), 700);
  save(core, 700);
  core.step(voteReply(b, 2), 700);
  save(core, 700);
  assert(core.isLeader);
  assert.equal(outcome(core.changeVoters([a, b], 701)), 'no-quorum');
  answer(core, [b], 2);
  assert.equal(outcome(core.changeVoters([a, b], 703)), 3);
});

test('a change is refused while a newcomer does not follow, is far behind, or is silent', () => {
  const core = settledLeader();
  const change = (nowMs: number): unknown => outcome(core.changeVoters([a, b, c, d], nowMs));
  assert.equal(change(710), 'no-quorum', 'nobody feeds it');
  core.setLearners([d], 710);
  assert.equal(change(711), 'no-quorum', 'it has not answered');
  for (let index = 3; index <= 1100; index++) core.propose('command', Buffer.from('x'), 712);
  core.step(refused(d, 0), 713);
  core.step(accepted(d, core.term, 10), 714);
  assert.equal(change(715), 'no-quorum', 'more than a thousand entries behind');
  core.step(accepted(d, core.term, 1100), 716);
  let nowMs = 716;
  for (; nowMs < 1400; nowMs += 50) {
    answer(core, [b, c], 1100, nowMs);
    core.tick(nowMs);
  }
  assert.equal(change(nowMs), 'no-quorum', 'it has not answered for long');
  core.step(accepted(d, core.term, 1100), nowMs);
  assert.equal(change(nowMs), 1101);
});

test('a change is refused while a newcomer is mute', () => {
  const core = settledLeader();
  core.setLearners([d], 710);
  core.step(accepted(d, core.term, 2, { mute: true }), 711);
  assert.equal(outcome(core.changeVoters([a, b, c, d], 712)), 'no-quorum');
  core.step(accepted(d, core.term, 2), 713);
  assert.equal(outcome(core.changeVoters([a, b, c, d], 714)), 3);
});

test('nobody and somebody twice are no voters', () => {
  const core = settledLeader();
  assert.equal(outcome(core.changeVoters([], 710)), 'invalid-parameter');
  assert.equal(outcome(core.changeVoters([a, b, b], 710)), 'invalid-parameter');
});

test('a voters entry that nobody can read stops the core instead of being guessed at', () => {
  for (const text of ['', '[]', '{"voters":[],"outgoing":[]}', '{"voters":["x"],"outgoing":[]}']) {
    assert.throws(() => decodeVoters(Buffer.from(text)), { code: 'invalid-parameter' }, text);
  }
});

test('whole sets are replaced in one change', () => {
  const core = settledLeader();
  core.setLearners([d, e, f], 702);
  answer(core, [d, e, f], 2, 703);
  assert.equal(outcome(core.changeVoters([d, e, f], 710)), 3);
  save(core, 711);
  answer(core, [b, d, e], 3, 712);
  answer(core, [d, e], 4, 713);
  assert.deepEqual(core.status(714).voters, [d, e, f]);
  assert.equal(core.status(714).state, 'learner');
});

test('a learner votes, for it may be a voter by an entry that has not reached it', () => {
  const core = newCore({ entries: [voters(1, 1, [b])] });
  core.tick(5000);
  assert.equal(core.status(5000).state, 'learner');
  core.step(voteRequest(b, 2), 5001);
  save(core, 5002);
  assert.deepEqual(said(core), ['vote-reply to b in 2: yes']);
});

test('a voter stands for election until its removal is committed', () => {
  const entries = [abc, voters(2, 1, [b, c], [a, b, c]), voters(3, 1, [b, c])];
  const pending = newCore({ entries, hard: { commitIndex: 2 } });
  wait(pending);
  assert.equal(pending.status(700).state, 'candidate');
  const removed = newCore({ entries, hard: { commitIndex: 3 } });
  wait(removed);
  assert.equal(removed.status(700).state, 'learner');
});

test('the last voter left waits for the leader that removes itself', () => {
  const both = voters(1, 1, [a, b]);
  const joint = voters(2, 1, [a], [a, b]);
  const alone = voters(3, 1, [a]);
  const core = newCore({ entries: [both] });
  core.step(append(b, 1, { after: both, entries: [joint, alone] }), 10);
  save(core, 11);
  core.tick(20);
  assert.equal(core.status(20).state, 'follower');
  core.step(append(b, 1, { after: alone, commitIndex: 3 }), 30);
  core.processGone(b, 35);
  core.tick(40);
  save(core, 41);
  assert(core.isLeader, 'there is nobody else to lead');
});

/** A leader of a, b and c that begins to make these the voters, by the entry at 3, on its own disk. */
function changing(wanted: readonly NodeId[]): RaftCore {
  const core = settledLeader();
  core.setLearners([d, e], 702);
  answer(core, [d, e], 2, 703);
  assert.equal(outcome(core.changeVoters(wanted, 710)), 3);
  save(core, 710);
  core.takeEffects();
  return core;
}

/** These have everything up to `index` on disk. */
function answer(core: RaftCore, from: readonly NodeId[], index: number, nowMs = 712): void {
  for (const id of from) core.step(accepted(id, core.term, index), nowMs);
  save(core, nowMs);
}

function refused(from: NodeId, tryIndex: number): ReturnType<typeof accepted> {
  return accepted(from, 2, tryIndex, { accepted: false });
}
