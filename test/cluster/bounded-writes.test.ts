import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoundedWrites } from '../../src/cluster/bounded-writes.js';

/** A stream whose reader takes nothing until it is told to. */
class SlowStream {
  readonly written: Uint8Array[] = [];
  readonly #waiting: (() => void)[] = [];

  write(bytes: Uint8Array, ...rest: unknown[]): boolean {
    this.written.push(bytes);
    const taken = rest.at(-1);
    if (typeof taken === 'function') this.#waiting.push(() => taken());
    return false;
  }

  takeAll(): void {
    for (const taken of this.#waiting.splice(0)) taken();
  }
}

test('what piles up beyond the bound is lost, and once it is taken writing goes on', () => {
  const stream = new SlowStream();
  const writes = new BoundedWrites(stream, 100);
  const message = new Uint8Array(40);
  for (let written = 0; written < 10; written++) writes.write(message);
  // up to the bound, and the one that goes over it
  assert.equal(stream.written.length, 3);
  assert.equal(writes.lost, 7);
  stream.takeAll();
  writes.write(message);
  assert.equal(stream.written.length, 4);
});

test('a message larger than the bound is written where nothing else waits', () => {
  const stream = new SlowStream();
  const writes = new BoundedWrites(stream, 100);
  writes.write(new Uint8Array(1000));
  assert.equal(stream.written.length, 1);
});
