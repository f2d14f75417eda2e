/** What the benchmark undoes: everything that it made, in reverse, once, whatever fails meanwhile. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { Cleanup, withPlace } from '../../bench/harness/index.js';

test('what was made last is undone first, and nothing twice', async () => {
  const cleanup = new Cleanup();
  const undone: string[] = [];
  cleanup.add(async () => void undone.push('first'));
  const early = cleanup.add(async () => void undone.push('second'));
  cleanup.add(async () => void undone.push('third'));
  await early();
  await early();
  await cleanup.run();
  await cleanup.run();
  assert.deepEqual(undone, ['second', 'third', 'first']);
});

test('what cannot be undone is told, and the rest is undone', async (t) => {
  const told = t.mock.method(console, 'error', () => {});
  const cleanup = new Cleanup();
  let undone = false;
  cleanup.add(async () => {
    undone = true;
  });
  cleanup.add(() => Promise.reject(new Error('it stays')));
  await cleanup.run();
  assert.ok(undone);
  assert.match(String(told.mock.calls[0]?.arguments[1]), /it stays/);
});

test('what is still made after the end is undone at once', async () => {
  const cleanup = new Cleanup();
  await cleanup.run();
  let undone = false;
  cleanup.add(async () => {
    undone = true;
  });
  assert.ok(undone);
});

test('a place gives each port once, and is gone at the end, also after an error', async () => {
  const directories: string[] = [];
  const ports = await withPlace(27_100, async (place) => {
    directories.push(place.directory);
    assert.ok(existsSync(place.directory));
    return [place.port(), place.port()];
  });
  assert.deepEqual(ports, [27_100, 27_101]);
  const failing = withPlace(27_100, async (place) => {
    directories.push(place.directory);
    throw new Error('measured nothing');
  });
  await assert.rejects(failing, /measured nothing/);
  assert.deepEqual(directories.filter(existsSync), []);
  assert.equal(new Set(directories).size, 2);
});
