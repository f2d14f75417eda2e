/** Crash at every point: whatever step an engine ends after, another one goes on from its records to the same end. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { HistoryRecord } from '../../../src/workflow/history.js';
import { type LabRun, runLab, stopLab } from '../lab.js';
import { machines, tasks } from './machines.js';

after(stopLab);

for (const [name, options] of Object.entries(machines)) {
  test(`${name}: ends the same after a crash at any step`, async () => {
    const whole = await runLab({ ...options, task: tasks() });
    assert.notEqual(whole.end, null);
    validHistory(whole.records);
    const every = new Set(Array.from({ length: 2_000 }, (_, step) => step));
    const crashes = Array.from({ length: whole.steps }, (_, step) => new Set([step + 1]));
    const odd = new Set([...every].filter((step) => step % 2 === 1));
    for (const [crashAt, crashKeeps] of [
      ...[...crashes, every].map((at) => [at, undefined] as const),
      ...[...crashes, odd].map((at) => [at, 'records'] as const),
      ...[...crashes, odd].map((at) => [at, 'nothing'] as const),
    ]) {
      const keeps = crashKeeps === undefined ? {} : { crashKeeps };
      const asked = { ...options, task: tasks(), crashAt, ...keeps, stepsMax: 5_000 };
      const crashed = await runLab(asked);
      const where = `after ${[...crashAt].slice(0, 3)}, with ${crashKeeps ?? 'everything'} kept`;
      assert.deepEqual(told(crashed), told(whole), where);
      validHistory(crashed.records);
      // what was lost is told later: what else was under way then may be aborted or not
      const compared = crashKeeps === 'nothing' ? /(Exited|Succeeded)$/ : /./;
      const types = typesOf(crashed.records, compared);
      assert.deepEqual(types, typesOf(whole.records, compared), where);
      nothingTwice(crashed, where);
    }
  });
}

/** Identifiers are made up anew where nothing durable holds them yet. */
function told({ end }: LabRun): string {
  return JSON.stringify(end).replace(/[0-9a-f]{8}-0000-4000-8000-[0-9a-f]{12}/g, 'uuid');
}

function typesOf(records: readonly HistoryRecord[], compared: RegExp): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event } of records) {
    if (compared.test(event.type)) counts[event.type] = (counts[event.type] ?? 0) + 1;
  }
  return counts;
}

function validHistory(records: readonly HistoryRecord[]): void {
  records.forEach(({ event }, index) => {
    assert.equal(event.id, index + 1);
    assert.ok(event.previousEventId < event.id, `${event.id} < ${event.previousEventId}`);
  });
}

/** Each try that was begun stands in the history, and none was begun twice under another name. */
function nothingTwice({ begun, records }: LabRun, where: string): void {
  const scheduled = records.filter(({ event }) => /Scheduled$/.test(event.type)).length;
  const ids = begun.map(({ executionArn, id }) => `${executionArn}#${id}`);
  assert.equal(new Set(ids).size, ids.length, `${where}: begun twice`);
  const own = begun.filter(({ executionArn }) => executionArn.endsWith(':lab'));
  assert.equal(own.length, scheduled, `${where}: begun as often as scheduled`);
}
