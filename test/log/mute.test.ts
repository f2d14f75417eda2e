import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { LogEntry } from '../../src/log/index.js';
import {
  a,
  abc,
  accepted,
  append,
  appendsTo,
  b,
  c,
  command,
  newCore,
  refused,
  said,
  save,
  settledLeader,
  snapshotAt,
  voteRequest,
  voters,
  wait,
} from './one-core.js';

const mute = { mute: true };
/** Without a, then admitted anew at 4, then with a again. */
const out = voters(3, 1, [b, c]);
const admission: LogEntry = { index: 4, term: 1, kind: 'member', data: Buffer.from('a') };
const back = voters(6, 1, [a, b, c]);
const all = [
  abc,
  voters(2, 1, [b, c], [a, b, c]),
  out,
  admission,
  voters(5, 1, [a, b, c], [b, c]),
  back,
];

test('a mute node gives no vote and no trial vote, and does not take up the term', () => {
  const core = newCore({ hard: mute });
  core.step(voteRequest(b, 2, { preVote: true }), 10);
  core.step(voteRequest(b, 2), 10);
  core.step(voteRequest(b, 2, { handedOver: true }), 10);
  save(core, 11);
  assert.deepEqual(said(core), []);
  assert.equal(core.term, 1);
});

test('a mute voter never stands, whoever is gone and whoever asks it to', () => {
  const core = newCore({ hard: mute, preference: [a] });
  core.step(append(b, 1, { after: abc }), 10);
  core.step({ kind: 'lead-now', from: b, to: a, term: 1 }, 20);
  core.processGone(b, 30);
  wait(core, 40);
  assert.deepEqual(said(core, 'vote-request'), []);
  assert.equal(core.status(740).mute, true);
});

test('a mute node takes entries, and says with each answer that it is mute', () => {
  const core = newCore({ hard: mute });
  core.step(append(b, 1, { after: abc, entries: [command(2, 1)], commitIndex: 2 }), 10);
  save(core, 11);
  const [answer] = core.takeEffects().messages;
  assert(answer?.kind === 'append-reply');
  assert.deepEqual([answer.accepted, answer.matchIndex, answer.mute], [true, 2, true]);
  assert.equal(core.commitIndex, 2);
});

test('a mute voter asks to be fed although it hears the leader', () => {
  const core = newCore({ hard: mute });
  core.setFeeders([c], 0);
  core.step(append(b, 1, { after: abc }), 10);
  core.takeEffects();
  core.tick(20);
  assert.deepEqual(said(core), ['follow-request to c in 1']);
});

test('a node is heard again when a set without it is committed at or after its admission', () => {
  const core = muteAt(3);
  assert.equal(core.status(10).mute, true, 'it was not admitted since');
  core.admittedAt(4);
  assert.equal(core.status(10).mute, true, 'its admission is not committed');
  feed(core, [admission], 4);
  assert.equal(core.status(20).mute, false);
  assert.equal(core.takeWrite()?.hardState.mute, false);
});

test('a node that learns of its admission last is heard from then on', () => {
  const core = muteAt(4);
  assert.equal(core.status(10).mute, true);
  core.admittedAt(4);
  assert.equal(core.status(10).mute, false);
});

test('a node that is still a voter by what is committed stays mute', () => {
  const core = newCore({ hard: mute });
  const admitted: LogEntry = { ...admission, index: 2 };
  core.admittedAt(2);
  core.step(append(b, 1, { after: abc, entries: [admitted], commitIndex: 2 }), 10);
  assert.equal(core.status(10).mute, true);
});

test('a set without it that is not committed, or names it as leaving, does not unmute a node', () => {
  const core = newCore({ hard: mute });
  core.admittedAt(1);
  const [, leaving, gone] = all as [LogEntry, LogEntry, LogEntry];
  core.step(append(b, 1, { after: abc, entries: [leaving], commitIndex: 2 }), 10);
  assert.equal(core.status(10).mute, true, 'it is among those that leave');
  const other = newCore({ hard: mute });
  other.admittedAt(1);
  other.step(append(b, 1, { after: abc, entries: [leaving, gone], commitIndex: 2 }), 10);
  assert.equal(other.status(10).mute, true, 'the set is not committed');
  core.step(append(b, 1, { after: leaving, entries: [gone], commitIndex: 2 }), 11);
  core.step(append(b, 1, { after: gone, commitIndex: 3 }), 12);
  assert.equal(core.status(12).mute, false);
});

test('a node whose vote came back before it knew of its admission stays mute', () => {
  const core = muteAt(3);
  core.admittedAt(4);
  feed(core, all.slice(3), 6);
  assert.equal(core.status(20).mute, true, 'the set that rules by then names it');
});

test('a snapshot can unmute a node as entries can', () => {
  const core = newCore({ entries: [], hard: { ...mute, term: 0, commitIndex: 0 } });
  core.admittedAt(4);
  core.install(snapshotAt(4, 1, [b, c]), b, 10);
  assert.equal(core.status(10).mute, false);
  assert.equal(core.takeWrite()?.hardState.mute, false);
});

test('it is on disk that a node is mute no more before it votes', () => {
  const core = muteAt(4);
  core.admittedAt(4);
  core.step(voteRequest(b, 2, { lastIndex: 4 }), 1000);
  assert.deepEqual(said(core), []);
  const write = core.takeWrite();
  assert.deepEqual([write?.hardState.mute, write?.hardState.votedFor], [false, b]);
  core.written(1001);
  assert.deepEqual(said(core), ['vote-reply to b in 2: yes']);
});

test('what a wiped follower had before does not count any more', () => {
  const core = settledLeader();
  core.propose('command', Buffer.from('x'), 710);
  core.step(accepted(b, core.term, 3), 711);
  assert.equal(core.commitIndex, 2, 'not on the disk of the leader yet');
  core.step(refused(b, core.term, 0, mute), 712);
  save(core, 713);
  assert.equal(core.commitIndex, 2);
  assert.deepEqual(core.followers(713).get(b), { matchIndex: 0, caughtUp: false, mute: true });
  assert.equal(appendsTo(core, b).at(-1)?.previousIndex, 0, 'it gets everything again');
  core.step(accepted(b, core.term, 3, mute), 714);
  assert.equal(core.commitIndex, 3);
});

test('a follower that is wiped a second time while it is mute is fed from the beginning again', () => {
  const core = settledLeader();
  core.step(refused(b, core.term, 0, mute), 710);
  core.step(accepted(b, core.term, 2, mute), 711);
  core.takeEffects();
  core.step(refused(b, core.term, 0, mute), 712);
  assert.equal(core.followers(712).get(b)?.matchIndex, 0);
  assert.equal(appendsTo(core, b).at(-1)?.previousIndex, 0);
});

/** A mute core that was fed so many of the entries, all of them committed. */
function muteAt(index: number): ReturnType<typeof newCore> {
  const core = newCore({ entries: [], hard: { ...mute, term: 0, commitIndex: 0 } });
  core.step(append(b, 1, { entries: all.slice(0, index), commitIndex: index }), 10);
  save(core, 10);
  core.takeEffects();
  assert.equal(core.commitIndex, index);
  return core;
}

function feed(
  core: ReturnType<typeof newCore>,
  entries: readonly LogEntry[],
  commitIndex: number,
): void {
  const after = all[(entries[0]?.index ?? 0) - 2] ?? null;
  core.step(append(b, 1, { after, entries, commitIndex }), 20);
}
