import { strict as assert } from 'node:assert';
import {
  chmod,
  chown,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { run } from './run.js';

async function begin(context: TestContext, content?: string) {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'secret');
  if (content !== undefined) await writeFile(file, content, { mode: 0o600 });
  /** `hearth secret ACTION FILE ID`, which must work: the id it printed. */
  const done = async (action: string, ...ids: string[]): Promise<string> => {
    const ran = await run(['secret', action, file, ...ids]);
    assert.equal(ran.code, 0, ran.stderr);
    const [, id] = /^[a-z]+ ([0-9a-f]{8})\n$/.exec(ran.stdout) ?? [];
    assert(id !== undefined, ran.stdout);
    return id;
  };
  const refused = async (argv: string[]): Promise<string> => {
    const before = await readFile(file, 'utf8').catch(() => null);
    const ran = await run(['secret', ...argv]);
    assert.equal(ran.code, 1);
    assert.equal(ran.stdout, '');
    assert.equal(await readFile(file, 'utf8').catch(() => null), before, 'the file is as it was');
    return ran.stderr;
  };
  const list = async (): Promise<{ id: string; inUse: boolean }[]> =>
    JSON.parse((await run(['secret', 'list', file, '--json'])).stdout);
  const lines = async () => (await readFile(file, 'utf8')).split('\n');
  return { directory, file, done, refused, list, lines };
}

test('new makes a file for its owner alone, and never overwrites one', async (context) => {
  const { directory, file, done, refused, list, lines } = await begin(context);
  const id = await done('new');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.match((await lines()).join('\n'), /^[0-9a-f]{64}\n$/);
  assert.deepEqual(await list(), [{ id, inUse: true }]);
  assert.match(await refused(['new', file]), /^hearth: .*secret is there already and is not over/);
  assert.match(await refused(['new', join(directory, 'no/secret')]), /cannot be written: ENOENT/);
});

test('a secret is changed by add, use and remove', async (context) => {
  const { directory, file, done, refused, list, lines } = await begin(context);
  const old = await done('new');
  const [oldLine] = await lines();
  const young = await done('add');
  assert.equal((await lines())[0], oldLine, 'the one in use does not change');
  assert.deepEqual(await list(), [
    { id: old, inUse: true },
    { id: young, inUse: false },
  ]);
  assert.match(
    await refused(['remove', file, old]),
    /is the secret in use in .*; put another into/,
  );
  assert.equal(await done('use', young), young);
  assert.deepEqual(await list(), [
    { id: young, inUse: true },
    { id: old, inUse: false },
  ]);
  assert.equal((await lines())[1], oldLine);
  assert.equal(await done('remove', old), old);
  assert.deepEqual(await list(), [{ id: young, inUse: true }]);
  assert.deepEqual(await readdir(directory), ['secret'], 'nothing is left beside it');
});

test('the secrets themselves are never printed', async (context) => {
  const { file, done, lines } = await begin(context);
  await done('new');
  await done('add');
  const { stdout } = await run(['secret', 'list', file]);
  assert.match(stdout, /^ID +STATE\n[0-9a-f]{8} +in use\n[0-9a-f]{8} +taken\n$/);
  for (const secret of (await lines()).filter(Boolean)) assert.ok(!stdout.includes(secret));
});

test('comments, and a last line without an end, stay as they were written', async (context) => {
  const content = '# of May\n0123456789abcdef-one\n\n# of June\n0123456789abcdef-two';
  const { done, list, lines } = await begin(context, content);
  const [first, second] = await list();
  assert(first !== undefined && second !== undefined);
  await done('use', second.id);
  assert.deepEqual(await lines(), [
    '# of May',
    '0123456789abcdef-two',
    '0123456789abcdef-one',
    '',
    '# of June',
    '',
  ]);
  await done('remove', first.id);
  await done('add');
  assert.equal((await lines()).length, 6);
});

test('the rights of others are taken away, but those of the group to read', async (context) => {
  const { directory, file, done } = await begin(context, '0123456789abcdef\n');
  await chmod(file, 0o666);
  await symlink(file, join(directory, 'link'));
  await run(['secret', 'add', join(directory, 'link')]);
  assert.equal((await stat(file)).mode & 0o777, 0o640);
  await chmod(file, 0o604);
  await done('add');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
});

test('a file that root changes stays with the user that the node runs as', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('only root can give a file away');
  const { file, done } = await begin(context, '0123456789abcdef\n');
  await chown(file, 1234, 1235);
  await done('add');
  const { uid, gid } = await stat(file);
  assert.deepEqual([uid, gid], [1234, 1235]);
});

test('what cannot be done is said, and leaves the file as it was', async (context) => {
  const { directory, file, done, refused } = await begin(context);
  await done('new');
  assert.match(
    await refused(['use', file, 'ffffffff']),
    /holds no secret ffffffff; 'hearth secret/,
  );
  assert.match(await refused(['remove', file, 'ffffffff']), /holds no secret ffffffff/);
  assert.match(await refused(['list', join(directory, 'none')]), /none cannot be read: ENOENT/);
  for (const _ of [2, 3, 4]) await done('add');
  assert.match(await refused(['add', file]), /holds 4 secrets, and no more are taken/);
  await writeFile(file, 'short\n');
  assert.match(await refused(['add', file]), /holds a secret of 5 bytes, fewer than 16/);
  assert.match(await refused(['list', file]), /holds a secret of 5 bytes, fewer than 16/);
});

test('each action says with --json what it did, and --help how to change a secret', async (context) => {
  const { file } = await begin(context);
  const { stdout } = await run(['secret', 'new', file, '--json']);
  assert.match(stdout, /^\{"id":"[0-9a-f]{8}","action":"created"\}\n$/);
  for (const argv of [['secret'], ['secret', 'use']]) {
    const help = await run([...argv, '--help']);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /1 add .*\n +2 use .*\n +3 remove /);
    assert.match(help.stdout, /Examples:\n +hearth secret /);
  }
});
