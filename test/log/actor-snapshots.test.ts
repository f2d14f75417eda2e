import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { LogWrite, SnapshotMeta } from '../../src/log/index.js';
import { HearthError } from '../../src/types/index.js';
import { Group, held, type Member } from './group.js';
import { MemoryStorage } from './storage/memory-storage.js';

/** A node keeps 4 MiB of entries beside a snapshot; of these two dozen fit into that. */
const largeBytes = 170_000;

test('a snapshot is made when the log has grown, and again when it has grown by as much', async () => {
  const group = new Group();
  const { disk } = await group.add({ snapshotBytesMin: 1000 });
  const snapshotIndex = (): number => disk.content.snapshot?.index ?? 0;
  await group.pass(10);
  await group.proposeMany(9, 100);
  assert.equal(snapshotIndex(), 0);
  await group.proposeMany(2, 100);
  await group.pass(20);
  const first = snapshotIndex();
  assert(first >= 10, `a snapshot at ${first}`);
  await group.proposeMany(5, 100);
  await group.pass(20);
  assert.equal(snapshotIndex(), first, 'not before it is worth it');
  await group.proposeMany(30, 100);
  await group.pass(20);
  assert(snapshotIndex() > first);
  await group.stop();
});

test('the larger the state, the more the log has to grow before the next snapshot', async () => {
  const group = new Group();
  const { disk } = await group.add({ snapshotBytesMin: 500 });
  await group.pass(10);
  const made = new Set<number>();
  for (let turn = 0; turn < 100; turn++) {
    await group.proposeMany(1, 100);
    made.add(disk.content.snapshot?.index ?? 0);
  }
  made.delete(0);
  assert(made.size >= 3 && made.size <= 6, `${made.size} snapshots, where 500 bytes came 20 times`);
  await group.stop();
});

test('one snapshot is made at a time', async () => {
  const group = new Group();
  const { disk, machine } = await group.add({ snapshotBytesMin: 300 });
  let tries = 0;
  const save = disk.saveSnapshot.bind(disk);
  disk.saveSnapshot = (meta, parts) => {
    tries++;
    return save(meta, parts);
  };
  await group.pass(10);
  const { gate, release } = held();
  machine.gate = gate;
  for (let turn = 0; turn < 5; turn++) await group.proposeMany(20, 100);
  assert.equal(tries, 1);
  release();
  machine.gate = null;
  await group.stop();
});

test('a restart begins with the snapshot, and what follows it comes once', async () => {
  const group = new Group();
  const member = await group.add({ snapshotBytesMin: 300 });
  await group.pass(10);
  for (let turn = 0; turn < 10; turn++) await group.proposeMany(5);
  await group.pass(100);
  const { commands, entries } = member.machine;
  await group.settled(member.log.stop());
  const { snapshot } = member.disk.content;
  assert(snapshot !== null && snapshot.index < entries.length);
  await group.restart(member);
  await group.pass(100);
  assert.deepEqual(member.machine.restores, [snapshot.index]);
  assert.deepEqual(member.machine.commands, commands);
  await group.stop();
});

test('a follower that was away for long gets a snapshot and what follows it', async () => {
  const group = await groupWithOneBehind();
  const { away, leader } = namesOf(group);
  group.cutOff.clear();
  await group.until(() => away.machine.index >= leader.machine.index, 'it has caught up');
  assert.equal(away.machine.restores.length, 1);
  assert.deepEqual(away.machine.commands, leader.machine.commands);
  const parts = group.sent.filter((each) => each.kind === 'snapshot-request');
  assert(parts.length > 3, 'it came in parts');
  await group.settled(away.log.stop());
  await group.restart(away);
  await group.pass(300);
  assert.deepEqual(away.machine.commands, leader.machine.commands);
  await group.stop();
});

test('parts of a snapshot that get lost on the way are sent again', async () => {
  const group = await groupWithOneBehind();
  const { away, leader } = namesOf(group);
  let snapshotMessages = 0;
  group.loses = ({ kind }) => kind.startsWith('snapshot-') && ++snapshotMessages % 5 === 0;
  group.cutOff.clear();
  await group.until(() => away.machine.index >= leader.machine.index, 'it has caught up', 60_000);
  assert.deepEqual(away.machine.commands, leader.machine.commands);
  assert.equal(away.machine.restores.length, 1);
  await group.stop();
});

test('a follower that starts anew in the middle of a snapshot gets it all the same', async () => {
  const group = await groupWithOneBehind();
  const { away, leader } = namesOf(group);
  let parts = 0;
  group.loses = (message) => message.kind === 'snapshot-reply' && message.parts > 2;
  group.cutOff.clear();
  await group.until(() => {
    parts = group.sent.filter(({ kind }) => kind === 'snapshot-request').length;
    return parts > 2;
  }, 'some parts have come');
  await group.settled(away.log.stop());
  await group.restart(away);
  group.loses = () => false;
  await group.until(() => away.machine.index >= leader.machine.index, 'it has caught up');
  assert.deepEqual(away.machine.commands, leader.machine.commands);
  await group.stop();
});

