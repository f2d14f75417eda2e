/** How long requests took, in buckets: right to one part in 128, whatever was added. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Histogram } from '../../bench/harness/histogram.js';
import { quantile } from '../../bench/harness/index.js';

const precision = 1 / 128;

function filled(tookMs: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const ms of tookMs) histogram.add(ms);
  return histogram;
}

test('below a quarter of a millisecond each microsecond is told apart', () => {
  for (let us = 0; us < 256; us++) {
    // what is longer keeps the maximum from being the answer
    assert.equal(filled([us / 1000, 1000]).quantileMs(0.5), us / 1000);
  }
});

test('every quantile is at least the exact one, and more by one part in 128 at most', () => {
  const longMs = fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((us) => us / 1000);
  const shortMs = fc.integer({ min: 0, max: 100_000 }).map((us) => us / 1000);
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.oneof(longMs, shortMs), { minLength: 1 }), share, (tookMs, share) => {
      const exactMs = quantile(tookMs, share);
      const foundMs = filled(tookMs).quantileMs(share);
      assert.ok(foundMs >= exactMs, `${foundMs} < ${exactMs}`);
      assert.ok(foundMs <= exactMs * (1 + precision), `${foundMs} is too far above ${exactMs}`);
    }),
  );
});

test('the count, the mean and the maximum are exact', () => {
  const histogram = filled([1.2345, 7000, 0.5]);
  assert.deepEqual([histogram.count, histogram.maxMs], [3, 7000]);
  assert.ok(Math.abs(histogram.meanMs - 7001.7345 / 3) < 1e-9);
});

test('no quantile is above the maximum', () => {
  assert.equal(filled([1000.001]).quantileMs(0.99), 1000.001);
});

test('the percentiles are those of the same requests', () => {
  const tookMs = Array.from({ length: 200 }, (_, at) => (at + 1) / 1000);
  assert.deepEqual(filled(tookMs).latencyMs, { p50: 0.1, p95: 0.19, p99: 0.198, max: 0.2 });
});

test('what took longer than can be told counts as the longest, and what took less than nothing as nothing', () => {
  const histogram = filled([-1, 1e9, 1e9]);
  assert.equal(histogram.quantileMs(0.1), 0);
  assert.equal(histogram.quantileMs(1), (2 ** 31 - 1) / 1000);
  assert.equal(histogram.maxMs, 1e9);
});

test('nothing is told of nothing', () => {
  assert.deepEqual(filled([]).latencyMs, { p50: 0, p95: 0, p99: 0, max: 0 });
  assert.equal(filled([]).meanMs, 0);
});
