import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedClock } from '../../src/lib/index.js';
import { DrainNotice } from '../../src/node/drain-notice.js';

test('where somebody has looked at the health page within a minute, the notice is as long as it is set', async () => {
  const clock = new SimulatedClock();
  const notice = new DrainNotice(clock, 3500);
  clock.advance(1000);
  notice.healthAsked();
  clock.advance(60_000);
  assert.equal(notice.ms, 3500);
  let isOver = false;
  const over = notice.over().then(() => {
    isOver = true;
  });
  clock.advance(3499);
  await Promise.resolve();
  assert.equal(isOver, false);
  clock.advance(1);
  await over;
});

test('where nobody looks it is short, and never longer than it is set', () => {
  const clock = new SimulatedClock();
  const notice = new DrainNotice(clock, 3500);
  assert.equal(notice.ms, 500);
  notice.healthAsked();
  clock.advance(60_001);
  assert.equal(notice.ms, 500);
  assert.equal(notice.idleQuietMs, 500);
  const none = new DrainNotice(clock, 0);
  assert.deepEqual([none.ms, none.idleQuietMs], [0, 0]);
});
