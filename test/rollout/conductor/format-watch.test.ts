import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatWatch, readBy } from '../../../src/rollout/conductor/format-watch.js';
import { formatLevel } from '../../../src/types/index.js';
import { member } from './members.js';

test('a release reads the levels that there were when it was made', () => {
  assert.equal(readBy('0.1.0'), 1);
  assert.equal(readBy('0.2.0'), 2);
  assert.equal(readBy('0.3.0'), 3);
  assert.equal(readBy('1.0.0'), 3);
  assert.equal(readBy('nightly'), 1);
});

test('the level is raised once all members have read it for ten seconds', () => {
  const watch = new FormatWatch();
  const old = [member(1), member(2, '0.1.0')];
  const all = [member(1), member(2)];
  assert.equal(watch.look(0, old, 1), null);
  assert.equal(watch.look(20_000, old, 1), null);
  assert.equal(watch.look(21_000, all, 1), null);
  assert.equal(watch.look(30_000, all, 1), null);
  // one of the older release comes back: all of it again
  assert.equal(watch.look(30_500, old, 1), null);
  assert.equal(watch.look(31_000, all, 1), null);
  assert.equal(watch.look(40_999, all, 1), null);
  assert.equal(watch.look(41_000, all, 1), 2);
});

test('the level of a cluster whose founder is there, as it was founded, is raised at once', () => {
  const founder = member(1, '0.2.0', { joinedAt: 3 });
  assert.equal(new FormatWatch().look(0, [founder, member(2)], 1), 2);
  assert.equal(new FormatWatch().look(0, [founder, member(2, '0.1.0')], 1), null);
  assert.equal(new FormatWatch().look(0, [member(1), member(2)], 1), null);
});

test('what is in use already is not raised, nor where nobody is', () => {
  const watch = new FormatWatch();
  watch.look(0, [member(1)], formatLevel);
  assert.equal(watch.look(60_000, [member(1)], formatLevel), null);
  assert.equal(watch.look(60_000, [], 1), null);
  assert.equal(watch.look(90_000, [], 1), null);
});
