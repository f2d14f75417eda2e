import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lanes } from '../../../src/agent/inspect/lanes.js';
import { nextTurn, SimulatedClock } from '../../../src/lib/index.js';

function lanesOf(lanes: number) {
  const clock = new SimulatedClock();
  const all = new Lanes(clock, lanes, 20_000);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string) =>
    all.run(() => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await nextTurn();
  };
  return { clock, all, begun, run, end };
}

test('one that takes long leaves the other lane to those who come after it, in their order', async () => {
  const { begun, run, end } = lanesOf(2);
  const running = ['slow', 'a', 'b', 'c'].map(run);
  assert.deepEqual(begun, ['slow', 'a']);
  await end('a');
  assert.deepEqual(begun, ['slow', 'a', 'b']);
  await end('b');
  await end('c');
  await end('slow');
  assert.deepEqual(await Promise.all(running), ['slow', 'a', 'b', 'c']);
});

test('who has waited for too long hears of it, and takes no turn from others', async () => {
  const { clock, begun, run, end } = lanesOf(1);
  const slow = run('slow');
  const late = run('late');
  clock.advance(10_000);
  const next = run('next');
  clock.advance(10_000);
  assert.equal(await late, null);
  await end('slow');
  await end('next');
  assert.deepEqual([await slow, await next, begun], ['slow', 'next', ['slow', 'next']]);
});

test('a lane is left by one that fails', async () => {
  const { all } = lanesOf(1);
  await assert.rejects(all.run(() => Promise.reject(new Error('no'))));
  assert.equal(await all.run(async () => 1), 1);
});
