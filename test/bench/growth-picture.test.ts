import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Found, messagesPerChangeMax } from '../../bench/growth/found.js';
import { pictureOf } from '../../bench/growth/picture.js';

const found = (nodes: number, value: number): Found => ({
  nodes,
  masterCores: [value],
  controlCores: [value],
  messagesPerChange: [value],
  changesPerS: [1],
  bytesPerS: [1000 * value],
  gossipBytesPerS: [value],
  lookupMs: [Number.NaN],
  lookupP99Ms: [],
});

test('the picture has a point for each size that was measured, and none where nothing was', () => {
  const real = [found(1, 0), found(3, 0.1), found(9, 0.2)];
  const picture = pictureOf(real, [found(100, 0.3), found(1000, 0.5)]);
  const points = (kind: string): number => picture.split(`class="${kind}"/>`).length - 1;
  assert.equal(picture.match(/<circle[^>]* class="real"/g)?.length, 3 * 2 + 1);
  assert.equal(picture.match(/<circle[^>]* class="simulated"/g)?.length, 3 * 2 + 1);
  assert.ok(points('bound') > 0);
  assert.doesNotMatch(picture, /NaN|Infinity|undefined/);
  assert.equal(picture.match(/<g /g)?.length, picture.match(/<\/g>/g)?.length);
});

test('a warm registration costs the Master two messages, and two for each of about sqrt(N) Replicas', () => {
  assert.deepEqual([1, 3, 9, 27, 100, 1000].map(messagesPerChangeMax), [0, 6, 8, 12, 22, 66]);
});
