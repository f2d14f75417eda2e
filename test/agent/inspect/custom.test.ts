import assert from 'node:assert/strict';
import { test } from 'node:test';
import { look } from './code.js';

const asked = { runtime: 'provided.al2023', handler: 'bootstrap' } as const;

test('a function that brings its runtime needs a program named bootstrap', async (t) => {
  assert.deepEqual(await look(t, { bootstrap: '#!/bin/sh\n' }, asked), []);
  assert.deepEqual(await look(t, { 'main.sh': '' }, asked), [
    'bootstrap there is no such file, and it is the program that a provided runtime starts (bootstrap)',
  ]);
  assert.deepEqual(await look(t, { 'main.sh': '' }, { ...asked, hasLayers: true }), []);
});

test('a layer is looked at for what the operator forbids, whatever is in it', async (t) => {
  const files = { 'nodejs/a.js': 'eval("1")', 'python/a.py': 'import ctypes' };
  const layer = { runtime: '', handler: '', policy: 'warn' } as const;
  assert.deepEqual(await look(t, files, layer), [
    'nodejs/a.js:1 calls eval (eval)',
    'python/a.py:1 imports ctypes, which calls native code (native)',
  ]);
});
