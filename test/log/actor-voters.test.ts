import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { decodeVoters } from '../../src/log/index.js';
import { Group, rejection } from './group.js';

test('a change of the voters is over when the new ones rule alone', async () => {
  const group = new Group();
  await group.grow(3);
  const { log } = group.leader();
  const kept = [group.leader().id, ...group.followers().map(({ id }) => id)].slice(0, 2);
  const index = await group.settled(log.changeVoters(kept));
  const { voters, changing, commitIndex } = log.status();
  assert.deepEqual([voters, changing], [kept, false]);
  assert(commitIndex >= index);
  const entry = group.leader().machine.entries[index - 1];
  assert(entry?.kind === 'voters');
  assert.deepEqual(decodeVoters(entry.data), { voters: kept, outgoing: [] });
  await group.stop();
});

test('a voter can be removed and the leader can remove itself, down to one', async () => {
  const group = new Group();
  await group.grow(3);
  const old = group.leader();
  await group.settled(old.log.changeVoters(group.followers().map(({ id }) => id)));
  assert.equal(old.log.status().state, 'learner');
  const next = await group.newLeader(old);
  await group.settled(next.log.changeVoters([next.id]));
  await group.propose('alone');
  assert.deepEqual(next.log.status().voters, [next.id]);
  await group.stop();
});

test('a change that no majority takes is refused when the lead is lost', async () => {
  const group = new Group();
  await group.grow(3);
  const old = group.leader();
  const [kept] = group.followers();
  assert(kept);
  group.cutOff.add(old.id);
  assert.equal(await group.rejection(old.log.changeVoters([old.id, kept.id])), 'no-quorum');
  const next = await group.newLeader(old);
  group.cutOff.clear();
  await group.pass(1000);
  assert.deepEqual(old.log.status().voters, group.ids, 'the change was never made');
  assert.equal(old.log.status().leader, next.id);
  await group.stop();
});

test('changes that cannot be made are refused at once', async () => {
  const group = new Group();
  await group.grow(3);
  const { log, id } = group.leader();
  const [follower] = group.followers();
  assert(follower);
  assert.equal(await rejection(follower.log.changeVoters(group.ids)), 'no-quorum');
  assert.equal(await rejection(log.changeVoters([])), 'invalid-parameter');
  const stranger = await group.add();
  assert.equal(await rejection(log.changeVoters([id, stranger.id])), 'no-quorum');
  const change = log.changeVoters([id, follower.id]);
  assert.equal(await rejection(log.changeVoters(group.ids.slice(0, 3))), 'no-quorum');
  await group.settled(change);
  await group.stop();
});

test('the lead is handed over to the one that is wanted within a few heartbeats', async () => {
  const group = new Group();
  await group.grow(3);
  for (let turn = 0; turn < 3; turn++) {
    const old = group.leader();
    const [wanted] = group.followers();
    assert(wanted);
    const beganMs = group.clock.nowMs();
    await group.settled(old.log.transferLead(wanted.id));
    await group.until(() => wanted.log.status().state === 'leader', 'it leads');
    assert(group.clock.nowMs() - beganMs <= 100);
    await group.propose('on');
  }
  await group.stop();
});

test('what was proposed before a handover is kept, what comes during it is refused', async () => {
  const group = new Group();
  await group.grow(3);
  const old = group.leader();
  const [wanted] = group.followers();
  assert(wanted);
  const before = old.log.propose('command', Buffer.from('before'));
  const handover = old.log.transferLead(wanted.id);
  assert.equal(await rejection(old.log.propose('command', Buffer.from('during'))), 'no-quorum');
  const index = await group.settled(before);
  await group.settled(handover);
  await group.newLeader(old);
  await group.pass(300);
  for (const { machine } of group.members) assert.deepEqual(machine.commands, [`${index} before`]);
  await group.stop();
});

test('a handover that comes to nothing is refused when it is given up, and can be asked for again', async () => {
  const group = new Group();
  await group.grow(3);
  const { log } = group.leader();
  const [wanted] = group.followers();
  assert(wanted);
  group.loses = ({ kind }) => kind === 'lead-now';
  for (let turn = 0; turn < 2; turn++) {
    const beganMs = group.clock.nowMs();
    assert.equal(await group.rejection(log.transferLead(wanted.id)), 'no-quorum');
    assert(group.clock.nowMs() - beganMs <= 600);
    assert.equal(log.status().state, 'leader');
  }
  group.loses = () => false;
  await group.settled(log.transferLead(wanted.id));
  await group.stop();
});

