import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { RaftCore } from '../../src/log/core.js';
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
  e,
  followRequest,
  newCore,
  refused,
  said,
  save,
  settledLeader,
  snapshotAt,
  voters,
  wait,
} from './one-core.js';

const bcd = voters(1, 1, [b, c, d]);

test('a node without a vote asks the first of its feeders again and again', () => {
  const core = newCore({ entries: [bcd] });
  core.setFeeders([a, e, c], 0);
  assert.deepEqual(asked(core, 0, 900), ['0 e', '400 e', '800 e'], 'never itself');
});

test('when the first feeder is silent the next one is asked, and so on around', () => {
  const core = newCore({ entries: [bcd] });
  core.setFeeders([e, c], 0);
  const whom = asked(core, 0, 5000).map((text) => text.split(' ')[1]);
  assert.deepEqual(whom.slice(0, 8), ['e', 'e', 'e', 'c', 'c', 'c', 'e', 'e']);
});

test('a feeder that is heard is asked on', () => {
  const core = newCore({ entries: [bcd] });
  core.setFeeders([e, c], 0);
  for (let nowMs = 0; nowMs < 5000; nowMs += 200) {
    core.step(append(e, 1, { after: bcd, leader: b, commitIndex: 1 }), nowMs);
    assert(asked(core, nowMs, nowMs + 190).every((text) => text.endsWith(' e')));
  }
});

test('a feeder that hears no leader itself is left for the next one', () => {
  const core = newCore({ entries: [bcd] });
  core.setFeeders([e, c], 0);
  const whom: string[] = [];
  for (let nowMs = 0; nowMs < 2000; nowMs += 200) {
    core.step(append(e, 1, { after: bcd, leader: null, commitIndex: 1 }), nowMs);
    whom.push(...asked(core, nowMs, nowMs + 190));
  }
  assert.deepEqual(
    whom.map((text) => text.split(' ')[1]),
    ['e', 'e', 'e', 'c', 'c'],
  );
});

test('other feeders are asked at once, the same ones are not', () => {
  const core = newCore({ entries: [bcd] });
  core.setFeeders([e, c], 0);
  asked(core, 0, 20);
  core.setFeeders([e, c], 30);
  assert.deepEqual(asked(core, 30, 50), []);
  core.setFeeders([d, c], 60);
  assert.deepEqual(asked(core, 60, 80), ['60 d']);
});

test('a node without a vote takes what is committed from whoever feeds it', () => {
  const core = newCore({ entries: [bcd] });
  core.step(
    append(e, 1, { after: bcd, entries: commands(2, 4, 1), leader: b, commitIndex: 4 }),
    10,
  );
  assert.equal(core.commitIndex, 4);
  assert.equal(core.leader, b);
  assert.equal(core.status(10).quorum, true);
  save(core, 11);
  assert.deepEqual(said(core), ['append-reply to e in 1: has 4']);
});

test('a node that is fed by one who hears no leader knows none either', () => {
  const core = newCore({ entries: [bcd] });
  core.step(
    append(e, 1, { after: bcd, entries: [command(2, 1)], leader: null, commitIndex: 2 }),
    10,
  );
  assert.deepEqual([core.commitIndex, core.leader], [2, null]);
  assert.equal(core.status(10).quorum, false);
});

test('a node without a vote forgets the leader when nobody tells of it any more', () => {
  const core = newCore({ entries: [bcd] });
  core.step(append(e, 1, { after: bcd, leader: b }), 10);
  core.tick(200);
  core.tick(900);
  assert.equal(core.leader, b);
  core.tick(1010);
  assert.equal(core.leader, null);
});

test('who is asked passes on what is committed, and no more', () => {
  const core = follower();
  core.step(followRequest(e, 1), 20);
  core.step(refused(e, 1, 0), 21);
  const [fed] = appendsTo(core, e).slice(-1);
  assert.deepEqual(
    fed?.entries.map(({ index }) => index),
    [1, 2, 3],
    '4 and 5 are here, but not committed',
  );
  assert.deepEqual([fed?.leader, fed?.commitIndex, fed?.from], [b, 3, a]);
});

test('what becomes committed later is passed on at once', () => {
  const core = follower();
  core.step(followRequest(e, 1), 20);
  core.step(accepted(e, 1, 3), 21);
  core.takeEffects();
  core.step(append(b, 1, { after: command(5, 1), commitIndex: 5 }), 22);
  const [fed] = appendsTo(core, e);
  assert.deepEqual([fed?.previousIndex, fed?.entries.length, fed?.commitIndex], [3, 2, 5]);
});

test('one who passes on and hears no leader any more says so', () => {
  const core = follower();
  core.step(followRequest(e, 1), 20);
  core.step(accepted(e, 1, 3), 21);
  core.takeEffects();
  for (let nowMs = 40; nowMs <= 1000; nowMs += 20) {
    core.tick(nowMs);
    core.step(followRequest(e, 1), nowMs);
  }
  assert.equal(appendsTo(core, e).at(-1)?.leader, null);
});

