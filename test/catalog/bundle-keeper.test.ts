import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { BundleKeeper } from '../../src/catalog/index.js';
import { SimulatedClock, silentLogger } from '../../src/lib/index.js';
import { type BundleHash, bundleHash } from '../../src/types/index.js';

const [a, b, c] = ['a', 'b', 'c'].map((digit) => bundleHash(digit.repeat(64))) as [
  BundleHash,
  BundleHash,
  BundleHash,
];

function makeKeeper({ held = [] as BundleHash[], unreferenced = [] as BundleHash[] } = {}) {
  const clock = new SimulatedClock();
  const here = new Set(held);
  const fetched: BundleHash[] = [];
  const peers = { answer: true };
  const keeper = new BundleKeeper({
    bundles: {
      has: async (hash) => here.has(hash),
      put: async (hash) => void here.add(hash),
    },
    peers: {
      fetch: async (hash) => {
        if (!peers.answer) throw new Error('nobody answers');
        fetched.push(hash);
        return new Uint8Array();
      },
    },
    references: (hash) => !unreferenced.includes(hash),
    clock,
    logger: silentLogger,
  });
  return { keeper, clock, here, fetched, peers };
}

/** Lets the keeper's own promises run: no time passes. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await turn();
}

test('a node that comes to vote fetches the code that it lacks, and only that', async () => {
  const { keeper, fetched } = makeKeeper({ held: [b], unreferenced: [c] });
  for (const hash of [a, b, c]) keeper.want(hash);
  await settle();
  assert.deepEqual(fetched, [], 'a node without a vote leaves it to those who have one');
  keeper.setVotes(true);
  await settle();
  assert.deepEqual(fetched, [a]);
});

test('a fetch that nobody answers is tried again until it works', async () => {
  const { keeper, clock, here, peers } = makeKeeper();
  peers.answer = false;
  keeper.setVotes(true);
  keeper.want(a);
  await settle();
  clock.advance(10_000);
  await settle();
  assert.equal(here.has(a), false);
  peers.answer = true;
  clock.advance(10_000);
  await settle();
  assert.equal(here.has(a), true);
});

test('what is wanted while a fetch is under way is not forgotten', async () => {
  const { keeper, fetched } = makeKeeper();
  keeper.setVotes(true);
  keeper.want(a);
  keeper.want(b);
  await settle();
  keeper.want(c);
  await settle();
  assert.deepEqual(fetched, [a, b, c]);
});

test('a stopped keeper fetches nothing more', async () => {
  const { keeper, clock, fetched, peers } = makeKeeper();
  peers.answer = false;
  keeper.setVotes(true);
  keeper.want(a);
  await settle();
  keeper.stop();
  peers.answer = true;
  clock.advance(100_000);
  await settle();
  assert.deepEqual(fetched, []);
});
