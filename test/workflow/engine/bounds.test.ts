/** Whatever users write, an engine takes bounded time in a turn and ends where AWS ends it. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { makeEngine } from '../../../src/workflow/engine/index.js';
import { parseDefinition } from '../../../src/workflow/language/index.js';
import { runLab, stopLab } from '../lab.js';
import { tasks } from './machines.js';

after(stopLab);

const pass = { Type: 'Pass', End: true };

test('an endless loop ends as its 25,000th event, in slices that hold nobody up', async () => {
  const definition = {
    StartAt: 'A',
    States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } },
  };
  const run = await runLab({ definition });
  assert.equal(run.records.length, 25_000);
  assert.deepEqual(run.end, {
    status: 'FAILED',
    failure: {
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    },
  });
  assert.ok(run.steps >= run.transitions / 500, `${run.steps} steps`);
});

test('an Express execution without a history is ended by its five minutes', async () => {
  const definition = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 400, End: true } } };
  const run = await runLab({ definition, type: 'EXPRESS', keepsHistory: false });
  assert.equal(run.end?.status, 'TIMED_OUT');
  assert.equal(run.endedAtMs - run.facts.startedAtMs, 300_000);
  assert.equal(run.records.length, 0);
});

test('a hundred Parallel states in each other end well', async () => {
  let states: object = { P: pass };
  for (let depth = 0; depth < 100; depth += 1) {
    states = { P: { Type: 'Parallel', Branches: [{ StartAt: 'P', States: states }], End: true } };
  }
  const { end } = await runLab({ definition: { StartAt: 'P', States: states }, input: '1' });
  assert.equal(end?.status, 'SUCCEEDED');
});

test('a Map of 10,000 items runs forty at once, and each of them once', async () => {
  const resource = 'arn:aws:lambda:us-east-1:123456789012:function:double';
  const definition = {
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        ItemProcessor: {
          StartAt: 'T',
          States: { T: { Type: 'Task', Resource: resource, OutputPath: '$.n', End: true } },
        },
        End: true,
      },
    },
  };
  const input = JSON.stringify(Array.from({ length: 10_000 }, (_, n) => n));
  const task = tasks();
  const run = await runLab({ definition, input, task, keepsHistory: false });
  assert.equal(run.begun.length, 10_000);
  const output = run.end?.status === 'SUCCEEDED' ? (JSON.parse(run.end.output) as number[]) : [];
  assert.equal(output.length, 10_000);
  assert.equal(output[9_999], 19_998);
});

test('what is too large fails the state, by the name of the state or of what gave it', async () => {
  const big = {
    StartAt: 'A',
    States: { A: { Type: 'Pass', Parameters: { 'a.$': '$', 'b.$': '$' }, End: true } },
  };
  const large = await runLab({ definition: big, input: JSON.stringify('x'.repeat(140_000)) });
  assert.deepEqual(large.end, {
    status: 'FAILED',
    failure: {
      error: 'States.DataLimitExceeded',
      cause:
        "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.",
    },
  });
});

test('branches that together give far too much fail their state without being joined', async () => {
  const Branches = Array.from({ length: 100 }, (_, n) => ({
    StartAt: `B${n}`,
    States: { [`B${n}`]: pass },
  }));
  const P = { Type: 'Parallel', Branches, ResultPath: null, End: true };
  const input = JSON.stringify('x'.repeat(200_000));
  const { end } = await runLab({ definition: { StartAt: 'P', States: { P } }, input });
  const failure = end?.status === 'FAILED' ? end.failure : undefined;
  assert.equal(failure?.error, 'States.DataLimitExceeded');
  assert.match(failure?.cause ?? '', /^The state\/task 'P' returned a result/);
});

test('data that is nested too deep fails its execution, and nothing else', async () => {
  const depth = 60_000;
  const input = `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const definition = {
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Parameters: { 'a.$': '$', 'b.$': '$$.Execution.Input' }, End: true },
    },
  };
  const { end, records } = await runLab({ definition, input });
  assert.equal(end?.status, 'FAILED');
  assert.equal(records.at(-1)?.event.type, 'ExecutionFailed');
});

/** A loop that its input never leaves. */
function endless(step: object): object {
  return {
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', ...step, Next: 'B' },
      B: {
        Type: 'Choice',
        Choices: [{ Variable: '$.never', IsPresent: true, Next: 'C' }],
        Default: 'A',
      },
      C: { Type: 'Succeed' },
    },
  };
}

test('an endless loop over large data ends by the size of its history', async () => {
  const definition = endless({ Parameters: { 'x.$': '$.x' } });
  const input = JSON.stringify({ x: 'x'.repeat(250_000) });
  const { end, records } = await runLab({ definition, input });
  const cause = 'The execution reached the maximum size of its history (67108864 bytes).';
  assert.deepEqual(end, { status: 'FAILED', failure: { error: 'States.Runtime', cause } });
  assert.equal(records.at(-1)?.event.type, 'ExecutionFailed');
  assert.ok(records.length < 300, `${records.length} records`);
});

test('a text that many branches begin with is kept once', async () => {
  const branch = (_: unknown, n: number): object => ({
    StartAt: `W${n}`,
    States: { [`W${n}`]: { Type: 'Wait', Seconds: 1, Next: `D${n}` }, [`D${n}`]: pass },
  });
  const definition = {
    StartAt: 'P',
    States: {
      P: {
        Type: 'Parallel',
        Parameters: { 'x.$': '$.x', y: 1 },
        Branches: Array.from({ length: 50 }, branch),
        ResultPath: null,
        End: true,
      },
    },
  };
  const input = JSON.stringify({ x: 'x'.repeat(100_000) });
  const { records, end } = await runLab({ definition, input });
  assert.equal(end?.status, 'SUCCEEDED');
  for (const { note } of records) {
    assert.ok(JSON.stringify(note ?? null).length < 250_000);
  }
});

function engineOf(definition: object, isTurnOver: () => boolean) {
  const parsed = parseDefinition(JSON.stringify(definition), 'STANDARD');
  assert.ok(parsed.kind === 'valid');
  const facts = {
    arn: 'e',
    name: 'e',
    input: '{"a":1}',
    roleArn: '',
    stateMachineArn: 'm',
    stateMachineName: 'm',
    type: 'STANDARD' as const,
    startedAtMs: 0,
    traceId: '',
  };
  const options = { keepsHistory: true, random: () => 0, uuid: () => 'u', isTurnOver };
  return makeEngine(parsed.definition, facts, options);
}

test('an engine goes on with one state where the turn is over already, and asks for another turn', () => {
  const engine = engineOf(endless({}), () => true);
  for (const kind of ['begin', 'continue', 'continue'] as const) {
    const step = engine.handle({ kind }, 0);
    assert.ok(step.transitions <= 1);
    assert.deepEqual(step.effects, [{ kind: 'continue' }]);
  }
});

test('an execution whose history nobody has room for fails', () => {
  const engine = engineOf(
    { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 9, End: true } } },
    () => false,
  );
  engine.handle({ kind: 'begin' }, 0);
  const { end, records } = engine.handle({ kind: 'no-room' }, 0);
  const cause = 'The cluster has no room for more of the history of the execution.';
  assert.deepEqual(end, { status: 'FAILED', failure: { error: 'States.Runtime', cause } });
  assert.equal(records.at(-1)?.event.type, 'ExecutionFailed');
});
