import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { claimFile, DataLock, processStart, readDataLock } from '../../src/lib/index.js';

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

test('the lock tells who has it and which release that is, to releases before 0.2 as they write it', async () => {
  const directory = join(base, 'd');
  assert.equal(await readDataLock(directory), null);
  const lock = new DataLock(directory, '0.3.1');
  await lock.take();
  const mark = `${process.pid} ${await processStart(process.pid)}`;
  assert.deepEqual(await readDataLock(directory), { pid: process.pid, mark, version: '0.3.1' });
  assert.equal(await readFile(join(directory, 'lock'), 'utf8'), mark);
  await writeFile(join(directory, 'lock-release'), '1 1 0.3.0');
  assert.equal((await readDataLock(directory))?.version, null, 'of an earlier one');
  await lock.release();
  assert.equal(await readDataLock(directory), null);
});

test('a process that has ended runs no more, also before its parent has asked after it', async (t) => {
  const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.after(() => parent.kill('SIGKILL'));
  const [text] = await once(parent.stdout, 'data');
  const pid = Number(String(text));
  const deadlineMs = Date.now() + 10_000;
  while ((await processStart(pid)) !== '' && Date.now() < deadlineMs);
  assert.equal(await processStart(pid), '');
  assert.match(await readFile(`/proc/${pid}/stat`, 'utf8'), /\) Z /);
});

test('of many who would take over a file that is not live any more, one does', async () => {
  const path = join(base, 'claimed');
  const isLive = async (data: string) => data.startsWith('live');
  for (let round = 0; round < 20; round++) {
    await writeFile(path, 'gone');
    const claims = Array.from({ length: 8 }, (_, index) =>
      claimFile(path, `live ${index}`, isLive),
    );
    const winners = (await Promise.all(claims)).flatMap((other, index) =>
      other === null ? [index] : [],
    );
    assert.equal(winners.length, 1);
    assert.equal(await readFile(path, 'utf8'), `live ${winners[0]}`);
  }
});