test('the lead is handed to no one without a vote, and by no one who does not lead', async () => {
  const group = new Group();
  await group.grow(2);
  const stranger = await group.add();
  const [follower] = group.followers();
  assert(follower);
  assert.equal(await rejection(group.leader().log.transferLead(stranger.id)), 'no-quorum');
  assert.equal(await rejection(follower.log.transferLead(follower.id)), 'no-quorum');
  await group.stop();
});

test('when the process of the leader ends the preferred voter leads within a few ticks', async () => {
  const group = new Group();
  await group.grow(3);
  const old = group.leader();
  const [, wanted] = group.followers();
  assert(wanted);
  for (const { log } of group.members) log.setPreference([old.id, wanted.id]);
  await group.settled(old.log.stop());
  const goneMs = group.clock.nowMs();
  for (const { log } of group.others(old)) log.processGone(old.id);
  await group.until(() => wanted.log.status().state === 'leader', 'the preferred one leads');
  assert(group.clock.nowMs() - goneMs <= 60);
  await group.propose('on');
  await group.stop();
});

test('a leader that is wrongly said to be gone leads on, or another one does, and nothing is lost', async () => {
  const group = new Group();
  await group.grow(3);
  const before = await group.propose('before');
  const wronged = group.leader();
  for (const { log } of group.members) log.processGone(wronged.id);
  await group.pass(1000);
  const after = await group.propose('after');
  await group.pass(300);
  for (const { machine } of group.members) {
    assert.deepEqual(machine.commands, [`${before} before`, `${after} after`]);
  }
  await group.stop();
});

test('nodes without a vote are fed through a tier, and the leader feeds only that', async () => {
  const group = new Group();
  await group.grow(3);
  const leader = group.leader();
  const [replica] = group.followers();
  assert(replica);
  leader.log.setLearners([]);
  const workers = [await group.add(), await group.add(), await group.add()];
  for (const { log } of workers) log.setFeeders([replica.id, leader.id]);
  await group.pass(1000);
  group.sent = [];
  const index = await group.propose('for all');
  await group.pass(300);
  for (const worker of workers) {
    assert.deepEqual(worker.machine.commands, [`${index} for all`]);
    assert.equal(worker.log.status().leader, leader.id);
    assert.equal(worker.log.status().quorum, true);
    const fromLeader = group.sent.filter(({ from, to }) => from === leader.id && to === worker.id);
    assert.deepEqual(fromLeader, []);
  }
  await group.stop();
});

test('when the one that feeds a node dies the next one does', async () => {
  const group = new Group();
  await group.grow(3);
  const leader = group.leader();
  const [replica] = group.followers();
  assert(replica);
  leader.log.setLearners([]);
  const worker = await group.add();
  worker.log.setFeeders([replica.id, leader.id]);
  await group.pass(1000);
  await group.settled(replica.log.stop());
  const index = await group.propose('still fed');
  await group.until(() => worker.machine.index >= index, 'the next one feeds it', 2500);
  await group.stop();
});

test('a node whose feeder is cut off from the others is soon fed by the next one', async () => {
  const group = new Group();
  await group.grow(3);
  const leader = group.leader();
  const [replica] = group.followers();
  assert(replica);
  leader.log.setLearners([]);
  const worker = await group.add();
  worker.log.setFeeders([replica.id, leader.id]);
  await group.pass(1000);
  group.loses = ({ from, to }) =>
    (from === replica.id && to !== worker.id) || (to === replica.id && from !== worker.id);
  const index = await group.propose('beyond the replica');
  await group.until(() => worker.machine.index >= index, 'the next one feeds it', 4000);
  await group.stop();
});

test('two nodes that turned to each other while they were cut off come back', async () => {
  const group = new Group();
  await group.grow(3);
  const leader = group.leader();
  leader.log.setLearners([]);
  const pair = [await group.add(), await group.add()] as const;
  const [one, other] = pair;
  one.log.setFeeders([leader.id, other.id]);
  other.log.setFeeders([leader.id, one.id]);
  await group.pass(1000);
  const isIn = (id: string): boolean => pair.some((member) => member.id === id);
  group.loses = ({ from, to }) => isIn(from) !== isIn(to);
  await group.pass(5000);
  group.loses = () => false;
  const index = await group.propose('for all');
  await group.until(() => pair.every(({ machine }) => machine.index >= index), 'all have it', 4000);
  await group.stop();
});
