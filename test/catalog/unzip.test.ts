import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { unzip } from '../../src/catalog/index.js';
import { HearthError, limits } from '../../src/types/index.js';
import { makeZip, renamed } from './zips.js';

let base = '';
let count = 0;
before(async () => {
  base = await mkdtemp(join(tmpdir(), 'hearth-unzip-'));
});
after(() => rm(base, { recursive: true }));

async function unpack(zip: Uint8Array): Promise<string> {
  const directory = join(base, `inner-${count++}`);
  await mkdir(directory);
  await unzip(zip, directory);
  return directory;
}

async function refused(zip: Uint8Array, message: RegExp): Promise<void> {
  await assert.rejects(unpack(zip), (error) => {
    assert.ok(error instanceof HearthError, String(error));
    assert.equal(error.code, 'invalid-parameter');
    assert.match(error.message, message);
    return true;
  });
}

const notAZip = /Could not unzip uploaded file/;

test('files, directories, executable bits and inner links come out as they went in', async () => {
  const zip = await makeZip([
    { name: 'index.js', content: 'exports.x = 1;' },
    { name: 'lib/deep/data.bin', content: Buffer.from([0, 255, 1]) },
    { name: 'bin/run', content: '#!/bin/sh\n', mode: 0o100755 },
    { name: 'bin/link', content: 'run', mode: 0o120777 },
  ]);
  const directory = await unpack(zip);
  assert.equal(await readFile(join(directory, 'index.js'), 'utf8'), 'exports.x = 1;');
  assert.deepEqual([...(await readFile(join(directory, 'lib/deep/data.bin')))], [0, 255, 1]);
  assert.equal(await readFile(join(directory, 'bin/link'), 'utf8'), '#!/bin/sh\n');
  assert.equal((await stat(join(directory, 'bin/run'))).mode & 0o777, 0o555);
  assert.equal((await stat(join(directory, 'index.js'))).mode & 0o777, 0o444);
});

test('what is no zip, is cut short, or is empty is refused', async () => {
  const good = await makeZip([{ name: 'index.js', content: 'x'.repeat(5000) }]);
  await refused(Buffer.from('this is no zip'), notAZip);
  await refused(good.subarray(0, good.length - 30), notAZip);
  await refused(new Uint8Array(), /must be a non-empty zip/);
  await refused(await makeZip([]), /must be a non-empty zip/);
});

test('an entry that leads out of the directory is refused, and nothing is written there', async () => {
  for (const evil of [
    '../evil.txt',
    '/abs/evil.t',
    'a/../../b.tx',
    '..\\evil.txt',
    'C:/evil.txt',
  ]) {
    const harmless = 'x'.repeat(evil.length);
    const zip = renamed(await makeZip([{ name: harmless, content: 'evil' }]), harmless, evil);
    await refused(zip, notAZip);
  }
  assert.ok(!(await readdir(base)).includes('evil.txt'));
  assert.ok(!(await readdir(tmpdir())).includes('evil.txt'));
});

test('a link that leads out, directly or through another link, is refused', async () => {
  const link = 0o120777;
  await refused(
    await makeZip([{ name: 'out', content: '/etc/passwd', mode: link }]),
    /symbolic link/,
  );
  await refused(
    await makeZip([
      { name: 'here', content: '.', mode: link },
      { name: 'out', content: 'here/here/../../..', mode: link },
    ]),
    /symbolic link/,
  );
  await refused(await makeZip([{ name: 'gone', content: 'nowhere', mode: link }]), /nowhere/);
});

test('an entry that stands twice is refused', async () => {
  const zip = await makeZip([
    { name: 'a.js', content: '1' },
    { name: 'b.js', content: '2' },
  ]);
  await refused(renamed(zip, 'b.js', 'a.js'), notAZip);
});

test('a content that does not agree with its checksum is refused', async () => {
  const stored = await makeZip([{ name: 'index.js', content: 'x' }]);
  const at = stored.indexOf('PK\x01\x02', 0, 'latin1') + 16;
  stored[at] = (stored[at] ?? 0) ^ 1;
  await refused(stored, notAZip);
});

test('a bomb is refused by what comes out of it', async () => {
  const part = Buffer.alloc(limits.unzippedBytesMax / 4 + 1024);
  const names = ['a', 'b', 'c', 'd'];
  const zip = await makeZip(names.map((name) => ({ name, content: part })));
  assert.ok(zip.length < limits.unzippedBytesMax / 500, 'small as a zip');
  await refused(zip, /Unzipped size must be smaller than 262144000 bytes/);
});
