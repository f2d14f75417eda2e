import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { RaftCore } from '../../src/log/core.js';
import type { SnapshotMeta } from '../../src/log/index.js';
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
  commands,
  d,
  leader,
  newCore,
  refused,
  said,
  save,
  settledLeader,
  snapshotAt,
  snapshotPart,
  snapshotReply,
  voters,
} from './one-core.js';

test('a snapshot ends where the state stands, with who voted by then', () => {
  const core = newCore({ entries: [abc, command(2, 1), voters(3, 1, [a, d])] });
  assert.deepEqual(core.snapshotMeta(), snapshotAt(1));
  core.step(append(b, 1, { after: voters(3, 1, [a, d]), commitIndex: 2 }), 10);
  core.takeEffects();
  assert.deepEqual(core.snapshotMeta(), snapshotAt(2), 'the change after it is not committed');
});

test('a node with nothing makes no snapshot', () => {
  assert.equal(newCore({ entries: [], hard: { commitIndex: 0 } }).snapshotMeta(), null);
});

test('a snapshot never ends after what the log has on disk', () => {
  const core = newCore();
  core.step(append(b, 1, { after: abc, entries: commands(2, 4, 1), commitIndex: 4 }), 10);
  core.takeEffects();
  assert.equal(core.snapshotMeta(), null);
  save(core, 11);
  assert.deepEqual(core.snapshotMeta(), snapshotAt(4));
});

test('a snapshot lets go of the entries before it but for the last few', () => {
  const core = settledLeader({ entriesKept: 3 });
  assert.equal(core.compact(commitTo(core, 20)), 17);
  assert.deepEqual(
    core.entries(1, 99).map(({ index }) => index),
    [18, 19, 20],
  );
  assert.equal(core.compact(snapshotAt(10)), 17, 'an older one changes nothing');
  core.setLearners([d], 720);
  core.step(refused(d, core.term, 0), 721);
  assert.deepEqual(partsTo(core, d), [[20, 0]]);
});

test('entries that are not on disk yet are not let go of', () => {
  const core = newCore({ entriesKept: 0 });
  core.step(append(b, 1, { after: abc, entries: commands(2, 9, 1), commitIndex: 9 }), 10);
  core.takeEffects();
  core.compact(snapshotAt(9));
  assert.equal(core.entries(1, 99)[0]?.index, 2);
  save(core, 11);
  assert.equal(core.status(11).lastIndex, 9);
});

test('a core goes on from a snapshot with no entry, with some after it and with some before it', () => {
  const snapshot = snapshotAt(5);
  const starts = [
    { entries: [], last: 5, term: 1 },
    { entries: commands(6, 7, 1), last: 7, term: 1 },
    { entries: commands(3, 7, 1), last: 7, term: 1 },
    { entries: [abc, ...commands(2, 7, 1)], last: 7, term: 1 },
  ];
  for (const { entries, last } of starts) {
    const core = newCore({ entries, snapshot, hard: { commitIndex: last } });
    assert.deepEqual(core.status(0).voters, [a, b, c]);
    assert.deepEqual([core.status(0).lastIndex, core.commitIndex], [last, last]);
    core.step(append(b, 1, { after: command(last, 1), entries: [command(last + 1, 1)] }), 1);
    assert.equal(core.status(1).lastIndex, last + 1);
  }
});

test('after a start what the snapshot has is not delivered again', () => {
  const snapshot = snapshotAt(5);
  const hard = { commitIndex: 4 };
  const core = newCore({ entries: commands(3, 8, 1), snapshot, hard, fresh: true });
  assert.equal(core.commitIndex, 5);
  core.step(append(b, 1, { after: command(7, 1), commitIndex: 7 }), 1);
  const { restore, committed } = core.takeEffects();
  assert.equal(restore, null);
  assert.deepEqual(
    committed.map(({ index }) => index),
    [6, 7],
  );
});

test('a follower too far behind for entries is sent a snapshot part by part, then what follows', () => {
  const core = compacted();
  core.step(refused(b, core.term, 1), 720);
  assert.deepEqual(partsTo(core, b), [[20, 0]]);
  core.step(snapshotReply(b, core.term, 20, 1), 721);
  core.step(snapshotReply(b, core.term, 20, 1), 722);
  assert.deepEqual(partsTo(core, b), [[20, 1]], 'a doubled answer asks for nothing');
  core.step(snapshotReply(b, core.term, 20, 2), 723);
  assert.deepEqual(partsTo(core, b), [[20, 2]]);
  core.propose('command', Buffer.from('x'), 724);
  assert.deepEqual(appendsTo(core, b), [], 'no entries meanwhile');
  core.step(accepted(b, core.term, 20), 725);
  const [next] = appendsTo(core, b);
  assert.deepEqual([next?.previousIndex, next?.entries.length], [20, 2]);
});

