import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { limits } from '../../src/types/index.js';
import {
  a,
  abc,
  accepted,
  append,
  appendsTo,
  b,
  c,
  command,
  commands,
  leader,
  newCore,
  outcome,
  refused,
  said,
  save,
  settledLeader,
  voteRequest,
} from './one-core.js';

test('an entry of an earlier term is not committed by counting (thesis, figure 3.7)', () => {
  const core = leader({ entries: [abc, command(2, 2)], hard: { term: 3 } });
  core.step(accepted(b, core.term, 2), 705);
  assert.equal(core.commitIndex, 1);
  core.step(accepted(b, core.term, 3), 706);
  assert.equal(core.commitIndex, 3);
});

test('a leader counts its own copy of an entry only when that is on disk', () => {
  const core = settledLeader();
  core.propose('command', Buffer.from('x'), 710);
  const write = core.takeWrite();
  assert.deepEqual(
    write?.entries.map(({ index }) => index),
    [3],
  );
  core.step(accepted(b, core.term, 3), 711);
  assert.equal(core.commitIndex, 2);
  core.written(712);
  assert.equal(core.commitIndex, 3);
});

test('a leader tells its followers at once what is committed', () => {
  const core = leader();
  core.step(accepted(b, core.term, 2), 705);
  assert.equal(appendsTo(core, b).at(-1)?.commitIndex, 2);
});

test('what is committed is delivered once, and not before', () => {
  const core = settledLeader();
  core.propose('command', Buffer.from('x'), 710);
  save(core, 711);
  assert.deepEqual(core.takeEffects().committed, []);
  core.step(accepted(c, core.term, 3), 712);
  assert.deepEqual(
    core.takeEffects().committed.map(({ index }) => index),
    [3],
  );
  core.step(accepted(b, core.term, 3), 713);
  assert.deepEqual(core.takeEffects().committed, []);
});

test('a leader finds the place where a follower left off without trying each entry', () => {
  const core = leader({ entries: [abc, ...commands(2, 501, 1)] });
  core.step(refused(b, core.term, 7), 705);
  const [next] = appendsTo(core, b);
  assert.deepEqual([next?.previousIndex, next?.entries.length], [7, 256]);
});

test('a follower that lacks what came before says from where on it wants it', () => {
  const core = newCore({
    entries: [abc, command(2, 1), command(3, 3), command(4, 3)],
    hard: { term: 3 },
  });
  core.step(append(b, 5, { after: command(9, 5), entries: [command(10, 5)] }), 10);
  assert.deepEqual(said(core), ['append-reply to b in 5: try 4']);
  core.step(append(b, 5, { after: command(4, 2), entries: [command(5, 5)] }), 20);
  assert.deepEqual(said(core), ['append-reply to b in 5: try 2'], 'no entry of term 3 fits');
});

test('what differs from the leader is replaced, and what is equal is left alone', () => {
  const core = newCore({ entries: [abc, ...commands(2, 4, 1)] });
  core.step(append(b, 2, { after: abc, entries: [command(2, 1), command(3, 2)] }), 10);
  const write = core.takeWrite();
  assert.deepEqual(
    write?.entries.map(({ index, term }) => [index, term]),
    [[3, 2]],
  );
  assert.equal(core.status(10).lastIndex, 3);
  core.written(11);
  core.takeEffects();
  core.step(append(b, 2, { after: abc, entries: [command(2, 1)] }), 20);
  assert.equal(core.status(20).lastIndex, 3, 'a late message takes nothing away');
});

test('a follower says that it has entries only when they are on disk', () => {
  const core = newCore();
  core.step(append(b, 1, { after: abc, entries: commands(2, 3, 1) }), 10);
  assert.deepEqual(said(core), []);
  core.step(append(b, 1, { after: command(3, 1) }), 11);
  assert.deepEqual(said(core), ['append-reply to b in 1: has 1'], 'it lives, and has no more yet');
  save(core, 12);
  assert.deepEqual(said(core), ['append-reply to b in 1: has 3']);
});

test('a follower that is told of a commit and nothing else answers only who asks in a new round', () => {
  const core = newCore();
  core.step(append(b, 1, { after: abc, entries: commands(2, 3, 1) }), 10);
  save(core, 11);
  assert.deepEqual(said(core), ['append-reply to b in 1: has 3']);
  core.step(append(b, 1, { after: command(2, 1), commitIndex: 2 }), 12);
  assert.deepEqual(said(core), [], 'the leader knows what it has');
  core.step(append(b, 1, { after: command(3, 1), commitIndex: 3, round: 1 }), 13);
  assert.deepEqual(said(core), ['append-reply to b in 1: has 3']);
  core.step(append(b, 1, { after: command(3, 1), commitIndex: 3, round: 1 }), 14);
  assert.deepEqual(said(core), ['append-reply to b in 1: has 3'], 'a heartbeat is answered');
});

test('a follower takes for committed only what it has checked against the leader', () => {
  const core = newCore({ entries: [abc, ...commands(2, 5, 1)] });
  core.step(append(b, 2, { after: command(2, 1), commitIndex: 5 }), 10);
  assert.equal(core.commitIndex, 2);
});

