/**
 * Maelstrom nodes as real processes over the durable log: what their clients saw is right in spite of
 * partitions, kills and pauses, and a node that is wrong on purpose is caught. Larger runs:
 * `npm run maelstrom`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  defaultRun,
  type RunOptions,
  type RunReport,
  runMaelstrom,
} from '../maelstrom/harness/run.js';

async function run(options: Pick<RunOptions, 'program'> & Partial<RunOptions>): Promise<RunReport> {
  const seed = Date.now() % 2 ** 31;
  const lines: string[] = [];
  const told = (text: string): void => void lines.push(text);
  const report = await runMaelstrom({
    ...defaultRun,
    requestTimeoutMs: 2000,
    seed,
    told,
    ...options,
  });
  return { ...report, lines: [`seed ${seed}`, ...lines, ...report.lines] };
}

const disturbed = {
  nodes: 3,
  ratePerS: 1000,
  timeMs: 5000,
  faults: ['partition', 'kill', 'pause'],
  faultMs: 700,
  quietMs: 500,
} as const;

for (const program of ['kafka', 'lin-kv'] as const) {
  test(`${program} on three nodes is right under partitions, kills and pauses`, async () => {
    const report = await run({ program, ...disturbed });
    assert.ok(report.valid, report.lines.join('\n'));
    for (const [fault, count] of Object.entries(report.faults)) assert.ok(count > 0, fault);
    const unanswered = report.timeouts + report.refusals;
    assert.ok(
      unanswered < report.operations / 2,
      `${unanswered} of ${report.operations} unanswered`,
    );
  });
}

test('kafka on two nodes costs at most two messages between them for each operation', async () => {
  const report = await run({ program: 'kafka', nodes: 2, timeMs: 3000 });
  assert.ok(report.valid, report.lines.join('\n'));
  assert.equal(report.timeouts + report.refusals, 0);
  const { serverMessagesPerOperation } = report;
  assert.ok(serverMessagesPerOperation <= 2, `${serverMessagesPerOperation} messages`);
});

test('a kafka node that acknowledges before the log has the record is caught', async () => {
  const environment = { HEARTH_MAELSTROM_BREAK: 'early-ack' };
  const report = await run({ program: 'kafka', timeMs: 2000, environment });
  assert.equal(report.valid, false);
  assert.match(report.lines.join('\n'), /offset-twice/);
});

test('a lin-kv node that reads its own state without asking is caught', async () => {
  const environment = { HEARTH_MAELSTROM_BREAK: 'stale-read' };
  const report = await run({ program: 'lin-kv', timeMs: 2000, environment });
  assert.equal(report.valid, false);
  assert.match(report.lines.join('\n'), /not-linearizable/);
});
