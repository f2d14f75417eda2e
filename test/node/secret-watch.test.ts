import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Logger, SimulatedClock, silentLogger } from '../../src/lib/index.js';
import { readSecrets } from '../../src/node/secret.js';
import { SecretWatch } from '../../src/node/secret-watch.js';
import { secretId } from '../../src/types/index.js';

const [older, newer] = ['the older secret', 'the newer secret'].map((text) =>
  Buffer.from(text),
) as [Buffer, Buffer];

async function makeWatch(t: { after(release: () => Promise<void>): void }) {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-secret-watch-'));
  t.after(() => rm(directory, { recursive: true }));
  const path = join(directory, 'secret');
  const write = (...secrets: readonly Uint8Array[]): Promise<void> =>
    writeFile(path, secrets.map((secret) => `${Buffer.from(secret).toString()}\n`).join(''));
  await write(older);
  const changes: (readonly Uint8Array[])[] = [];
  const logged: { level: string; fields: object }[] = [];
  const logger = Object.assign(Object.create(silentLogger) as Logger, {
    info: (fields: object) => logged.push({ level: 'info', fields }),
    error: (fields: object) => logged.push({ level: 'error', fields }),
  });
  const clock = new SimulatedClock();
  let reads = 0;
  const read = (): Promise<readonly Uint8Array[]> => {
    reads++;
    return readSecrets(path);
  };
  const changed = (secrets: readonly Uint8Array[]): void => void changes.push(secrets);
  const watch = new SecretWatch({ clock, logger, read, changed }, await readSecrets(path));
  return { watch, path, write, changes, logged, clock, reads: () => reads };
}

test('each change of the secret file is taken over once, and told by ids only', async (t) => {
  const { watch, write, changes, logged } = await makeWatch(t);
  await watch.look();
  assert.deepEqual(changes, []);
  for (const secrets of [[older, newer], [newer, older], [newer]]) {
    await write(...secrets);
    await watch.look();
    await watch.look();
    assert.deepEqual(changes.at(-1), secrets);
  }
  assert.equal(changes.length, 3);
  assert.deepEqual(logged[0], {
    level: 'info',
    fields: { secrets: `${secretId(older)} ${secretId(newer)}` },
  });
  assert.doesNotMatch(JSON.stringify(logged), /the (older|newer) secret/);
});

test('a file that cannot be used changes nothing, and is said once', async (t) => {
  const { watch, path, write, changes, logged } = await makeWatch(t);
  await writeFile(path, 'short');
  await watch.look();
  await watch.look();
  assert.equal(logged.length, 1);
  assert.match(JSON.stringify(logged), /"level":"error".*5 bytes/);
  await rm(path);
  await watch.look();
  assert.equal(logged.length, 2);
  // back as it was: nothing has changed
  await write(older);
  await watch.look();
  assert.deepEqual(changes, []);
  await write(newer);
  await watch.look();
  assert.deepEqual(changes, [[newer]]);
});

test('the file is looked at every two seconds, until the node stops', async (t) => {
  const { watch, clock, reads } = await makeWatch(t);
  watch.start();
  clock.advance(1999);
  assert.equal(reads(), 0);
  clock.advance(1);
  assert.equal(reads(), 1);
  watch.stop();
  clock.advance(10_000);
  assert.equal(reads(), 1);
});
