import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { SandboxInitError } from '../../src/agent/index.js';
import { bundleHash, HearthError } from '../../src/types/index.js';

import { coldSandbox, invocation, record, settle, setUp, source } from './fixture.js';

describe('the executor', () => {
  it('runs a first request cold and a second one warm in the same sandbox', async () => {
    const { driver, executor } = setUp();
    const first = executor.invoke(record, invocation('r1'));
    const sandbox = await coldSandbox(driver);
    sandbox.answer('1');
    const cold = await first;
    assert.equal(executor.figures(record).idle, 1);
    const second = executor.invoke(record, invocation('r2'));
    assert.equal(executor.figures(record).idle, 0);
    sandbox.answer('2');
    const warm = await second;
    assert.deepEqual([cold.start, warm.start, driver.starts.length], ['cold', 'warm', 1]);
    assert.equal(Buffer.from(warm.payload).toString(), '2');
    assert.equal(sandbox.calls[1]?.functionArn, 'arn:f');
    const { taskRoot, layersRoot, network, image } = sandbox.spec;
    assert.deepEqual(
      [taskRoot, layersRoot, network, image],
      ['/code/0', '/layers', 'outbound', null],
    );
    const { counters, functions } = executor.stats();
    assert.deepEqual([counters.cold, counters.warm, functions.f?.idle], [1, 1, 1]);
  });

  it('tells sandboxes their deadline by the clock of the machine, for that is what they read', async () => {
    const { driver, executor, clock, reports } = setUp();
    clock.machineWallMs = () => clock.wallMs() + 3_600_000;
    const outcome = executor.invoke(record, invocation('r1'));
    const sandbox = await coldSandbox(driver);
    assert.equal(sandbox.calls[0]?.deadlineWallMs, clock.machineWallMs() + record.timeoutS * 1000);
    sandbox.answer('1');
    await outcome;
    assert.equal(reports[0]?.startedWallMs, clock.wallMs());
  });

  it('asks for no code where the function is a container image, and keeps what others use', async () => {
    const { driver, executor } = setUp();
    const image = { uri: 'app:1', entryPoint: [], command: [], workingDirectory: '' };
    const first = executor.invoke({ ...record, image }, invocation('r1'));
    const sandbox = await coldSandbox(driver);
    const { spec } = sandbox;
    assert.deepEqual([spec.taskRoot, spec.image], ['', image]);
    assert.equal(executor.codeInUse().size, 0);
    const codeHash = bundleHash('1'.repeat(64));
    const layer = { arn: '', codeHash, codeBytes: 1, unzippedBytes: 1 };
    const second = executor.invoke(
      { ...record, name: 'g', layers: [layer, layer] },
      invocation('r2'),
    );
    const inUse = executor.codeInUse();
    assert.deepEqual([inUse.has(record.codeHash), inUse.has(codeHash)], [true, true]);
    assert.equal(inUse.size, 3, 'and what the layers are merged into');
    sandbox.answer('1');
    (await coldSandbox(driver)).answer('2');
    await Promise.all([first, second]);
  });

  it('wraps the output in the lines that Lambda writes', async () => {
    const { driver, executor } = setUp();
    const running = executor.invoke(record, invocation('r1'));
    (await coldSandbox(driver)).answer('1');
    const lines = Buffer.from((await running).logTail()).toString();
    assert.equal(
      lines,
      'START RequestId: r1 Version: $LATEST\nprinted\nEND RequestId: r1\n' +
        'REPORT RequestId: r1\tDuration: 1.50 ms\tBilled Duration: 2 ms\t' +
        'Memory Size: 128 MB\tMax Memory Used: 29 MB\tInit Duration: 12.00 ms\t\n',
    );
  });

  it('lets a waiting request steal the sandbox that another gives back', async () => {
    const { driver, clock, executor } = setUp();
    const first = executor.invoke(record, invocation('r1'));
    const sandbox = await coldSandbox(driver);
    const second = executor.invoke(record, invocation('r2'));
    await settle();
    assert.equal(driver.starts.length, 1, 'the first may be back at once');
    clock.advance(150);
    await settle();
    assert.equal(driver.starts.length, 2, 'but is not');
    sandbox.answer('1');
    await first;
    sandbox.answer('2');
    assert.equal((await second).start, 'stolen');
    driver.starts[1]?.ready();
    await settle();
    assert.equal(executor.stats().functions.f?.idle, 2);
  });

  it('gives an answer of a function that died in the call, and uses its sandbox no more', async () => {
    const { driver, executor } = setUp();
    const running = executor.invoke(record, invocation('r1'));
    (await coldSandbox(driver)).die();
    const outcome = await running;
    assert.equal(outcome.functionError, true);
    await settle();
    assert.deepEqual(executor.stats().functions, {});
  });

  it('gives all who wait the error of a handler that cannot be loaded', async () => {
    const { driver, executor, reports } = setUp({ startsMax: 1 });
    const both = [1, 2].map((n) => executor.invoke(record, invocation(`r${n}`)));
    await settle();
    const payload = Buffer.from('{"errorType":"Runtime.ImportModuleError"}');
    driver.starts[0]?.fail(
      new SandboxInitError('no', payload, Buffer.from('why'), source, 'Sandbox.Timedout'),
    );
    for (const outcome of await Promise.all(both)) {
      assert.equal(outcome.functionError, true);
      assert.deepEqual(outcome.payload, payload);
      assert.match(Buffer.from(outcome.logTail()).toString(), /why\nEND/);
    }
    assert.equal(executor.stats().counters.initErrors, 1);
    assert.deepEqual(
      reports.map(({ requestId, errorType }) => [requestId, errorType]),
      [
        ['r1', 'Sandbox.Timedout'],
        ['r2', 'Sandbox.Timedout'],
      ],
    );
  });

  it('reports to the log what each invocation took', async () => {
    const { driver, executor, reports } = setUp();
    const first = executor.invoke(record, invocation('r1'));
    const sandbox = await coldSandbox(driver);
    sandbox.answer('1');
    await first;
    const second = executor.invoke(record, invocation('r2'));
    sandbox.cpuMs = 5;
    sandbox.answer('2');
    await second;
    const common = { durationMs: 1.5, billedMs: 2, memoryMb: 128, memoryPeakBytes: 30_000_000 };
    const startedWallMs = Date.UTC(2026, 0, 1);
    assert.deepEqual(reports, [
      {
        ...common,
        startedWallMs,
        requestId: 'r1',
        start: 'cold',
        initMs: 12,
        cpuMs: 2,
        errorType: null,
      },
      {
        ...common,
        startedWallMs,
        requestId: 'r2',
        start: 'warm',
        initMs: null,
        cpuMs: 3,
        errorType: null,
      },
    ]);
  });

  it('passes on why there is no code or no runtime', async () => {
    const { driver, executor } = setUp();
    const running = executor.invoke(record, invocation('r1'));
    await settle();
    driver.starts[0]?.fail(new HearthError('invalid-parameter', 'install python3'));
    await assert.rejects(running, { code: 'invalid-parameter', message: 'install python3' });
  });

  it('refuses a request that has waited too long, and stops waiting for one that went away', async () => {
    const { clock, executor } = setUp();
    const slow = executor.invoke(record, invocation('r1'));
    const away = new AbortController();
    const gone = executor.invoke(record, invocation('r2', away.signal));
    away.abort();
    await assert.rejects(gone, HearthError);
    assert.equal(executor.stats().functions.f?.waiting, 1);
    clock.advance(1000);
    await assert.rejects(slow, (error) => {
      assert(error instanceof HearthError);
      assert.equal(error.code, 'too-many-requests');
      assert.equal(error.details.Reason, 'ConcurrentInvocationLimitExceeded');
      assert.equal(error.details.retryAfterS, 1);
      return true;
    });
    assert.equal(executor.stats().counters.throttled, 1);
  });

  it('ends idle sandboxes after a while, and those of a changed function at once', async () => {
    const { driver, clock, executor } = setUp();
    const first = executor.invoke(record, invocation('r1'));
    const old = await coldSandbox(driver);
    old.answer('1');
    await first;
    clock.advance(59_000);
    assert.equal(old.alive, true);
    clock.advance(1250);
    assert.equal(old.alive, false);
    await settle();
    const second = executor.invoke(record, invocation('r2'));
    const next = await coldSandbox(driver);
    next.answer('2');
    await second;
    executor.retire('f', '$LATEST');
    assert.equal(next.alive, false);
    await settle();
    assert.deepEqual(executor.stats().functions, {});
  });

  it('keeps the versions of a function apart, each with its own number and ARN', async () => {
    const { driver, executor, told } = setUp();
    const version = { ...record, version: '1', revision: 7 };
    const first = executor.invoke(record, invocation('r1'));
    const latest = await coldSandbox(driver);
    const second = executor.invoke(version, {
      ...invocation('r2'),
      qualifier: '1',
      invokedAs: 'live',
    });
    const published = await coldSandbox(driver);
    assert.deepEqual(
      [latest.spec.functionVersion, published.spec.functionVersion],
      ['$LATEST', '1'],
    );
    assert.deepEqual([latest.spec.functionName, published.spec.functionName], ['f', 'f']);
    assert.deepEqual(
      [latest.calls[0]?.functionArn, published.calls[0]?.functionArn],
      ['arn:f', 'arn:f:live'],
    );
    latest.answer('1');
    published.answer('2');
    assert.equal((await first).executedVersion, '$LATEST');
    assert.equal((await second).executedVersion, '1');
    assert.deepEqual(
      told.map(({ key }) => key),
      ['f:$LATEST@1', 'f:1@7'],
    );
    executor.retire('f', '$LATEST');
    assert.deepEqual([latest.alive, published.alive], [false, true]);
    assert.equal(executor.figures(version).idle, 1);
  });

  it('gives a sandbox the environment that the catalogue opens, or fails who waits for it', async () => {
    const { driver, executor, fail } = setUp();
    const served = executor.invoke(record, invocation('r1'));
    const sandbox = await coldSandbox(driver);
    assert.equal(sandbox.spec.environment.A, 'b');
    sandbox.answer('1');
    await served;
    fail(new HearthError('storage', 'cannot be opened'));
    const refused = executor.invoke({ ...record, revision: 2 }, invocation('r2'));
    await assert.rejects(refused, { code: 'storage', message: 'cannot be opened' });
  });

  it('makes new sandboxes from the newest record', async () => {
    const { driver, executor } = setUp();
    void executor.invoke(record, invocation('r1'));
    await settle();
    void executor.invoke({ ...record, revision: 2, handler: 'new.handler' }, invocation('r2'));
    await settle();
    assert.deepEqual(
      driver.starts.map(({ spec }) => spec.handler),
      ['index.handler', 'new.handler'],
    );
  });

  it('runs a request that will not wait in an idle sandbox of its revision, or says why not', async () => {
    const { driver, executor } = setUp();
    assert.equal(executor.invokeIfWarm(record, invocation('r1')), 'not-here');
    await settle();
    assert.equal(driver.starts.length, 0, 'nothing was started for it');
    const first = executor.invoke(record, invocation('r2'));
    const sandbox = await coldSandbox(driver);
    assert.equal(executor.invokeIfWarm(record, invocation('r3')), 'busy');
    sandbox.answer('1');
    await first;
    const newer = { ...record, revision: 2 };
    assert.equal(executor.figures(newer).idle, 0);
    assert.equal(executor.invokeIfWarm(newer, invocation('r4')), 'not-here');
    const running = executor.invokeIfWarm(record, invocation('r5'));
    assert(running instanceof Promise);
    sandbox.answer('2');
    const { start, payload } = await running;
    assert.deepEqual([start, Buffer.from(payload).toString()], ['warm', '2']);
    assert.deepEqual(
      sandbox.calls.map(({ requestId: id }) => String(id)),
      ['r2', 'r5'],
    );
    const { counters, functions } = executor.stats();
    assert.deepEqual([counters.warm, functions.f?.waiting, driver.starts.length], [1, 0, 1]);
    const stopped = executor.stop();
    assert.equal(executor.invokeIfWarm(record, invocation('r6')), 'not-here');
    await stopped;
  });

  it('starts a sandbox ahead of requests, and ends it when none comes', async () => {
    const { driver, clock, executor } = setUp();
    executor.prewarm(record);
    executor.prewarm(record);
    const sandbox = await coldSandbox(driver);
    assert.equal(executor.figures(record).idle, 1);
    const running = executor.invoke(record, invocation('r1'));
    sandbox.answer('1');
    assert.equal((await running).start, 'warm');
    assert.deepEqual([driver.starts.length, executor.stats().counters.prewarmed], [1, 1]);
    clock.advance(60_250);
    assert.equal(sandbox.alive, false);
    await settle();
    await executor.stop();
    executor.prewarm(record);
    assert.equal(executor.stats().counters.prewarmed, 1, 'not when it has stopped');
  });

  it('drops a start ahead of requests that fails, and may try again', async () => {
    const { driver, executor } = setUp();
    executor.prewarm(record);
    await settle();
    driver.starts[0]?.fail(
      new SandboxInitError('no', Buffer.from('{}'), Buffer.from(''), source, null),
    );
    await settle();
    assert.deepEqual(executor.stats().functions, {});
    executor.prewarm(record);
    await settle();
    assert.equal(driver.starts.length, 2);
  });

  it('tells what is warm here under the key of its revision, how busy, and when no more', async () => {
    const { driver, clock, executor, told } = setUp();
    const first = executor.invoke(record, invocation('r1'));
    const sandbox = await coldSandbox(driver);
    assert.deepEqual(told.splice(0), [{ key: 'f:$LATEST@1', state: 'warm', load: 100 }]);
    sandbox.answer('1');
    await first;
    clock.advance(1050);
    assert.deepEqual(told.splice(0), [{ key: 'f:$LATEST@1', state: 'warm', load: 0 }]);
    void executor.invoke({ ...record, revision: 2 }, invocation('r2'));
    assert.deepEqual(told.splice(0), [{ key: 'f:$LATEST@1', state: 'cold', load: 0 }]);
    const second = await coldSandbox(driver);
    assert.deepEqual(told.splice(0), [{ key: 'f:$LATEST@2', state: 'warm', load: 100 }]);
    second.die();
    await settle();
    assert.deepEqual(told.splice(0), [{ key: 'f:$LATEST@2', state: 'cold', load: 0 }]);
  });

  it('tells when it stops that nothing is warm any more', async () => {
    const { driver, executor, told } = setUp();
    executor.prewarm(record);
    await coldSandbox(driver);
    await executor.stop();
    assert.deepEqual(told.at(-1), { key: 'f:$LATEST@1', state: 'cold', load: 0 });
  });

  it('refuses who waits and ends everything when it stops', async () => {
    const { driver, clock, executor } = setUp();
    const running = executor.invoke(record, invocation('r1'));
    const sandbox = await coldSandbox(driver);
    const waiting = executor.invoke(record, invocation('r2'));
    clock.advance(150);
    await settle();
    const stopped = executor.stop();
    await assert.rejects(waiting, { code: 'draining' });
    const late = driver.starts[1]?.ready();
    await stopped;
    assert.deepEqual([sandbox.alive, late?.alive], [false, false]);
    assert.equal((await running).functionError, true);
    await assert.rejects(executor.invoke(record, invocation('r3')), { code: 'draining' });
  });
});
