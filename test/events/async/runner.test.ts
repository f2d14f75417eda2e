import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventCommand } from '../../../src/events/async/command.js';
import { withStep } from '../../../src/events/async/lineage.js';
import { defaultSettings, type EventSettings } from '../../../src/events/async/retry-policy.js';
import { Runner } from '../../../src/events/async/runner.js';
import { nextTurn, SimulatedClock, silentLogger } from '../../../src/lib/index.js';
import { HearthError, type Invocation, type InvocationOutcome } from '../../../src/types/index.js';
import { idOf, nodeA, nodeB, Proposals, submit } from './commands.js';

const minuteMs = 60_000;

/** A runner over a state that applies at once what is noted, and a function that does what the test says. */
function makeRunner(options = { retryBaseMs: minuteMs, runningMax: 8 }) {
  const clock = new SimulatedClock();
  const log = new Proposals();
  log.wallMs = clock.wallMs();
  const invocations: Invocation[] = [];
  const notes: EventCommand[] = [];
  const world = {
    clock,
    log,
    invocations,
    notes,
    settings: defaultSettings as EventSettings,
    answer: (): unknown => 'ok',
    /** Commands reach the log, and come back. */
    connected: true,
    notedBytes: 0,
    pauses: 0,
    /** Ends a wait for the log. */
    caughtUp: (): void => {},
    submit(...commands: EventCommand[]) {
      log.wallMs = clock.wallMs();
      const { changed } = log.core.apply(log.batch(commands));
      for (const event of changed) runner.changed(event);
    },
    async pass(ms: number) {
      clock.advance(ms);
      await nextTurn();
    },
  };
  const runner = new Runner(
    {
      clock,
      logger: silentLogger,
      self: () => nodeA,
      get: (id) => log.core.get(id),
      note: (command) => {
        notes.push(command);
        if (world.connected) queueMicrotask(() => world.submit(command));
      },
      notedBytes: () => world.notedBytes,
      pauses: () => world.pauses,
      catchUp: () =>
        new Promise((resolve) => {
          world.caughtUp = () => resolve(true);
        }),
      invoke: async (invocation) => {
        invocations.push(invocation);
        const answer = await world.answer();
        if (answer instanceof Error) throw answer;
        return answered(answer);
      },
      settings: () => world.settings,
    },
    options,
  );
  return { ...world, world, runner };
}

function answered(value: unknown): InvocationOutcome {
  const functionError = value === 'function error';
  return {
    payload: Buffer.from(JSON.stringify(value)),
    streamed: false,
    functionError,
    executedVersion: '3',
    start: 'warm',
    durationMs: 1,
    logTail: () => Buffer.alloc(0),
  };
}

const throttled = new HearthError('too-many-requests', 'no room');

