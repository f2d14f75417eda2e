import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import type { Pools } from '../../src/executor/core.js';
import { long, Script, spec } from './script.js';

describe('the pools', () => {
  it('start a sandbox for the first request and keep it warm for the second', () => {
    const script = new Script();
    assert.equal(
      script.do((p) => p.acquire(spec('f', 1), 1, 0)),
      'start s1 for f',
    );
    assert.equal(
      script.do((p) => p.sandboxReady(1, 10)),
      'run r1 in s1 cold',
    );
    assert.equal(
      script.do((p) => p.released(1, 20 - long, 20)),
      '',
    );
    assert.equal(
      script.do((p) => p.acquire(spec('f', 1), 2, 30)),
      'warm s1',
    );
  });

  it('give a returned sandbox to the first who waits, and keep the late new one as spare', () => {
    const script = new Script();
    script.do((p) => p.acquire(spec('f', 1), 1, 0));
    script.do((p) => p.sandboxReady(1, 0));
    assert.equal(
      script.do((p) => p.acquire(spec('f', 1), 2, 1)),
      'start s2 for f',
    );
    assert.equal(
      script.do((p) => p.released(1, 2 - long, 2)),
      'run r2 in s1 stolen',
    );
    assert.equal(
      script.do((p) => p.sandboxReady(2, 3)),
      '',
    );
    assert.equal(
      script.do((p) => p.acquire(spec('f', 1), 3, 4)),
      'warm s2',
    );
  });

  it('give the sandbox that was used last', () => {
    const script = new Script();
    for (const ticket of [1, 2]) script.do((p) => p.acquire(spec('f', 1), ticket, 0));
    for (const number of [1, 2]) script.do((p) => p.sandboxReady(number, 0));
    script.do((p) => p.released(2, 1 - long, 1));
    script.do((p) => p.released(1, 2 - long, 2));
    assert.equal(
      script.do((p) => p.acquire(spec('f', 1), 3, 3)),
      'warm s1',
    );
  });

  it('start no more at a time than the node may, and go on when one is ready', () => {
    const script = new Script({ startsMax: 1 });
    assert.equal(
      script.do((p) => p.acquire(spec('f', 1), 1, 0)),
      'start s1 for f',
    );
    assert.equal(
      script.do((p) => p.acquire(spec('g', 1), 2, 0)),
      '',
    );
    assert.equal(
      script.do((p) => p.sandboxReady(1, 1)),
      'run r1 in s1 cold, start s2 for g',
    );
  });

  it('make room by ending the least recently used idle sandbox of another function', () => {
    const script = new Script({ sandboxesMax: 2 });
    for (const [index, name] of ['f', 'g'].entries()) {
      script.do((p) => p.acquire(spec(name, 1), index, 0));
      script.do((p) => p.sandboxReady(index + 1, 0));
      script.do((p) => p.released(index + 1, index - long, index));
    }
    assert.equal(
      script.do((p) => p.acquire(spec('h', 1), 9, 5)),
      'end s1 (room)',
    );
    assert.equal(
      script.do((p) => p.ended(1, 0)),
      'start s3 for h',
    );
  });

  it('refuse a waiter too many and one that has waited too long', () => {
    const script = new Script();
    script.do((p) => p.acquire(spec('f', 1, { queueMax: 1 }), 1, 0));
    assert.equal(
      script.do((p) => p.acquire(spec('f', 1, { queueMax: 1 }), 2, 0)),
      'refuse r2 too-many-waiters',
    );
    assert.equal(
      script.do((p) => p.tick(499)),
      '',
    );
    assert.equal(
      script.do((p) => p.tick(500)),
      'refuse r1 waited-too-long',
    );
  });

  it('end what has been idle long enough, and forget a function without anything', () => {
    const script = new Script();
    script.do((p) => p.acquire(spec('f', 1), 1, 0));
    script.do((p) => p.sandboxReady(1, 0));
    script.do((p) => p.released(1, 100 - long, 100));
    assert.equal(
      script.do((p) => p.tick(1099)),
      '',
    );
    assert.equal(
      script.do((p) => p.tick(1100)),
      'end s1',
    );
    assert.equal(script.pools.has('f'), true);
    script.do((p) => p.ended(1, 0));
    assert.equal(script.pools.has('f'), false);
  });

  it('use nothing of an older revision: idle ones end at once, busy ones when they finish', () => {
    const script = new Script();
    for (const ticket of [1, 2]) script.do((p) => p.acquire(spec('f', 1), ticket, 0));
    for (const number of [1, 2]) script.do((p) => p.sandboxReady(number, 0));
    script.do((p) => p.released(1, 1 - long, 1));
    assert.equal(
      script.do((p) => p.acquire(spec('f', 2), 3, 2)),
      'end s1, start s3 for f',
    );
    assert.equal(
      script.do((p) => p.released(2, 3 - long, 3)),
      'end s2',
    );
    assert.equal(
      script.do((p) => p.sandboxReady(3, 4)),
      'run r3 in s3 cold',
    );
  });

  it('start afresh for those who wait when a newer request, itself refused, tells of the change', () => {
    const script = new Script();
    script.do((p) => p.acquire(spec('f', 1, { queueMax: 1 }), 1, 0));
    assert.equal(
      script.do((p) => p.acquire(spec('f', 2, { queueMax: 1 }), 2, 1)),
      'start s2 for f, refuse r2 too-many-waiters',
    );
  });

  it('start afresh for those who wait when the function is retired', () => {
    const script = new Script();
    script.do((p) => p.acquire(spec('f', 1), 1, 0));
    assert.equal(
      script.do((p) => p.retire('f', 0)),
      'start s2 for f',
    );
    assert.equal(
      script.do((p) => p.sandboxReady(1, 1)),
      'end s1',
    );
    assert.equal(
      script.do((p) => p.sandboxReady(2, 1)),
      'run r1 in s2 cold',
    );
  });

  it('fail all that wait when a start fails and nothing else could serve them', () => {
    const script = new Script({ startsMax: 1 });
    for (const ticket of [1, 2]) script.do((p) => p.acquire(spec('f', 1), ticket, 0));
    assert.equal(
      script.do((p) => p.startFailed(1, 'E', 0)),
      'fail r1 E, fail r2 E',
    );
    assert.equal(script.pools.has('f'), false);
  });

  it('let a waiter wait on when its start fails beside a busy sandbox', () => {
    const script = new Script();
    script.do((p) => p.acquire(spec('f', 1), 1, 0));
    script.do((p) => p.sandboxReady(1, 0));
    script.do((p) => p.acquire(spec('f', 1), 2, 0));
    assert.equal(
      script.do((p) => p.startFailed(2, 'E', 0)),
      '',
    );
    assert.equal(
      script.do((p) => p.released(1, 1 - long, 1)),
      'run r2 in s1 stolen',
    );
  });

  it('start again for a waiter when the busy sandbox that it waited for dies', () => {
    const script = new Script();
    script.do((p) => p.acquire(spec('f', 1), 1, 0));
    script.do((p) => p.sandboxReady(1, 0));
    script.do((p) => p.acquire(spec('f', 1), 2, 0));
    script.do((p) => p.startFailed(2, 'E', 0));
    assert.equal(
      script.do((p) => p.dying(1, 0)),
      'start s3 for f',
    );
    assert.equal(
      script.do((p) => p.ended(1, 0)),
      '',
    );
  });

  it('give a request that will not wait an idle sandbox of its revision, or say why not', () => {
    const script = new Script();
    const ask = (revision: number) => (p: Pools) => p.acquireIfIdle('f', revision, 0);
    assert.equal(script.pools.acquireIfIdle('f', 1, 0), 'not-here');
    script.do((p) => p.acquire(spec('f', 1), 1, 0));
    assert.equal(script.pools.acquireIfIdle('f', 1, 0), 'not-here', 'one that starts is none');
    script.do((p) => p.sandboxReady(1, 0));
    assert.equal(script.pools.acquireIfIdle('f', 1, 0), 'busy');
    script.do((p) => p.released(1, 0 - long, 0));
    assert.deepEqual(
      [0, 2].map((r) => script.pools.acquireIfIdle('f', r, 0)),
      ['not-here', 'not-here'],
    );
    assert.equal(script.do(ask(1)), 'warm s1');
    script.do((p) => p.retire('f', 0));
    assert.equal(script.pools.acquireIfIdle('f', 1, 0), 'not-here', 'a stale one is none');
  });

  it('start a sandbox that nobody waits for, once, and give it to who comes', () => {
    const script = new Script();
    assert.equal(
      script.do((p) => {
        assert.equal(p.prewarm(spec('f', 1), 0), true);
        assert.equal(p.prewarm(spec('f', 1), 0), false);
      }),
      'start s1 for f',
    );
    assert.equal(
      script.do((p) => p.acquire(spec('f', 1), 1, 0)),
      '',
    );
    assert.equal(
      script.do((p) => p.sandboxReady(1, 1)),
      'run r1 in s1 cold',
    );
    assert.equal(script.pools.prewarm(spec('f', 1), 0), false, 'a busy one is enough');
    script.do((p) => p.released(1, 2 - long, 2));
    assert.equal(script.pools.prewarm(spec('f', 1), 0), false, 'an idle one too');
    assert.equal(
      script.do((p) => p.prewarm(spec('f', 2), 0)),
      'end s1, start s2 for f',
    );
    assert.equal(
      script.pools.prewarm(spec('f', 1), 0),
      false,
      'the function has been changed since',
    );
  });

  it('start nothing ahead of requests where the node has no room, and keep nothing of it', () => {
    for (const limits of [{ startsMax: 1 }, { sandboxesMax: 1 }]) {
      const script = new Script(limits);
      script.do((p) => p.acquire(spec('g', 1), 1, 0));
      assert.equal(script.pools.prewarm(spec('f', 1), 0), false);
      assert.equal(
        script.do(() => {}),
        '',
      );
      assert.equal(script.pools.has('f'), false);
    }
  });

  it('drop a start ahead of requests that fails', () => {
    const script = new Script();
    script.do((p) => p.prewarm(spec('f', 1), 0));
    assert.equal(
      script.do((p) => p.startFailed(1, 'E', 0)),
      '',
    );
    assert.equal(script.pools.has('f'), false);
  });

  it('tell when a function becomes warm and when its last sandbox has gone', () => {
    const script = new Script();
    script.do((p) => p.acquire(spec('f', 1), 1, 0));
    script.do((p) => p.acquire(spec('f', 1), 2, 0));
    assert.equal(script.told(), '');
    script.do((p) => p.sandboxReady(1, 0));
    assert.equal(script.told(), 'f@1 warm 100');
    script.do((p) => p.sandboxReady(2, 0));
    script.do((p) => p.released(1, 0 - long, 0));
    script.do((p) => p.dying(1, 0));
    assert.equal(script.told(), '');
    script.do((p) => p.dying(2, 0));
    assert.equal(script.told(), 'f@1 cold');
    script.do((p) => p.ended(2, 0));
    assert.equal(script.told(), '');
  });

  it('tell that an older revision is cold before a newer one is warm', () => {
    const script = new Script();
    script.warmUp(2);
    assert.equal(script.told(), 'f@1 warm 100');
    script.do((p) => p.acquire(spec('f', 1), 1, 0));
    script.do((p) => p.acquire(spec('f', 2), 2, 0));
    assert.equal(script.told(), 'f@1 cold', 'though one still runs what it was given');
    script.do((p) => p.sandboxReady(3, 0));
    assert.equal(script.told(), 'f@2 warm 100');
    script.do((p) => p.retire('f', 0));
    assert.equal(script.told(), 'f@2 cold');
  });

  it('tell a changed load at most once a second, in quarters, and 0 and 100 only where exact', () => {
    const script = new Script({ sandboxIdleMs: 100_000 });
    script.warmUp(8);
    const toldAt = (nowMs: number): string => {
      script.do((p) => p.tick(nowMs));
      return script.told();
    };
    const take = (count: number): void => {
      for (let i = 0; i < count; i++) script.do((p) => p.acquire(spec('f', 1), i, 0));
    };
    assert.equal(script.told(), 'f@1 warm 100');
    assert.deepEqual([999, 1000].map(toldAt), ['', 'f@1 warm 0']);
    take(1);
    assert.deepEqual([1999, 2000, 3000].map(toldAt), ['', 'f@1 warm 25', '']);
    take(3);
    assert.equal(toldAt(4000), 'f@1 warm 50');
    take(3);
    assert.equal(toldAt(5000), 'f@1 warm 75');
    take(1);
    assert.deepEqual([6000, 7000].map(toldAt), ['f@1 warm 100', '']);
  });
});
