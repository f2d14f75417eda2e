import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Batch, decodeBatch } from '../../../src/events/async/command.js';
import { eventProposer } from '../../../src/events/async/event-proposer.js';
import { EventsReplica } from '../../../src/events/async/replica.js';
import { nextTurn, SimulatedClock, silentLogger } from '../../../src/lib/index.js';
import { HearthError } from '../../../src/types/index.js';
import { ended, idOf, nodeA, submit } from './commands.js';

/** A proposer over a log that takes an entry when the test says so. */
function makeProposer() {
  const clock = new SimulatedClock();
  const replica = new EventsReplica({ nextTurn, changed: () => {}, replaced: () => {} });
  const pending: { data: Uint8Array; commit(): void; refuse(): void }[] = [];
  const batches: Batch[] = [];
  const world = { isApplied: true };
  let index = 0;
  const proposer = eventProposer({
    clock,
    logger: silentLogger,
    nextTurn,
    replica,
    self: () => nodeA,
    reached: async () => world.isApplied,
    propose: (data) =>
      new Promise((resolve, reject) => {
        pending.push({
          data,
          commit: () => {
            batches.push(decodeBatch(data));
            if (world.isApplied) replica.apply(data);
            resolve(++index);
          },
          refuse: () => reject(new HearthError('no-quorum', 'nobody')),
        });
      }),
  });
  const commitAll = async (): Promise<void> => {
    await nextTurn();
    while (pending.length > 0) {
      for (const one of pending.splice(0)) one.commit();
      await nextTurn();
      await nextTurn();
    }
  };
  return { world, proposer, replica, clock, pending, batches, commitAll };
}

describe('the proposer of events', () => {
  it('puts what comes in one turn, and while an entry is on its way, into one', async () => {
    const { proposer, pending, batches, commitAll } = makeProposer();
    const answers = [1, 2, 3].map((n) => proposer.ask(submit(n)));
    await nextTurn();
    assert.equal(pending.length, 1);
    for (const n of [4, 5]) answers.push(proposer.ask(submit(n)));
    await nextTurn();
    for (const n of [6, 7, 8]) answers.push(proposer.ask(submit(n)));
    await nextTurn();
    for (const n of [9]) answers.push(proposer.ask(submit(n)));
    await nextTurn();
    assert.equal(pending.length, 1);
    await commitAll();
    assert.deepEqual(
      batches.map(({ commands }) => commands.length),
      [3, 6],
    );
    const results = await Promise.all(answers);
    assert.deepEqual(
      results.map((result) => result.kind === 'accepted' && result.id),
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map(idOf),
    );
  });

  it('sends a large event in an entry of its own', async () => {
    const { proposer, batches, commitAll } = makeProposer();
    const payload = Buffer.alloc(1024 * 1024);
    const answers = [submit(1), submit(2, { payload }), submit(3)].map((one) => proposer.ask(one));
    await commitAll();
    await Promise.all(answers);
    assert.deepEqual(
      batches.map(({ commands }) => commands.length),
      [1, 1, 1],
    );
  });

  it('tells who asks that the log took nothing, and says what is noted again until it does', async () => {
    const { proposer, replica, pending, clock, commitAll } = makeProposer();
    const first = proposer.ask(submit(1));
    await commitAll();
    await first;
    const asked = assert.rejects(proposer.ask(submit(2)), { code: 'no-quorum' });
    proposer.note(ended(1, 'Success'));
    for (let time = 0; time < 3; time++) {
      await nextTurn();
      for (const one of pending.splice(0)) one.refuse();
      await nextTurn();
      clock.advance(200);
    }
    await asked;
    assert.ok(proposer.noteBytes > 0, 'it is kept until then');
    await commitAll();
    assert.equal(proposer.noteBytes, 0);
    assert.equal(replica.core.get(idOf(1))?.status, 'done');
    assert.equal(replica.core.get(idOf(2)), undefined);
  });

  it('refuses together who waits behind an entry for which there is no majority, but for what has just come and what is noted', async () => {
    const { proposer, replica, pending, clock, commitAll } = makeProposer();
    const first = assert.rejects(proposer.ask(submit(1)), { code: 'no-quorum' });
    await nextTurn();
    const second = assert.rejects(proposer.ask(submit(2)), {
      code: 'no-quorum',
      details: { retryAfterS: 1 },
    });
    proposer.note(ended(3, 'Success'));
    await nextTurn();
    clock.advance(300);
    const justCome = proposer.ask(submit(4));
    await nextTurn();
    for (const one of pending.splice(0)) one.refuse();
    await Promise.all([first, second]);
    await commitAll();
    assert.equal((await justCome).kind, 'accepted');
    assert.equal(proposer.noteBytes, 0);
    assert.equal(replica.core.get(idOf(2)), undefined);
  });

  it('knows what came within a snapshot, and says so where it has not heard of it', async () => {
    const { world, proposer, replica, pending } = makeProposer();
    const known = proposer.ask(submit(1));
    await nextTurn();
    const [entry] = pending.splice(0);
    // as another node would have it in its snapshot
    const other = new EventsReplica({ nextTurn, changed: () => {}, replaced: () => {} });
    other.apply(entry?.data ?? Buffer.alloc(0));
    replica.restoreBegin();
    for await (const part of other.snapshot()) replica.restorePart(part);
    replica.restoreEnd();
    world.isApplied = false;
    entry?.commit();
    await assert.rejects(known, { code: 'no-quorum' });
    world.isApplied = true;
    const again = proposer.ask(submit(1));
    await nextTurn();
    for (const one of pending.splice(0)) one.commit();
    assert.deepEqual(await again, { kind: 'accepted', id: idOf(1), duplicate: true });
  });

  it('takes so much and no more, and what has been answered makes room', async () => {
    const { proposer, commitAll } = makeProposer();
    const payload = Buffer.alloc(1024 * 1024 - 300);
    const answers = Array.from({ length: 32 }, (_, n) => proposer.ask(submit(n, { payload })));
    await assert.rejects(proposer.ask(submit(99, { payload })), { code: 'too-many-requests' });
    await commitAll();
    await Promise.all(answers);
    assert.deepEqual([proposer.asks, proposer.askBytes], [0, 0]);
  });

  it('that stops waits until its notes are in the log, but not for ever', async () => {
    const { proposer, clock, commitAll, replica } = makeProposer();
    const first = proposer.ask(submit(1));
    await commitAll();
    await first;
    proposer.note(ended(1, 'Success'));
    const stopped = proposer.stop(1000);
    await assert.rejects(proposer.ask(submit(2)), { code: 'draining' });
    await commitAll();
    await stopped;
    assert.equal(replica.core.get(idOf(1))?.status, 'done');
    const other = makeProposer();
    other.proposer.note(ended(1, 'Success'));
    const ending = other.proposer.stop(1000);
    other.clock.advance(1000);
    await ending;
    assert.ok(clock.nowMs() === 0);
  });
});
