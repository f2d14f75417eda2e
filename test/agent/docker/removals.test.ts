import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { DockerDaemon } from '../../../src/agent/docker/daemon.js';
import { Removals } from '../../../src/agent/docker/removals.js';
import { SimulatedClock, silentLogger } from '../../../src/lib/index.js';
import { fakeDaemon, refuse } from './fake-daemon.js';

const deadline = { timeout: 30_000 };
const removalOf = (name: string): string => `DELETE /containers/${name}?force=true&v=true`;

/** Tells when something has begun to wait for so long. */
class WatchedClock extends SimulatedClock {
  readonly #waits = new Set<number>();
  #told = new Map<number, () => void>();

  override after(delayMs: number, callback: () => void): () => void {
    this.#waits.add(delayMs);
    this.#told.get(delayMs)?.();
    return super.after(delayMs, callback);
  }

  waited(delayMs: number): Promise<void> {
    if (this.#waits.has(delayMs)) return Promise.resolve();
    return new Promise((resolve) => this.#told.set(delayMs, resolve));
  }
}

function removalsAt(socketPath: string, clock: SimulatedClock): Removals {
  const daemon = new DockerDaemon({ clock }, { socketPath });
  return new Removals({ clock, logger: silentLogger, daemon });
}

describe('removals of containers', () => {
  it('are done once, and a container that is gone already is fine', deadline, async (t) => {
    const fake = await fakeDaemon(t, ({ url }, response) => {
      if (url?.includes('/gone')) refuse(response, 404, 'no such container');
      else response.writeHead(204).end();
    });
    const removals = removalsAt(fake.socketPath, new SimulatedClock());
    await Promise.all([removals.add('there'), removals.add('gone')]);
    assert.equal(removals.pending, 0);
    assert.equal(await removals.close(), true);
    assert.deepEqual([...fake.requests].sort(), [removalOf('gone'), removalOf('there')]);
  });

  it('are tried again while the daemon cannot, less and less often', deadline, async (t) => {
    const clock = new WatchedClock();
    let refusals = 3;
    const fake = await fakeDaemon(t, (_, response) => {
      if (refusals-- > 0) refuse(response, 500, 'driver failed');
      else response.writeHead(204).end();
    });
    const removals = removalsAt(fake.socketPath, clock);
    let isRemoved = false;
    const removed = removals.add('a').then(() => {
      isRemoved = true;
    });
    for (const [attempts, waitMs] of [
      [1, 100],
      [2, 200],
      [3, 400],
    ] as const) {
      await fake.received(attempts);
      await clock.waited(waitMs);
      clock.advance(waitMs - 1);
      assert.deepEqual([fake.requests.length, isRemoved, removals.pending], [attempts, false, 1]);
      clock.advance(1);
    }
    await removed;
    assert.equal(fake.requests.length, 4);
    await removals.close();
  });

  it('are tried once more on closing, and then given up', deadline, async (t) => {
    const clock = new WatchedClock();
    const fake = await fakeDaemon(t, (_, response) => refuse(response, 500, 'never'));
    const removals = removalsAt(fake.socketPath, clock);
    const removed = ['a', 'b', 'c'].map((name) => removals.add(name));
    await clock.waited(100);
    const before = fake.requests.length;
    assert.equal(await removals.close(), false);
    await Promise.all(removed);
    assert.equal(removals.pending, 0);
    // one of them may have been under way
    assert(fake.requests.length - before >= 2);
    assert(fake.requests.includes(removalOf('c')));
    const after = fake.requests.length;
    await removals.add('d');
    assert.equal(fake.requests.length, after);
  });

  it('are waited for on closing, but not for ever', deadline, async (t) => {
    const clock = new WatchedClock();
    const fake = await fakeDaemon(t, () => undefined);
    const removals = removalsAt(fake.socketPath, clock);
    const removed = removals.add('a');
    await fake.received(1);
    const closed = removals.close();
    clock.advance(10_000);
    assert.equal(await closed, false);
    await removed;
  });
});
