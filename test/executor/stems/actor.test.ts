import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import type { StemKind } from '../../../src/agent/index.js';
import { StemPool } from '../../../src/executor/stems/actor.js';
import { SimulatedClock, silentLogger } from '../../../src/lib/index.js';
import { HearthError } from '../../../src/types/index.js';
import { FakeDriver, type FakeStem, settle } from '../fake-source.js';

const node: StemKind = { runtime: 'nodejs', memoryMb: 128, ephemeralMb: 512 };
const python: StemKind = { runtime: 'python', memoryMb: 128, ephemeralMb: 512 };

function setUp(initialStems: readonly StemKind[] = [node], stemCellsMax = 4) {
  const driver = new FakeDriver();
  const clock = new SimulatedClock();
  const host = { busy: false, memoryShort: false };
  const pool = new StemPool(
    {
      driver,
      clock,
      logger: silentLogger,
      busy: () => host.busy,
      memoryShort: () => host.memoryShort,
    },
    { stemCellsMax, initialStems },
  );
  const ready = async (): Promise<FakeStem> => {
    const making = driver.stems.shift();
    assert(making !== undefined, 'one is being booted');
    const stem = making.ready();
    await settle();
    return stem;
  };
  return { driver, clock, host, pool, ready };
}

describe('the pool of stem cells', () => {
  it('hands one out once, and boots the next when its start is over', async () => {
    const { driver, pool, ready } = setUp();
    pool.start();
    const stem = await ready();
    const taken = pool.take(node);
    assert.equal(taken?.cell, stem);
    assert.equal(pool.take(node), null);
    await settle();
    assert.equal(driver.stems.length, 0, 'not beside the start');
    pool.started(taken, false);
    assert.equal(driver.stems.length, 1);
    const { taken: hits, missed } = pool.stats().counters;
    assert.deepEqual({ hits, missed }, { hits: 1, missed: 1 });
    await Promise.all([ready(), pool.stop()]);
  });

  it('boots the next 20 ms after one was taken where the start is longer', async () => {
    const { driver, clock, pool, ready } = setUp();
    pool.start();
    await ready();
    pool.take(node);
    clock.advance(19);
    assert.equal(driver.stems.length, 0);
    clock.advance(1);
    assert.equal(driver.stems.length, 1);
    await Promise.all([ready(), pool.stop()]);
  });

  it('boots none while requests wait for starts, and goes on soon after', async () => {
    const { driver, clock, host, pool, ready } = setUp();
    host.busy = true;
    pool.start();
    clock.advance(5000);
    assert.equal(driver.stems.length, 0);
    host.busy = false;
    clock.advance(20);
    assert.equal(driver.stems.length, 1);
    await Promise.all([ready(), pool.stop()]);
  });

  it('ends all when memory is short', async () => {
    const { driver, clock, host, pool, ready } = setUp();
    pool.start();
    const stem = await ready();
    host.memoryShort = true;
    clock.advance(500);
    await settle();
    assert(!stem.alive);
    assert.deepEqual(
      { ...pool.stats().counters },
      { taken: 0, missed: 0, booted: 1, bootFailed: 0, died: 0, ended: 1 },
    );
    assert.equal(pool.take(node), null);
    host.memoryShort = false;
    clock.advance(9000);
    assert.equal(driver.stems.length, 0);
    clock.advance(1500);
    assert.equal(driver.stems.length, 1);
    await Promise.all([ready(), pool.stop()]);
  });

  it('gives none that has died, told of it or not, and boots another later', async () => {
    const { driver, clock, pool, ready } = setUp();
    pool.start();
    (await ready()).die();
    assert.equal(pool.take(node), null);
    assert.equal(pool.stats().counters.died, 1);
    await settle();
    assert.equal(driver.stems.length, 0, 'not at once');
    clock.advance(1000);
    const stem = await ready();
    stem.alive = false;
    assert.equal(pool.take(node), null);
    clock.advance(1500);
    assert.equal(driver.stems.length, 0, 'later, for it is the second');
    clock.advance(1000);
    assert.equal(driver.stems.length, 1);
    driver.stems.shift()?.ready();
    await pool.stop();
  });

  it('tries a boot that failed again after a second', async () => {
    const { driver, clock, pool, ready } = setUp();
    pool.start();
    driver.stems.shift()?.fail(new Error('no memory'));
    await settle();
    assert.equal(pool.stats().counters.bootFailed, 1);
    clock.advance(999);
    assert.equal(driver.stems.length, 0);
    clock.advance(501);
    await ready();
    assert.equal(pool.stats().ready, 1);
    await pool.stop();
  });

  it('asks a driver that has none of a kind only once, and then does nothing any more', async () => {
    const { driver, clock, pool } = setUp([node, python]);
    let ticking = 0;
    const every = clock.every.bind(clock);
    clock.every = (intervalMs, callback) => {
      const cancel = every(intervalMs, callback);
      ticking++;
      return () => {
        ticking--;
        cancel();
      };
    };
    pool.start();
    assert.equal(ticking, 1);
    for (const { fail } of driver.stems.splice(0)) fail(new HearthError('not-offered', 'none'));
    await settle();
    assert.equal(ticking, 0);
    assert.equal(pool.take(node), null);
    assert.equal(ticking, 0);
    clock.advance(3_600_000);
    assert.equal(driver.stems.length, 0);
    assert.equal(pool.stats().counters.bootFailed, 0);
    await pool.stop();
  });

  it('does nothing at all where it may have none', async () => {
    const { driver, clock, pool } = setUp([node], 0);
    clock.every = () => assert.fail('nothing ticks');
    pool.start();
    assert.equal(pool.take(node), null);
    assert.equal(driver.stems.length, 0);
    await pool.stop();
  });

  it('stops when all have ended, those too that were booting, and boots and gives none after', async () => {
    const { driver, clock, pool, ready } = setUp([node, python]);
    pool.start();
    const first = await ready();
    let stopped = false;
    const stopping = pool.stop().then(() => {
      stopped = true;
    });
    await settle();
    assert(!first.alive);
    assert(!stopped, 'one is still booting');
    const second = await ready();
    await stopping;
    assert(!second.alive);
    assert.equal(pool.take(node), null);
    clock.advance(60_000);
    assert.equal(driver.stems.length, 0);
  });
});
