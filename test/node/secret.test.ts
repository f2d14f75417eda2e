import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { peerToken, readSecret } from '../../src/node/secret.js';

let base = '';
before(async () => {
  base = await mkdtemp(join(tmpdir(), 'hearth-secret-'));
});
after(() => rm(base, { recursive: true }));

test('a trailing newline is no part of the secret', async () => {
  await writeFile(join(base, 'a'), '0123456789abcdef0123');
  await writeFile(join(base, 'b'), '0123456789abcdef0123\n');
  assert.deepEqual(await readSecret(join(base, 'a')), await readSecret(join(base, 'b')));
});

test('a secret that is too short or missing is refused by the name of its file', async () => {
  await writeFile(join(base, 'short'), 'short');
  await assert.rejects(readSecret(join(base, 'short')), /short holds 5 bytes, fewer than 16/);
  await assert.rejects(readSecret(join(base, 'none')), /Cannot read --secret-file .*none/);
  assert.equal(await readSecret(null), null);
});

test('the token differs from the secret and between secrets', () => {
  const one = peerToken(Buffer.from('0123456789abcdef'));
  const other = peerToken(Buffer.from('0123456789abcdeg'));
  assert.match(one ?? '', /^[0-9a-f]{64}$/);
  assert.notEqual(one, other);
  assert.equal(peerToken(null), null);
});
