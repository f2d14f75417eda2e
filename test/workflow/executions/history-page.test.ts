/** Pages of histories: all events once, in either order, and none that is too large to be answered at once. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { historyPage } from '../../../src/workflow/executions/history-page.js';
import { encodeInChunks } from '../../../src/workflow/executions/record-codec.js';
import type { HistoryRecord } from '../../../src/workflow/history.js';

const records = Array.from({ length: 100 }, (_, at): HistoryRecord => {
  const event = {
    id: at + 1,
    previousEventId: at,
    timestampMs: 0,
    type: 'PassStateEntered' as const,
  };
  return { event: { ...event, details: { input: 'x'.repeat(at % 3 === 0 ? 300_000 : 10) } } };
});
const history = encodeInChunks(records, 500_000);
const execution = { history, chunks: history.length, records: records.length };

for (const [order, newestFirst] of [
  ['oldest', false],
  ['newest', true],
] as const) {
  it(`gives events with the ${order} first, in pages of bounded size`, () => {
    const ids: number[] = [];
    let pages = 0;
    let next: string | null = null;
    do {
      const asked = { itemsMax: 1000, ...(next === null ? {} : { after: next }) };
      const page = historyPage(execution, asked, newestFirst);
      assert.ok(JSON.stringify(page.items).length < 5 * 1024 * 1024);
      ids.push(...page.items.map(({ id }) => id));
      next = page.next;
      pages++;
    } while (next !== null && pages < 100);
    const expected = records.map(({ event }) => event.id);
    assert.deepEqual(ids, newestFirst ? expected.reverse() : expected);
    assert.ok(pages > 2, `${pages} pages`);
  });
}