test('a part of a snapshot that is not answered is sent again', () => {
  const core = compacted();
  core.step(refused(b, core.term, 1), 720);
  core.step(snapshotReply(b, core.term, 20, 1), 721);
  core.takeEffects();
  assert.deepEqual(tickUntil(core, 730, 1700), []);
  assert.deepEqual(tickUntil(core, 1710, 1800), [[20, 1]]);
});

test('who lost what it was sent of a snapshot says so, and gets it from there', () => {
  const core = compacted();
  core.step(refused(b, core.term, 1), 720);
  for (const parts of [1, 2, 3]) core.step(snapshotReply(b, core.term, 20, parts), 721);
  core.takeEffects();
  core.step(snapshotReply(b, core.term, 20, 0), 722);
  assert.deepEqual(partsTo(core, b), [[20, 0]]);
});

test('a newer snapshot that took the place of one on its way is sent from its beginning', () => {
  const core = compacted();
  core.step(refused(b, core.term, 1), 720);
  core.step(snapshotReply(b, core.term, 20, 1), 721);
  core.compact(commitTo(core, 40));
  core.takeEffects();
  core.step(snapshotReply(b, core.term, 20, 2), 730);
  assert.deepEqual(partsTo(core, b), [[40, 0]]);
  core.step(snapshotReply(b, core.term, 20, 3), 731);
  assert.deepEqual(partsTo(core, b), [], 'answers about the older one are over');
});

test('a refusal while a snapshot is on its way begins nothing anew', () => {
  const core = compacted();
  core.step(refused(b, core.term, 1), 720);
  core.takeEffects();
  core.step(refused(b, core.term, 0), 721);
  assert.deepEqual(partsTo(core, b), []);
});

test('a follower keeps the parts that it is sent, and says how many it has', () => {
  const core = newCore();
  const part = snapshotPart(b, 1, snapshotAt(9), { last: false });
  core.step(part, 10);
  const { received } = core.takeEffects();
  assert.deepEqual(received, [part]);
  core.partTaken(part, 1);
  assert.deepEqual(said(core), ['snapshot-reply to b in 1: 1 of 9']);
  assert.equal(core.leader, b, 'and the leader is heard');
});

test('a snapshot of what a follower has is answered with how far it is, and not kept', () => {
  const core = newCore({ entries: [abc, ...commands(2, 9, 1)], hard: { commitIndex: 9 } });
  core.step(snapshotPart(b, 1, snapshotAt(9)), 10);
  const { received, messages } = core.takeEffects();
  assert.deepEqual(received, []);
  assert.deepEqual(
    messages.map((each) => each.kind === 'append-reply' && [each.accepted, each.matchIndex]),
    [[true, 9]],
  );
});

test('a snapshot takes the place of a log that is shorter or differs, with who votes in it', () => {
  for (const entries of [[abc], [abc, ...commands(2, 12, 1)]]) {
    const core = newCore({ entries });
    core.install(snapshotAt(9, 2, [a, c, d]), b, 10);
    assert.deepEqual(core.status(10).voters, [a, c, d]);
    assert.deepEqual([core.status(10).lastIndex, core.commitIndex], [9, 9]);
    const write = core.takeWrite();
    assert.deepEqual(write?.install, snapshotAt(9, 2, [a, c, d]));
    assert.deepEqual(write?.entries, []);
    assert.equal(write?.hardState.commitIndex, 9);
  }
});

test('a snapshot of what is in the log keeps what follows it there', () => {
  const core = newCore({ entries: [abc, ...commands(2, 12, 1)] });
  core.install(snapshotAt(9), b, 10);
  assert.deepEqual([core.status(10).lastIndex, core.commitIndex], [12, 9]);
  const { restore, committed } = core.takeEffects();
  assert.equal(restore, null, 'the entries say it all');
  assert.deepEqual(
    committed.map(({ index }) => index),
    [2, 3, 4, 5, 6, 7, 8, 9],
  );
  assert.equal(core.takeWrite(), null);
});

test('nothing is delivered or promised before the snapshot before it is on disk', () => {
  const core = newCore({ hard: { term: 2 } });
  core.install(snapshotAt(9, 2), b, 10);
  core.step(
    append(b, 2, { after: command(9, 2), entries: commands(10, 11, 2), commitIndex: 11 }),
    11,
  );
  const before = core.takeEffects();
  assert.deepEqual([before.restore, before.committed, before.messages], [null, [], []]);
  assert(core.takeWrite() !== null);
  assert.equal(core.snapshotMeta()?.index ?? null, null, 'the state is not that of the log');
  core.written(12);
  const { restore, committed, messages } = core.takeEffects();
  assert.deepEqual(restore, snapshotAt(9, 2));
  assert.deepEqual(
    committed.map(({ index }) => index),
    [10, 11],
  );
  assert(messages.every(({ kind }) => kind === 'append-reply') && messages.length > 0);
});

