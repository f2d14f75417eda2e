import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readSecrets } from '../../src/node/secret.js';

let base = '';
before(async () => {
  base = await mkdtemp(join(tmpdir(), 'hearth-secret-'));
});
after(() => rm(base, { recursive: true }));

/** The secrets of a file with this content, as text. */
async function secretsIn(content: string): Promise<string[]> {
  const path = join(base, 'file');
  await writeFile(path, content);
  return (await readSecrets(path)).map((secret) => Buffer.from(secret).toString('latin1'));
}

test('a trailing newline is no part of the secret', async () => {
  assert.deepEqual(await secretsIn('0123456789abcdef0123'), ['0123456789abcdef0123']);
  assert.deepEqual(await secretsIn('0123456789abcdef0123\r\n'), ['0123456789abcdef0123']);
});

test('a file holds one secret per line in their order, beside comments and blank lines', async () => {
  const content = '# since May\n0123456789abcdef-two\n\n  0123456789abcdef-one  \n#end';
  assert.deepEqual(await secretsIn(content), ['0123456789abcdef-two', '0123456789abcdef-one']);
});

test('a file that is not in order is refused by its name, and its secrets are not told', async () => {
  const refused = async (content: string, why: RegExp) => {
    await assert.rejects(secretsIn(content), (error: Error) => {
      assert.match(error.message, /^--secret-file .*\/file holds /);
      assert.match(error.message, why);
      assert.ok(!error.message.includes('0123456789abcdef'));
      return true;
    });
  };
  const secret = '0123456789abcdef';
  await refused(`${secret}\nshort\n`, /holds a secret of 5 bytes, fewer than 16; make one with/);
  await refused('', /holds no secret/);
  await refused('# nothing\n\n', /holds no secret/);
  await refused([1, 2, 3, 4, 5].map((each) => secret + each).join('\n'), /5 secrets, more than 4/);
  await refused(`${secret}\n${secret}\n`, /holds the secret [0-9a-f]{8} twice/);
});

test('a file that cannot be read is refused by its name, and without a file there is no secret', async () => {
  await assert.rejects(readSecrets(join(base, 'none')), /Cannot read --secret-file .*none/);
  assert.deepEqual(await readSecrets(null), []);
});
