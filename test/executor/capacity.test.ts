import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { SandboxInitError } from '../../src/agent/index.js';
import { HearthError } from '../../src/types/index.js';
import { coldSandbox, invocation, record, settle, setUp, source } from './fixture.js';

const megabyte = 1024 * 1024;
const version = { ...record, version: '3', revision: 9 };

/** What a refused request is told. */
async function refusalOf(running: Promise<unknown>): Promise<Readonly<Record<string, unknown>>> {
  const error: unknown = await running.then(
    () => assert.fail('it was not refused'),
    (thrown: unknown) => thrown,
  );
  assert(error instanceof HearthError && error.code === 'too-many-requests');
  return error.details;
}

describe('the executor, of what a function may use here,', () => {
  it('runs as many in one sandbox as the function allows, and reports its start once', async () => {
    const { driver, executor, reports } = setUp({}, { HEARTH_CONCURRENCY: '2' });
    const three = [1, 2, 3].map((n) => executor.invoke(record, invocation(`r${n}`)));
    const sandbox = await coldSandbox(driver);
    assert.equal(sandbox.spec.concurrency, 2);
    assert.deepEqual([driver.starts.length, sandbox.calls.length], [1, 2]);
    assert.equal(executor.invokeIfWarm(record, invocation('r4')), 'busy');
    sandbox.answer('1');
    await three[0];
    await settle();
    assert.equal(sandbox.calls.length, 3, 'room that was given back is taken at once');
    sandbox.answer('2');
    sandbox.answer('3');
    const outcomes = await Promise.all(three);
    assert.deepEqual(
      outcomes.map(({ start }) => start),
      ['cold', 'cold', 'stolen'],
    );
    assert.deepEqual(
      reports.map(({ initMs }) => initMs),
      [12, null, null],
    );
  });

  it('answers all that a sandbox ran when it dies, and is rid of it once', async () => {
    const { driver, executor } = setUp({}, { HEARTH_CONCURRENCY: '2' });
    const both = [1, 2].map((n) => executor.invoke(record, invocation(`r${n}`)));
    (await coldSandbox(driver)).die();
    for (const { functionError } of await Promise.all(both)) assert.equal(functionError, true);
    await settle();
    assert.deepEqual(executor.stats().functions, {});
  });

  it('opens an environment once for a revision, not for each request', async () => {
    const { driver, executor, opened } = setUp();
    const first = executor.invoke(record, invocation('r1'));
    const sandbox = await coldSandbox(driver);
    sandbox.answer('1');
    await first;
    const before = opened.times;
    for (const n of [2, 3, 4]) {
      const running = executor.invoke(record, invocation(`r${n}`));
      sandbox.answer('1');
      await running;
    }
    assert.equal(opened.times, before);
  });

  it('bounds the queue and the wait as the function says, and tells when to come again', async () => {
    const variables = { HEARTH_QUEUE_MAX: '2', HEARTH_QUEUE_WAIT_MS: '7000' };
    const { driver, clock, executor } = setUp({ startsMax: 1, sandboxesMax: 1 }, variables);
    const first = executor.invoke(record, invocation('r1'));
    const sandbox = await coldSandbox(driver);
    for (const ms of [250, 3750]) {
      clock.advance(ms);
      await settle();
    }
    const waiting = [2, 3].map((n) => executor.invoke(record, invocation(`r${n}`)));
    const refused = executor.invoke(record, invocation('r4'));
    assert.deepEqual(await refusalOf(refused), {
      Reason: 'ConcurrentInvocationLimitExceeded',
      retryAfterS: 8,
    });
    clock.advance(6999);
    assert.equal(executor.stats().functions.f?.waiting, 2);
    clock.advance(51);
    for (const late of waiting) {
      assert.equal((await refusalOf(late)).Reason, 'ConcurrentInvocationLimitExceeded');
    }
    const { refusals } = executor.stats().pools;
    assert.deepEqual([refusals['too-many-waiters'], refusals['waited-too-long']], [1, 2]);
    sandbox.answer('1');
    await first;
  });

  it('runs no more of a function than its share, and nothing of it with none', async () => {
    const { driver, executor } = setUp({}, { HEARTH_QUEUE_MAX: '1' });
    executor.limit('f', 1);
    assert.equal(executor.hasRoom(record), true);
    const first = executor.invoke(record, invocation('r1'));
    const sandbox = await coldSandbox(driver);
    assert.equal(executor.hasRoom(version), false, 'all versions together');
    assert.equal(executor.invokeIfWarm(record, invocation('r2')), 'busy');
    const second = executor.invoke(version, { ...invocation('r3'), qualifier: '3' });
    const third = executor.invoke(version, { ...invocation('r4'), qualifier: '3' });
    const Reason = 'ReservedFunctionConcurrentInvocationLimitExceeded';
    assert.equal((await refusalOf(third)).Reason, Reason);
    await settle();
    assert.equal(driver.starts.length, 2, 'its turn comes');
    sandbox.answer('1');
    await first;
    (await coldSandbox(driver)).answer('2');
    await second;
    executor.limit('f', 0);
    assert.equal((await refusalOf(executor.invoke(record, invocation('r5')))).Reason, Reason);
  });

  it('keeps what it was told to keep, and tells of it', async () => {
    const { driver, clock, executor } = setUp({ sandboxIdleMs: 1000 });
    executor.keep(version, { total: 1, spare: 1 });
    const sandbox = await coldSandbox(driver);
    assert.equal(sandbox.spec.initialization, 'provisioned-concurrency');
    const quiet = { idle: 1, busy: 0, starting: 0, waiting: 0, kept: 1 };
    assert.deepEqual(executor.figures(version), quiet);
    assert.equal(executor.figures({ ...version, revision: 10 }).kept, 0);
    clock.advance(60_000);
    assert.deepEqual(executor.figures(version), quiet, 'idle time does not end it');
    const running = executor.invoke(version, { ...invocation('r1'), qualifier: '3' });
    await settle();
    assert.deepEqual(executor.figures(version), { ...quiet, idle: 0, busy: 1, starting: 1 });
    assert.equal(driver.starts.length, 2, 'the next spare one, while this one runs');
    sandbox.answer('1');
    assert.equal((await running).start, 'warm');
    (await coldSandbox(driver)).die();
    await settle();
    assert.equal(driver.starts.length, 2, 'one is enough');
    executor.keep(version, { total: 0, spare: 0 });
    clock.advance(60_000);
    await settle();
    assert.equal(sandbox.alive, false);
    assert.deepEqual(executor.stats().functions, {});
  });

  it('says how a version with a snapshot is started', async () => {
    const { driver, executor } = setUp();
    const restored = { ...version, snapStart: true };
    void executor.invoke(restored, { ...invocation('r1'), qualifier: '3' });
    assert.equal((await coldSandbox(driver)).spec.initialization, 'snap-start');
    void executor.invoke({ ...record, snapStart: true }, invocation('r2'));
    assert.equal((await coldSandbox(driver)).spec.initialization, 'on-demand');
  });

  it('tells of what versions how many sandboxes ran something a while ago', async () => {
    const { driver, clock, executor } = setUp();
    const { name, version } = record;
    const used = (sandboxes: number) => [{ functionName: name, version, sandboxes }];
    for (const made of [1, 2]) {
      const ready = executor.warmUp(record);
      await coldSandbox(driver);
      await ready;
      assert.deepEqual(executor.inUse(1000), used(made));
    }
    clock.advance(1001);
    assert.deepEqual(executor.inUse(1000), []);
    void executor.invoke(record, invocation('r3'));
    assert.deepEqual(executor.inUse(1000), used(1), 'what it runs now');
  });

  it('starts one more when it is to warm up, and tells what came of it', async () => {
    const { driver, clock, executor } = setUp();
    const first = executor.warmUp(record);
    await coldSandbox(driver);
    await first;
    const second = executor.warmUp(record);
    await settle();
    assert.equal(driver.starts.length, 2, 'though one is idle');
    const failure = new SandboxInitError('no', Buffer.from('{}'), Buffer.from(''), source, null);
    driver.starts[1]?.fail(failure);
    await assert.rejects(second, failure);
    const late = executor.warmUp({ ...record, memoryMb: 128 });
    await settle();
    driver.starts[2]?.fail(new HearthError('bundle-missing', 'nowhere'));
    await assert.rejects(late, { code: 'bundle-missing' });
    clock.advance(1000);
    const stopped = executor.stop();
    await assert.rejects(executor.warmUp(record), { code: 'draining' });
    await stopped;
  });

  it('starts nothing where memory is short, ends idle sandboxes, and says so before it is asked', async () => {
    const { driver, clock, executor, memory } = setUp({ memoryReserveMb: 1000 });
    const idle = executor.warmUp(record);
    const sandbox = await coldSandbox(driver);
    await idle;
    memory.reading = { availableBytes: 1500 * megabyte, totalBytes: 8000 * megabyte };
    assert.deepEqual(executor.load(), { waiting: 0, freeMemoryMb: 500 });
    assert.deepEqual(
      [executor.hasRoom(record), executor.hasRoom({ ...record, memoryMb: 501 })],
      [true, false],
    );
    memory.reading = { ...memory.reading, availableBytes: 900 * megabyte };
    clock.advance(250);
    await settle();
    assert.equal(sandbox.alive, false);
    const refused = await refusalOf(executor.invoke({ ...record, name: 'g' }, invocation('r1')));
    assert.equal(refused.Reason, 'NodeMemoryExhausted');
    assert.equal(executor.stats().pools.ends.memory, 1);
    memory.reading = null;
    assert.equal(executor.hasRoom({ ...record, memoryMb: 10_240 }), true);
  });

  it('leaves a tenth of the memory, and at least 256 MB, where nothing else is said', () => {
    for (const [totalMb, reserveMb] of [
      [10_000, 1000],
      [1000, 256],
    ] as const) {
      const { executor, memory } = setUp();
      const bytes = totalMb * megabyte;
      memory.reading = { availableBytes: bytes, totalBytes: bytes };
      assert.equal(executor.load().freeMemoryMb, totalMb - reserveMb);
    }
  });
});