test('while a snapshot is on its way to the disk no other one is taken', () => {
  const core = newCore({ hard: { term: 2 } });
  core.install(snapshotAt(9, 2), b, 10);
  core.step(snapshotPart(b, 2, snapshotAt(30, 2)), 11);
  assert.deepEqual(core.takeEffects().received, []);
  save(core, 12);
  core.takeEffects();
  core.step(snapshotPart(b, 2, snapshotAt(30, 2)), 13);
  assert.equal(core.takeEffects().received.length, 1);
});

test('a snapshot that comes when the entries have overtaken it changes nothing', () => {
  const core = newCore({ entries: [abc, ...commands(2, 12, 1)], hard: { commitIndex: 10 } });
  core.install(snapshotAt(9), b, 10);
  assert.deepEqual([core.status(10).lastIndex, core.commitIndex], [12, 10]);
  assert.equal(core.takeWrite(), null);
  assert.deepEqual(said(core), ['append-reply to b in 1: has 10']);
});

test('a leader takes no snapshot of anybody', () => {
  const core = settledLeader();
  core.install(snapshotAt(30, 1), b, 710);
  assert.deepEqual([core.isLeader, core.commitIndex], [true, 2]);
});

test('entries that a snapshot covers are ignored', () => {
  const core = newCore({ entries: [], snapshot: snapshotAt(9), hard: { commitIndex: 9 } });
  core.step(append(b, 1, { after: command(5, 1), entries: commands(6, 11, 1) }), 10);
  assert.deepEqual(
    core.entries(1, 99).map(({ index }) => index),
    [10, 11],
  );
  save(core, 11);
  assert.deepEqual(said(core), ['append-reply to b in 1: has 11']);
});

test('a voter of a snapshot stands for election, and one that is not in it does not', () => {
  const inside = newCore({ entries: [], snapshot: snapshotAt(9), hard: { commitIndex: 9 } });
  assert.equal(inside.status(0).state, 'follower');
  const outside = newCore({ entries: [], snapshot: snapshotAt(9, 1, [b, c]) });
  assert.equal(outside.status(0).state, 'learner');
});

test('a new leader that knows only a snapshot of the past feeds from there', () => {
  const core = leader({ entries: [], snapshot: snapshotAt(9), hard: { commitIndex: 9 } });
  core.step(refused(b, core.term, 3), 702);
  assert.deepEqual(partsTo(core, b), [[9, 0]]);
  core.step(refused(c, core.term, 9), 703);
  assert.deepEqual(partsTo(core, c), [], 'this one lacks only what follows');
});

/** A leader whose log begins after a snapshot at 20. */
function compacted(): RaftCore {
  const core = settledLeader({ entriesKept: 0 });
  core.compact(commitTo(core, 20));
  // So that its followers are new to it and it has to find out how far they are.
  const { term } = core;
  const restarted = leader({
    entries: [],
    snapshot: snapshotAt(20, term),
    hard: { term, commitIndex: 20 },
    entriesKept: 0,
  });
  for (const from of [c]) restarted.step(accepted(from, restarted.term, 21), 701);
  restarted.takeEffects();
  return restarted;
}

/** Everybody gets commands up to this index; returns a snapshot that ends there. */
function commitTo(core: RaftCore, index: number): SnapshotMeta {
  while (core.status(710).lastIndex < index) core.propose('command', Buffer.from('x'), 710);
  save(core, 710);
  core.step(accepted(c, core.term, index), 711);
  core.takeEffects();
  const meta = core.snapshotMeta();
  assert(meta?.index === index);
  return meta;
}

/** Snapshot and part of what the core wants to be sent to this node now. */
function partsTo(core: RaftCore, to: NodeId): [number, number][] {
  const { parts } = core.takeEffects();
  return parts.filter((each) => each.to === to).map(({ meta, part }) => [meta.index, part]);
}

/** Ticks while the other follower answers; returns the parts that are sent meanwhile. */
function tickUntil(core: RaftCore, fromMs: number, untilMs: number): [number, number][] {
  const sent: [number, number][] = [];
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += 10) {
    core.step(accepted(c, core.term, 21), nowMs);
    core.tick(nowMs);
    sent.push(...partsTo(core, b));
  }
  return sent;
}
