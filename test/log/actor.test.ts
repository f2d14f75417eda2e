import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { limits } from '../../src/types/index.js';
import { Group, held, rejection } from './group.js';
import { briefEntry } from './history-machine.js';

test('a founding node leads at once and takes proposals', async () => {
  const group = new Group();
  const member = await group.add();
  await group.pass(10);
  assert.equal(member.log.status().state, 'leader');
  assert.equal(member.log.status().quorum, true);
  assert.equal(await member.log.propose('command', Buffer.from('one')), 3);
  assert.deepEqual(member.machine.entries.map(briefEntry), ['1 voters', '2 noop', '3 one']);
  await group.stop();
});

test('a cluster grows from one voter to three, and all see the same entries', async () => {
  const group = new Group();
  const members = await group.grow(3);
  const index = await group.propose('shared');
  await group.pass(20);
  const [first, ...others] = members.map(({ machine }) => machine.entries.map(briefEntry));
  assert.equal(first?.at(-1), `${index} shared`);
  for (const other of others) assert.deepEqual(other, first);
  assert.deepEqual(group.leader().log.status().voters, group.ids);
  await group.stop();
});

test('a learner gets every entry and is not counted', async () => {
  const group = new Group();
  await group.add();
  const learner = await group.add();
  await group.pass(50);
  group.leader().log.setLearners([learner.id]);
  group.cutOff.add(learner.id);
  await group.propose('alone');
  group.cutOff.clear();
  await group.pass(200);
  assert.equal(learner.log.status().state, 'learner');
  assert.equal(learner.log.status().quorum, true);
  assert.deepEqual(learner.machine.commands, ['3 alone']);
  await group.stop();
});

test('after the loss of the leader another one leads, and the old one catches up', async () => {
  const group = new Group();
  await group.grow(3);
  const old = group.leader();
  const before = await group.propose('before');
  await group.settled(old.log.stop());
  const lostMs = group.clock.nowMs();
  await group.newLeader(old);
  assert(group.clock.nowMs() - lostMs < 2000, 'a new leader within two seconds');
  const after = await group.propose('after');
  await group.restart(old);
  await group.pass(300);
  assert.deepEqual(old.machine.commands, [`${before} before`, `${after} after`]);
  assert.equal(old.log.status().leader, group.leader().id);
  await group.stop();
});

test('a leader cut off from the majority refuses, and what it had not committed is gone', async () => {
  const group = new Group();
  await group.grow(3);
  const old = group.leader();
  group.cutOff.add(old.id);
  const cutMs = group.clock.nowMs();
  const lost = rejection(old.log.propose('command', Buffer.from('lost')));
  const read = rejection(old.log.readIndex());
  assert.equal(await group.settled(lost), 'no-quorum');
  assert.equal(await group.settled(read), 'no-quorum');
  assert(group.clock.nowMs() - cutMs < 1000, 'it knew by its own that nobody answers');
  assert.equal(old.log.status().quorum, false);
  await group.newLeader(old);
  const kept = await group.propose('kept');
  group.cutOff.clear();
  await group.pass(1000);
  assert.deepEqual(old.machine.commands, [`${kept} kept`]);
  await group.stop();
});

test('a read on the leader covers what was acknowledged; elsewhere it is refused', async () => {
  const group = new Group();
  await group.grow(3);
  const { log } = group.leader();
  const index = await group.propose('seen');
  assert((await group.settled(log.readIndex())) >= index);
  const reads = await group.settled(Promise.all([log.readIndex(), log.readIndex()]));
  assert(reads.every((read) => read >= index));
  for (const follower of group.followers()) {
    assert.equal(await rejection(follower.log.readIndex()), 'no-quorum');
    assert.equal(await rejection(follower.log.propose('command', Buffer.from('no'))), 'no-quorum');
  }
  await group.stop();
});

