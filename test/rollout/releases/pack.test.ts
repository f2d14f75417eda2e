import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { extract } from 'tar';
import {
  fileDigest,
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

test('the same files are packed into the same bytes', async (context) => {
  const directory = await scratch(context);
  const files = ['package.json', 'bin/hearth', 'src/types/index.ts'];
  const first = await packFiles(programRoot, files, join(directory, 'a.tgz'));
  const second = await packFiles(programRoot, files, join(directory, 'b.tgz'));
  assert.deepEqual(first, second);
});

test('packages that only development needs are left out', async () => {
  const files = await packageFiles(programRoot);
  assert.ok(files.includes('node_modules/undici/package.json'));
  assert.ok(files.every((file) => !/^node_modules\/(typescript|@biomejs|fast-check)\//.test(file)));
  assert.ok(files.every((file) => !file.startsWith('node_modules/.')));
  assert.equal(new Set(files).size, files.length, 'each once');
});
