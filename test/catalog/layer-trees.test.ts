import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  BundleCollector,
  BundlePeers,
  BundleStore,
  Catalog,
  unpackedOf,
} from '../../src/catalog/index.js';
import { nextTurn, SimulatedClock, silentLogger } from '../../src/lib/index.js';
import { type ClusterView, limits, nodeId } from '../../src/types/index.js';
import { plainFetch } from '../peer-fetch.js';
import { newFunction } from './new-function.js';
import { makeZip, type ZipEntry } from './zips.js';

const self = nodeId('1'.repeat(32));
const view: ClusterView = {
  self,
  master: self,
  leader: null,
  term: 1,
  quorum: true,
  voters: [self],
  nodes: [],
};
const link = 0o120777;

/** A catalogue on a real disk, over a log that commits at once. */
async function begin(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-layers-'));
  t.after(() => rm(directory, { recursive: true }));
  const clock = new SimulatedClock();
  const bundles = new BundleStore(directory, clock);
  await bundles.start();
  let index = 0;
  const catalog: Catalog = new Catalog({
    log: {
      propose: async (command) => {
        catalog.apply(++index, command);
        return index;
      },
      readIndex: async () => index,
    },
    bundles,
    peers: new BundlePeers(() => view, plainFetch),
    clock,
    codeWanted: () => {},
    changed: () => {},
    concurrencyChanged: () => {},
    sealingKey: () => Buffer.alloc(32, 1),
    nextTurn,
  });
  /** Publishes a layer; resolves with its ARN. */
  const layer = async (name: string, entries: readonly ZipEntry[]): Promise<string> => {
    const words = { compatibleRuntimes: null, compatibleArchitectures: null };
    const given = { name, description: '', licenseInfo: '', ...words };
    const { version } = await catalog.publishLayer(given, await makeZip(entries));
    return `arn:aws:lambda:us-east-1:123456789012:layer:${name}:${version}`;
  };
  const deploy = async (layers: readonly string[]) =>
    catalog.create({ ...newFunction, layers }, await makeZip([{ name: 'i.js', content: '1' }]));
  return { directory, clock, bundles, catalog, layer, deploy };
}

test('later layers stand over earlier ones, file by file, and no link is written through', async (t) => {
  const { catalog, layer, deploy } = await begin(t);
  const first = await layer('first', [
    { name: 'shared/a', content: 'first a' },
    { name: 'shared/b', content: 'first b' },
    { name: 'bin/run', content: '#!', mode: 0o100755 },
    { name: 'file-then-directory', content: '1' },
    { name: 'directory-then-file/x', content: '1' },
    { name: 'alias', content: 'shared', mode: link },
  ]);
  const second = await layer('second', [
    { name: 'shared/b', content: 'second b' },
    { name: 'file-then-directory/x', content: '2' },
    { name: 'directory-then-file', content: '2' },
    { name: 'alias/c', content: 'second c' },
  ]);
  const root = (await catalog.layersRoot(await deploy([first, second]))) ?? '';
  const text = (name: string): Promise<string> => readFile(join(root, name), 'utf8');
  assert.equal(await text('shared/a'), 'first a');
  assert.equal(await text('shared/b'), 'second b');
  assert.equal(await text('file-then-directory/x'), '2');
  assert.equal(await text('directory-then-file'), '2');
  assert.deepEqual(await readdir(join(root, 'shared')), ['a', 'b']);
  assert.deepEqual(await readdir(join(root, 'alias')), ['c']);
  assert.equal((await stat(join(root, 'bin/run'))).mode & 0o777, 0o555);
  const directories = [root, join(root, 'shared'), join(root, 'alias')];
  for (const path of directories) assert.equal((await stat(path)).mode & 0o055, 0o055, path);
  assert.equal((await stat(join(root, 'shared/a'))).nlink, 2, 'a link, no copy');
});

test('other users can read code and layers, whatever the umask of the node', async (t) => {
  const before = process.umask(0o077);
  t.after(() => process.umask(before));
  const { directory, catalog, layer, deploy } = await begin(t);
  const arns = [
    await layer('one', [{ name: 'd/run', content: '1', mode: 0o100755 }]),
    await layer('two', [{ name: 'd/a', content: '2' }]),
  ];
  const root = (await catalog.layersRoot(await deploy(arns))) ?? '';
  const mode = async (path: string) => (await stat(path)).mode & 0o777;
  assert.deepEqual([await mode(root), await mode(join(root, 'd'))], [0o755, 0o755]);
  assert.deepEqual(
    [await mode(join(root, 'd/run')), await mode(join(root, 'd/a'))],
    [0o555, 0o444],
  );
  for (const name of await readdir(join(directory, 'code'))) {
    if (name !== 'partial') assert.equal(await mode(join(directory, 'code', name)), 0o755);
  }
});

