import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BundlePeers, BundleStore, Catalog } from '../../src/catalog/index.js';
import { nextTurn, SimulatedClock } from '../../src/lib/index.js';
import { type ClusterView, HearthError, limits, nodeId } from '../../src/types/index.js';
import { plainFetch } from '../peer-fetch.js';
import { newFunction as settings } from './new-function.js';
import { makeZip } from './zips.js';

const self = nodeId('1'.repeat(32));
const alone: ClusterView = {
  self,
  master: self,
  leader: null,
  term: 1,
  quorum: true,
  voters: [self],
  nodes: [],
};

let base = '';
let count = 0;
before(async () => {
  base = await mkdtemp(join(tmpdir(), 'hearth-catalog-'));
});
after(() => rm(base, { recursive: true }));

/** A catalogue over a log that commits at once, or refuses. */
async function makeCatalog({ view = alone, refuse = false, leads = true } = {}) {
  const changed: string[] = [];
  const proposed: string[] = [];
  // ahead of the file system's clock, so that what is written now is old already
  const clock = new SimulatedClock(Date.now() + 7_200_000);
  const bundles = new BundleStore(join(base, String(count++)), clock);
  await bundles.start();
  let index = 0;
  const catalog: Catalog = new Catalog({
    log: {
      propose: async (command) => {
        proposed.push(Buffer.from(command).toString('latin1'));
        if (refuse) throw new HearthError('no-quorum', 'no majority');
        index += 1;
        catalog.apply(index, command);
        return index;
      },
      readIndex: async () => (leads ? index : null),
    },
    bundles,
    peers: new BundlePeers(() => view, plainFetch),
    clock,
    codeWanted: () => {},
    changed: (name) => changed.push(name),
    concurrencyChanged: () => {},
    sealingKey: () => Buffer.alloc(32, 1),
    nextTurn,
  });
  return { catalog, bundles, changed, proposed };
}