test('who asked is fed for a while, and longer only when it asks again', () => {
  const core = follower();
  core.step(followRequest(e, 1), 20);
  core.step(followRequest(e, 1), 1000);
  core.takeEffects();
  let lastMs = 0;
  for (let nowMs = 1020; nowMs <= 4000; nowMs += 20) {
    core.step(append(b, 1, { after: command(5, 1), commitIndex: 3 }), nowMs);
    core.tick(nowMs);
    if (appendsTo(core, e).length > 0) lastMs = nowMs;
  }
  assert(lastMs >= 2700 && lastMs <= 3000, `the last was sent at ${lastMs}`);
});

test('a leader feeds whoever asks, with everything', () => {
  const core = settledLeader();
  core.propose('command', Buffer.from('x'), 710);
  core.takeEffects();
  core.step(followRequest(e, core.term), 711);
  core.step(refused(e, core.term, 0), 712);
  assert.equal(appendsTo(core, e).at(-1)?.entries.length, 3, 'also what is not committed yet');
  assert(core.followers(712).has(e));
});

test('who follows without a vote is heard of less often than who votes', () => {
  const core = settledLeader();
  core.setLearners([d], 702);
  core.step(accepted(d, core.term, 2), 703);
  core.takeEffects();
  const beats = { voter: 0, learner: 0 };
  for (let nowMs = 720; nowMs < 1520; nowMs += 10) {
    core.step(accepted(b, core.term, 2), nowMs);
    core.tick(nowMs);
    const { messages } = core.takeEffects();
    beats.voter += messages.filter(({ to }) => to === b).length;
    beats.learner += messages.filter(({ to }) => to === d).length;
  }
  assert.deepEqual(beats, { voter: 16, learner: 4 });
});

test('one who passes on sends its own snapshot where entries do not reach back', () => {
  const entries = commands(10, 12, 1);
  const core = newCore({ entries, snapshot: snapshotAt(9), hard: { commitIndex: 12 } });
  core.step(followRequest(e, 1), 10);
  core.step(refused(e, 1, 0), 11);
  const { parts } = core.takeEffects();
  assert.deepEqual(parts, [{ to: e, meta: snapshotAt(9), part: 0 }]);
});

test('a voter that hears the leader ignores what others pass on, and asks nobody', () => {
  const core = follower();
  core.setFeeders([e], 10);
  core.step(append(e, 1, { after: command(5, 1), leader: b, commitIndex: 5 }), 20);
  assert.equal(core.commitIndex, 3);
  assert.deepEqual(said(core), []);
  assert.deepEqual(asked(core, 20, 400), []);
});

test('a leader ignores what others pass on', () => {
  const core = settledLeader();
  core.step(append(e, core.term, { leader: null, commitIndex: 9 }), 710);
  assert(core.isLeader);
  assert.deepEqual(said(core), []);
});

test('a removed voter that missed its removal asks, and learns of it', () => {
  const core = newCore();
  core.setFeeders([e], 0);
  wait(core);
  assert.equal(core.status(700).state, 'candidate');
  assert.equal(asked(core, 710, 1200).length > 0, true);
  const removal = [voters(2, 1, [b, c], [a, b, c]), voters(3, 1, [b, c])];
  core.step(append(e, 1, { after: abc, entries: removal, leader: b, commitIndex: 3 }), 1210);
  save(core, 1211);
  said(core);
  wait(core, 1220);
  assert.deepEqual(said(core, 'vote-request'), []);
  assert.equal(core.status(1920).state, 'learner');
});

test('who stops leading feeds on, with what is committed, those who ask again', () => {
  const core = settledLeader();
  const { term } = core;
  core.step(followRequest(e, term), 711);
  core.step(append(b, term + 1, { after: command(2, term), leader: b }), 712);
  core.takeEffects();
  core.step(followRequest(e, term + 1), 713);
  core.step(refused(e, term + 1, 0), 714);
  assert.equal(appendsTo(core, e).at(-1)?.entries.length, 2);
});

/** A follower of b with entries up to 5, of which 3 are committed; everything is on disk. */
function follower(): RaftCore {
  const core = newCore({ entries: [abc, ...commands(2, 5, 1)] });
  core.step(append(b, 1, { after: command(5, 1), commitIndex: 3 }), 10);
  save(core, 10);
  core.takeEffects();
  return core;
}

/** When the core asks to be fed, and whom. */
function asked(core: RaftCore, fromMs: number, untilMs: number): string[] {
  const requests: string[] = [];
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += 10) {
    core.tick(nowMs);
    const all = said(core, 'follow-request');
    requests.push(...all.map((text) => `${nowMs} ${text.split(' ')[2]}`));
  }
  return requests;
}