describe('the runner of events', () => {
  it('runs no more of them while much of what came of others is not in the log', async () => {
    const { world, invocations } = makeRunner();
    world.notedBytes = 17 * 1024 * 1024;
    world.submit(submit(1), submit(2));
    await world.pass(60_000);
    assert.equal(invocations.length, 0);
    world.notedBytes = 0;
    await world.pass(250);
    assert.equal(invocations.length, 2);
  });

  it('runs none after a standstill before it knows which of them others have adopted', async () => {
    const { world, log, runner, invocations } = makeRunner();
    world.pauses++;
    world.submit(submit(1), submit(2));
    await nextTurn();
    assert.equal(invocations.length, 0);
    log.by(nodeB, { kind: 'adopt', from: nodeA, to: [nodeB], itemsMax: 1 });
    runner.changed(log.event(1));
    world.caughtUp();
    await nextTurn();
    assert.deepEqual(
      invocations.map(({ requestId }) => requestId),
      [idOf(2)],
    );
  });

  it('runs one that this node owns, and notes what the function answered', async () => {
    const { world, log, invocations } = makeRunner();
    world.submit(submit(1, { qualifier: 'live', invokedAs: 'live', traceId: 'Root=1' }));
    await nextTurn();
    const [invocation] = invocations;
    assert.equal(invocation?.requestId, idOf(1));
    assert.deepEqual([invocation?.qualifier, invocation?.invokedAs], ['live', 'live']);
    assert.equal(Buffer.from(invocation?.payload ?? []).toString(), '{"n":1}');
    const { status, outcome, attempts } = log.event(1);
    assert.deepEqual([status, attempts, outcome?.executedVersion], ['done', 1, '3']);
    assert.equal(Buffer.from(outcome?.answer ?? []).toString(), '"ok"');
  });

  it('leaves the events of other nodes alone, until they become its own', async () => {
    const { log, runner, invocations } = makeRunner();
    log.by(nodeB, submit(1));
    runner.changed(log.event(1));
    await nextTurn();
    assert.equal(invocations.length, 0);
    log.apply({ kind: 'adopt', from: nodeB, to: [nodeA], itemsMax: 9 });
    runner.changed(log.event(1));
    await nextTurn();
    assert.equal(invocations.length, 1);
  });

  it('tries an error of the function again after a minute and after two, with the same id', async () => {
    const { world, log, invocations } = makeRunner();
    world.answer = () => 'function error';
    world.submit(submit(1));
    await nextTurn();
    await world.pass(minuteMs - 100);
    assert.deepEqual([invocations.length, log.event(1).status], [1, 'waiting']);
    await world.pass(200);
    assert.equal(invocations.length, 2);
    await world.pass(2 * minuteMs - 100);
    assert.equal(invocations.length, 2);
    await world.pass(200);
    assert.deepEqual(
      invocations.map(({ requestId }) => requestId),
      [idOf(1), idOf(1), idOf(1)],
    );
    const { status, attempts, outcome } = log.event(1);
    assert.deepEqual([status, attempts, outcome?.condition], ['dead', 3, 'RetriesExhausted']);
    assert.equal(outcome?.functionError, 'Unhandled');
  });

  it('tries no more often and no longer than the function has it', async () => {
    const { world, log, invocations } = makeRunner();
    world.answer = () => 'function error';
    world.settings = { ...defaultSettings, retriesMax: 0 };
    world.submit(submit(1));
    await nextTurn();
    assert.equal(log.event(1).outcome?.condition, 'RetriesExhausted');
    world.settings = { ...defaultSettings, ageMaxMs: 90_000 };
    world.submit(submit(2));
    await nextTurn();
    await world.pass(minuteMs + 100);
    assert.equal(log.event(2).outcome?.condition, 'EventAgeExceeded');
    assert.equal(invocations.length, 3);
  });

  it('lets a function that is throttled rest as a whole, longer and longer, without counting it', async () => {
    const { world, log, invocations } = makeRunner();
    world.answer = () => throttled;
    world.submit(submit(1), submit(2));
    await nextTurn();
    assert.equal(invocations.length, 2);
    await world.pass(1100);
    assert.equal(invocations.length, 4);
    await world.pass(1000);
    assert.equal(invocations.length, 4);
    world.answer = () => 'ok';
    await world.pass(1100);
    assert.equal(invocations.length, 6);
    assert.deepEqual([log.event(1).attempts, log.event(1).status], [1, 'done']);
  });

  it('gives up what is throttled when it has become too old', async () => {
    const { world, log } = makeRunner();
    world.answer = () => throttled;
    world.settings = { ...defaultSettings, ageMaxMs: 60_000 };
    world.submit(submit(1));
    for (let second = 0; second < 70; second++) await world.pass(1000);
    const { status, attempts, outcome } = log.event(1);
    assert.deepEqual([status, attempts], ['dead', 0]);
    assert.deepEqual([outcome?.condition, outcome?.statusCode], ['EventAgeExceeded', 429]);
  });

  it('tries what failed for a reason of its own alone again, and goes on with the others', async () => {
    const { world, log, invocations } = makeRunner();
    world.answer = () =>
      invocations.length === 1 ? new HearthError('forward-lost', 'the node is gone') : 'ok';
    world.submit(submit(1), submit(2));
    await nextTurn();
    assert.deepEqual([log.event(1).status, log.event(2).status], ['queued', 'done']);
    await world.pass(1100);
    assert.equal(log.event(1).status, 'done');
  });

  it('ends at once what can never run: its function is gone, switched off, or calls itself for ever', async () => {
    const { world, log, invocations } = makeRunner();
    world.answer = () => new HearthError('function-not-found', 'gone');
    world.submit(submit(1));
    await nextTurn();
    assert.deepEqual([log.event(1).status, log.event(1).outcome?.statusCode], ['dead', 404]);
    world.settings = { ...defaultSettings, isSwitchedOff: true, deadLetter: 'arn' };
    world.submit(submit(2));
    await nextTurn();
    assert.equal(log.event(2).outcome?.condition, 'ZeroReservedConcurrency');
    assert.deepEqual(log.event(2).deliveries[0]?.kind, 'dead-letter');
    world.settings = defaultSettings;
    let traceId = '';
    for (let round = 0; round < 17; round++) traceId = withStep(traceId, 'f');
    world.submit(submit(3, { traceId }), submit(4, { traceId: withStep('', 'f') }));
    await nextTurn();
    assert.equal(log.event(3).outcome?.condition, 'RecursiveInvocation');
    assert.deepEqual(
      invocations.map(({ requestId }) => requestId),
      [idOf(1), idOf(4)],
    );
  });

  it('survives what nobody has foreseen, and tries again', async () => {
    const { world, log } = makeRunner();
    const { settings } = world;
    Object.defineProperty(world, 'settings', { get: () => assert.fail(), configurable: true });
    world.submit(submit(1));
    await nextTurn();
    assert.equal(log.event(1).status, 'queued');
    Object.defineProperty(world, 'settings', { value: settings });
    await world.pass(1100);
    assert.equal(log.event(1).status, 'done');
  });

  it('names the destinations as they are when the event ends', async () => {
    const { world, log } = makeRunner();
    world.settings = { ...defaultSettings, retriesMax: 0, onSuccess: 's', onFailure: 'o' };
    world.submit(submit(1));
    await nextTurn();
    world.answer = () => 'function error';
    world.settings = { ...world.settings, deadLetter: 'd' };
    world.submit(submit(2));
    await nextTurn();
    const told = [1, 2].map((n) =>
      log.event(n).deliveries.map(({ kind, target }) => [kind, target]),
    );
    assert.deepEqual(told, [
      [['on-success', 's']],
      [
        ['on-failure', 'o'],
        ['dead-letter', 'd'],
      ],
    ]);
  });

  it('goes on without the log, and runs nothing a second time while it has not heard back', async () => {
    const { world, invocations, runner, log, notes } = makeRunner();
    world.connected = false;
    world.submit(submit(1), submit(2));
    await nextTurn();
    assert.equal(notes.length, 2);
    runner.replace(log.core.openOf(nodeA));
    await world.pass(10 * minuteMs);
    assert.equal(invocations.length, 2);
  });

  it('does not run what is no longer its own, or was cancelled, while it waits', async () => {
    const { world, invocations, runner, log } = makeRunner();
    world.answer = () => 'function error';
    world.submit(submit(1), submit(2));
    await nextTurn();
    world.submit({ kind: 'cancel', id: idOf(1) });
    log.by(nodeB, { kind: 'adopt', from: nodeA, to: [nodeB], itemsMax: 9 });
    runner.changed(log.event(2));
    await world.pass(10 * minuteMs);
    assert.equal(invocations.length, 2);
  });

  it('lets one that it has adopted wait no longer than it was meant to, whatever the clocks say', async () => {
    const { world, invocations, runner, log } = makeRunner();
    log.wallMs = world.clock.wallMs() + 3_600_000;
    const failed = { ...answered('function error'), condition: 'RetriesExhausted' as const };
    log.by(nodeB, submit(1), {
      kind: 'attempted',
      id: idOf(1),
      round: 0,
      attempts: 1,
      delayMs: minuteMs,
      outcome: {
        ...failed,
        statusCode: 200,
        functionError: '',
        answer: failed.payload,
        answerBytes: 1,
      },
    });
    log.apply({ kind: 'adopt', from: nodeB, to: [nodeA], itemsMax: 9 });
    runner.changed(log.event(1));
    await world.pass(minuteMs - 100);
    assert.equal(invocations.length, 0);
    await world.pass(200);
    assert.equal(invocations.length, 1);
  });

  it('runs so many at the same time, of one function fewer, and functions take turns', async () => {
    const { world, runner, invocations } = makeRunner({ retryBaseMs: minuteMs, runningMax: 4 });
    const waiting: ((value: unknown) => void)[] = [];
    world.answer = () => new Promise((resolve) => waiting.push(resolve));
    world.submit(...[1, 2, 3, 4, 5].map((n) => submit(n)));
    assert.equal(runner.running, 3);
    world.submit(submit(6, { functionName: 'g' }), submit(7, { functionName: 'g' }));
    assert.equal(runner.running, 4);
    for (const end of waiting.splice(0)) end('ok');
    await nextTurn();
    const names = invocations.map(({ functionName }) => functionName).join('');
    assert.equal(names, 'fffggff');
  });

  it('that stops begins nothing new, and waits for what runs', async () => {
    const { world, runner, invocations } = makeRunner();
    let end: (value: unknown) => void = () => {};
    world.answer = () => new Promise((resolve) => (end = resolve));
    world.submit(submit(1));
    const stopped = runner.stop(1000).then(() => 'stopped');
    world.submit(submit(2));
    assert.equal(await Promise.race([stopped, nextTurn()]), undefined);
    end('ok');
    assert.equal(await stopped, 'stopped');
    assert.equal(invocations.length, 1);
    assert.equal(world.log.event(1).status, 'done');
  });
});
