import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  recoveryMs,
  Standstill,
  type StandstillChange,
  standstillMs,
  steadyMs,
} from '../../src/cluster/standstill.js';

/** One 50 ms step per lag, and what changed at which time. */
function observed(lags: readonly (number | null)[]): [number, StandstillChange][] {
  const standstill = new Standstill();
  return lags.flatMap((lagMs, step) => {
    const change = standstill.observe(lagMs, step * 50);
    return change === null ? [] : [[step * 50, change] as [number, StandstillChange]];
  });
}

/** The lags of a thread that stops for `ms` and then beats every 100 ms for `steady` ms. */
function stop(ms: number, steady = 0): number[] {
  const standing = Array.from({ length: ms / 50 }, (_, step) => step * 50);
  const beating = Array.from({ length: steady / 50 }, (_, step) => (step % 2) * 50);
  return [...standing, ...beating];
}

test('a thread that stands still for a second and no longer is not called out', () => {
  assert.deepEqual(observed([...stop(standstillMs + 50), ...stop(standstillMs + 50)]), []);
});

test('it stands still from the first lag above the limit until it has been steady for long enough', () => {
  const changes = observed(stop(4000, 3000));
  assert.deepEqual(changes, [
    [standstillMs + 50, { kind: 'began', lagMs: standstillMs + 50 }],
    [4000 + recoveryMs, { kind: 'ended', durationMs: 4000 }],
  ]);
});

test('one that goes on by fits and starts is called out once and given work once', () => {
  const fits = [...stop(1500, 300), ...stop(700, 600), ...stop(700, 900), ...stop(3000, 2000)];
  const changes = observed(fits);
  assert.deepEqual(
    changes.map(([, { kind }]) => kind),
    ['began', 'ended'],
  );
  assert.equal(changes[1]?.[1].kind === 'ended' && changes[1][1].durationMs, 7700);
});

test('small lags while it recovers do no harm', () => {
  const changes = observed([...stop(2000), ...stop(steadyMs), ...stop(steadyMs), ...stop(0, 500)]);
  assert.deepEqual(
    changes.map(([atMs]) => atMs),
    [standstillMs + 50, 2000 + recoveryMs],
  );
});

test('what is not known proves neither that it stands nor that it goes on', () => {
  assert.deepEqual(observed([null, null, ...stop(900), null, 0, 50]), []);
  const blind = observed([...stop(2000, 900), null, ...stop(0, 2000)]);
  assert.deepEqual(
    blind.map(([atMs]) => atMs),
    [standstillMs + 50, 2900 + 50 + recoveryMs],
  );
});

test('a lag that is measured anew from nothing does not look like steady beats', () => {
  // the watcher was blind for a moment; the thread has not moved since before
  const changes = observed([...stop(2000), null, ...stop(3000)]);
  assert.deepEqual(
    changes.map(([, { kind }]) => kind),
    ['began'],
  );
});
