import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedClock, silentLogger } from '../../../src/lib/index.js';
import { HostDesk } from '../../../src/rollout/conductor/host-desk.js';
import { firstState, type Provider, type Rollout } from '../../../src/rollout/index.js';
import { member } from './members.js';

const release = { version: 'B', digest: 'd', formatLevel: 1, artifact: 'x' };
const current = {
  id: 3,
  revision: 5,
  endedMs: null,
  from: { ...release, version: 'A' },
  release,
} as Rollout;

function makeDesk(provider: Partial<Provider> | null) {
  const clock = new SimulatedClock();
  const state = { ...firstState, current };
  const desk = new HostDesk(
    {
      provider: provider as Provider | null,
      self: () => member(1).id,
      state: () => state,
      clock,
      logger: silentLogger,
    },
    { host: 'one' },
  );
  return { desk, clock, state };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const order = { rollout: 3, revision: 5, version: 'B' };

test('a node that is told of no provider says what to configure', async () => {
  const { desk } = makeDesk(null);
  const said = { code: 'rollout-conflict', message: /put `rollout.provider` with its places/ };
  assert.throws(() => desk.check(), said);
  assert.throws(() => desk.prepare(order), said);
  await assert.rejects(desk.facts(), said);
});

test('the facts are asked for once within 200 ms, and anew after each thing done', async () => {
  let looks = 0;
  const { desk, clock } = makeDesk({
    list: async () => {
      looks += 1;
      return [];
    },
    prepared: async () => ['B'],
    start: async () => {},
  });
  await Promise.all([desk.facts(), desk.facts()]);
  await desk.facts();
  assert.equal(looks, 1);
  clock.advance(201);
  await desk.facts();
  assert.equal(looks, 2);
  await desk.start({ ...order, place: 'a' });
  assert.deepEqual((await desk.facts()).prepared, ['B']);
  assert.equal(looks, 3);
});

test('a release is prepared once at a time, and why it failed is told for the rollout that asked', async () => {
  const begun: string[] = [];
  let fail = (_: Error): void => {};
  const { desk, state, clock } = makeDesk({
    list: async () => [],
    prepared: async () => [],
    prepare: ({ version }) => {
      begun.push(version);
      return new Promise((_resolve, reject) => {
        fail = reject;
      });
    },
  });
  desk.prepare(order);
  desk.prepare(order);
  assert.deepEqual(begun, ['B']);
  assert.deepEqual((await desk.facts()).failures, {});
  fail(new Error('it has another digest'));
  await settled();
  assert.deepEqual((await desk.facts()).failures, { B: 'it has another digest' });
  state.current = { ...current, id: 4 };
  clock.advance(201);
  assert.deepEqual((await desk.facts()).failures, {});
});

test('what is being prepared is given up when the node ends', async () => {
  let aborted = false;
  const { desk } = makeDesk({
    prepare: (_release, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          resolve();
        });
      }),
  });
  desk.prepare(order);
  desk.close();
  assert.equal(aborted, true);
});
