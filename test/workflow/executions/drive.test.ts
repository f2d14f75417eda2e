import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DeadlineQueue, nextTurn, SimulatedClock } from '../../../src/lib/index.js';
import type { Engine, EngineInput, EngineStep } from '../../../src/workflow/engine/types.js';
import { Drive, type Pending } from '../../../src/workflow/executions/drive.js';
import type { HistoryRecord } from '../../../src/workflow/history.js';
import type { TaskReport, TaskRequest } from '../../../src/workflow/tasks/types.js';

const nothing: EngineStep = { records: [], bytes: 0, effects: [], end: null, transitions: 0 };
const record = (id: number): HistoryRecord => ({
  event: { id, previousEventId: id - 1, timestampMs: 0, type: 'PassStateEntered' },
});
const startTask = (id: string) =>
  ({ kind: 'start-task', request: { id, taskToken: null } as TaskRequest }) as const;

/** A drive of an engine that answers as the test says. */
function makeDrive(answers: Partial<Record<EngineInput['kind'] | 'resume', EngineStep[]>>) {
  const clock = new SimulatedClock();
  const inputs: EngineInput[] = [];
  const handled: { input: EngineInput; wallMs: number }[] = [];
  const kept: Pending[] = [];
  const begun: string[] = [];
  const cancelled: (string | undefined)[] = [];
  const tells: ((report: TaskReport) => void)[] = [];
  const world = {
    isKept: true,
    mayGoOn: true,
    loads: 0,
    first: true,
    ended: 0,
    rests: 0,
    hold: false,
  };
  let release: () => void = () => {};
  const take = (kind: EngineInput['kind'] | 'resume'): EngineStep =>
    answers[kind]?.shift() ?? nothing;
  const engine: Engine = {
    handle: (input, wallMs) => {
      inputs.push(input);
      handled.push({ input, wallMs });
      return take(input.kind);
    },
    replay: () => {},
    resume: () => take('resume'),
  };
  const drive = new Drive(
    {
      clock,
      due: new DeadlineQueue(clock, 10),
      nextTurn,
      evaluator: { evaluate: async () => ({ kind: 'values', values: [] }) },
      tasks: {
        begin: ({ id }, tell) => {
          begun.push(id);
          tells.push(tell);
          return (why) => cancelled.push(why);
        },
      },
      mapRuns: { begin: () => () => {} },
    },
    {
      load: () => {
        const isFirst = world.loads++ === 0;
        return { engine, first: isFirst ? { kind: 'begin' } : null, inputs: [] };
      },
      keep: async (pending) => {
        kept.push(pending);
        if (world.hold) await new Promise<void>((resolve) => (release = resolve));
        return world.isKept;
      },
      rests: () => world.rests++,
      ended: () => world.ended++,
      mayGoOn: () => world.mayGoOn,
      broke: () => {},
    },
  );
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await nextTurn();
  };
  return {
    drive,
    clock,
    inputs,
    handled,
    kept,
    begun,
    cancelled,
    tells,
    world,
    settle,
    release: () => release(),
  };
}

const evaluate = (evaluation: number) =>
  ({
    kind: 'evaluate',
    evaluation,
    request: { fields: [], states: {}, variables: {} },
  }) as const;

