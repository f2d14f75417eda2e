import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SealingKeyFile } from '../../src/cluster/index.js';
import { silentLogger } from '../../src/lib/index.js';

const [secret, next] = ['first', 'second'].map((text) => Buffer.from(text.padEnd(32, '.'))) as [
  Buffer,
  Buffer,
];

async function makeDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-key-'));
  t.after(() => rm(directory, { recursive: true }));
  return directory;
}

function file(directory: string, ...secrets: Uint8Array[]): SealingKeyFile {
  return new SealingKeyFile(directory, silentLogger, secrets);
}

test('a key that was made is there after a restart, and only the owner may read the file', async (t) => {
  const directory = await makeDirectory(t);
  assert.equal(await file(directory).open(), null);
  const key = await file(directory).make();
  assert.equal(key.length, 32);
  assert.deepEqual(Buffer.from((await file(directory).open()) ?? []), Buffer.from(key));
  assert.equal((await stat(join(directory, 'sealing.key'))).mode & 0o777, 0o600);
});

test('with a cluster secret the file does not tell the key, and only the secret opens it', async (t) => {
  const directory = await makeDirectory(t);
  const key = Buffer.from(await file(directory, secret).make());
  assert.ok(!(await readFile(join(directory, 'sealing.key'))).includes(key));
  assert.deepEqual(Buffer.from((await file(directory, next, secret).open()) ?? []), key);
  assert.equal(await file(directory, next).open(), null);
  assert.equal(await file(directory).open(), null);
});

test('a new cluster secret seals the file anew', async (t) => {
  const directory = await makeDirectory(t);
  const held = file(directory, secret);
  const key = Buffer.from(await held.make());
  await held.useSecrets([next, secret]);
  assert.deepEqual(Buffer.from((await file(directory, next).open()) ?? []), key);
  assert.equal(await file(directory, secret).open(), null);
});

test('a key handed over by another node is kept, and what is no key is not', async (t) => {
  const directory = await makeDirectory(t);
  const held = file(directory);
  await held.save(new Uint8Array(5));
  assert.equal(held.key, null);
  await held.save(new Uint8Array(32).fill(7));
  assert.deepEqual(Buffer.from((await file(directory).open()) ?? []), Buffer.alloc(32, 7));
});
