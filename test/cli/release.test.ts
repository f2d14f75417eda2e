import { strict as assert } from 'node:assert';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { dockerRegistry, noDockerRegistry } from '../rollout/releases/docker-registry.js';
import { run } from './run.js';

const skip = noDockerRegistry();

/** A built program of two files with one package, and one that only its development needs. */
async function begin(context: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  const root = join(directory, 'program');
  const files = {
    'package.json': JSON.stringify({ version: '3.4.5', files: ['bin', 'dist/src'] }),
    'package-lock.json': JSON.stringify({
      packages: {
        '': {},
        'node_modules/needed': {},
        'node_modules/needed/node_modules/inner': { dev: true },
        'node_modules/absent': { optional: true },
        'node_modules/tests': { dev: true },
      },
    }),
    LICENSE: 'all',
    'bin/hearth': '#!/usr/bin/env node',
    'dist/src/types/format-level.js': '/** Text. */\nexport const formatLevel = 7;\n',
    'dist/test/x.test.js': '',
    'node_modules/needed/index.js': '',
    'node_modules/needed/node_modules/inner/index.js': '',
    'node_modules/tests/index.js': '',
  };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(join(root, file, '..'), { recursive: true });
    await writeFile(join(root, file), text);
  }
  const key = join(directory, 'key');
  const made = await run(['release', 'keys', key]);
  assert.equal(made.code, 0, made.stderr);
  const out = join(directory, 'out');
  const json = async (...argv: string[]) => {
    const ran = await run(['release', ...argv, '--json']);
    assert.equal(ran.code, 0, ran.stderr);
    return JSON.parse(ran.stdout);
  };
  const refused = async (...argv: string[]): Promise<string> => {
    const ran = await run(['release', ...argv]);
    assert.deepEqual([ran.code === 0, ran.stdout], [false, '']);
    return ran.stderr;
  };
  return { directory, root, key, publicKey: made.stdout.trim(), out, json, refused };
}

test('keys makes a pair, prints the public key alone, and never overwrites', async (context) => {
  const { key, publicKey, refused } = await begin(context);
  assert.match(publicKey, /^[A-Za-z0-9+/]{43}=$/);
  assert.equal((await stat(key)).mode & 0o777, 0o600);
  assert.match(await readFile(key, 'utf8'), /^-----BEGIN PRIVATE KEY-----\n/);
  assert.match(await refused('keys', key), /key is there already and is not overwritten/);
});

test('pack makes an artifact of what the program needs, and a manifest that verifies', async (context) => {
  const { root, key, publicKey, out, json } = await begin(context);
  const packed = await json('pack', out, '--root', root, '--key', key);
  assert.deepEqual((await readdir(out)).sort(), ['hearth-3.4.5.tgz', 'manifest.json']);
  assert.deepEqual([packed.version, packed.formatLevel, packed.signed], ['3.4.5', 7, true]);
  const manifest = JSON.parse(await readFile(packed.manifest, 'utf8'));
  assert.equal(manifest.artifact, 'hearth-3.4.5.tgz', 'the directory may be served from anywhere');

  const unpacked = join(out, 'unpacked');
  await mkdir(unpacked);
  const { extract } = await import('tar');
  await extract({ file: packed.artifact, cwd: unpacked });
  const found = await readdir(unpacked, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile());
  assert.deepEqual(
    files.map(({ path, name }) => join(path, name).slice(unpacked.length + 1)).sort(),
    [
      'LICENSE',
      'bin/hearth',
      'dist/src/types/format-level.js',
      'node_modules/needed/index.js',
      'package-lock.json',
      'package.json',
    ],
  );
  for (const where of [out, packed.manifest]) {
    const verified = await json('verify', where, '--artifact', '--keys', publicKey);
    assert.equal(verified.artifact, `file://${packed.artifact}`);
  }
});

test('verify refuses another key, and an artifact that was changed', async (context) => {
  const { directory, root, key, publicKey, out, json, refused } = await begin(context);
  const { artifact } = await json('pack', out, '--root', root, '--key', key);
  const other = (await json('keys', join(directory, 'other'))).publicKey;
  assert.match(await refused('verify', out, '--keys', other), /no trusted key has signed/);
  await json('verify', out, '--keys', other, publicKey);
  await writeFile(artifact, 'changed');
  assert.match(await refused('verify', out, '--artifact', '--keys', publicKey), /has the digest/);
  assert.match(await refused('verify', directory, '--keys', other), /offers no release/);
});

