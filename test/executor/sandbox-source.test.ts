import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import {
  NoSnapshotError,
  SandboxInitError,
  type SandboxSpec,
  type StemKind,
} from '../../src/agent/index.js';
import { SandboxSource, zygoteKeyOf } from '../../src/executor/index.js';
import { SimulatedClock, silentLogger } from '../../src/lib/index.js';
import { limits } from '../../src/types/index.js';
import { FakeDriver, type FakeStem, type FakeZygote, settle } from './fake-source.js';

const node: StemKind = { runtime: 'nodejs', memoryMb: 128, ephemeralMb: 512 };
const spec: SandboxSpec = {
  functionName: 'f',
  functionVersion: '1',
  runtime: 'nodejs20.x',
  handler: 'index.handler',
  taskRoot: '/code/1',
  layersRoot: null,
  environment: { A: '1', B: '2' },
  memoryMb: 128,
  ephemeralMb: 512,
  network: 'none',
  image: null,
  concurrency: 1,
  initialization: 'on-demand',
};
const key = zygoteKeyOf(spec);

function setUp(options: { stems?: boolean } = {}) {
  const driver = new FakeDriver();
  const clock = new SimulatedClock();
  const source = new SandboxSource(
    { driver, clock, logger: silentLogger, busy: () => false, memoryShort: () => false },
    { stemCellsMax: 4, initialStems: options.stems === true ? [node] : [] },
  );
  if (options.stems === true) driver.kindOf = node;
  source.start();
  const stem = async (): Promise<FakeStem> => {
    const made = driver.stems.shift()?.ready();
    assert(made !== undefined, 'a stem cell is being booted');
    await settle();
    return made;
  };
  const zygote = async (): Promise<FakeZygote> => {
    const made = driver.zygotes.shift()?.ready();
    assert(made !== undefined, 'a zygote is being made');
    await settle();
    return made;
  };
  const create = async (of = spec): Promise<string> => (await source.create(of)).id;
  return { driver, clock, source, stem, zygote, create };
}

function initError(errorType: string | null): SandboxInitError {
  return new SandboxInitError('why', Buffer.from('{}'), Buffer.from(''), null, errorType);
}

describe('a new sandbox', () => {
  it('is a copy of its zygote, else of a stem cell, else made from nothing', async () => {
    const { source, stem, zygote, create } = setUp({ stems: true });
    const kept = source.keepZygote(key, spec);
    await stem();
    await zygote();
    await kept;
    assert.match(await create(), /^fork of f/);
    assert.match(await create({ ...spec, functionName: 'g' }), /^stem/);
    assert.equal(await create({ ...spec, functionName: 'g' }), 'cold');
    assert.deepEqual(source.stats().made, { fork: 1, stem: 1, cold: 1 });
  });

  it('is no stem cell where the driver has none for it, or where it is an image', async () => {
    const { driver, source, stem, create } = setUp({ stems: true });
    await stem();
    const image = { uri: 'i', entryPoint: [], command: [], workingDirectory: '' };
    assert.equal(await create({ ...spec, image }), 'cold');
    driver.kindOf = null;
    assert.equal(await create(), 'cold');
    assert.equal(source.stats().stems.counters.missed, 0);
  });

  it('is made the next way where a zygote cannot be copied', async () => {
    const { source, stem, zygote, create } = setUp({ stems: true });
    void source.keepZygote(key, spec);
    await stem();
    (await zygote()).failure = initError(null);
    assert.match(await create(), /^stem/);
    assert.equal(source.stats().fellThrough.fork, 1);
  });

  it('is made from nothing where a stem cell has gone before it had the function', async () => {
    const failures = [
      new Error('mount'),
      initError('Runtime.ExitError'),
      initError('Sandbox.Failure'),
    ];
    for (const failure of failures) {
      const { driver, clock, source, stem, create } = setUp({ stems: true });
      (await stem()).failure = failure;
      assert.equal(await create(), 'cold');
      assert.equal(source.stats().fellThrough.stem, 1);
      await settle();
      assert.equal(driver.stems.length, 0, 'and the next one is not booted at once');
      clock.advance(1500);
      assert.equal(driver.stems.length, 1);
    }
  });

  it('fails with what the function does wrong, and is not tried twice', async () => {
    const { driver, source, stem, create } = setUp({ stems: true });
    for (const type of [null, 'Sandbox.Timedout', 'Runtime.OutOfMemory']) {
      const failure = initError(type);
      (await stem()).failure = failure;
      await assert.rejects(create(), (error) => error === failure);
      assert.equal(driver.stems.length, 1, 'the stem cells are not to blame');
    }
    assert.equal(source.stats().fellThrough.stem, 0);
  });

  it('fails with the last way where all fail, and the stem cells are not blamed', async () => {
    const { driver, stem, create } = setUp({ stems: true });
    (await stem()).failure = initError('Runtime.ExitError');
    driver.failure = initError('Runtime.ExitError');
    await assert.rejects(create(), (error) => error === driver.failure);
    assert.equal(driver.stems.length, 1);
  });
});

