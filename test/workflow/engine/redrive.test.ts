/** What ended badly in other ways than by a failure can be redriven, too. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type EngineOptions, makeEngine } from '../../../src/workflow/engine/index.js';
import type { HistoryRecord } from '../../../src/workflow/history.js';
import type { Definition } from '../../../src/workflow/language/index.js';
import { runLab, stopLab } from '../lab.js';

after(stopLab);

const options: EngineOptions = { keepsHistory: true, random: () => 0, uuid: () => 'uuid' };
const definition: Definition = {
  StartAt: 'P',
  TimeoutSeconds: 50,
  States: {
    P: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'A', States: { A: { Type: 'Pass', Result: 'a', End: true } } },
        { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 100, End: true } } },
      ],
      End: true,
    },
  },
};

test('an execution that was aborted waits again for what it had waited for, and only for that', async () => {
  const run = await runLab({ definition, untilMs: Date.UTC(2026, 0, 1) });
  const last = run.records.at(-1)?.event;
  assert.ok(last);
  const id = last.id + 1;
  const timestampMs = last.timestampMs + 1000;
  const aborted: HistoryRecord = {
    event: { id, previousEventId: last.id, timestampMs, type: 'ExecutionAborted', details: {} },
  };
  const engine = makeEngine(definition, run.facts, options);
  for (const record of [...run.records, aborted]) engine.replay(record);
  assert.deepEqual(engine.resume(timestampMs).effects, [], 'nothing is under way');
  const redriven = engine.handle({ kind: 'redrive', redriveCount: 1 }, timestampMs + 5000);
  assert.deepEqual(
    redriven.records.map(({ event }) => [event.id, event.previousEventId, event.type]),
    [[id + 1, id, 'ExecutionRedriven']],
  );
  const dueMs = timestampMs + 5000 + 100_000;
  assert.deepEqual(redriven.effects, [
    { kind: 'set-timer', timer: 'execution', dueMs: timestampMs + 5000 + 50_000 },
    { kind: 'set-timer', timer: 'wait/1.1', dueMs },
  ]);
  const { end } = engine.handle({ kind: 'timer', timer: 'wait/1.1' }, dueMs);
  assert.deepEqual(end, { status: 'SUCCEEDED', output: '["a",{}]' });
});

test('an execution that timed out has all of its time again', async () => {
  const run = await runLab({ definition, redrives: 1 });
  assert.equal(run.end?.status, 'TIMED_OUT');
  assert.equal(run.endedAtMs - run.facts.startedAtMs, 100_000);
});

test('what has ended well is not redriven', async () => {
  const done: Definition = { StartAt: 'S', States: { S: { Type: 'Succeed' } } };
  const run = await runLab({ definition: done });
  const engine = makeEngine(done, run.facts, options);
  for (const record of run.records) engine.replay(record);
  assert.deepEqual(engine.handle({ kind: 'redrive', redriveCount: 1 }, 0).records, []);
});
