import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLogger } from '../../src/lib/index.js';
import { type LogContent, realDisk, SegmentStorage } from '../../src/log/index.js';
import { HearthError } from '../../src/types/index.js';
import { Group, rejection } from './group.js';
import { MemoryStorage } from './storage/memory-storage.js';

/** A disk whose log cannot be trusted. */
class DamagedStorage extends MemoryStorage {
  override open(): Promise<LogContent> {
    return Promise.reject(new HearthError('log-damaged', 'The log is damaged; fetch it anew.'));
  }
}

test('what was written to real files is there after a restart', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'hearth-log-'));
  const newStorage = (): SegmentStorage => {
    const options = { directory: join(parent, 'log'), clusterId: 'a cluster' };
    return new SegmentStorage({ disk: realDisk, logger: silentLogger }, options);
  };
  try {
    const group = new Group();
    const member = await group.add({ newStorage });
    await untilLeader(member.log);
    for (const text of ['one', 'two']) await member.log.propose('command', Buffer.from(text));
    await member.log.stop();
    await group.restart(member);
    await untilLeader(member.log);
    assert.deepEqual(member.machine.commands, ['3 one', '4 two']);
    await member.log.stop();
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
});

test('a leader whose disk is full gives the lead away, and follows again when there is room', async () => {
  const group = new Group();
  await group.grow(3);
  const full = group.leader();
  full.disk.full = true;
  // The other two may still commit it before the disk is known to be full: both outcomes are honest.
  await group.settled(Promise.allSettled([full.log.propose('command', Buffer.from('x'))]));
  await group.pass(20);
  assert.deepEqual([full.log.status().diskFull, full.statuses.at(-1)?.diskFull], [true, true]);
  assert.notEqual(full.log.status().state, 'leader');
  assert.equal(await rejection(full.log.propose('command', Buffer.from('y'))), 'storage-full');
  await group.newLeader(full);
  await group.propose('on');
  const { commands } = full.machine;
  assert.deepEqual(commands, full.machine.commands, 'its state can be read');
  full.disk.full = false;
  await group.until(() => !full.log.status().diskFull, 'the disk has room again');
  const last = await group.propose('last');
  await group.pass(300);
  assert.equal(full.machine.commands.at(-1), `${last} last`);
  assert.deepEqual(full.failures, []);
  await group.stop();
});

test('proposals that wait when the disk turns out to be full are refused with that', async () => {
  const group = new Group();
  const { log, disk } = await group.add();
  await group.pass(10);
  disk.full = true;
  const waiting = [1, 2, 3].map((at) => rejection(log.propose('command', Buffer.from(`${at}`))));
  assert.deepEqual(await group.settled(Promise.all(waiting)), Array(3).fill('storage-full'));
  disk.full = false;
  await group.pass(600);
  await group.stop();
});

test('the only node refuses changes while its disk is full, and takes them when there is room', async () => {
  const group = new Group();
  const { log, disk, machine } = await group.add();
  await group.pass(10);
  await group.propose('before');
  disk.full = true;
  assert.equal(await group.rejection(log.propose('command', Buffer.from('x'))), 'storage-full');
  await group.pass(3000);
  assert.equal(await rejection(log.propose('command', Buffer.from('y'))), 'storage-full');
  assert.equal(machine.commands[0], '3 before', 'its state can be read');
  disk.full = false;
  await group.until(() => log.status().state === 'leader', 'it leads again');
  const index = await group.propose('after');
  assert.equal(machine.commands.at(-1), `${index} after`);
  assert(!machine.commands.some((text) => text.endsWith(' y')), 'it was refused at once');
  await group.stop();
});

test('a stop while the disk is full comes to an end', async () => {
  const group = new Group();
  const { log, disk } = await group.add();
  await group.pass(10);
  disk.full = true;
  await group.rejection(log.propose('command', Buffer.from('x')));
  await group.stop();
  assert.equal(await rejection(log.propose('command', Buffer.from('x'))), 'draining');
});

test('a broken disk ends the part of a node, and the others go on', async () => {
  const group = new Group();
  await group.grow(3);
  const failing = group.leader();
  failing.disk.broken = true;
  await group.settled(Promise.allSettled([failing.log.propose('command', Buffer.from('x'))]));
  await group.pass(20);
  assert.equal(failing.failures.length, 1);
  const { state, quorum } = failing.log.status();
  assert.deepEqual([state, quorum, failing.statuses.at(-1)?.quorum], ['follower', false, false]);
  assert.equal(await rejection(failing.log.propose('command', Buffer.from('x'))), 'storage');
  assert.equal(await rejection(failing.log.readIndex()), 'storage');
  await group.newLeader(failing);
  await group.propose('on');
  await group.stop();
});

test('a node with a damaged log takes a new one, has no voice, and votes again when re-admitted', async () => {
  const group = new Group();
  await group.grow(3);
  const index = await group.propose('kept');
  const [damaged] = group.followers();
  assert(damaged);
  await group.settled(damaged.log.stop());
  damaged.disk = new DamagedStorage();
  await group.restart(damaged);
  assert.equal(damaged.log.status().mute, true);
  await group.pass(1500);
  assert.equal(damaged.machine.commands.at(-1), `${index} kept`, 'the others feed it');
  assert.equal(damaged.log.status().mute, true, 'its old admission is no excuse');
  const others = group.ids.filter((id) => id !== damaged.id);
  await group.settled(group.leader().log.changeVoters(others));
  await group.admit(damaged);
  await group.settled(group.leader().log.changeVoters(group.ids));
  assert.equal(damaged.log.status().mute, false);
  const old = group.leader();
  await group.settled(old.log.stop());
  await group.newLeader(old);
  await group.propose('with its vote');
  await group.stop();
});

test('a mute voter elects nobody', async () => {
  const group = new Group();
  await group.grow(3);
  const old = group.leader();
  const [wiped] = group.followers();
  assert(wiped);
  await group.settled(wiped.log.stop());
  wiped.disk = new MemoryStorage();
  await group.restart(wiped);
  await group.pass(500);
  await group.settled(old.log.stop());
  await group.pass(5000);
  for (const { log } of group.others(old)) assert.notEqual(log.status().state, 'leader');
  await group.restart(old);
  await group.newLeader();
  await group.propose('with two that remember');
  await group.stop();
});

test('a damaged log without others to fetch it from keeps a node from starting', async () => {
  const group = new Group();
  const member = await group.add({ isAlone: true });
  await group.settled(member.log.stop());
  member.disk = new DamagedStorage();
  await assert.rejects(group.restart(member), { code: 'log-damaged' });
  assert.equal(await rejection(member.log.propose('command', Buffer.from('x'))), 'no-quorum');
});

test('a node that founds does not found anew in place of a damaged log', async () => {
  const group = new Group();
  const { log } = await group.add({ newStorage: () => new DamagedStorage() });
  await group.pass(2000);
  assert.equal(log.status().mute, true);
  assert.deepEqual(log.status().voters, []);
  await group.stop();
});

/** Waits for a real disk, while the simulated clock stands still. */
async function untilLeader(log: { status(): { state: string } }): Promise<void> {
  const deadlineMs = performance.now() + 20_000;
  while (log.status().state !== 'leader') {
    assert(performance.now() < deadlineMs, 'no leader in time');
    await new Promise(setImmediate);
  }
}
