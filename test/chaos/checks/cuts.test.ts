/** What a part of a cluster must not do, and how long agreeing may take. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Probe } from '../records.js';
import { aMinorityRunsAndRefuses, everythingAgreesAfterAHeal } from './cuts.js';
import { fault, masterKill, minorityCut, probe, sampleBeganMs, sampleRun } from './sample-run.js';

function withProbe(changes: Partial<Probe>) {
  const probes = [probe(), probe(changes)];
  return aMinorityRunsAndRefuses(sampleRun({ faults: [minorityCut({ probes })] }));
}

test('a minority that does not run functions, takes writes, or refuses badly is seen', () => {
  const write = { what: 'write' } as const;
  for (const [changes, told] of [
    [{ status: 502, text: 'lost' }, /^the minority did not run a function: invoke on node 5, 2000/],
    [{ ...write, status: 200 }, /^the minority took a write/],
    [{ ...write, tookMs: 1100 }, /^the minority did not refuse within 1000 ms/],
    [{ ...write, status: 0, tookMs: 3000 }, /^the minority did not refuse within 1000 ms/],
    [{ ...write, isRetryable: false }, /^the minority refused in a way that says not to try/],
  ] as const) {
    const { holds, examples } = withProbe(changes);
    assert.equal(holds, false, `${told}`);
    assert.match(examples[0] ?? '', told);
  }
});

test('a majority that takes no writes two seconds after the cut is seen, and is excused before', () => {
  const refused = { what: 'write', side: 'majority', status: 503 } as const;
  assert.equal(withProbe({ ...refused, atMs: 24_100 }).holds, false);
  assert.equal(withProbe({ ...refused, atMs: 23_900 }).holds, true);
});

test('what was asked as the cut was made, or answered after the heal, says nothing', () => {
  assert.equal(withProbe({ status: 502, atMs: 22_100 }).holds, true);
  assert.equal(withProbe({ what: 'write', status: 200, atMs: 22_100, tookMs: 20 }).holds, true);
  assert.equal(withProbe({ what: 'write', status: 200, atMs: 27_500, tookMs: 700 }).holds, true);
});

test('a write that hangs until the heal, and was asked long before it, is seen', () => {
  assert.equal(withProbe({ what: 'write', status: 200, atMs: 26_000, tookMs: 2100 }).holds, false);
});

test('agreeing may take five seconds after a cut, and any time after other faults', () => {
  const agreedMs = sampleBeganMs + 28_000 + 5100;
  const slow = everythingAgreesAfterAHeal(sampleRun({ faults: [minorityCut({ agreedMs })] }));
  assert.equal(slow.holds, false);
  assert.match(slow.examples[0] ?? '', /^nodes agreed 5\.1 s after "cut a majority/);
  const kill = masterKill({ agreedMs: sampleBeganMs + 16_000 + 5500 });
  const other = everythingAgreesAfterAHeal(sampleRun({ faults: [kill, minorityCut()] }));
  assert.equal(other.holds, true);
  assert.match(other.measured, /^1 cut healed; slowest by kind: death 5\.5 s, cut 0\.8 s$/);
});

test('nodes that never agree again break it, after whatever fault', () => {
  const never = masterKill({ agreedMs: null });
  const { holds, examples } = everythingAgreesAfterAHeal(sampleRun({ faults: [never] }));
  assert.equal(holds, false);
  assert.match(examples[0] ?? '', /^nodes did not agree again after "kill the Master" at 10\.0 s/);
});

test('while another fault lasts nobody can agree', () => {
  const beside = fault({ kind: 'disk', nodes: [2], beganMs: 25_000, mendedMs: 31_000 });
  const cut = minorityCut({ agreedMs: sampleBeganMs + 34_000 });
  assert.equal(everythingAgreesAfterAHeal(sampleRun({ faults: [cut, beside] })).holds, true);
});
