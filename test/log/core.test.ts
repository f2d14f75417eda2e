import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { seededRandom } from '../../src/lib/index.js';
import { RaftCore } from '../../src/log/core.js';
import { encodeVoters, type LogEntry, type LogMessage } from '../../src/log/index.js';
import { emptyHardState, type HardState } from '../../src/log/storage.js';
import { HearthError, nodeId } from '../../src/types/index.js';

const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((digit) => nodeId(digit.repeat(32))) as [
  ReturnType<typeof nodeId>,
  ReturnType<typeof nodeId>,
  ReturnType<typeof nodeId>,
  ReturnType<typeof nodeId>,
  ReturnType<typeof nodeId>,
];
const abc = voters(1, 1, [a, b, c]);

test('a node stands for election only after a trial that leaves its term alone', () => {
  const core = newCore([abc]);
  wait(core);
  const trial = core.takeEffects().messages;
  assert.deepEqual(trial.map(brief), [
    'vote-request to b in 1, trial',
    'vote-request to c in 1, trial',
  ]);
  core.step(voteReply(b, 1, true), 705);
  assert.equal(core.term, 2);
  assert.deepEqual(core.takeEffects().messages, [], 'its own vote is not on disk yet');
  assert.equal(core.takeWrite()?.hardState.votedFor, a);
  core.written(710);
  const election = core.takeEffects().messages;
  assert.deepEqual(election.map(brief), ['vote-request to b in 2', 'vote-request to c in 2']);
});

test('a vote is sent when it is on disk, and binds after a restart', () => {
  const core = newCore([abc]);
  core.step(voteRequest(b, 2), 10);
  assert.deepEqual(core.takeEffects().messages, []);
  const write = core.takeWrite();
  assert.deepEqual(write?.hardState, { term: 2, votedFor: b, commitIndex: 1 });
  core.written(20);
  assert.deepEqual(core.takeEffects().messages.map(brief), ['vote-reply to b in 2: yes']);
  const restarted = newCore([abc], write.hardState);
  restarted.step(voteRequest(c, 2), 30);
  assert.deepEqual(restarted.takeEffects().messages.map(brief), ['vote-reply to c in 2: no']);
});

test('a node that hears a leader lets nobody else try', () => {
  const core = newCore([abc]);
  core.step(append(b, 1, abc, []), 100);
  core.takeEffects();
  core.step({ ...voteRequest(c, 9), preVote: true }, 350);
  core.step(voteRequest(c, 9), 350);
  assert.deepEqual(core.takeEffects().messages, []);
  assert.equal(core.term, 1);
  core.step({ ...voteRequest(c, 9), preVote: true }, 401);
  assert.deepEqual(core.takeEffects().messages.map(brief), ['vote-reply to c in 9, trial: yes']);
});

test('a leader that hears no majority for an election timeout steps down', () => {
  const core = leader([abc]);
  let nowMs = 1000;
  for (; nowMs < 1600; nowMs += 20) core.tick(nowMs);
  assert.equal(core.status(nowMs).state, 'follower');
  assert.equal(core.status(nowMs).quorum, false);
  assert(core.propose('command', new Uint8Array(), nowMs) instanceof HearthError);
});

test('a process that stood still gives the others one more timeout', () => {
  const core = leader([abc]);
  core.tick(60_000);
  assert(core.isLeader, 'the silence was its own');
  for (let nowMs = 60_020; nowMs < 60_640; nowMs += 20) core.tick(nowMs);
  assert(!core.isLeader);
  const follower = newCore([abc]);
  follower.step(append(b, 1, abc, []), 100);
  follower.tick(60_000);
  assert.equal(follower.status(60_000).state, 'follower');
});

test('the only voter leads as soon as its vote is on disk', () => {
  const core = newCore([voters(1, 1, [a])]);
  core.tick(1);
  assert(!core.isLeader);
  saveAll(core, 2);
  assert(core.isLeader);
  assert.equal(core.status(2).commitIndex, 2);
});

