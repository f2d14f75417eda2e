import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Cancellation } from '../../src/lib/index.js';

test('a cancellation tells its listeners once, in the order in which they came', () => {
  const told: string[] = [];
  const cancellation = new Cancellation();
  cancellation.addEventListener('abort', () => told.push('function'));
  cancellation.addEventListener('abort', { handleEvent: () => void told.push('object') });
  assert.equal(cancellation.aborted, false);
  cancellation.abort();
  cancellation.abort();
  assert.equal(cancellation.aborted, true);
  assert.deepEqual(told, ['function', 'object']);
});

test('who listens no more, or only afterwards, is told nothing', () => {
  const told: string[] = [];
  const cancellation = new Cancellation();
  const listener = (): void => void told.push('gone');
  cancellation.addEventListener('abort', listener);
  cancellation.removeEventListener('abort', listener);
  cancellation.removeEventListener('abort', listener);
  cancellation.abort();
  cancellation.addEventListener('abort', () => told.push('late'));
  assert.deepEqual(told, []);
});