test('proposals that arrive during a write share the next one', async () => {
  const group = new Group();
  const { disk, log } = await group.add();
  await group.pass(10);
  const { gate, release } = held();
  disk.gate = gate;
  const before = disk.writes;
  const first = log.propose('command', Buffer.from('first'));
  await Promise.resolve();
  const others = Array.from({ length: 99 }, (_, at) =>
    log.propose('command', Buffer.from(`${at}`)),
  );
  release();
  await group.settled(Promise.all([first, ...others]));
  assert.equal(disk.writes - before, 2, 'the first, and all that came meanwhile');
  await group.stop();
});

test('a hundred proposals of one turn share one message and one write', async () => {
  const group = new Group();
  await group.grow(3);
  await group.pass(1100);
  const { log, id, disk } = group.leader();
  const [follower] = group.followers();
  assert(follower);
  const before = [disk.writes, follower.disk.writes];
  group.sent = [];
  const proposals = Array.from({ length: 100 }, (_, at) =>
    log.propose('command', Buffer.from(`${at}`)),
  );
  await Promise.all(proposals);
  const carried = group.sent.flatMap((each) =>
    each.kind === 'append-request' && each.from === id && each.to === follower.id
      ? [each.entries.length]
      : [],
  );
  const messages = carried.filter((count) => count > 0);
  assert.deepEqual(messages, [100]);
  const writes = [disk.writes, follower.disk.writes].map((now, at) => now - (before[at] ?? 0));
  assert.deepEqual(writes, [1, 1]);
  await group.stop();
});

test('more proposals than may wait are refused at once', async () => {
  const group = new Group();
  const { disk, log } = await group.add();
  await group.pass(10);
  const { gate, release } = held();
  disk.gate = gate;
  const proposals = Array.from({ length: limits.proposalsPendingMax }, () =>
    log.propose('command', Buffer.from('x')),
  );
  assert.equal(await rejection(log.propose('command', Buffer.from('y'))), 'too-many-requests');
  release();
  await group.settled(Promise.all(proposals));
  await group.stop();
});

test('a proposal that no disk takes is refused after its deadline', async () => {
  const group = new Group();
  const { disk, log } = await group.add();
  await group.pass(10);
  const { gate, release } = held();
  disk.gate = gate;
  assert.equal(await group.rejection(log.propose('command', Buffer.from('x'))), 'no-quorum');
  assert(group.clock.nowMs() > 10_000);
  release();
  await group.stop();
});

test('a stop rejects what waits and saves what is known to be committed', async () => {
  const group = new Group();
  const [, second] = await group.grow(2);
  assert(second);
  const leader = group.leader();
  const index = await group.propose('last');
  await group.pass(20);
  group.cutOff.add(leader.id);
  const waiting = [
    rejection(leader.log.propose('command', Buffer.from('late'))),
    rejection(leader.log.readIndex()),
    rejection(leader.log.changeVoters([leader.id])),
  ];
  await group.stop();
  assert.deepEqual(await Promise.all(waiting), ['draining', 'draining', 'draining']);
  assert.equal(await rejection(leader.log.propose('command', Buffer.from('later'))), 'draining');
  for (const member of group.members) await group.restart(member);
  group.cutOff.add(second.id);
  await group.pass(20);
  assert.deepEqual(second.machine.commands, [`${index} last`]);
  await group.stop();
});

test('what is committed reaches the disk within seconds even when nothing else is written', async () => {
  const group = new Group();
  await group.grow(2);
  const index = await group.propose('last');
  await group.pass(2000);
  for (const { disk } of group.members) {
    assert.equal(disk.content.hardState.commitIndex, index);
  }
  await group.stop();
});

test('a log that was not started or is stopped before it could start takes no part', async () => {
  const group = new Group();
  const member = await group.add();
  await group.settled(member.log.stop());
  assert.deepEqual([member.log.status().state, member.log.status().quorum], ['follower', false]);
  const { log } = await new Group().add();
  await log.stop();
  await log.start();
  assert.equal(await rejection(log.propose('command', Buffer.from('x'))), 'draining');
});
