import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../../../src/lib/index.js';
import { Offers } from '../../../src/rollout/conductor/offers.js';
import {
  firstState,
  newReleaseKeys,
  type RolloutState,
  signManifest,
} from '../../../src/rollout/index.js';
import { HearthError } from '../../../src/types/index.js';
import { member } from './members.js';

const { privateKey, publicKey } = newReleaseKeys();
const made = {
  version: '0.3.0',
  digest: `sha256:${'a'.repeat(64)}`,
  formatLevel: 2,
  artifact: 'x',
};
const offer = signManifest(made, privateKey);

function makeOffers(state: RolloutState = firstState, keys = [publicKey]) {
  const begun: unknown[] = [];
  const members = [member(1), member(2)];
  let refusal: Error | null = null;
  const offers = new Offers(
    {
      watch: {
        offer,
        page: { address: 'here', lookedMs: 5, text: 'offers 0.3.0' },
        start: () => begun.push('watches'),
        stop: async () => void begun.push('watches no more'),
      },
      open: () => ({ look: async () => ({ kind: 'offer', manifest: offer }), forget: () => {} }),
      state: () => state,
      members: () => members,
      begin: async (wish) => {
        begun.push(wish);
        if (refusal !== null) throw refusal;
      },
      logger: silentLogger,
    },
    { address: 'here', keys },
  );
  const refuse = (error: Error) => {
    refusal = error;
  };
  return { offers, begun, members, refuse };
}

test('a release that is newer than all that runs is begun, without its signature', async () => {
  const { offers, begun } = makeOffers();
  await offers.idle();
  assert.deepEqual(begun, [{ release: made, by: 'the source of releases', again: false }]);
});

test('what runs anywhere, is older or was refused is not begun', async () => {
  for (const release of ['0.3.0', '0.4.0']) {
    const { offers, begun, members } = makeOffers();
    members.push(member(3, release));
    await offers.idle();
    assert.deepEqual(begun, []);
  }
  const refused = [{ release: `0.3.0 ${made.digest}`, reason: 'it was bad', atMs: 1 }];
  const { offers, begun } = makeOffers({ ...firstState, refused });
  await offers.idle();
  assert.deepEqual(begun, []);
});

test('a release that cannot begin now is tried again', async () => {
  const { offers, begun, refuse } = makeOffers();
  refuse(new HearthError('no-quorum', 'nobody leads'));
  await offers.idle();
  await offers.idle();
  assert.equal(begun.length, 2);
});

test('the source is watched by who rules', () => {
  const { offers, begun } = makeOffers();
  offers.rules(true);
  offers.rules(false);
  assert.deepEqual(begun, ['watches', 'watches no more']);
  assert.deepEqual(offers.seen, { lookedMs: 5, text: 'offers 0.3.0' });
});

test('by hand, what the source offers now is taken where a trusted key has signed it', async () => {
  assert.deepEqual(await makeOffers().offers.lookNow(), made);
  const stranger = makeOffers(firstState, [newReleaseKeys().publicKey]).offers;
  await assert.rejects(stranger.lookNow(), { code: 'release-refused' });
});