test('a created function has its code on disk, whole and unpacked', async () => {
  const { catalog } = await makeCatalog();
  const zip = await makeZip([{ name: 'index.js', content: 'exports.x = 1;' }]);
  const record = await catalog.create(settings, zip);
  assert.deepEqual(Buffer.from(await catalog.readBundle(record.codeHash)), zip);
  const taskRoot = await catalog.taskRoot(record.codeHash);
  assert.equal(await readFile(join(taskRoot, 'index.js'), 'utf8'), 'exports.x = 1;');
  assert.match(record.lastModified, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
});

test('a bad zip is refused before anything is proposed, and leaves no function', async () => {
  const { catalog } = await makeCatalog();
  await assert.rejects(catalog.create(settings, Buffer.from('no zip')), /Could not unzip/);
  assert.equal(catalog.get('f'), undefined);
});

test('a change that the log refuses changes nothing', async () => {
  const { catalog } = await makeCatalog({ refuse: true });
  const zip = await makeZip([{ name: 'index.js', content: '1' }]);
  await assert.rejects(catalog.create(settings, zip), { code: 'no-quorum' });
  assert.equal(catalog.get('f'), undefined);
});

test('without a majority of voters to keep the code nothing is acknowledged', async () => {
  const others = ['2', '3'].map((digit) => nodeId(digit.repeat(32)));
  const view: ClusterView = {
    ...alone,
    voters: [self, ...others],
    nodes: others.map((id) => ({
      id,
      rank: 1,
      role: 'replica',
      status: 'alive',
      http: '127.0.0.1:1',
      cluster: '127.0.0.1:1',
      release: '',
      joinedAt: 2,
      load: 0,
      waiting: 0,
      freeMemoryMb: 0,
      degraded: false,
      cohort: 0,
    })),
  };
  const { catalog } = await makeCatalog({ view });
  const zip = await makeZip([{ name: 'index.js', content: '1' }]);
  await assert.rejects(catalog.create(settings, zip), { code: 'no-quorum' });
  assert.equal(catalog.get('f'), undefined);
  const words = { compatibleRuntimes: null, compatibleArchitectures: null };
  const layer = { name: 'l', description: '', licenseInfo: '', ...words };
  await assert.rejects(catalog.publishLayer(layer, zip), { code: 'no-quorum' });
  assert.equal(catalog.layer('l'), undefined);
});

test('updates and deletions are told by name, creations are not', async () => {
  const { catalog, changed } = await makeCatalog();
  const zip = await makeZip([{ name: 'index.js', content: '1' }]);
  const first = await catalog.create(settings, zip);
  const second = await catalog.updateSettings('f', { memoryMb: 256 });
  assert.notEqual(second.revisionId, first.revisionId);
  assert.ok(second.revision > first.revision);
  await catalog.updateCode('f', await makeZip([{ name: 'index.js', content: '2' }]), {});
  await catalog.delete('f');
  assert.deepEqual(changed, ['f', 'f', 'f']);
  await assert.rejects(catalog.delete('f'), { code: 'function-not-found' });
});

test('what is proposed to the log shows nothing of the environment, and every record opens to it', async () => {
  const { catalog, proposed } = await makeCatalog();
  const zip = await makeZip([{ name: 'index.js', content: '1' }]);
  const environment = { TOKEN: 'very secret' };
  const created = await catalog.create({ ...settings, environment }, zip, true);
  const updated = await catalog.updateSettings('f', { environment: { TOKEN: 'more secret' } });
  for (const text of proposed) assert.doesNotMatch(text, /TOKEN|secret/);
  const snapshot: Uint8Array[] = [];
  for await (const part of catalog.snapshot()) snapshot.push(part);
  assert.doesNotMatch(Buffer.concat(snapshot).toString('latin1'), /TOKEN|secret/);
  assert.deepEqual(catalog.environment(created), environment);
  assert.deepEqual(catalog.environment(updated), { TOKEN: 'more secret' });
  const published = catalog.get('f', '1');
  assert.deepEqual(published && catalog.environment(published), environment);
});

test('a setting that is too long is refused before it is proposed', async () => {
  const { catalog, proposed } = await makeCatalog();
  assert.deepEqual(await catalog.set('s', { a: 1 }, 0), {
    name: 's',
    value: { a: 1 },
    revision: 1,
  });
  assert.deepEqual(catalog.setting('s')?.value, { a: 1 });
  const long = 'x'.repeat(limits.settingBytesMax);
  await assert.rejects(catalog.set('s', long), { code: 'request-too-large' });
  assert.equal(proposed.length, 1);
});

test('what is attached is answered with its revision, listed by qualifier, and refused where it is too long', async () => {
  const { catalog, proposed } = await makeCatalog();
  const zip = await makeZip([{ name: 'index.js', content: '1' }]);
  await catalog.create(settings, zip, true);
  await catalog.attach('f', 'url', '1', { AuthType: 'NONE' });
  const first = await catalog.attach('f', 'url', '$LATEST', { AuthType: 'NONE' });
  assert.equal(catalog.attachment('f', 'url', '$LATEST'), first);
  assert.deepEqual(
    catalog.attachments('f', 'url').map(({ qualifier }) => qualifier),
    ['$LATEST', '1'],
  );
  assert.deepEqual(catalog.attachments('f', 'policy'), []);
  assert.deepEqual(catalog.usage(), {
    functions: 1,
    codeBytes: 2 * zip.length,
    reservedConcurrency: 0,
  });
  const stale = { expect: { revisionId: 'other' } };
  await assert.rejects(catalog.attach('f', 'url', '1', 1, stale), { code: 'revision-mismatch' });
  const count = proposed.length;
  const long = 'x'.repeat(limits.attachmentBytesMax);
  await assert.rejects(catalog.attach('f', 'url', '1', long), { code: 'request-too-large' });
  assert.equal(proposed.length, count);
  assert.equal(await catalog.attach('f', 'url', '1', null), null);
});

test('a dry run checks everything and changes nothing', async () => {
  const { catalog } = await makeCatalog();
  const zip = await makeZip([{ name: 'index.js', content: '1' }]);
  const record = await catalog.create(settings, zip);
  const other = await makeZip([{ name: 'index.js', content: '2' }]);
  const would = await catalog.updateCode('f', other, { dryRun: true });
  assert.notEqual(would.codeHash, record.codeHash);
  assert.equal(catalog.get('f')?.codeHash, record.codeHash);
  const bad = Buffer.from('no zip');
  await assert.rejects(catalog.updateCode('f', bad, { dryRun: true }), /Could not unzip/);
});

test('a dry run takes no code from who is uploading the same', async () => {
  const { catalog, bundles } = await makeCatalog();
  const zip = await makeZip([{ name: 'index.js', content: '1' }]);
  const record = await catalog.create(settings, zip, false, async () => {
    await catalog.create(
      { ...settings, name: 'g' },
      await makeZip([{ name: 'index.js', content: '2' }]),
    );
    await catalog.updateCode('g', zip, { dryRun: true });
  });
  assert.ok(await bundles.has(record.codeHash));
});

test('a bundle whose content is not what its name says is refused', async () => {
  const { bundles } = await makeCatalog();
  const zip = await makeZip([{ name: 'index.js', content: '1' }]);
  await assert.rejects(bundles.put(BundleStore.hashOf(Buffer.from('else')), zip), /another hash/);
});

test('a bundle is fetched once for many that need it at the same time', async () => {
  const { bundles } = await makeCatalog();
  const zip = await makeZip([{ name: 'index.js', content: '1' }]);
  let fetches = 0;
  const fetch = async (): Promise<Uint8Array> => {
    fetches += 1;
    return zip;
  };
  const hash = BundleStore.hashOf(zip);
  const roots = await Promise.all([1, 2, 3].map(() => bundles.unpacked(hash, fetch)));
  assert.equal(new Set(roots).size, 1);
  assert.equal(fetches, 1);
});

test('a read waits for what was acknowledged elsewhere, for a bounded time', async () => {
  const clock = new SimulatedClock();
  const bundles = new BundleStore(join(base, String(count++)), clock);
  const catalog = new Catalog({
    log: { propose: async () => 1, readIndex: async () => 7 },
    bundles,
    peers: new BundlePeers(() => alone, plainFetch),
    clock,
    codeWanted: () => {},
    changed: () => {},
    concurrencyChanged: () => {},
    sealingKey: () => Buffer.alloc(32, 1),
    nextTurn,
  });
  const caught = catalog.waitFor(7, 100);
  const late = catalog.waitFor(8, 100);
  for (let index = 1; index <= 7; index++) catalog.apply(index, null);
  assert.equal(await caught, true);
  clock.advance(100);
  assert.equal(await late, false);
});
