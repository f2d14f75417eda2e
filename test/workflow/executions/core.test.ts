import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { limits, nodeId } from '../../../src/types/index.js';
import type {
  ExecutionCommand,
  ExecutionResult,
  RecordCommand,
} from '../../../src/workflow/executions/command.js';
import { ExecutionsCore } from '../../../src/workflow/executions/core.js';
import { mapRunView } from '../../../src/workflow/executions/map-run-view.js';
import { encodeRecords, recordsBetween } from '../../../src/workflow/executions/record-codec.js';
import { viewOf } from '../../../src/workflow/executions/view.js';
import type { HistoryRecord } from '../../../src/workflow/history.js';
import { startOf } from './commands.js';

const nodeA = nodeId('a'.repeat(32));
const nodeB = nodeId('b'.repeat(32));
const day = 86_400_000;

function record(id: number): HistoryRecord {
  return { event: { id, previousEventId: id - 1, timestampMs: 5, type: 'PassStateEntered' } };
}

function makeCore() {
  const core = new ExecutionsCore();
  let wallMs = 1000;
  const apply = (command: ExecutionCommand, node = nodeA): ExecutionResult =>
    core.apply(command, node, wallMs);
  const start = (name: string, more: { input?: string } & Parameters<typeof startOf>[2] = {}) =>
    apply(startOf(name, more.input, more));
  /** The next records of an execution, as whoever drives it writes them. */
  const go = (arn: string, count: number, more: Partial<RecordCommand> = {}): RecordCommand => {
    const { records = 0, epoch = 0 } = core.get(arn) ?? {};
    return {
      kind: 'record',
      arn,
      epoch,
      at: records,
      step: `${arn} ${records} ${more.end ?? ''}`,
      records: count,
      bytes: encodeRecords(Array.from({ length: count }, (_, at) => record(records + at + 1))),
      end: null,
      opened: [],
      closed: [],
      consumed: 0,
      ...more,
    };
  };
  const signal = (token: string, kind: 'succeeded' | 'failed' | 'heartbeat' = 'succeeded') =>
    apply({
      kind: 'signal',
      token,
      signal: kind,
      output: Buffer.from('1'),
      error: 'E',
      cause: 'C',
    });
  return {
    core,
    apply,
    start,
    go,
    signal,
    pass: (ms: number) => {
      wallMs += ms;
    },
  };
}

const codeOf = (result: ExecutionResult) => (result.kind === 'refused' ? result.code : result.kind);

