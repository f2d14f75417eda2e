import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BundleStore } from '../../src/catalog/index.js';
import { SimulatedClock } from '../../src/lib/index.js';
import { makeZip } from './zips.js';

test('a full disk is told as what it is, not as a bad zip, and leaves nothing half done', {
  skip: process.getuid?.() === 0 ? false : 'mounting a small disk needs root',
}, async () => {
  const root = await mkdtemp(join(tmpdir(), 'hearth-bundle-store-'));
  const disk = join(root, 'disk');
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
  try {
    const store = new BundleStore(disk, new SimulatedClock());
    await store.start();
    const ballast = join(disk, 'ballast');
    await writeFile(ballast, Buffer.alloc(200 * 1024));
    const zip = await makeZip([{ name: 'index.js', content: 'x'.repeat(100 * 1024) }]);
    await assert.rejects(store.add(zip), { code: 'storage-full', message: /it is full/ });
    assert.deepEqual(await readdir(join(disk, 'code', 'partial')), []);
    await unlink(ballast);
    const hash = await store.add(zip);
    assert.ok(await store.has(hash));
  } finally {
    execFileSync('umount', [disk]);
    await rm(root, { recursive: true });
  }
});
