/** What may be missing of asynchronous invocations, and is seen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventsAreNotLost, outcomesAreDelivered } from './events.js';
import { sampleRun } from './sample-run.js';

const { load } = sampleRun();
const [event = 'none'] = load.outcomes.map(({ id }) => id);

test('an accepted event that never ran is lost', () => {
  const ledger = load.ledger.filter(({ id }) => id !== event);
  const { holds, examples } = eventsAreNotLost(sampleRun({ load: { ledger } }));
  assert.equal(holds, false);
  assert.match(examples[0] ?? '', new RegExp(`never ran, and it is done in the end: ${event}:`));
});

test('an event that nobody knows of any more, or that has not ended, is lost though it ran', () => {
  for (const [status, told] of [
    [null, /^ran, and no node knows of it in the end/],
    ['waiting', /^ran, and it is waiting in the end/],
  ] as const) {
    const outcomes = load.outcomes.map((each) => (each.id === event ? { ...each, status } : each));
    const { holds, examples } = eventsAreNotLost(sampleRun({ load: { outcomes } }));
    assert.equal(holds, false);
    assert.match(examples[0] ?? '', told);
  }
});

test('events that ran twice are counted, and break nothing', () => {
  const twice = load.ledger.filter(({ id }) => id === event);
  const { holds, measured } = eventsAreNotLost(
    sampleRun({ load: { ledger: [...load.ledger, ...twice] } }),
  );
  assert.equal(holds, true);
  assert.match(measured, /; 1 ran more than once \(0\.100 %\)/);
});

test('an outcome that does not stand in the stream is missed, also where none does', () => {
  const missing = load.delivered.filter((id) => id !== event);
  for (const delivered of [missing, []]) {
    const { holds, examples } = outcomesAreDelivered(sampleRun({ load: { delivered } }));
    assert.equal(holds, false);
    assert.match(examples[0] ?? '', new RegExp(`not in the stream: ${event}:`));
  }
});
