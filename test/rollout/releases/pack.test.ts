import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { copyFile, link, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { extract, list } from 'tar';
import {
  fileDigest,
  ownFiles,
  packageFiles,
  packFiles,
  parseManifest,
  verifyManifest,
} from '../../../src/rollout/index.js';
import { makeRelease, programRoot } from '../../release-maker.js';
import { keys, scratch } from './scratch.js';

test('a packed program of another version runs from where it is unpacked', async (context) => {
  const directory = await scratch(context);
  const { manifest, artifact } = await makeRelease({
    version: '7.1.0-test.1',
    directory,
    key: keys.privateKey,
    patch: { 'dist/src/extra.txt': 'more' },
    fast: true,
  });
  assert.equal(manifest.digest, await fileDigest(artifact));
  const path = join(directory, 'manifest.json');
  verifyManifest(parseManifest(JSON.parse(await readFile(path, 'utf8')), path), [keys.publicKey]);

  const program = join(directory, 'unpacked');
  await mkdir(program);
  await extract({ file: artifact, cwd: program });
  assert.equal(await readFile(join(program, 'dist/src/extra.txt'), 'utf8'), 'more');
  const { stdout } = await promisify(execFile)(join(program, 'bin/hearth'), ['--version']);
  assert.equal(stdout, '7.1.0-test.1\n');
});

test('the same files are packed into the same bytes, whenever they were made', async (context) => {
  const directory = await scratch(context);
  const files = ['LICENSE', 'package.json'];
  for (const file of files) await copyFile(join(programRoot, file), join(directory, file));
  const first = await packFiles(directory, files, join(directory, 'a.tgz'));
  await utimes(join(directory, 'LICENSE'), 1, 2);
  const second = await packFiles(directory, files, join(directory, 'b.tgz'));
  assert.deepEqual(first, second);
});

test('a file with two names is packed as two', async (context) => {
  const directory = await scratch(context);
  await copyFile(join(programRoot, 'LICENSE'), join(directory, 'a'));
  await link(join(directory, 'a'), join(directory, 'z'));
  const between = Array.from({ length: 100 }, (_, index) => `b${index}`);
  for (const file of between) await writeFile(join(directory, file), file);
  await packFiles(directory, ['a', ...between, 'z'], join(directory, 'a.tgz'));
  const types: string[] = [];
  await list({ file: join(directory, 'a.tgz'), onReadEntry: ({ type }) => types.push(type) });
  assert.deepEqual(new Set(types), new Set(['File']));
  assert.equal(types.length, 102);
});

test('what only editors and debuggers read is left out', async () => {
  const files = [...(await ownFiles(programRoot)), ...(await packageFiles(programRoot))];
  assert.ok(files.includes('dist/src/cli/main.js'));
  assert.deepEqual(
    files.filter((file) => /\.(map|d\.ts|d\.mts|d\.cts)$/.test(file)),
    [],
  );
});

test('packages that only development needs are left out', async () => {
  const files = await packageFiles(programRoot);
  assert.ok(files.includes('node_modules/undici/package.json'));
  assert.ok(files.every((file) => !/^node_modules\/(typescript|@biomejs|fast-check)\//.test(file)));
  assert.ok(files.every((file) => !file.startsWith('node_modules/.')));
  assert.equal(new Set(files).size, files.length, 'each once');
});