test('an entry of an earlier term is not committed by counting (thesis, figure 3.7)', () => {
  const old = command(2, 2);
  const core = leader([abc, old], { term: 3, votedFor: null, commitIndex: 1 });
  const { term } = core;
  core.step(appendReply(b, term, 2), 705);
  assert.equal(core.commitIndex, 1);
  core.step(appendReply(b, term, 3), 706);
  assert.equal(core.commitIndex, 3);
});

test('a leader tells its followers at once what is committed', () => {
  const core = leader([abc]);
  core.step(appendReply(b, core.term, 2), 705);
  const told = core.takeEffects().messages.find(({ to }) => to === b);
  assert(told?.kind === 'append-request');
  assert.equal(told.commitIndex, 2);
});

test('a leader finds the place where a follower left off without trying each entry', () => {
  const entries = [abc, ...Array.from({ length: 500 }, (_, at) => command(at + 2, 1))];
  const core = leader(entries, { term: 1, votedFor: null, commitIndex: 1 });
  core.step({ ...appendReply(b, core.term, 7), accepted: false }, 705);
  const [next] = core.takeEffects().messages.filter(({ to }) => to === b);
  assert(next?.kind === 'append-request');
  assert.equal(next.previousIndex, 7);
  assert.equal(next.entries.length, 256);
});

test('voters change one at a time, and only when the last change is committed', () => {
  const core = leader([abc]);
  const propose = (ids: readonly (typeof a)[]): string | number => {
    const result = core.propose('voters', encodeVoters(ids), 710);
    return result instanceof HearthError ? result.code : result;
  };
  core.setLearners([d], 700);
  core.step(appendReply(d, core.term, 2), 701);
  assert.equal(propose([a, b]), 'no-quorum', 'nothing of its own term is committed');
  core.step(appendReply(b, core.term, 2), 705);
  assert.equal(propose([a, d, e]), 'invalid-parameter');
  assert.equal(propose([a, b, c, e]), 'no-quorum', 'e does not follow the log');
  assert.equal(propose([a, b, c, d]), 3);
  assert.deepEqual(core.status(710).voters, [a, b, c, d], 'counts when appended');
  assert.equal(propose([a, b, c]), 'no-quorum', 'the last change is not committed');
});

test('a truncated change of the voters no longer counts', () => {
  const core = newCore([abc, voters(2, 1, [a, b])]);
  assert.deepEqual(core.status(0).voters, [a, b]);
  core.step(append(b, 2, abc, [command(2, 2)]), 10);
  assert.deepEqual(core.status(0).voters, [a, b, c]);
});

test('a learner votes, for it may be a voter by an entry that has not reached it', () => {
  const core = newCore([voters(1, 1, [b])]);
  core.tick(5000);
  assert.equal(core.status(5000).state, 'learner');
  core.step(voteRequest(b, 2), 5001);
  saveAll(core, 5002);
  assert.deepEqual(core.takeEffects().messages.map(brief), ['vote-reply to b in 2: yes']);
});

test('a voter stands for election until its removal is committed', () => {
  const entries = [abc, voters(2, 1, [b, c])];
  const pending = newCore(entries, { term: 1, votedFor: null, commitIndex: 1 });
  wait(pending);
  assert.equal(pending.status(700).state, 'candidate');
  const removed = newCore(entries, { term: 1, votedFor: null, commitIndex: 2 });
  wait(removed);
  assert.equal(removed.status(700).state, 'learner');
});

test('a leader that removed itself leads until that is committed, and not counting itself', () => {
  const core = leader([abc]);
  core.step(appendReply(b, core.term, 2), 705);
  assert.equal(core.propose('voters', encodeVoters([b, c]), 710), 3);
  saveAll(core, 711);
  core.step(appendReply(b, core.term, 3), 712);
  assert(core.isLeader, 'one of two has it');
  core.step(appendReply(c, core.term, 3), 713);
  assert.equal(core.commitIndex, 3);
  assert.equal(core.status(713).state, 'learner');
});

test('the last voter left waits for the leader that removes itself', () => {
  const core = newCore([voters(1, 1, [a, b])]);
  core.step(append(b, 1, abc, [voters(2, 1, [a])]), 10);
  saveAll(core, 11);
  core.tick(20);
  assert.equal(core.status(20).state, 'follower');
  core.step({ ...append(b, 1, voters(2, 1, [a]), []), commitIndex: 2 }, 30);
  core.tick(40);
  saveAll(core, 41);
  assert(core.isLeader, 'there is nobody else to lead');
});