test('proposals of one turn share a write, and later ones the next', () => {
  const core = settledLeader();
  for (const text of ['x', 'y']) core.propose('command', Buffer.from(text), 710);
  const first = core.takeWrite();
  core.propose('command', Buffer.from('z'), 711);
  assert.equal(core.takeWrite(), null, 'one at a time');
  core.written(712);
  const second = core.takeWrite();
  assert.deepEqual(
    [first, second].map((write) => write?.entries.length),
    [2, 1],
  );
});

test('proposals of one turn share a message to each follower', () => {
  const core = settledLeader();
  for (const text of ['x', 'y', 'z']) core.propose('command', Buffer.from(text), 710);
  assert.deepEqual(said(core), [
    `append-request to b in ${core.term}: 3 after 2, committed 2`,
    `append-request to c in ${core.term}: 3 after 2, committed 2`,
  ]);
});

test('entries go ahead of the answers, up to a number of messages', () => {
  const core = settledLeader();
  let messages = 0;
  for (let turn = 0; turn < 40; turn++) {
    core.propose('command', Buffer.from('x'), 710);
    messages += appendsTo(core, b).length;
  }
  assert.equal(messages, 16);
  core.step(accepted(b, core.term, 10), 711);
  const more = appendsTo(core, b);
  assert.equal(more[0]?.previousIndex, 18);
  assert.equal(more[0]?.entries.length, 24, 'what has gathered goes in one message');
});

test('a lost message shows at the next heartbeat and is sent again', () => {
  const core = settledLeader();
  core.propose('command', Buffer.from('x'), 710);
  assert.equal(appendsTo(core, b)[0]?.entries.length, 1);
  core.tick(760);
  assert.equal(appendsTo(core, b)[0]?.previousIndex, 3, 'after what was sent');
  core.step(refused(b, core.term, 2), 761);
  const [again] = appendsTo(core, b);
  assert.deepEqual([again?.previousIndex, again?.entries.length], [2, 1]);
});

test('a late refusal does not make the leader send again what is known to be there', () => {
  const core = settledLeader();
  core.propose('command', Buffer.from('x'), 710);
  core.step(accepted(b, core.term, 3), 711);
  core.takeEffects();
  core.step(refused(b, core.term, 0), 712);
  assert.deepEqual(appendsTo(core, b), []);
  assert.equal(core.followers(712).get(b)?.matchIndex, 3);
});

test('an entry over the limit is refused, and so is one elsewhere than on the leader', () => {
  const core = settledLeader();
  const large = new Uint8Array(limits.logEntryBytesMax + 1);
  assert.equal(outcome(core.propose('command', large, 710)), 'request-too-large');
  assert.equal(outcome(newCore().propose('command', new Uint8Array(), 1)), 'no-quorum');
});

test('a read is confirmed by answers to what was sent after it, not by older ones', () => {
  const core = settledLeader();
  const read = core.beginRead(710);
  const [asked] = appendsTo(core, b);
  assert(asked !== undefined);
  core.step(accepted(b, core.term, 2, { round: asked.round - 1 }), 711);
  assert.deepEqual(core.takeEffects().reads, []);
  core.step(accepted(b, core.term, 2, { round: asked.round }), 712);
  assert.deepEqual(core.takeEffects().reads, [read]);
});

test('reads that come while one is asked about share the next round', () => {
  const core = settledLeader();
  const first = core.beginRead(710);
  const [asked] = appendsTo(core, b);
  const later = [core.beginRead(711), core.beginRead(711)];
  assert.deepEqual(appendsTo(core, b), [], 'one round at a time');
  core.step(accepted(b, core.term, 2, { round: asked?.round ?? 0 }), 712);
  const { reads, messages } = core.takeEffects();
  assert.deepEqual(reads, [first]);
  const next = messages.find(({ to }) => to === b);
  assert(next?.kind === 'append-request');
  core.step(accepted(b, core.term, 2, { round: next.round }), 713);
  assert.deepEqual(core.takeEffects().reads, later);
});

test('a new leader answers no read before an entry of its own term is committed', () => {
  const core = leader();
  const read = core.beginRead(702);
  const [asked] = appendsTo(core, b);
  core.step(accepted(b, core.term, 1, { round: asked?.round ?? 0 }), 703);
  assert.deepEqual(core.takeEffects().reads, []);
  core.step(accepted(b, core.term, 2, { round: asked?.round ?? 0 }), 704);
  assert.deepEqual(core.takeEffects().reads, [read]);
});

test('a refusal of a read or a proposal leaves a follower as it was', () => {
  const core = newCore();
  core.step(append(b, 1, { after: abc }), 10);
  save(core, 10);
  assert.equal(outcome(core.beginRead(11)), 'no-quorum');
  assert.equal(core.takeWrite(), null);
  assert.deepEqual([core.leader, core.status(11).state], [b, 'follower']);
  core.step(voteRequest(a, 9), 12);
  assert.equal(core.term, 1, 'a message from itself is not heard');
});
