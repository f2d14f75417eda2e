/**
 * Five nodes behind nginx take back releases that are bad, and refuse those that nobody whom they trust has signed. One
 * kind of bad release is enough every day; with HEARTH_UPGRADE=all each has its turn.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { manifestName, newReleaseKeys } from '../../src/rollout/index.js';
import { type BadKind, badKinds, badPatch } from '../upgrade/bad-releases.js';
import { Field, laterVersion } from '../upgrade/field.js';
import { holds, tried } from '../upgrade/trial.js';
import { Command, eventually, missing } from './cluster-harness.js';

const skip = missing('nginx');

const kinds: readonly BadKind[] = process.env.HEARTH_UPGRADE === 'all' ? badKinds : ['errors'];

let field: Field;
before(async () => {
  if (skip === false) field = await Field.open();
});
after(async () => {
  if (skip === false) await field.close();
});

for (const [at, kind] of kinds.entries()) {
  const words = {
    crashes: 'crashes when it starts',
    errors: 'fails one request in twenty',
    slow: 'answers 10 ms later',
  };
  test(`a release that ${words[kind]} is taken back by itself, and not tried again`, {
    skip,
    timeout: 200_000,
  }, async () => {
    const version = laterVersion(at + 2);
    const record = await tried(field, version, {
      rate: kind === 'slow' ? 250 : 100,
      calmMs: 3000,
      patch: badPatch(kind),
    });
    holds(record, {
      end: 'rolled-back',
      // another test counts failures on a machine that does nothing else
      mayFail: true,
      slowdownMax: null,
      requestsMin: 0,
    });
    const history = Command.hearth(['rollout', 'history', '--endpoint', field.url]);
    assert.equal((await history.ended()).code, 0, history.stderr);
    assert.ok(history.stdout.includes(version), history.stdout);
    assert.ok(record.reason !== null && record.reason !== '');
    // the source still offers it
    const lookedMs = (await field.mastersRollout()).source?.lookedMs ?? 0;
    const page = await eventually(
      () => field.mastersRollout(),
      ({ source }) => (source?.lookedMs ?? 0) > lookedMs + 1000,
    );
    assert.equal(page.current, null);
    assert.equal(page.past[0]?.release.version, version);
    assert.ok(page.refused.some(({ release }) => release.startsWith(`${version} `)));
  });
}

test('a release that was taken back is tried again when somebody says so, and given up when somebody says so', {
  skip,
  timeout: 120_000,
}, async () => {
  const before = (await field.mastersRollout()).past[0];
  const start = Command.hearth(['rollout', 'start', '--again', '--endpoint', field.url]);
  assert.equal((await start.ended()).code, 0, start.stderr);
  const id = (before?.id ?? 0) + 1;
  await eventually(
    () => field.mastersRollout(),
    ({ current }) => current?.id === id && current.release.version === before?.release.version,
  );
  const abort = Command.hearth(['rollout', 'abort', '--endpoint', field.url]);
  assert.equal((await abort.ended()).code, 0, abort.stderr);
  const page = await eventually(
    () => field.mastersRollout(),
    ({ current, past }) => current === null && past[0]?.id === id,
    60_000,
  );
  assert.equal(page.past[0]?.step, 'rolled-back');
});

test('a manifest that nobody has signed, or somebody else, is refused with a line of the audit log', {
  skip,
  timeout: 60_000,
}, async () => {
  const before = await field.mastersRollout();
  await field.make(laterVersion(8), {}, newReleaseKeys().privateKey);
  await field.offer(laterVersion(8));
  await refusedFor(/is refused: no trusted key has signed/);
  const { signature: _, ...unsigned } = JSON.parse(
    readFileSync(join(field.source, manifestName), 'utf8'),
  );
  await field.dropManifest(JSON.stringify(unsigned));
  await refusedFor(/is not signed/);
  const audit = Command.hearth(['audit', '--caller', 'rollout', '--endpoint', field.url]);
  assert.equal((await audit.ended()).code, 0, audit.stderr);
  assert.match(audit.stdout, /hearth:StartRollout .*no trusted key has signed/);
  const page = await field.mastersRollout();
  assert.deepEqual([page.current, page.past[0]?.id], [null, before.past[0]?.id]);
});

async function refusedFor(reason: RegExp): Promise<void> {
  await eventually(
    async () => (await fetch(`${field.url}/_hearth/audit?caller=rollout`)).text(),
    (lines) => reason.test(lines),
  );
}