describe('the drive of an execution', () => {
  it('has records kept before what follows from them is done', async () => {
    const test = makeDrive({
      begin: [{ ...nothing, records: [record(1)], effects: [startTask('t')] }],
    });
    test.world.hold = true;
    test.drive.wake();
    await test.settle();
    assert.deepEqual([test.kept.length, test.begun.length], [1, 0]);
    test.release();
    await test.settle();
    assert.deepEqual(test.begun, ['t']);
  });

  it('does not begin a task again that ended while what an engine loaded anew made was being kept', async () => {
    const test = makeDrive({
      begin: [{ ...nothing, records: [record(1)], effects: [startTask('t')] }],
      resume: [{ ...nothing, effects: [startTask('t')] }],
      timer: [{ ...nothing, records: [record(2)] }],
    });
    test.drive.wake();
    await test.settle();
    test.drive.sleep();
    test.world.hold = true;
    test.drive.feed({ kind: 'timer', timer: 'of another branch' });
    await test.settle();
    test.tells[0]?.({ kind: 'succeeded', output: '1' });
    test.release();
    await test.settle();
    assert.deepEqual(test.begun, ['t']);
  });

  it('says that it waits once all is kept and done, and for which timer where it waits for nothing else', async () => {
    const timer = (name: string, dueMs: number) =>
      ({ kind: 'set-timer', timer: name, dueMs }) as const;
    const test = makeDrive({
      begin: [{ ...nothing, records: [record(1)], effects: [startTask('t')] }],
      task: [
        {
          ...nothing,
          records: [record(2)],
          effects: [timer('late', 9e15), timer('soon', new SimulatedClock().wallMs() + 700)],
        },
      ],
    });
    test.drive.wake();
    assert.equal(test.world.rests, 0);
    await test.settle();
    assert.equal(test.world.rests, 1);
    assert.equal(test.drive.firstTimer, null);
    test.tells[0]?.({ kind: 'succeeded', output: '1' });
    await test.settle();
    assert.equal(test.world.rests, 2);
    assert.deepEqual(test.drive.firstTimer, { timer: 'soon', atMs: test.clock.nowMs() + 700 });
  });

  it('has what expressions lead to kept together with what they followed from', async () => {
    const test = makeDrive({
      begin: [{ ...nothing, records: [record(1)], effects: [evaluate(1)] }],
      evaluated: [
        { ...nothing, records: [record(2)], effects: [evaluate(2)] },
        {
          ...nothing,
          records: [record(3)],
          end: { status: 'SUCCEEDED', output: '1' },
        },
      ],
    });
    test.drive.wake();
    await test.settle();
    assert.deepEqual(
      test.kept.map(({ records }) => records.length),
      [3],
    );
    assert.equal(test.world.ended, 1);
  });

  it('takes what comes while records are on their way, and has it kept in one go', async () => {
    const one = { ...nothing, records: [record(2)] };
    const test = makeDrive({
      begin: [{ ...nothing, records: [record(1)] }],
      heartbeat: [one, one, one],
    });
    test.world.hold = true;
    test.drive.wake();
    for (let n = 0; n < 3; n++) test.drive.feed({ kind: 'heartbeat', task: 't' });
    test.world.hold = false;
    test.release();
    await test.settle();
    assert.deepEqual(
      test.kept.map(({ records }) => records.length),
      [1, 3],
    );
  });

  it('has those of many tasks kept together that end within a moment, and waits for no other where few are under way', async () => {
    const names = Array.from({ length: 10 }, (_, n) => `t${n}`);
    const ended = (id: number) => ({ ...nothing, records: [record(id)] });
    const test = makeDrive({
      begin: [{ ...nothing, records: [record(1)], effects: names.map(startTask) }],
      task: names.map((_, n) => ended(n + 2)),
    });
    const end = async (task: number): Promise<void> => {
      test.tells[task]?.({ kind: 'succeeded', output: '1' });
      await test.settle();
    };
    const kept = (): number[] => test.kept.map(({ records }) => records.length);
    test.drive.wake();
    await test.settle();
    await end(0);
    assert.deepEqual(kept(), [1]);
    await end(1);
    // two of ten: no more are waited for
    assert.deepEqual(kept(), [1, 2]);
    await end(2);
    test.clock.advance(2);
    await test.settle();
    assert.deepEqual(kept(), [1, 2, 1]);
    for (const task of [3, 4, 5, 6]) await end(task);
    assert.deepEqual(kept(), [1, 2, 1, 2, 1, 1]);
  });

  it('does nothing of what was refused, and begins anew where it may', async () => {
    const test = makeDrive({
      begin: [{ ...nothing, records: [record(1)], effects: [startTask('t')] }],
      resume: [{ ...nothing, effects: [startTask('u')] }],
    });
    test.world.isKept = false;
    test.drive.wake();
    await test.settle();
    assert.deepEqual([test.begun, test.world.loads], [['u'], 2]);
  });

  it('that may not go on leaves its tasks as they are, and one that is cancelled gives them up', async () => {
    for (const [how, why] of [
      ['leave', undefined],
      ['cancel', 'given-up'],
    ] as const) {
      const test = makeDrive({ begin: [{ ...nothing, effects: [startTask('t')] }] });
      test.drive.wake();
      test.drive[how]();
      assert.deepEqual(test.cancelled, [why]);
      test.tells[0]?.({ kind: 'succeeded', output: '1' });
      assert.equal(test.inputs.length, 1);
    }
  });

  it('sleeps while it only waits, and wakes with what it had to do', async () => {
    const test = makeDrive({
      begin: [
        {
          ...nothing,
          records: [record(1)],
          effects: [startTask('t'), { kind: 'set-timer', timer: 'w', dueMs: 0 }],
        },
      ],
      // the timer that has fired is not set again, and the task that goes on not begun again
      resume: [
        {
          ...nothing,
          effects: [startTask('t'), { kind: 'set-timer', timer: 'w', dueMs: 0 }],
        },
      ],
    });
    const { clock, drive } = test;
    drive.wake();
    await test.settle();
    drive.feed({ kind: 'heartbeat', task: 't' });
    drive.sleep();
    assert.equal(drive.isAwake, false);
    clock.advance(100);
    await test.settle();
    assert.deepEqual(
      test.inputs.map(({ kind }) => kind),
      ['begin', 'heartbeat', 'timer'],
    );
    clock.advance(1000);
    assert.equal(test.inputs.length, 3);
    assert.deepEqual(test.begun, ['t']);
  });

  it('tells an engine that was given away when its tasks were begun', async () => {
    const test = makeDrive({
      begin: [{ ...nothing, records: [record(1)], effects: [startTask('t'), startTask('u')] }],
    });
    test.drive.wake();
    await test.settle();
    const begunMs = test.clock.wallMs();
    for (const tell of test.tells) tell({ kind: 'started' });
    test.tells[0]?.({ kind: 'succeeded', output: '1' });
    test.drive.sleep();
    test.clock.advance(100);
    test.drive.wake();
    const started = (task: string, wallMs: number) => ({
      input: { kind: 'task', task, report: { kind: 'started' } },
      wallMs,
    });
    assert.deepEqual(
      test.handled.filter(({ input }) => input.kind === 'task' && input.report.kind === 'started'),
      [started('t', begunMs), started('u', begunMs), started('u', begunMs)],
    );
  });

  it('does not begin a task that was cancelled before its record was kept', async () => {
    const test = makeDrive({
      begin: [{ ...nothing, records: [record(1)] }],
      heartbeat: [
        { ...nothing, records: [record(2)], effects: [startTask('t')] },
        { ...nothing, records: [record(3)], effects: [{ kind: 'cancel-task', task: 't' }] },
      ],
    });
    test.world.hold = true;
    test.drive.wake();
    for (let n = 0; n < 2; n++) test.drive.feed({ kind: 'heartbeat', task: 't' });
    test.world.hold = false;
    test.release();
    await test.settle();
    assert.deepEqual(test.begun, []);
  });
});
