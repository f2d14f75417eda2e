import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { packageFilter } from '../../../src/cli/serverless/patterns.js';

const names = [
  'handler.js',
  'src/a.js',
  'src/deep/b.js',
  'src/deep/b.test.js',
  'node_modules/x/index.js',
  'serverless.yml',
  '.env',
  '.git/HEAD',
  'README.md',
];

test('all goes in but what belongs to the tools', () => {
  const inside = names.filter(packageFilter([]));
  assert.deepEqual(inside, names.slice(0, 5).concat('README.md'));
});

test('patterns are taken in their order, and the last that matches decides', () => {
  const only = packageFilter(['!**', 'src/**', '!**/*.test.js']);
  assert.deepEqual(names.filter(only), ['src/a.js', 'src/deep/b.js']);
  const back = packageFilter(['!src/**', 'src/deep/b.{js,ts}', './README.md']);
  assert.deepEqual(names.filter(back), [
    'handler.js',
    'src/deep/b.js',
    'node_modules/x/index.js',
    'README.md',
  ]);
  assert.equal(packageFilter(['!node_modules'])('node_modules/x/index.js'), false);
});

test('one star stays within a directory, a question mark is one character, and brackets are a choice', () => {
  const matched = (glob: string, name: string): boolean => packageFilter(['!**', glob])(name);
  assert.equal(matched('src/*.js', 'src/a.js'), true);
  assert.equal(matched('src/*.js', 'src/deep/b.js'), false);
  assert.equal(matched('**/b.js', 'b.js'), true);
  assert.equal(matched('src/?.js', 'src/a.js'), true);
  assert.equal(matched('src/[ab].js', 'src/a.js'), true);
  assert.equal(matched('src/[!a].js', 'src/a.js'), false);
  assert.equal(matched('a+(b).js', 'a+(b).js'), true);
  assert.equal(matched('odd[.js', 'odd[.js'), true);
});
