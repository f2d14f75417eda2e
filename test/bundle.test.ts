/** How the program is built, and which `bin/hearth` starts: the bundle, but never an old one. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/hearth', import.meta.url));
const build = fileURLToPath(new URL('../../scripts/build', import.meta.url));
const [earlierS, laterS] = [1_000, 2_000];
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hearth-bundle-'));
  put('package.json', '{ "type": "module" }', earlierS);
  mkdirSync(join(root, 'bin'));
  copyFileSync(bin, join(root, 'bin/hearth'));
  put('dist/src/cli/main.js', 'console.log("modules");', earlierS);
});
afterEach(() => rmSync(root, { recursive: true }));

test('the modules run where there is no bundle', () => {
  assert.equal(started(), 'modules');
});

test('the bundle runs where it was made after the modules', () => {
  put('dist/src.tsbuildinfo', '', earlierS);
  put('dist/bundle/hearth.js', 'console.log("bundle");', laterS);
  assert.equal(started(), 'bundle');
});

test('the modules run where the compiler wrote them after the bundle', () => {
  put('dist/bundle/hearth.js', 'console.log("bundle");', earlierS);
  put('dist/src.tsbuildinfo', '', laterS);
  assert.equal(started(), 'modules');
});

test('the bundle runs in a release, which has nothing of the compiler and one time for all files', () => {
  put('dist/bundle/hearth.js', 'console.log("bundle");', earlierS);
  assert.equal(started(), 'bundle');
});

test('a node that is to yield does so by what it runs, before it runs it', () => {
  const yields = 'export const startYielding = () => console.log("yields");';
  put('dist/src/lib/priority.js', yields, earlierS);
  assert.equal(started({ HEARTH_YIELD: '1' }), 'yields\nmodules');
  put('dist/bundle/priority.js', yields.replace('yields"', 'yields, bundled"'), laterS);
  put('dist/bundle/hearth.js', 'console.log("bundle");', laterS);
  assert.equal(started({ HEARTH_YIELD: '1' }), 'yields, bundled\nbundle');
});

test('what does not compile ends the build, whatever is to be built after it', () => {
  mkdirSync(join(root, 'scripts'));
  copyFileSync(build, join(root, 'scripts/build'));
  put('node_modules/.bin/tsc', '#!/bin/sh\nexit 3\n', earlierS);
  chmodSync(join(root, 'node_modules/.bin/tsc'), 0o755);
  put('examples/one/package-lock.json', '{}', earlierS);
  put('examples/one/node_modules/.package-lock.json', '{}', laterS);
  for (const part of ['src', 'all']) {
    assert.equal(spawnSync(join(root, 'scripts/build'), [part, 'examples']).status, 3, part);
  }
});

function put(path: string, text: string, modifiedS: number): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, modifiedS, modifiedS);
}

function started(env: Readonly<Record<string, string>> = {}): string {
  const options = { env: { ...process.env, ...env }, timeout: 20_000, encoding: 'utf8' } as const;
  return execFileSync(process.execPath, [join(root, 'bin/hearth')], options).trim();
}
