import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pageOf } from '../../../src/events/async/event-page.js';
import type { AsyncEvent } from '../../../src/events/index.js';
import { ended, Proposals, submit } from './commands.js';

const log = new Proposals();
for (let n = 0; n < 3000; n++) log.apply(submit(n, { functionName: n % 3 === 0 ? 'g' : 'f' }));
for (let n = 0; n < 3000; n += 5) log.apply(ended(n, 'Success'));
const all = [...log.core.all()];

/** All pages, one after the other. */
function walk(events: readonly AsyncEvent[], query: object, itemsMax: number): number[] {
  const found: number[] = [];
  let after: number | null = 0;
  while (after !== null) {
    const page = pageOf(events, { ...query, after, itemsMax });
    assert.ok(page.events.length <= itemsMax);
    found.push(...page.events.map(({ sequence }) => sequence));
    after = page.next;
  }
  return found;
}

test('pages follow each other in the order of acceptance, whatever order the events lie in', () => {
  const numbers = all.map(({ sequence }) => sequence);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(all, { minLength: all.length }),
      fc.constantFrom(70, 999, 1000, 3000, 5000),
      (events, itemsMax) => {
        assert.deepEqual(walk(events, {}, itemsMax), numbers);
      },
    ),
    { numRuns: 10 },
  );
});

test('a page holds what was asked for alone, and says when there is no more', () => {
  const query = { functionName: 'g', status: 'done' } as const;
  const wanted = all.filter((event) => event.functionName === 'g' && event.status === 'done');
  assert.equal(wanted.length, 200);
  assert.deepEqual(
    walk(all, query, 90),
    wanted.map(({ sequence }) => sequence),
  );
  assert.equal(pageOf(all, { ...query, itemsMax: 200 }).next, null);
  assert.equal(pageOf(all, { status: 'dead', itemsMax: 9 }).next, null);
});