describe('the history of an execution', () => {
  it('is written by its owner alone, from where it ends, once', () => {
    const { core, apply, start, go } = makeCore();
    start('x');
    const first = go('x', 2);
    assert.equal(apply(first).kind, 'done');
    // said again after its answer was lost
    assert.equal(apply(first).kind, 'done');
    assert.equal(apply({ ...first, step: 'another' }).kind, 'stale');
    assert.equal(apply(go('x', 1), nodeB).kind, 'stale');
    assert.equal(apply({ ...go('x', 1), epoch: 1 }).kind, 'stale');
    assert.equal(apply(go('y', 1)).kind, 'stale');
    assert.equal(core.get('x')?.records, 2);
    core.invariants();
  });

  it('goes on from another node once that has adopted it, and from no other', () => {
    const { core, apply, start, go } = makeCore();
    for (const arn of ['x', 'y']) start(arn);
    const late = go('x', 1);
    apply({ kind: 'adopt', from: nodeA, to: [nodeB], itemsMax: 1 });
    assert.equal(core.get('x')?.owner, nodeB);
    assert.equal(core.get('y')?.owner, nodeA);
    assert.equal(apply(late).kind, 'stale');
    // also where the first owner has got it back
    apply({ kind: 'adopt', from: nodeB, to: [nodeA], itemsMax: 1 });
    assert.equal(apply(late).kind, 'stale');
    assert.equal(apply(go('x', 1)).kind, 'done');
    core.invariants();
  });

  it('goes on beyond what there is room for only where it has less than its share', () => {
    const { core, apply, start, go } = makeCore();
    const hasRoom = (arn: string) => core.hasRoomFor(core.get(arn) ?? assert.fail());
    for (const arn of ['greedy', 'modest']) start(arn);
    const bytes = new Uint8Array(limits.executionsOpenBytesMax / 16);
    apply(go('modest', 1, { bytes }));
    for (let more = 0; more < 14; more++) apply(go('greedy', 1, { bytes }));
    assert.deepEqual([hasRoom('greedy'), hasRoom('modest')], [true, true]);
    for (let more = 0; more < 2; more++) apply(go('greedy', 1, { bytes }));
    assert.deepEqual([hasRoom('greedy'), hasRoom('modest')], [false, true]);
    apply(go('greedy', 1, { bytes, end: 'FAILED' }));
    assert.equal(hasRoom('modest'), true);
    core.invariants();
  });

  it('is read in pieces, wherever they lie', () => {
    const { core, apply, start, go } = makeCore();
    start('x');
    for (const count of [2, 1, 3]) apply(go('x', count));
    const execution = core.get('x');
    assert.ok(execution !== undefined);
    const ids = (from: number, until: number) =>
      recordsBetween(execution, from, until).map(({ event }) => event.id);
    assert.deepEqual(ids(0, 6), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(ids(1, 4), [2, 3, 4]);
    assert.deepEqual(ids(5, 100), [6]);
    assert.deepEqual(ids(3, 3), []);
  });
});

describe('starting an execution', () => {
  it('by the name of one that runs with the same input is that one, and else refused', () => {
    const { apply, start, go, pass } = makeCore();
    assert.deepEqual(start('x'), { kind: 'started', arn: 'x', startedAtMs: 1000 });
    pass(500);
    assert.deepEqual(start('x'), { kind: 'started', arn: 'x', startedAtMs: 1000 });
    assert.equal(codeOf(start('x', { input: '[]' })), 'execution-already-exists');
    apply(go('x', 1, { end: 'SUCCEEDED' }));
    assert.equal(codeOf(start('x')), 'execution-already-exists');
  });

  it('asks for a definition that is not kept, and keeps one as long as an execution has it', () => {
    const { core, apply, start, go, pass } = makeCore();
    assert.equal(start('x', { definition: '' }).kind, 'definition-wanted');
    start('x');
    assert.equal(start('y', { definition: '' }).kind, 'started');
    for (const arn of ['x', 'y']) apply(go(arn, 1, { end: 'SUCCEEDED' }));
    assert.ok(core.definitions.has('hash'));
    pass(limits.executionKeptMs + day);
    start('z');
    assert.equal(core.get('x'), undefined);
    assert.ok(core.definitions.has('hash'));
    core.invariants();
  });
});

describe('a task that the outside ends', () => {
  const token = { token: 't', task: 'task', activity: null };

  it('is told once, and its signal waits until its owner has taken note of it', () => {
    const { core, apply, start, go, signal } = makeCore();
    start('x');
    assert.equal(codeOf(signal('t')), 'task-does-not-exist');
    apply(go('x', 1, { opened: [token] }));
    assert.equal(signal('t').kind, 'done');
    assert.equal(codeOf(signal('t')), 'task-timed-out');
    const report = { kind: 'succeeded', output: '1' };
    assert.deepEqual(core.get('x')?.inbox, [{ number: 1, task: 'task', report }]);
    // of what came before the signal
    apply(go('x', 1));
    assert.equal(core.get('x')?.inbox.length, 1);
    apply(go('x', 1, { consumed: 1 }));
    assert.equal(core.get('x')?.inbox.length, 0);
    core.invariants();
  });

  it('has timed out once its owner has closed it, or its execution has ended', () => {
    const { core, apply, start, go, signal } = makeCore();
    for (const arn of ['x', 'y']) start(arn);
    apply(go('x', 1, { opened: [token] }));
    apply(go('x', 1, { closed: ['t'] }));
    assert.equal(codeOf(signal('t')), 'task-timed-out');
    apply(go('y', 1, { opened: [{ ...token, token: 'u' }] }));
    apply({ kind: 'stop', arn: 'y', error: null, cause: null });
    assert.equal(codeOf(signal('u', 'heartbeat')), 'task-timed-out');
    core.invariants();
  });

  it('is opened once, though its step is taken anew by another node', () => {
    const { core, apply, start, go, signal } = makeCore();
    start('x');
    apply(go('x', 1, { opened: [token] }));
    signal('t');
    apply(go('x', 1, { opened: [token] }));
    assert.equal(core.tokens.get('t')?.isOpen, false);
  });

  it('of an activity goes to one worker, the oldest first', () => {
    const { core, apply, start, go, signal } = makeCore();
    const take = () => apply({ kind: 'take-activity-task', activityArn: 'a', workerName: 'w' });
    start('x');
    assert.equal(take().kind, 'none');
    const opened = ['t', 'u'].map((name) => ({
      token: name,
      task: `task ${name}`,
      activity: { arn: 'a', input: `"${name}"` },
    }));
    apply(go('x', 1, { opened }));
    assert.deepEqual(take(), { kind: 'activity-task', taskToken: 't', input: '"t"' });
    assert.deepEqual(take(), { kind: 'activity-task', taskToken: 'u', input: '"u"' });
    assert.equal(take().kind, 'none');
    const report = { kind: 'started', workerName: 'w' };
    assert.deepEqual(
      core.get('x')?.inbox.map((item) => item.report),
      [report, report],
    );
    apply(go('x', 1, { closed: ['t'] }));
    const late = signal('t');
    assert.equal(late.kind === 'refused' && late.message, "Task Timed Out: 'a'");
    core.invariants();
  });
});

describe('the end of an execution', () => {
  it('comes once: what was stopped stays so, and nobody writes any more', () => {
    const { core, apply, start, go, pass } = makeCore();
    start('x');
    const late = go('x', 1);
    const stop = { kind: 'stop', arn: 'x', error: 'E', cause: null } as const;
    assert.deepEqual(apply(stop), { kind: 'at', wallMs: 1000 });
    pass(100);
    assert.deepEqual(apply(stop), { kind: 'at', wallMs: 1000 });
    assert.equal(apply(late).kind, 'stale');
    const stopped = core.get('x');
    assert.equal(stopped?.status, 'ABORTED');
    const [first, last] = stopped ? recordsBetween(stopped, 0, 2) : [];
    assert.equal(first?.event.type, 'ExecutionStarted', 'though nobody had begun it');
    assert.equal(last?.event.type, 'ExecutionAborted');
    assert.deepEqual(last?.event.details, { error: 'E' });
    assert.equal(codeOf(apply({ ...stop, arn: 'y' })), 'execution-does-not-exist');
  });

  it('of a child of a map run is undone only with its run', () => {
    const { core, apply, go, start } = makeCore();
    const mapRun = {
      arn: 'run',
      executionArn: 'x',
      stateMachineArn: 'machine',
      total: 1,
      itemCount: 1,
      maxConcurrency: 0,
      toleratedFailureCount: 0,
      toleratedFailurePercentage: 0,
      redriveCount: 0,
      redrivenAtMs: 0,
    };
    const none = { resultsWritten: 0, express: null };
    start('x');
    apply({ kind: 'start-map-run', mapRun });
    start('y', { mapRunArn: 'run' });
    apply(go('y', 1, { end: 'FAILED' }));
    const redrive = () => apply({ kind: 'redrive', arn: 'y', clientToken: '' });
    assert.equal(codeOf(redrive()), 'execution-not-redrivable');
    apply({ kind: 'end-map-run', arn: 'run', status: 'FAILED', redriveCount: 0, ...none });
    assert.equal(codeOf(redrive()), 'execution-not-redrivable');
    apply({ kind: 'start-map-run', mapRun: { ...mapRun, redriveCount: 1 } });
    assert.equal(redrive().kind, 'at');
    apply(go('y', 1, { end: 'FAILED' }));
    assert.equal(codeOf(redrive()), 'execution-not-redrivable', 'once for each redrive of the run');
    apply({ kind: 'end-map-run', arn: 'run', status: 'ABORTED', redriveCount: 0, ...none });
    assert.equal(
      core.mapRuns.get('run')?.status,
      'RUNNING',
      'the end of the run before comes late',
    );
    core.invariants();
  });

  it('of a map run leaves what it has not started pending, and tells later what was written', () => {
    const { core, apply, go, start } = makeCore();
    const [arn, redriveCount] = ['run', 0];
    const tolerated = { toleratedFailureCount: 0, toleratedFailurePercentage: 0 };
    const run = { arn, executionArn: 'x', stateMachineArn: 'machine', total: 4, itemCount: 7 };
    start('x');
    apply({
      kind: 'start-map-run',
      mapRun: { ...run, ...tolerated, maxConcurrency: 1, redriveCount, redrivenAtMs: 0 },
    });
    for (const child of ['failed', 'running']) start(child, { mapRunArn: arn, itemCount: 2 });
    apply(go('failed', 1, { end: 'FAILED' }));
    for (const resultsWritten of [0, 4]) {
      const told = { redriveCount, resultsWritten, express: null };
      apply({ kind: 'end-map-run', arn, status: 'FAILED', ...told });
    }
    const stored = core.mapRuns.get(arn);
    const view = stored && mapRunView(stored, core);
    const { total, pending, failed, aborted } = view?.items ?? {};
    assert.deepEqual([total, pending, failed, aborted], [7, 3, 2, 2]);
    assert.deepEqual(view?.executions, {
      pending: 2,
      running: 0,
      succeeded: 0,
      failed: 1,
      timedOut: 0,
      aborted: 1,
      total: 4,
      resultsWritten: 4,
    });
    core.invariants();
  });

  it('can be undone by a redrive within fourteen days, where it was no success', () => {
    const { core, apply, start, go, pass } = makeCore();
    const redrive = (arn: string, clientToken = '') =>
      apply({ kind: 'redrive', arn, clientToken }, nodeB);
    for (const arn of ['x', 'y', 'z']) start(arn);
    assert.deepEqual(redrive('x'), {
      kind: 'refused',
      code: 'execution-not-redrivable',
      message: 'Execution x invalid for redrive as: Execution is RUNNING and cannot be redriven',
    });
    apply(go('x', 1, { end: 'FAILED' }));
    apply(go('y', 1, { end: 'SUCCEEDED' }));
    apply(go('z', 1, { end: 'TIMED_OUT' }));
    assert.equal(codeOf(redrive('y')), 'execution-not-redrivable');
    pass(100);
    assert.deepEqual(redrive('x', 'once'), { kind: 'at', wallMs: 1100 });
    assert.deepEqual(redrive('x', 'once'), { kind: 'at', wallMs: 1100 });
    const { status, owner, redriveCount, isRedriving } = core.get('x') ?? {};
    assert.deepEqual([status, owner, redriveCount, isRedriving], ['RUNNING', nodeB, 1, true]);
    apply(go('x', 1), nodeB);
    assert.equal(core.get('x')?.isRedriving, false);
    pass(15 * day);
    assert.equal(codeOf(redrive('z')), 'execution-not-redrivable');
    const timedOut = core.get('z');
    const view = timedOut && viewOf(timedOut, 1100 + 15 * day);
    assert.equal(view?.notRedrivable, 'Execution redrivable period exceeded');
    assert.deepEqual([view?.failure?.hasError, view?.failure?.hasCause], [false, false]);
    core.invariants();
  });

  it('that comes before its redrive was written tells of the redrive, too', () => {
    const { core, apply, start, go, pass } = makeCore();
    start('x');
    apply(go('x', 1, { end: 'FAILED' }));
    pass(100);
    apply({ kind: 'redrive', arn: 'x', clientToken: '' });
    pass(100);
    apply({ kind: 'stop', arn: 'x', error: null, cause: null });
    const stopped = core.get('x');
    assert.deepEqual(stopped && recordsBetween(stopped, 1, 3).map(({ event }) => event), [
      {
        id: 2,
        previousEventId: 1,
        timestampMs: 1100,
        type: 'ExecutionRedriven',
        details: { redriveCount: 1 },
      },
      {
        id: 3,
        previousEventId: 0,
        timestampMs: 1200,
        type: 'ExecutionAborted',
        details: {},
      },
    ]);
    assert.equal(stopped?.isRedriving, false);
    core.invariants();
  });

  it('is remembered for ninety days, with what its tokens were', () => {
    const { core, apply, start, go, signal, pass } = makeCore();
    start('x');
    apply(go('x', 1, { opened: [{ token: 't', task: 'task', activity: null }] }));
    apply(go('x', 1, { end: 'SUCCEEDED' }));
    pass(89 * day);
    start('y');
    assert.equal(codeOf(signal('t')), 'task-timed-out');
    pass(2 * day);
    start('z');
    assert.equal(core.get('x'), undefined);
    assert.equal(codeOf(signal('t')), 'task-does-not-exist');
    core.invariants();
  });
});

describe('a map run', () => {
  it('ends with its execution, and its children with it', () => {
    const { core, apply, start } = makeCore();
    start('parent');
    const mapRun = {
      arn: 'run',
      executionArn: 'parent',
      stateMachineArn: 'machine',
      total: 2,
      itemCount: 2,
      maxConcurrency: 0,
      toleratedFailureCount: 0,
      toleratedFailurePercentage: 0,
      redriveCount: 0,
      redrivenAtMs: 0,
    };
    assert.deepEqual(apply({ kind: 'start-map-run', mapRun }), { kind: 'changed', count: 1 });
    const parent = core.get('parent');
    assert.ok(parent !== undefined);
    const { input, ...origin } = parent;
    const child = {
      kind: 'start',
      origin: { ...origin, arn: 'child', mapRunArn: 'run' },
      input,
      definition: Buffer.from('d'),
    } as const;
    assert.equal(apply(child).kind, 'started');
    apply({ kind: 'stop', arn: 'parent', error: null, cause: null });
    assert.equal(core.get('child')?.status, 'ABORTED');
    assert.equal(core.mapRuns.get('run')?.status, 'ABORTED');
    const another = { ...child, origin: { ...child.origin, arn: 'other' } };
    assert.equal(codeOf(apply(another)), 'workflow-conflict');
    core.invariants();
  });
});
