import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Majority } from '../../src/catalog/majority.js';
import { SimulatedClock } from '../../src/lib/index.js';

/** A majority that is there or not, and that hangs or says at once that it is not. */
function makeMajority() {
  const clock = new SimulatedClock();
  const state = { isThere: true, hangs: false, asked: 0 };
  const readIndex = (): Promise<number | null> => {
    state.asked++;
    if (state.isThere) return Promise.resolve(1);
    if (!state.hangs) return Promise.resolve(null);
    return new Promise((resolve) => clock.after(500, () => resolve(null)));
  };
  return { clock, state, majority: new Majority({ log: { readIndex }, clock }) };
}

async function pass(clock: SimulatedClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    clock.advance(10);
    await turn();
  }
}

/** Work that ends when it is told to, and writes down what happens to it. */
function makeWork() {
  const state = { begun: false, aborted: false, end: (): void => {} };
  const work = (signal: AbortSignal): Promise<string> => {
    state.begun = true;
    signal.addEventListener('abort', () => {
      state.aborted = true;
    });
    return new Promise((resolve) => {
      state.end = () => resolve('done');
    });
  };
  return { state, work };
}

test('work goes on as long as a majority is there', async () => {
  const { clock, state, majority } = makeMajority();
  const { state: doing, work } = makeWork();
  const done = majority.during(work);
  await pass(clock, 20_000);
  doing.end();
  assert.equal(await done, 'done');
  assert.equal(doing.aborted, false);
  const { asked } = state;
  await pass(clock, 1000);
  assert.equal(state.asked, asked, 'nobody is asked any more');
});

for (const hangs of [false, true]) {
  test(`work is given up within a second when the majority ${hangs ? 'says nothing' : 'is gone'}`, async () => {
    const { clock, state, majority } = makeMajority();
    const { state: doing, work } = makeWork();
    const done = majority.during(work);
    await pass(clock, 3000);
    Object.assign(state, { isThere: false, hangs });
    const lost = assert.rejects(done, { code: 'no-quorum', details: { retryAfterS: 1 } });
    await pass(clock, 500);
    assert.equal(doing.aborted, false);
    await pass(clock, 500);
    assert.equal(doing.aborted, true);
    await lost;
  });
}

test('work that is asked for in doubt does not begin before a majority is there', async () => {
  const { clock, state, majority } = makeMajority();
  state.isThere = false;
  await majority.readIndex();
  const { state: doing, work } = makeWork();
  const done = majority.during(work);
  await pass(clock, 300);
  assert.equal(doing.begun, false);
  state.isThere = true;
  await pass(clock, 100);
  assert.equal(doing.begun, true);
  doing.end();
  assert.equal(await done, 'done');
});

test('work that is asked for in doubt is refused together with the question before it within a second', async () => {
  const { clock, state, majority } = makeMajority();
  Object.assign(state, { isThere: false, hangs: true });
  const before = majority.readIndex();
  await pass(clock, 500);
  await before;
  const { state: doing, work } = makeWork();
  const lost = assert.rejects(majority.during(work), { code: 'no-quorum' });
  await pass(clock, 450);
  await lost;
  assert.equal(doing.begun, false);
  // and is not done when nobody waits for it any more
  state.isThere = true;
  await majority.readIndex();
  assert.equal(doing.begun, false);
});

test('a standstill of this node itself ends no work, and is no reason to wait for long', async () => {
  for (const isThere of [true, false]) {
    const { clock, state, majority } = makeMajority();
    const { state: doing, work } = makeWork();
    const done = majority.during(work);
    done.catch(() => {});
    await pass(clock, 150);
    Object.assign(state, { isThere: false, hangs: true });
    await pass(clock, 350);
    // the timers come late, and once
    const { nowMs } = clock;
    clock.nowMs = () => nowMs.call(clock) + 5000;
    await pass(clock, 50);
    assert.equal(doing.aborted, false);
    state.isThere = isThere;
    await pass(clock, 500);
    assert.equal(doing.aborted, !isThere);
    doing.end();
    if (isThere) assert.equal(await done, 'done');
  }
});

test('what fails by itself fails as it does', async () => {
  const { majority } = makeMajority();
  await assert.rejects(
    majority.during(() => Promise.reject(new Error('full'))),
    /full/,
  );
});
