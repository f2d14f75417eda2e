/**
 * Five nodes behind nginx upgrade themselves under load, followed from outside by `hearth rollout status --watch`; then
 * they take back what is bad, and go on though their Master is killed. `npm run upgrade` is the long form, which judges
 * times as well, and with `--kill` kills the Master at every step.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { manifestName, newReleaseKeys, steps } from '../../src/rollout/index.js';
import { badKinds, badPatch } from '../upgrade/bad-releases.js';
import { Field, laterVersion } from '../upgrade/field.js';
import { broken, type Promised } from '../upgrade/judge.js';
import type { UpgradeRecord } from '../upgrade/records.js';
import { report } from '../upgrade/report.js';
import { type RunOptions, underLoad } from '../upgrade/run.js';
import { Command, eventually, missing } from './cluster-harness.js';

const skip = missing('nginx');
/** On the way forward, but the last. */
const forward = steps.slice(0, steps.indexOf('baking') + 1);
/** On a busy machine times tell little; `npm run upgrade` is stricter. */
const slowdownMax = 10;
const stepTimeoutMs = 120_000;

let field: Field;
before(async () => {
  if (skip === false) field = await Field.open();
});
after(async () => {
  if (skip === false) await field.close();
});

test('a release is rolled out under load: no request fails, no event is lost, and a human can follow it', {
  skip,
  timeout: 250_000,
}, async (t) => {
  const watch = Command.hearth(['rollout', 'status', '--watch', '--endpoint', field.url]);
  t.after(() => watch.child.kill('SIGKILL'));
  const version = laterVersion(1);
  const record = await tried(version, { rate: 350, calmMs: 6000, requestsMin: 20_000 });
  holds(record, { end: 'finalised', mayFail: false, slowdownMax, requestsMin: 20_000 });
  assert.equal((await watch.ended()).code, 0, watch.stderr);
  inOrder(watch.stdout, [...forward, 'finalised']);
  for (const words of [`1 of ${version}`, `the cluster runs ${version}`]) {
    assert.ok(watch.stdout.includes(words), watch.stdout);
  }
});

for (const [at, kind] of badKinds.entries()) {
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
    const record = await tried(version, { rate: 100, calmMs: 3000, patch: badPatch(kind) });
    holds(record, {
      end: 'rolled-back',
      mayFail: kind === 'errors',
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
  await field.offer(laterVersion(8), {}, newReleaseKeys().privateKey);
  await refusedFor(/is refused: none of the 1 trusted keys has signed/);
  const { signature: _, ...unsigned } = JSON.parse(
    readFileSync(join(field.source, manifestName), 'utf8'),
  );
  await field.dropManifest(JSON.stringify(unsigned));
  await refusedFor(/is not signed/);
  const page = await field.mastersRollout();
  assert.deepEqual([page.current, page.past[0]?.id], [null, before.past[0]?.id]);
});

test('the Master is killed again and again, and the rollout goes on to its end', {
  skip,
  timeout: 250_000,
}, async () => {
  // so soon before `moving`, the other death would leave no majority
  const kills = forward.filter((step) => step !== 'handing-over');
  const record = await tried(laterVersion(9), { rate: 60, calmMs: 3000, kills });
  holds(record, { end: 'finalised', mayFail: false, slowdownMax: null, requestsMin: 0 });
  const killed = record.kills.map(({ step }) => step);
  // a step that is over before the cluster has got over the death before is left out
  assert.ok(killed.includes('moving') && killed.length >= 4, `killed at ${killed}`);
});

async function refusedFor(reason: RegExp): Promise<void> {
  await eventually(
    async () => (await fetch(`${field.url}/_hearth/audit?caller=rollout`)).text(),
    (lines) => reason.test(lines),
  );
}

type Trial = Omit<RunOptions, 'say' | 'timeoutMs'>;

function tried(version: string, options: Trial): Promise<UpgradeRecord> {
  const say = (line: string): void => console.log(line);
  return underLoad(field, { ...options, version, timeoutMs: stepTimeoutMs, say });
}

function holds(record: UpgradeRecord, promised: Promised): void {
  console.log(report(`${record.from} to ${record.to}`, record));
  assert.deepEqual(broken(record, promised), []);
}

/** Each of the words after the one before. */
function inOrder(text: string, words: readonly string[]): void {
  let at = 0;
  for (const word of words) {
    const found = text.indexOf(word, at);
    assert.ok(found >= 0, `${word} does not follow in: ${text}`);
    at = found;
  }
}
