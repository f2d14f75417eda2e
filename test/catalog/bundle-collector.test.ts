import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BundleCollector, BundleStore } from '../../src/catalog/index.js';
import { SimulatedClock, silentLogger } from '../../src/lib/index.js';
import type { BundleHash } from '../../src/types/index.js';
import { makeZip } from './zips.js';

const hourMs = 3_600_000;

/** A store of real files on a clock that can be moved, and the collector over it. */
async function makeCollector(t: TestContext, bytesMax = Number.POSITIVE_INFINITY) {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-bundles-'));
  t.after(() => rm(directory, { recursive: true }));
  const clock = new SimulatedClock();
  const bundles = new BundleStore(directory, clock);
  await bundles.start();
  const facts = {
    referenced: new Set<BundleHash>(),
    inUse: new Set<BundleHash>(),
    votes: false,
    caughtUp: true,
  };
  const collector = new BundleCollector(
    {
      bundles,
      references: (hash) => facts.referenced.has(hash),
      caughtUp: async () => facts.caughtUp,
      inUse: () => facts.inUse,
      votes: () => facts.votes,
      clock,
      logger: silentLogger,
    },
    { bytesMax },
  );
  let made = 0;
  /** A bundle that was put there, and unpacked, so long ago. */
  const add = async (agoMs: number): Promise<BundleHash> => {
    const content = String(made++).padStart(1000, 'x');
    const hash = await bundles.add(await makeZip([{ name: 'index.js', content }]));
    const when = new Date(clock.wallMs() - agoMs);
    for (const path of [`bundles/${hash}.zip`, `code/${hash}`]) {
      await utimes(join(directory, path), when, when);
    }
    return hash;
  };
  const held = async (hash: BundleHash): Promise<string> => {
    const bundle = (await bundles.held()).find((each) => each.hash === hash);
    if (bundle === undefined) return 'nothing';
    return [bundle.zipBytes > 0 ? 'zip' : '', bundle.codeBytes > 0 ? 'code' : ''].join(' ').trim();
  };
  return { collector, bundles, clock, facts, add, held };
}

test('code that no function refers to is removed after an hour, what is in use stays', async (t) => {
  const { collector, facts, add, held } = await makeCollector(t);
  const referenced = await add(2 * hourMs);
  const inUse = await add(2 * hourMs);
  const recent = await add(hourMs / 2);
  const old = await add(2 * hourMs);
  facts.referenced.add(referenced);
  facts.inUse.add(inUse);
  await collector.collect();
  assert.equal(await held(old), 'nothing');
  for (const kept of [referenced, inUse, recent]) assert.equal(await held(kept), 'zip code');
});

test('a node that cannot confirm what the cluster knows removes no code', async (t) => {
  const { collector, facts, add, held } = await makeCollector(t, 0);
  const old = await add(2 * hourMs);
  facts.caughtUp = false;
  await collector.collect();
  assert.equal(await held(old), 'zip code');
});

test('over the limit, what was used least recently goes, until there is room', async (t) => {
  const { collector, bundles, facts, add, held } = await makeCollector(t, 3000);
  const [first, second, third] = [
    await add(9 * hourMs),
    await add(8 * hourMs),
    await add(7 * hourMs),
  ];
  for (const hash of [first, second, third]) facts.referenced.add(hash);
  await bundles.unpacked(first, () => Promise.reject(new Error('it is here')));
  await collector.collect();
  assert.equal(await held(second), 'nothing');
  assert.equal(await held(third), 'zip code');
  assert.equal(await held(first), 'zip code', 'it was used just now');
});

test('a voter keeps the zip of every function, and drops what it can unpack again', async (t) => {
  const { collector, bundles, facts, add, held } = await makeCollector(t, 0);
  const hash = await add(2 * hourMs);
  facts.referenced.add(hash);
  facts.votes = true;
  await collector.collect();
  assert.equal(await held(hash), 'zip');
  await bundles.unpacked(hash, () => Promise.reject(new Error('nothing needs to be fetched')));
  assert.equal(await held(hash), 'zip code');
});

test('code that sandboxes run stays, also over the limit', async (t) => {
  const { collector, facts, add, held } = await makeCollector(t, 0);
  const hash = await add(2 * hourMs);
  facts.inUse.add(hash);
  await collector.collect();
  assert.equal(await held(hash), 'zip code');
});
