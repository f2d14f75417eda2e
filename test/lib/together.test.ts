import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { together } from '../../src/lib/index.js';

describe('several things together', () => {
  it('give their results in order', async () => {
    assert.deepEqual(await together([Promise.resolve(1), Promise.resolve('two')]), [1, 'two']);
  });

  it('are all over when one has failed', async () => {
    let finish: () => void = () => undefined;
    let isOver = false;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    }).then(() => {
      isOver = true;
    });
    const both = together([Promise.reject(new Error('no')), slow]);
    setImmediate(() => finish());
    await assert.rejects(both, /no/);
    assert.equal(isOver, true);
  });
});