test('the order of layers decides, and one layer alone is not merged', async (t) => {
  const { directory, catalog, layer, deploy } = await begin(t);
  const one = await layer('one', [{ name: 'a', content: '1' }]);
  const two = await layer('two', [{ name: 'a', content: '2' }]);
  const record = await deploy([one, two]);
  const roots = await Promise.all([1, 2, 3].map(() => catalog.layersRoot(record)));
  assert.equal(new Set(roots).size, 1);
  const turned = await catalog.updateSettings('f', { layers: [two, one] });
  const other = (await catalog.layersRoot(turned)) ?? '';
  assert.equal(await readFile(join(other, 'a'), 'utf8'), '1');
  assert.equal(await readFile(join(roots[0] ?? '', 'a'), 'utf8'), '2');
  const alone = await catalog.updateSettings('f', { layers: [one] });
  const [use] = alone.layers;
  assert.equal(await catalog.layersRoot(alone), join(directory, 'code', use?.codeHash ?? ''));
  const none = await catalog.updateSettings('f', { layers: [] });
  assert.equal(await catalog.layersRoot(none), null);
});

test('a function keeps a layer version that was deleted, and nobody else gets it', async (t) => {
  const { catalog, layer, deploy } = await begin(t);
  const arn = await layer('gone', [{ name: 'a', content: '1' }]);
  const record = await deploy([arn]);
  await catalog.deleteLayerVersion('gone', 1);
  const root = (await catalog.layersRoot(record)) ?? '';
  assert.equal(await readFile(join(root, 'a'), 'utf8'), '1');
  await assert.rejects(catalog.updateSettings('f', { layers: [arn] }), {
    code: 'invalid-parameter',
    message: `Layer version ${arn} does not exist.`,
  });
});

test('what merged layers take of the disk is made free when nobody runs them', async (t) => {
  const { directory, clock, bundles, catalog, layer, deploy } = await begin(t);
  const arns = [
    await layer('one', [{ name: 'a', content: '1' }]),
    await layer('two', [{ name: 'b', content: '2' }]),
  ];
  const record = await deploy(arns);
  const root = (await catalog.layersRoot(record)) ?? '';
  let running = true;
  const collector = new BundleCollector(
    {
      bundles,
      references: (hash) => catalog.references(hash),
      caughtUp: () => catalog.catchUp(),
      inUse: () => new Set(running ? unpackedOf(record) : []),
      votes: () => true,
      clock,
      logger: silentLogger,
    },
    { bytesMax: Number.POSITIVE_INFINITY },
  );
  const long = 7_200_000;
  clock.advance(long);
  for (const name of await readdir(join(directory, 'code'))) {
    await utimes(join(directory, 'code', name), 0, 0);
  }
  await collector.collect();
  assert.deepEqual(await readdir(root), ['a', 'b'], 'a sandbox has it');
  running = false;
  await collector.collect();
  await assert.rejects(stat(root));
  for (const { codeHash } of record.layers) assert.ok(await bundles.has(codeHash));
  assert.equal(await catalog.layersRoot(record), root, 'and made again when it is needed');
});

test('code and layers together are held to the limit of what is unpacked', async (t) => {
  const { bundles, catalog, layer, deploy } = await begin(t);
  const arn = await layer('small', [{ name: 'a', content: '123' }]);
  const measure = bundles.unpackedBytes.bind(bundles);
  const record = await deploy([arn]);
  assert.equal(record.layers[0]?.unzippedBytes, 3);
  bundles.unpackedBytes = async (hash) => (await measure(hash)) + limits.unzippedBytesMax - 3;
  const actual = limits.unzippedBytesMax + 1;
  const refused = {
    code: 'invalid-parameter',
    message: `Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is ${actual} bytes.`,
  };
  const zip = await makeZip([{ name: 'other.js', content: '1' }]);
  await assert.rejects(catalog.updateCode('f', zip, {}), refused);
  await assert.rejects(catalog.updateSettings('f', { layers: [arn] }), refused);
  await catalog.updateSettings('f', { layers: [] });
  await catalog.updateCode('f', zip, {});
});
