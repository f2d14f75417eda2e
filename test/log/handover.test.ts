import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  a,
  abc,
  accepted,
  append,
  b,
  c,
  command,
  d,
  newCore,
  outcome,
  said,
  save,
  settledLeader,
  voteRequest,
} from './one-core.js';

test('the lead is handed over when the other has everything, and not before', () => {
  const core = settledLeader();
  core.propose('command', Buffer.from('x'), 710);
  save(core, 710);
  assert.equal(core.transferLead(b, 711), null);
  core.step(accepted(c, core.term, 3), 712);
  assert.deepEqual(said(core, 'lead-now'), []);
  core.step(accepted(b, core.term, 3), 713);
  assert.deepEqual(said(core, 'lead-now'), [`lead-now to b in ${core.term}`]);
  core.step(accepted(b, core.term, 3), 714);
  assert.deepEqual(said(core, 'lead-now'), [], 'it is told once');
});

test('who already has everything is told at once', () => {
  const core = settledLeader();
  assert.equal(core.transferLead(c, 710), null);
  assert.deepEqual(said(core), [`lead-now to c in ${core.term}`]);
});

test('while the lead is handed over nothing new is begun', () => {
  const core = settledLeader();
  assert.equal(core.transferLead(b, 710), null);
  assert.equal(outcome(core.propose('command', Buffer.from('x'), 711)), 'no-quorum');
  assert.equal(outcome(core.changeVoters([a, b], 711)), 'no-quorum');
  assert.equal(outcome(core.transferLead(c, 711)), 'no-quorum');
});

test('a handover that comes to nothing is given up after its time', () => {
  const core = settledLeader();
  core.transferLead(b, 710);
  for (let nowMs = 750; nowMs <= 1200; nowMs += 50) {
    for (const from of [b, c]) core.step(accepted(from, core.term, 2), nowMs);
    core.tick(nowMs);
    assert.equal(outcome(core.propose('command', Buffer.from('x'), nowMs)), 'no-quorum');
  }
  core.tick(1210);
  assert.equal(outcome(core.propose('command', Buffer.from('x'), 1211)), 3);
});

test('the lead goes to no one without a vote, behind, mute or silent, and not to the leader', () => {
  const core = settledLeader();
  core.setLearners([d], 702);
  core.step(accepted(d, core.term, 2), 703);
  assert.equal(outcome(core.transferLead(d, 710)), 'no-quorum', 'it has no vote');
  assert.equal(outcome(core.transferLead(a, 710)), 'no-quorum', 'it leads already');
  core.step(accepted(b, core.term, 2, { mute: true }), 711);
  assert.equal(outcome(core.transferLead(b, 712)), 'no-quorum', 'it is mute');
  for (let nowMs = 750; nowMs < 1400; nowMs += 50) {
    core.step(accepted(b, core.term, 2), nowMs);
    core.tick(nowMs);
  }
  assert.equal(outcome(core.transferLead(c, 1400)), 'no-quorum', 'it is silent');
  assert.equal(outcome(newCore().transferLead(b, 1)), 'no-quorum', 'only the leader can');
});

test('who is told to lead stands at once, without a trial, and says why', () => {
  const core = newCore();
  core.step(append(b, 1, { after: abc }), 10);
  core.takeEffects();
  core.step({ kind: 'lead-now', from: b, to: a, term: 1 }, 20);
  assert.equal(core.term, 2);
  save(core, 21);
  assert.deepEqual(said(core), [
    'vote-request to b in 2, handed over',
    'vote-request to c in 2, handed over',
  ]);
});

test('only the leader of the term can tell a node to lead', () => {
  const core = newCore();
  core.step(append(b, 3, { after: abc }), 10);
  core.step({ kind: 'lead-now', from: c, to: a, term: 3 }, 20);
  core.step({ kind: 'lead-now', from: b, to: a, term: 2 }, 20);
  assert.deepEqual([core.status(20).state, core.term], ['follower', 3]);
});

test('whoever hears the leader votes all the same for whom that one wants', () => {
  const core = newCore();
  core.step(append(b, 1, { after: abc }), 10);
  core.takeEffects();
  core.step(voteRequest(c, 2, { handedOver: true }), 20);
  save(core, 21);
  assert.deepEqual(said(core), ['vote-reply to c in 2: yes']);
});

test('the leader itself votes for whom it handed the lead to', () => {
  const core = settledLeader();
  const { term } = core;
  core.transferLead(b, 710);
  core.takeEffects();
  core.step(voteRequest(b, term + 1, { handedOver: true, lastIndex: 2, lastTerm: term }), 711);
  save(core, 712);
  assert.deepEqual(said(core), [`vote-reply to b in ${term + 1}: yes`]);
  assert.equal(core.status(712).state, 'follower');
});

test('a handed over election is no excuse for a shorter log', () => {
  const core = newCore({ entries: [abc, command(2, 1)] });
  core.step(append(b, 1, { after: command(2, 1) }), 10);
  core.takeEffects();
  core.step(voteRequest(c, 2, { handedOver: true }), 20);
  assert.deepEqual(said(core), ['vote-reply to c in 2: no']);
});
