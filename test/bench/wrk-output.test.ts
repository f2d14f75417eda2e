/** What the benchmark reads from wrk, whose script prints one line of JSON at the end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadResultOf } from '../../bench/harness/wrk.js';

const counted = {
  requests: 30_000,
  bytes: 6_000_000,
  durationUs: 2_000_000,
  p50Us: 1500,
  p95Us: 2500,
  p99Us: 9000,
  maxUs: 20_000,
  cpuS: 0.5,
  connect: 0,
  read: 0,
  write: 0,
  timeout: 0,
  status: 0,
};

function printed(fields: Readonly<Record<string, number>>): string {
  const head = 'Running 2s test @ http://127.0.0.1:8080/\n  1 threads and 64 connections\n';
  return `${head}Requests/sec:  14999.10\nresult ${JSON.stringify(fields)}\n`;
}

test('rates are per second of the time that it took, latencies in milliseconds', () => {
  assert.deepEqual(loadResultOf(printed(counted)), {
    requestsPerS: 15_000,
    bytesPerS: 3_000_000,
    latencyMs: { p50: 1.5, p95: 2.5, p99: 9, max: 20 },
    errors: 0,
    loaderCores: 0.25,
  });
});

test('every kind of error counts', () => {
  const errors = { connect: 1, read: 10, write: 100, timeout: 1000, status: 10_000 };
  assert.equal(loadResultOf(printed({ ...counted, ...errors })).errors, 11_111);
});

test('wrk that failed is an error that tells what it said', () => {
  assert.throws(() => loadResultOf('unable to connect to 127.0.0.1:1\n'), /unable to connect/);
});
