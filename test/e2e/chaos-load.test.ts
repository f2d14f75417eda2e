/**
 * The load of chaos runs on a real cluster that nothing attacks: nothing is lost. And had something been lost,
 * it would show.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openArena } from '../chaos/arena/arena.js';
import { judge } from '../chaos/checks/judge.js';
import type { CheckResult } from '../chaos/checks/types.js';
import { openLoad } from '../chaos/load/load.js';
import { shares } from '../chaos/load/schedule.js';
import type { LoadRecord, RunRecord } from '../chaos/records.js';

const seed = 11;
const rate = 40;
const nodes = 3;
const loadMs = 5000;
/** Whether a request is refused or comes late is a matter of how busy this machine is just now. */
const ofCapacity = [
  'every-failure-is-explained',
  'idempotent-requests-do-not-fail',
  'success-share',
];

test('a load that nothing disturbs loses nothing, and what were lost would show', {
  timeout: 120_000,
}, async (t) => {
  const arena = await openArena({ nodes, sandbox: 'process' });
  t.after(() => arena.close());
  const { missing: noNginx } = arena.balancers.nginx;
  const { missing: noHaproxy } = arena.balancers.haproxy;
  if (noNginx !== false && noHaproxy !== false) return t.skip(`${noNginx}; ${noHaproxy}`);
  const load = openLoad({ arena, seed, rate });
  t.after(() => load.close());
  await load.prepare();
  await load.begin();
  await delay(loadMs);
  const record = await load.end();

  assert.deepEqual(record.oddities, []);
  assert.deepEqual(
    wrongOf(record).map(({ id, measured, examples }) => [id, measured, ...examples]),
    [],
  );
  const lastedS = (record.endedMs - record.beganMs) / 1000;
  const planned = record.requests.filter(({ id }) => id.includes('-8000-'));
  const expected = lastedS * rate * (1 - shares.settings);
  assert.ok(Math.abs(planned.length - expected) < 0.1 * expected, `${planned.length}, ${expected}`);
  for (const kind of ['invoke', 'idempotent', 'chained', 'event', 'write', 'publish', 'switch']) {
    assert.ok(record.requests.some((request) => request.kind === kind && request.error === null));
  }
  const tellWhere = record.requests.filter(({ entered, ranOn }) => entered.length > 0 && ranOn);
  assert.ok(
    tellWhere.length > planned.length / 2,
    'most answers tell who had them and who ran them',
  );
  assert.deepEqual(new Set(record.versions.map(({ node }) => node)), new Set([1, 2, 3]));

  const accepted = record.requests.find(({ kind, status }) => kind === 'event' && status === 202);
  const answered = record.requests.find(({ kind, error }) => kind === 'invoke' && error === null);
  const forgotten = (id = 'none') => record.ledger.filter((entry) => entry.id !== id);
  const idsWithout = (id: string | undefined) =>
    wrongOf({ ...record, ledger: forgotten(id) }).map((result) => result.id);
  assert.deepEqual(idsWithout(accepted?.id), ['events-are-not-lost']);
  assert.deepEqual(idsWithout(answered?.id), ['invocations-run-once']);
});

/** What was lost, doubled or mixed up in a run that is nothing but this load. */
function wrongOf(load: LoadRecord): CheckResult[] {
  const run: RunRecord = {
    ...{ seed, minutes: loadMs / 60_000, nodes, rate, sandbox: 'process', only: [], skipped: [] },
    ...{ load, faults: [], before: null, after: null },
  };
  return judge(run).filter(({ id, holds }) => holds === false && !ofCapacity.includes(id));
}