test('a read is confirmed by answers to what was sent after it, not by older ones', () => {
  const core = leader([abc]);
  core.step(appendReply(b, core.term, 2), 705);
  core.takeEffects();
  const id = core.beginRead(710);
  const asked = core.takeEffects().messages.find(({ to }) => to === b);
  assert(asked?.kind === 'append-request');
  core.step(appendReply(b, core.term, 2), 711);
  assert.deepEqual(core.takeEffects().reads, []);
  core.step({ ...appendReply(b, core.term, 2), round: asked.round }, 712);
  assert.deepEqual(core.takeEffects().reads, [id]);
});

test('a leader with a stale term is told the newer one', () => {
  const core = newCore([abc], { term: 5, votedFor: null, commitIndex: 1 });
  core.step(append(b, 3, abc, []), 10);
  const [answer] = core.takeEffects().messages;
  assert(answer?.kind === 'append-reply');
  assert.deepEqual([answer.accepted, answer.term], [false, 5]);
});

function newCore(entries: readonly LogEntry[], hardState?: HardState): RaftCore {
  const known = { ...emptyHardState, term: 1, commitIndex: 1 };
  const content = { hardState: hardState ?? known, entries };
  const core = new RaftCore(seededRandom(1), { self: a, content, nowMs: 0 });
  core.takeEffects();
  return core;
}

/** A core that was elected by b at 700 ms and has everything on disk. */
function leader(entries: readonly LogEntry[], hardState?: HardState): RaftCore {
  const core = newCore(entries, hardState);
  wait(core);
  core.step(voteReply(b, core.term, true), 700);
  saveAll(core, 700);
  core.step(voteReply(b, core.term, false), 700);
  assert(core.isLeader);
  saveAll(core, 700);
  core.takeEffects();
  return core;
}

/** Nobody is heard for 700 ms: longer than any election timeout, and shorter than two. */
function wait(core: RaftCore): void {
  for (let nowMs = 0; nowMs <= 700; nowMs += 50) core.tick(nowMs);
}

function saveAll(core: RaftCore, nowMs: number): void {
  while (core.takeWrite() !== null) core.written(nowMs);
}

function voters(index: number, term: number, ids: readonly (typeof a)[]): LogEntry {
  return { index, term, kind: 'voters', data: encodeVoters(ids) };
}

function command(index: number, term: number): LogEntry {
  return { index, term, kind: 'command', data: Buffer.from(`${index}`) };
}

function voteRequest(from: typeof a, term: number): LogMessage & { kind: 'vote-request' } {
  const last = { lastIndex: 1, lastTerm: 1 };
  return { kind: 'vote-request', from, to: a, term, preVote: false, ...last };
}

function voteReply(from: typeof a, term: number, preVote: boolean): LogMessage {
  return { kind: 'vote-reply', from, to: a, term, preVote, granted: true };
}

function append(
  from: typeof a,
  term: number,
  after: LogEntry,
  entries: readonly LogEntry[],
): LogMessage & { kind: 'append-request' } {
  const previous = { previousIndex: after.index, previousTerm: after.term };
  return {
    kind: 'append-request',
    from,
    to: a,
    term,
    commitIndex: 0,
    round: 0,
    entries,
    ...previous,
  };
}

function appendReply(
  from: typeof a,
  term: number,
  matchIndex: number,
): LogMessage & { kind: 'append-reply' } {
  return { kind: 'append-reply', from, to: a, term, accepted: true, matchIndex, round: 0 };
}

function brief(message: LogMessage): string {
  const head = `${message.kind} to ${message.to.slice(0, 1)} in ${message.term}`;
  if (message.kind === 'vote-request') return `${head}${message.preVote ? ', trial' : ''}`;
  if (message.kind !== 'vote-reply') return head;
  return `${head}${message.preVote ? ', trial' : ''}: ${message.granted ? 'yes' : 'no'}`;
}
