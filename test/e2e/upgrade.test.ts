/**
 * Five nodes behind nginx upgrade themselves under load, followed from outside by `hearth rollout status --watch`; then
 * they take back what is bad, and go on though their Master is killed at every step. `npm run upgrade` is the long form,
 * which judges times as well.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { badKinds, badPatch } from '../upgrade/bad-releases.js';
import { Field } from '../upgrade/field.js';
import { broken, type Promised } from '../upgrade/judge.js';
import type { UpgradeRecord } from '../upgrade/records.js';
import { report } from '../upgrade/report.js';
import { type RunOptions, underLoad } from '../upgrade/run.js';
import { Command, eventually, missing } from './cluster-harness.js';

const skip = missing('nginx');
const forward = [
  'detected',
  'starting-canaries',
  'baking-canaries',
  'handing-over',
  'moving',
  'draining',
  'draining-last',
  'baking',
  'finalised',
] as const;
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
  const record = await tried('0.2.1', { rate: 300, calmMs: 8000, requestsMin: 20_000 });
  holds(record, { end: 'finalised', mayFail: false, slowdownMax, requestsMin: 20_000 });
  assert.deepEqual(
    record.steps.map(({ step }) => step).filter((step) => !forward.includes(step as never)),
    [],
  );
  assert.equal((await watch.ended()).code, 0, watch.stderr);
  inOrder(watch.stdout, [...forward]);
  assert.match(watch.stdout, /1 of 0\.2\.1/);
  assert.match(watch.stdout, /the cluster runs 0\.2\.1/);
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
    const version = `0.2.${at + 2}`;
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
    const page = await eventually(
      () => field.rollout(),
      (seen) => /refused|rolled back/.test(seen?.source?.text ?? ''),
    );
    assert.equal(page?.current, null);
    assert.equal(
      page?.refused.some(({ release }) => release.startsWith(`${version} `)),
      true,
    );
  });
}

test('the Master is killed at every step, and the rollout goes on to its end', {
  skip,
  timeout: 250_000,
}, async () => {
  const record = await tried('0.2.9', { rate: 60, calmMs: 3000, kills: true });
  holds(record, { end: 'finalised', mayFail: false, slowdownMax: null, requestsMin: 0 });
  const killed = record.kills.map(({ step }) => step);
  assert.deepEqual(
    forward.filter((step) => step !== 'finalised' && !killed.includes(step)),
    [],
    'steps at which nobody was killed',
  );
});

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