test('what is committed while a snapshot is restored is delivered after it, once and in order', async () => {
  const group = await groupWithOneBehind();
  const { away, leader } = namesOf(group);
  const { gate, release } = held();
  away.machine.gate = gate;
  group.cutOff.clear();
  await group.until(() => away.disk.content.snapshot !== null, 'the snapshot has come');
  for (let turn = 0; turn < 5; turn++) await group.proposeMany(3);
  await group.pass(500);
  assert.deepEqual(away.machine.restores, [], 'it is still being read');
  assert.equal(away.log.status().commitIndex, leader.log.status().commitIndex);
  release();
  away.machine.gate = null;
  await group.pass(50);
  assert.equal(away.machine.restores.length, 1);
  assert.deepEqual(away.machine.commands, leader.machine.commands);
  await group.stop();
});

test('a node without a vote is given a snapshot by another one that has no more than that', async () => {
  const group = await groupWithOneBehind();
  const { leader } = namesOf(group);
  group.cutOff.clear();
  await group.pass(2000);
  const [feeder] = group.followers();
  assert(feeder);
  const guest = await group.add();
  guest.log.setFeeders([feeder.id, leader.id]);
  await group.until(() => guest.machine.index >= leader.machine.index, 'it has caught up');
  assert.deepEqual(guest.machine.commands, leader.machine.commands);
  const from = group.sent.flatMap(({ kind, from, to }) =>
    kind === 'snapshot-request' && to === guest.id ? [from] : [],
  );
  assert.deepEqual([...new Set(from)], [feeder.id]);
  assert.equal(guest.log.status().leader, leader.id);
  await group.stop();
});

test('a stop in the middle of a snapshot waits for it, and the log is whole afterwards', async () => {
  const group = new Group();
  const member = await group.add({ snapshotBytesMin: 300 });
  await group.pass(10);
  const { gate, release } = held();
  member.machine.gate = gate;
  await group.proposeMany(40);
  const { commands } = member.machine;
  let stopped = false;
  const stop = member.log.stop().then(() => {
    stopped = true;
  });
  await group.pass(100);
  assert(!stopped, 'it waits for the snapshot');
  release();
  await group.settled(stop);
  assert(member.disk.content.snapshot !== null);
  await group.restart(member);
  await group.pass(100);
  assert.deepEqual(member.machine.commands, commands);
  await group.stop();
});

test('a snapshot is made also while the disk never rests', async () => {
  const group = new Group();
  const storage = new SlowStorage();
  const { log } = await group.add({ snapshotBytesMin: 300, newStorage: () => storage });
  await group.pass(30);
  const proposals: Promise<number>[] = [];
  for (let turn = 0; turn < 100; turn++) {
    proposals.push(log.propose('command', Buffer.from('some bytes')));
    storage.finishWrite();
    proposals.push(log.propose('command', Buffer.from('some bytes')));
    await group.pass(10);
  }
  storage.isSlow = false;
  storage.finishWrite();
  await group.settled(Promise.all(proposals));
  assert((storage.duringLoad?.index ?? 0) > 0);
  await group.stop();
});

test('a snapshot that cannot be made stops nothing, and is tried again when the log has grown', async () => {
  const group = new Group();
  const storage = new StubbornStorage();
  const member = await group.add({ snapshotBytesMin: 300, newStorage: () => storage });
  await group.pass(10);
  for (let turn = 0; turn < 40; turn++) await group.proposeMany(4);
  assert.equal(storage.content.snapshot, null);
  assert(storage.tries > 1 && storage.tries < 6, `${storage.tries} tries: not with every entry`);
  assert.equal(member.machine.commands.length, 160);
  assert.deepEqual(member.failures, []);
  await group.stop();
});

/** A disk that ends each write only when it is told to. */
class SlowStorage extends MemoryStorage {
  isSlow = true;
  duringLoad: SnapshotMeta | null = null;
  #ends: () => void = () => {};

  override async append(write: LogWrite): Promise<void> {
    if (write.entries.some(({ kind }) => kind === 'command') && this.isSlow) {
      await new Promise<void>((resolve) => {
        this.#ends = resolve;
      });
    }
    await super.append(write);
  }

  override async saveSnapshot(meta: SnapshotMeta, parts: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.isSlow) this.duringLoad ??= meta;
    await super.saveSnapshot(meta, parts);
  }

  finishWrite(): void {
    this.#ends();
  }
}

/** A disk with no room for a snapshot. */
class StubbornStorage extends MemoryStorage {
  tries = 0;

  override async saveSnapshot(): Promise<void> {
    this.tries++;
    throw new HearthError('storage-full', 'The disk is full; make room.');
  }
}

/** Three voters, the last of which is cut off and lacks more than the others keep entries of. */
async function groupWithOneBehind(): Promise<Group> {
  const group = new Group();
  await group.grow(3, { snapshotBytesMin: 1_000_000 });
  const away = group.followers().at(-1);
  assert(away);
  group.cutOff.add(away.id);
  for (let turn = 0; turn < 60; turn++) await group.proposeMany(1, largeBytes);
  await group.pass(100);
  const [first] = group.leader().disk.content.entries;
  assert((first?.index ?? 0) > away.machine.index + 1, 'the leader has no entries for it any more');
  group.sent = [];
  return group;
}

function namesOf(group: Group): { readonly leader: Member; readonly away: Member } {
  const leader = group.leader();
  const away = group.members.find(({ id }) => group.cutOff.has(id));
  assert(away);
  return { leader, away };
}
