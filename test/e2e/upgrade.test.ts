/**
 * Five nodes behind nginx upgrade themselves under load, followed from outside by `hearth rollout status --watch`; then
 * with HEARTH_UPGRADE=all, for it takes minutes, they go on though their Master is killed at every step. `npm run upgrade`
 * is the long form, which judges times as well.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { steps } from '../../src/rollout/index.js';
import { Field, laterVersion } from '../upgrade/field.js';
import { holds, tried } from '../upgrade/trial.js';
import { Command, missing } from './cluster-harness.js';

const skip = missing('nginx');
/** On the way forward, but the last. */
const forward = steps.slice(0, steps.indexOf('baking') + 1);
/** On a busy machine times tell little; `npm run upgrade` is stricter. */
const slowdownMax = 10;
const resetsMax = 2;
/** With a death at every step. */
const rolloutsMax = 3;

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
  const record = await tried(field, version, { rate: 250, calmMs: 6000, requestsMin: 20_000 });
  holds(record, {
    end: 'finalised',
    mayFail: false,
    resetsMax,
    slowdownMax,
    requestsMin: 20_000,
  });
  assert.equal((await watch.ended()).code, 0, watch.stderr);
  inOrder(watch.stdout, [...forward, 'finalised']);
  for (const words of [`1 of ${version}`, `the cluster runs ${version}`]) {
    assert.ok(watch.stdout.includes(words), watch.stdout);
  }
});

if (process.env.HEARTH_UPGRADE === 'all')
  test('the Master is killed at every step, and the rollout goes on to its end', {
    skip,
    timeout: 250_000,
  }, async () => {
    // a step that is over before the cluster has got over the death before has its turn in another rollout
    let left = forward;
    for (let rollout = 0; rollout < rolloutsMax && left.length > 0; rollout++) {
      const version = laterVersion(9 + rollout);
      const record = await tried(field, version, { rate: 60, calmMs: 2000, kills: left });
      holds(record, {
        end: 'finalised',
        mayFail: false,
        resetsMax,
        slowdownMax: null,
        requestsMin: 0,
      });
      left = left.filter((step) => !record.kills.some((kill) => kill.step === step));
    }
    assert.deepEqual(left, [], 'steps at which no Master was killed');
  });

/** Each of the words after the one before. */
function inOrder(text: string, words: readonly string[]): void {
  let at = 0;
  for (const word of words) {
    const found = text.indexOf(word, at);
    assert.ok(found >= 0, `${word} does not follow in: ${text}`);
    at = found;
  }
}