describe('a zygote', () => {
  it('is of the sandboxes that have the same code, layers, settings and environment', () => {
    const changes: Partial<SandboxSpec>[] = [
      { functionName: 'g' },
      { functionVersion: '2' },
      { runtime: 'nodejs22.x' },
      { handler: 'other.handler' },
      { taskRoot: '/code/2' },
      { layersRoot: '/layers/1' },
      { environment: { A: '1', B: '3' } },
      { memoryMb: 256 },
      { ephemeralMb: 513 },
      { network: 'outbound' },
      { concurrency: 2 },
    ];
    const keys = changes.map((change) => zygoteKeyOf({ ...spec, ...change }));
    assert.equal(new Set([key, ...keys]).size, changes.length + 1);
    const same = {
      ...spec,
      environment: { B: '2', A: '1' },
      initialization: 'snap-start',
    } as const;
    assert.equal(zygoteKeyOf(same), key);
    assert(!key.includes('"'), 'nothing of the environment can be read in it');
  });

  it('is made once, however often it is asked for, and two at most at a time', async () => {
    const { driver, source, zygote } = setUp();
    const specs = ['a', 'b', 'c'].map((functionName) => ({ ...spec, functionName }));
    const kept = [...specs, ...specs].map((each) => source.keepZygote(zygoteKeyOf(each), each));
    assert.equal(driver.zygotes.length, 2);
    assert.deepEqual(source.stats().zygotes, { ready: 0, making: 3, refused: 0 });
    await zygote();
    assert.equal(driver.zygotes.length, 2);
    await zygote();
    await zygote();
    await Promise.all(kept);
    assert.equal(driver.zygotes.length, 0);
    assert.deepEqual(source.stats().zygotes, { ready: 3, making: 0, refused: 0 });
  });

  it('of a function that cannot be copied is refused with the reason, and not tried again', async () => {
    const { driver, clock, source, create } = setUp();
    const kept = source.keepZygote(key, spec);
    const why = 'The function has started a thread.';
    driver.zygotes.shift()?.fail(new NoSnapshotError(why));
    await assert.rejects(kept, NoSnapshotError);
    assert.deepEqual(source.zygoteState(key), { kind: 'refused', reason: why });
    await assert.rejects(source.keepZygote(key, spec), NoSnapshotError);
    clock.advance(120_000);
    assert.equal(driver.zygotes.length, 0);
    assert.equal(await create(), 'cold');
  });

  it('that could not be made for another reason is tried again, later and later', async () => {
    const { driver, clock, source, zygote } = setUp();
    for (const waitMs of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]) {
      const kept = source.keepZygote(key, spec);
      driver.zygotes.shift()?.fail(new Error('no memory'));
      await assert.rejects(kept, /no memory/);
      assert.equal(source.zygoteState(key).kind, 'making');
      clock.advance(waitMs - 1);
      assert.equal(driver.zygotes.length, 0);
      clock.advance(1);
    }
    const kept = source.keepZygote(key, spec);
    await zygote();
    assert.equal(source.zygoteState(key).kind, 'ready');
    await kept;
    await source.keepZygote(key, spec);
  });

  it('that dies is made again, and sandboxes are made in other ways meanwhile', async () => {
    const { driver, clock, source, zygote, create } = setUp();
    void source.keepZygote(key, spec);
    (await zygote()).die();
    assert.equal(source.zygoteState(key).kind, 'making');
    assert.equal(await create(), 'cold');
    clock.advance(1000);
    const second = await zygote();
    assert.match(await create(), /^fork/);
    clock.advance(60_000);
    second.die();
    clock.advance(999);
    assert.equal(driver.zygotes.length, 0);
    clock.advance(1);
    assert.equal(driver.zygotes.length, 1, 'after a second again, for it had lived long');
    (await zygote()).alive = false;
    assert.equal(await create(), 'cold', 'nor is one asked that has died without a word');
  });

  it('that is dropped ends, made or not, and is not made again', async () => {
    const { driver, clock, source, zygote } = setUp();
    void source.keepZygote(key, spec);
    const first = await zygote();
    source.dropZygote(key);
    assert(!first.alive);
    assert.deepEqual(source.zygoteState(key), { kind: 'none', reason: '' });

    const making = source.keepZygote(key, spec);
    source.dropZygote(key);
    const second = await zygote();
    assert(!second.alive);
    await assert.rejects(making, { code: 'sandbox-unavailable' });

    const failing = source.keepZygote(key, spec);
    driver.zygotes.shift()?.fail(new Error('no memory'));
    await assert.rejects(failing);
    source.dropZygote(key);
    clock.advance(120_000);
    assert.equal(driver.zygotes.length, 0);
  });

  it('that is dropped before its turn is not made', async () => {
    const { driver, source, zygote } = setUp();
    const specs = ['a', 'b', 'c'].map((functionName) => ({ ...spec, functionName }));
    const kept = specs.map((each) => source.keepZygote(zygoteKeyOf(each), each));
    source.dropZygote(zygoteKeyOf({ ...spec, functionName: 'c' }));
    await assert.rejects(kept[2] ?? Promise.resolve(), { code: 'sandbox-unavailable' });
    await zygote();
    assert.equal(driver.zygotes.length, 1);
  });

  it('is refused where the node keeps as many as it may', async () => {
    const { source } = setUp();
    for (let number = 0; number < limits.zygotesPerNodeMax; number++) {
      const each = { ...spec, functionVersion: String(number) };
      void source.keepZygote(zygoteKeyOf(each), each);
    }
    const more = { ...spec, functionName: 'more' };
    await assert.rejects(source.keepZygote(zygoteKeyOf(more), more), {
      code: 'sandbox-unavailable',
    });
  });
});

describe('the source of sandboxes', () => {
  it('stops when its stem cells and zygotes have ended', async () => {
    const { driver, clock, source, stem, zygote } = setUp({ stems: true });
    void source.keepZygote(key, spec);
    const cell = await stem();
    const kept = await zygote();
    await source.stop();
    assert(!cell.alive && !kept.alive);
    await assert.rejects(source.keepZygote(key, spec), { code: 'sandbox-unavailable' });
    clock.advance(60_000);
    assert.equal(driver.stems.length + driver.zygotes.length, 0);
  });

  it('stops in bounded time where something does not end', async () => {
    const { clock, source } = setUp({ stems: true });
    void source.keepZygote(key, spec);
    let stopped = false;
    const stopping = source.stop().then(() => {
      stopped = true;
    });
    clock.advance(4999);
    await settle();
    assert(!stopped);
    clock.advance(1);
    await stopping;
  });
});
