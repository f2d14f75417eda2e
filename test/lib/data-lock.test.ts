import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DataLock } from '../../src/lib/index.js';

let base = '';
before(async () => {
  base = await mkdtemp(join(tmpdir(), 'hearth-lock-'));
});
after(() => rm(base, { recursive: true }));

test('a directory in use is refused with the process id, and free again after the release', async () => {
  const directory = join(base, 'a');
  const first = new DataLock(directory, '0.2.0');
  await first.take();
  await assert.rejects(new DataLock(directory, '0.2.0').take(), {
    code: 'storage',
    message: new RegExp(`in use by the node with process id ${process.pid}; stop that node`),
  });
  await first.release();
  const second = new DataLock(directory, '0.2.0');
  await second.take();
  await second.release();
});

test('the lock of a process that is gone is taken over', async () => {
  const directory = join(base, 'b');
  await new DataLock(directory, '0.2.0').take();
  const { pid } = spawnSync('true');
  await writeFile(join(directory, 'lock'), `${pid} 12345`);
  await new DataLock(directory, '0.2.0').take();
});

test('the lock of an earlier process with the same number is taken over', async () => {
  const directory = join(base, 'c');
  await new DataLock(directory, '0.2.0').take();
  await writeFile(join(directory, 'lock'), `${process.pid} 1`);
  await new DataLock(directory, '0.2.0').take();
});

test('a directory that cannot be made is a clear error', async () => {
  await writeFile(join(base, 'file'), '');
  await assert.rejects(new DataLock(join(base, 'file', 'data'), '0.2.0').take(), {
    code: 'storage',
    message: /^Cannot use the data directory /,
  });
});
