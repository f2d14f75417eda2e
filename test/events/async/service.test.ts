import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultSettings } from '../../../src/events/async/retry-policy.js';
import { Events, type EventsOptions, type Submission } from '../../../src/events/index.js';
import { nextTurn, SimulatedClock, silentLogger } from '../../../src/lib/index.js';
import { type ClusterView, HearthError, limits, type NodeView } from '../../../src/types/index.js';
import { idOf, nodeA, nodeB } from './commands.js';

const options: EventsOptions = {
  asyncRetryBaseMs: 1000,
  asyncRunningMax: 4,
  asyncQueueMax: 10,
  asyncQueueMb: 1,
  asyncQueuePerFunctionMax: 5,
  asyncAdoptAfterMs: 1000,
  drainMs: 1000,
  drainNoticeMs: 0,
};

const submission = (n: number, more: Partial<Submission> = {}): Submission => ({
  id: idOf(n),
  functionName: 'f',
  qualifier: '$LATEST',
  invokedAs: '',
  payload: Buffer.from('{}'),
  traceId: '',
  idempotencyKey: '',
  ...more,
});

/** The events of a node alone, over a log that takes what it gets. */
function makeEvents() {
  const clock = new SimulatedClock();
  const entries: Uint8Array[] = [];
  const world = { fails: true, recurs: false, view: null as ClusterView | null };
  const events = new Events(
    {
      clock,
      logger: silentLogger,
      self: () => nodeA,
      view: () => world.view,
      propose: async (data) => {
        entries.push(data);
        events.replica.apply(data);
        return entries.length;
      },
      reached: async () => true,
      catchUp: async () => true,
      invoke: async () => {
        if (world.fails) throw new HearthError('function-not-found', 'gone');
        return {
          payload: Buffer.from('1'),
          streamed: false,
          functionError: false,
          executedVersion: '$LATEST',
          start: 'warm',
          durationMs: 1,
          logTail: () => Buffer.alloc(0),
        };
      },
      settings: () => ({ ...defaultSettings, mayRecur: world.recurs }),
      deliver: async () => ({ kind: 'done' }),
    },
    options,
  );
  return { world, events, entries, clock };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await nextTurn();
}

describe('asynchronous invocation', () => {
  it('refuses before anything is stored what is over a bound of the queue', async () => {
    const { events, entries } = makeEvents();
    const full = { code: 'too-many-requests', details: { retryAfterS: 1 } };
    for (let n = 0; n < 5; n++) await events.submit(submission(n));
    const stored = entries.length;
    await assert.rejects(events.submit(submission(6)), (thrown: HearthError) => {
      assert.equal(thrown.details.retryAfterS, 1);
      return thrown.code === full.code;
    });
    const payload = Buffer.alloc(1024 * 1024);
    await assert.rejects(events.submit(submission(7, { functionName: 'g', payload })), {
      code: 'too-many-requests',
    });
    assert.equal(entries.length, stored);
    for (let n = 10; n < 15; n++) await events.submit(submission(n, { functionName: 'g' }));
    await assert.rejects(events.submit(submission(16, { functionName: 'h' })), {
      code: 'too-many-requests',
    });
    assert.deepEqual([events.stats().accepted, events.stats().refused], [10, 3]);
  });

  it('refuses what no log could take, or no header should carry', async () => {
    const { events } = makeEvents();
    const payload = Buffer.alloc(limits.asyncBodyBytesMax + 1);
    await assert.rejects(events.submit(submission(1, { payload })), { code: 'request-too-large' });
    const idempotencyKey = 'k'.repeat(257);
    await assert.rejects(events.submit(submission(1, { idempotencyKey })), {
      code: 'invalid-parameter',
    });
    await events.submit(submission(1, { traceId: 'x'.repeat(5000) }));
    assert.ok(((await events.get(idOf(1)))?.traceId.length ?? 0) < 100);
  });

  it('begins to run what it owns when the node knows that nobody has ended it', async () => {
    const { world, events } = makeEvents();
    world.fails = false;
    await events.submit(submission(1));
    await settle();
    assert.equal((await events.get(idOf(1)))?.status, 'queued');
    events.start();
    await settle();
    assert.equal((await events.get(idOf(1)))?.status, 'done');
  });

  it('lists and redrives what is dead, one or all, and cancels what waits', async () => {
    const { world, events } = makeEvents();
    events.start();
    await events.submit(submission(1));
    for (const n of [2, 3]) await events.submit(submission(n, { functionName: 'g' }));
    await settle();
    const dead = await events.list({ status: 'dead', itemsMax: 10 });
    assert.deepEqual(
      dead.events.map(({ id }) => id),
      [1, 2, 3].map(idOf),
    );
    world.fails = false;
    assert.deepEqual(
      [await events.redrive(idOf(1)), await events.redrive(idOf(1)), await events.redrive('x')],
      [true, false, false],
    );
    assert.equal(await events.redriveAll('g'), 2);
    assert.equal(await events.redriveAll(null), 0);
    await settle();
    assert.equal(events.stats().counts.done, 3);
    assert.deepEqual([await events.cancel(idOf(1)), await events.cancel('x')], [false, false]);
  });

  it('gives what it leaves undone to the others when its node is stopped', async () => {
    const { world, events } = makeEvents();
    const alive = { status: 'alive', degraded: false } as NodeView;
    world.view = {
      self: nodeA,
      master: nodeB,
      leader: null,
      term: 1,
      quorum: true,
      voters: [],
      nodes: [
        { ...alive, id: nodeB, rank: 0 },
        { ...alive, id: nodeA, rank: 1, status: 'draining' },
      ],
    };
    world.fails = false;
    for (const n of [1, 2, 3, 4, 5]) await events.submit(submission(n));
    events.start();
    // three of one function have begun
    await events.drain(1000);
    await events.submit(submission(6, { functionName: 'g' }));
    await events.stop();
    await assert.rejects(events.submit(submission(7)), { code: 'draining' });
    const { core } = events.replica;
    assert.deepEqual([core.counts.done, [...core.openOf(nodeA)].length], [3, 0]);
    assert.deepEqual(
      [...core.openOf(nodeB)].map(({ id }) => id),
      [4, 5, 6].map(idOf),
    );
  });

  it('takes a round too many of one that calls itself, to tell of it, and no more than that', async () => {
    const { world, events } = makeEvents();
    let traceId = '';
    const round = async (n: number) => {
      await events.submit(submission(n, { traceId }));
      traceId = (await events.get(idOf(n)))?.traceId ?? '';
      await events.cancel(idOf(n));
    };
    for (let n = 1; n <= limits.recursionRoundsMax + 1; n++) await round(n);
    await assert.rejects(round(99), { code: 'recursive-invocation' });
    world.recurs = true;
    await round(99);
  });
});
