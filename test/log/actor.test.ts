import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLogger } from '../../src/lib/index.js';
import { encodeVoters, FileLogStorage, type LogEntry } from '../../src/log/index.js';
import { type ErrorCode, HearthError, limits } from '../../src/types/index.js';
import { Group, MemoryStorage } from './group.js';

test('a founding node leads at once and takes proposals', async () => {
  const group = new Group();
  const member = await group.add();
  await group.pass(10);
  assert.equal(member.log.status().state, 'leader');
  assert.equal(member.log.status().quorum, true);
  assert.equal(await member.log.propose('command', bytes('one')), 3);
  assert.deepEqual(member.committed.map(brief), ['1 voters', '2 noop', '3 command one']);
  await group.stop();
});

test('what was written to real files is there after a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-log-'));
  const storage = (): FileLogStorage =>
    new FileLogStorage({ logger: silentLogger }, { directory: join(directory, 'log') });
  try {
    const before = new Group();
    const { log } = await before.add(storage());
    await untilLeader(log);
    for (const text of ['one', 'two']) await log.propose('command', bytes(text));
    await before.stop();
    const after = new Group();
    const member = await after.add(storage());
    await untilLeader(member.log);
    const commands = member.committed.filter(({ kind }) => kind === 'command').map(brief);
    assert.deepEqual(commands, ['3 command one', '4 command two']);
    await after.stop();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test('a cluster grows from one voter to two to three, and all see the same entries', async () => {
  const group = new Group();
  const members = await group.grow(3);
  const index = await group.settled(group.leader().log.propose('command', bytes('shared')));
  await group.pass(20);
  const [first, ...others] = members.map(({ committed }) => committed.map(brief));
  assert.equal(first?.at(-1), `${index} command shared`);
  for (const other of others) assert.deepEqual(other, first);
  assert.equal(group.leader().log.status().voters.length, 3);
  await group.stop();
});

test('a learner gets every entry and is not counted', async () => {
  const group = new Group();
  await group.add();
  const learner = await group.add();
  await group.pass(50);
  const { log } = group.leader();
  log.setLearners([learner.id]);
  group.cutOff.add(learner.id);
  await group.settled(log.propose('command', bytes('alone')));
  group.cutOff.clear();
  await group.pass(200);
  assert.equal(learner.log.status().state, 'learner');
  assert.equal(learner.log.status().quorum, true);
  assert.equal(learner.committed.map(brief).at(-1), '3 command alone');
  await group.stop();
});

test('after the loss of the leader another one leads, and the old one catches up', async () => {
  const group = new Group();
  await group.grow(3);
  const old = group.leader();
  await group.settled(old.log.propose('command', bytes('before')));
  await old.log.stop();
  const lostMs = group.clock.nowMs();
  while (!group.members.some(({ log }) => log !== old.log && log.status().state === 'leader')) {
    await group.pass(10);
    assert(group.clock.nowMs() - lostMs < 2000, 'a new leader within two seconds');
  }
  await group.settled(group.leader().log.propose('command', bytes('after')));
  await group.restart(old);
  await group.pass(300);
  const texts = old.committed.filter(({ kind }) => kind === 'command').map(brief);
  assert.equal(texts.length, 2);
  assert.equal(old.log.status().leader, group.leader().id);
  await group.stop();
});

test('a leader cut off from the majority refuses, and what it had not committed is gone', async () => {
  const group = new Group();
  await group.grow(3);
  const old = group.leader();
  group.cutOff.add(old.id);
  const cutMs = group.clock.nowMs();
  const lost = rejection(old.log.propose('command', bytes('lost')));
  const read = rejection(old.log.readIndex());
  assert.equal(await group.settled(lost), 'no-quorum');
  assert.equal(await group.settled(read), 'no-quorum');
  assert(group.clock.nowMs() - cutMs < 1000, 'it knew by its own that nobody answers');
  assert.equal(old.log.status().quorum, false);
  await group.pass(2000);
  const kept = await group.settled(group.leader().log.propose('command', bytes('kept')));
  group.cutOff.clear();
  await group.pass(1000);
  assert.equal(old.committed.map(brief).at(-1), `${kept} command kept`);
  assert(!old.committed.map(brief).some((text) => text.includes('lost')));
  await group.stop();
});

test('a read on the leader covers what was acknowledged; elsewhere it is refused', async () => {
  const group = new Group();
  await group.grow(3);
  const leader = group.leader();
  const index = await group.settled(leader.log.propose('command', bytes('seen')));
  assert((await group.settled(leader.log.readIndex())) >= index);
  const reads = await group.settled(Promise.all([leader.log.readIndex(), leader.log.readIndex()]));
  assert(reads.every((read) => read >= index));
  const follower = group.members.find((member) => member !== leader);
  assert(follower);
  assert.equal(await rejection(follower.log.readIndex()), 'no-quorum');
  assert.equal(await rejection(follower.log.propose('command', bytes('no'))), 'no-quorum');
  await group.stop();
});

test('proposals that arrive during a write share the next one', async () => {
  const group = new Group();
  const storage = new MemoryStorage();
  const { log } = await group.add(storage);
  await group.pass(10);
  const gate = gated(storage);
  const proposals = Array.from({ length: 100 }, (_, at) => log.propose('command', bytes(`${at}`)));
  const before = storage.writes;
  gate();
  await group.settled(Promise.all(proposals));
  assert.equal(storage.writes - before, 2);
  await group.stop();
});

test('more proposals than may wait are refused at once', async () => {
  const group = new Group();
  const storage = new MemoryStorage();
  const { log } = await group.add(storage);
  await group.pass(10);
  const gate = gated(storage);
  const proposals = Array.from({ length: limits.proposalsPendingMax }, () =>
    log.propose('command', bytes('x')),
  );
  assert.equal(await rejection(log.propose('command', bytes('y'))), 'too-many-requests');
  gate();
  await group.settled(Promise.all(proposals));
  await group.stop();
});

test('a proposal that no disk takes is refused after its deadline', async () => {
  const group = new Group();
  const storage = new MemoryStorage();
  const { log } = await group.add(storage);
  await group.pass(10);
  const gate = gated(storage);
  assert.equal(await group.settled(rejection(log.propose('command', bytes('x')))), 'no-quorum');
  assert(group.clock.nowMs() > 10_000);
  gate();
  await group.stop();
});

test('a full disk ends the part of a node, and the others go on', async () => {
  const group = new Group();
  await group.grow(3);
  const failing = group.leader();
  const seen = failing.committed.length;
  (failing.storage as MemoryStorage).full = true;
  // The other two may still commit it before the failure is known: both outcomes are honest.
  await group.settled(Promise.allSettled([failing.log.propose('command', bytes('x'))]));
  await group.pass(20);
  assert.equal(failing.failures.length, 1);
  assert.deepEqual(
    [failing.log.status().state, failing.log.status().quorum, failing.statuses.at(-1)?.quorum],
    ['follower', false, false],
  );
  assert.equal(await rejection(failing.log.propose('command', bytes('x'))), 'storage');
  assert.equal(await rejection(failing.log.readIndex()), 'storage');
  assert(failing.committed.length >= seen);
  await group.pass(2000);
  await group.settled(group.leader().log.propose('command', bytes('on')));
  await group.stop();
});

test('a stop rejects what waits and saves what is known to be committed', async () => {
  const group = new Group();
  const [, second] = await group.grow(2);
  assert(second);
  const leader = group.leader();
  const index = await group.settled(leader.log.propose('command', bytes('last')));
  await group.pass(20);
  group.cutOff.add(leader.id);
  const waiting = rejection(leader.log.propose('command', bytes('late')));
  await group.stop();
  assert.equal(await waiting, 'draining');
  assert.equal(await rejection(leader.log.propose('command', bytes('later'))), 'draining');
  for (const member of group.members) await group.restart(member);
  group.cutOff.add(second.id);
  await group.pass(20);
  assert.equal(second.committed.map(brief).at(-1), `${index} command last`);
  await group.stop();
});

test('what is committed reaches the disk within seconds even when nothing else is written', async () => {
  const group = new Group();
  await group.grow(2);
  const index = await group.settled(group.leader().log.propose('command', bytes('last')));
  await group.pass(2000);
  for (const { storage } of group.members) {
    assert.equal((storage as MemoryStorage).content.hardState.commitIndex, index);
  }
  await group.stop();
});

test('a second voter can be removed again, and the leader can remove itself', async () => {
  const group = new Group();
  await group.grow(2);
  const old = group.leader();
  const other = group.members.find((member) => member !== old);
  assert(other);
  await group.settled(old.log.propose('voters', encodeVoters([other.id])));
  assert.equal(old.log.status().state, 'learner');
  await group.pass(1500);
  assert.equal(other.log.status().state, 'leader');
  await group.settled(other.log.propose('command', bytes('alone')));
  await group.stop();
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function brief({ index, kind, data }: LogEntry): string {
  return kind === 'command' ? `${index} ${kind} ${Buffer.from(data)}` : `${index} ${kind}`;
}

async function rejection(promise: Promise<unknown>): Promise<ErrorCode> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof HearthError) return error.code;
    throw error;
  }
  throw new Error('the promise was fulfilled');
}

/** Closes the gate of a disk; the returned function opens it. */
function gated(storage: MemoryStorage): () => void {
  let open = (): void => {};
  storage.gate = new Promise((resolve) => {
    open = resolve;
  });
  return open;
}

/** Waits for a real disk, while the simulated clock stands still. */
async function untilLeader(log: { status(): { state: string } }): Promise<void> {
  const deadlineMs = performance.now() + 20_000;
  while (log.status().state !== 'leader') {
    assert(performance.now() < deadlineMs, 'no leader in time');
    await new Promise(setImmediate);
  }
}
