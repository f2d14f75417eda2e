import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Setting } from '../../../src/catalog/index.js';
import { WebhookSecrets } from '../../../src/events/index.js';
import { SimulatedClock } from '../../../src/lib/index.js';
import { HearthError } from '../../../src/types/index.js';

const dayMs = 86_400_000;

/** The settings of a cluster, and nodes that share them. */
function begin() {
  const clock = new SimulatedClock();
  let setting: Setting | undefined;
  let revision = 0;
  /** Nodes that have not heard of the last change see none. */
  const node = (sees: () => Setting | undefined = () => setting): WebhookSecrets =>
    new WebhookSecrets(
      {
        setting: sees,
        set: async (name, value, expected) => {
          if (expected !== (setting?.revision ?? 0)) throw new HearthError('revision-mismatch', '');
          setting = { name, value, revision: ++revision };
          return setting;
        },
        seal: (_, text) => [...text].reverse().join(''),
        unseal: (_, sealed) => [...sealed].reverse().join(''),
        catchUp: async () => true,
      },
      clock,
    );
  return { clock, node, setting: () => setting };
}

test('the first who needs a secret makes it, sealed, and all nodes sign with it', async () => {
  const { node, setting } = begin();
  const [one] = await node().signing();
  assert.match(one ?? '', /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.deepEqual(await node().signing(), [one]);
  assert.ok(!JSON.stringify(setting()?.value).includes(String(one)), 'it is not stored as it is');
});

test('where two make one at the same time, one of them counts for both', async () => {
  const { node, setting } = begin();
  const winner = await node().get();
  let looks = 0;
  // knows nothing until its own has been refused
  const late = node(() => (looks++ < 2 ? undefined : setting()));
  assert.equal((await late.get()).current, winner.current);
});

test('a secret that was replaced signs for a day more', async () => {
  const { node, clock } = begin();
  const secrets = node();
  const first = await secrets.get();
  const second = await secrets.rotate();
  assert.notEqual(second.current, first.current);
  assert.deepEqual(await secrets.signing(), [second.current, first.current]);
  clock.advance(dayMs + 1);
  assert.deepEqual(await secrets.signing(), [second.current]);
  const third = await secrets.rotate();
  assert.deepEqual(await node().signing(), [third.current, second.current]);
});