test('a release that was packed without a key is signed afterwards', async (context) => {
  const { root, key, publicKey, out, refused } = await begin(context);
  const { stderr } = await run(['release', 'pack', out, '--root', root]);
  const manifest = join(out, 'manifest.json');
  assert.match(stderr, /not signed yet: hearth release sign .*manifest.json --key FILE/);
  assert.match(await refused('verify', out, '--keys', publicKey), /is not signed/);
  const signed = await run(['release', 'sign', manifest, '--key', key]);
  assert.match(signed.stdout, /^release 3.4.5, format level 7, sha256:[0-9a-f]{64}\nsigned by /);
  assert.ok(signed.stdout.includes(publicKey));
  assert.equal(JSON.parse(await readFile(manifest, 'utf8')).artifact, 'hearth-3.4.5.tgz');
  const { code, stdout } = await run(['release', 'verify', manifest, '--keys', publicKey]);
  assert.deepEqual([code, /rightly signed/.test(stdout)], [0, true]);
});

test('a private key that others can read is warned of, what is none is refused', async (context) => {
  const { root, key, out, refused, directory } = await begin(context);
  await chmod(key, 0o644);
  const { code, stderr } = await run(['release', 'pack', out, '--root', root, '--key', key]);
  assert.deepEqual([code, /can be read by others/.test(stderr)], [0, true]);
  const pack = (file: string) => refused('pack', out, '--root', root, '--key', file);
  assert.match(await pack(join(root, 'LICENSE')), /LICENSE holds no ed25519 private key/);
  assert.match(await pack(join(directory, 'none')), /none cannot be read: ENOENT/);
});

test('what is no built program is not packed, and leaves nothing', async (context) => {
  const { directory, root, out, refused } = await begin(context);
  assert.match(await refused('pack', out, '--root', directory), /package.json is missing in/);
  const bare = join(directory, 'bare');
  await cp(root, bare, { recursive: true });
  await rm(join(bare, 'node_modules/needed'), { recursive: true });
  assert.match(await refused('pack', out, '--root', bare), /node_modules\/needed is missing in/);
  await assert.rejects(readdir(out));
});

test('push puts a release into a registry, where verify finds it', { skip }, async (context) => {
  const { root, key, publicKey, out, json, refused, directory } = await begin(context);
  const { artifact, digest } = await json('pack', out, '--root', root);
  const host = await dockerRegistry(context);
  const address = `oci://${host}/hearth:stable`;
  assert.match(await refused('push', address, artifact), /manifest.json is not signed/);
  const pushed = await run(['release', 'push', address, artifact, '--key', key]);
  assert.equal(
    pushed.stdout,
    `pushed ${address}\nrelease 3.4.5, format level 7, ${digest}\noci://${host}/hearth@${digest}\n`,
  );
  await json('verify', address, '--artifact', '--keys', publicKey);
  assert.match(await refused('push', 'oci://x', artifact, '--key', key), /is neither oci:/);

  // the same content as an image: its digest is that of the manifest
  assert.match(await refused('sign', address, '--key', key), /needs --release VERSION/);
  const about = ['--release', '3.4.6', '--format-level', '8'];
  const image = await json('sign', address, '--key', key, ...about);
  assert.deepEqual([image.version, image.formatLevel], ['3.4.6', 8]);
  assert.notEqual(image.digest, digest);
  assert.deepEqual(await json('verify', address, '--keys', publicKey), image);
  assert.match(
    await refused('sign', `oci://${host}/none:1`, '--key', key, ...about),
    /there is no such image/,
  );
  const wrong = join(directory, 'wrong.tgz');
  await writeFile(wrong, 'wrong');
  const manifest = ['--manifest', join(out, 'manifest.json')];
  assert.match(await refused('push', address, wrong, '--key', key, ...manifest), /has the digest/);
});

test('what is wrong on the command line is told, and help has examples', async () => {
  for (const command of [[], ['keys'], ['pack'], ['sign'], ['push'], ['verify']]) {
    const { code, stdout } = await run(['release', ...command, '--help']);
    assert.equal(code, 0);
    assert.match(stdout, /Examples:\n +hearth release /);
  }
  const wrong = [
    ['sign', 'x'],
    ['verify', 'x'],
    ['sign', 'oci://r/a:1', '--key', 'k', '--release', '1'],
    ['sign', 'oci://r/a:1', '--key', 'k', '--release', '1.0.0', '--format-level', '0'],
  ];
  for (const argv of wrong) assert.equal((await run(['release', ...argv])).code, 2, argv.join(' '));
});
