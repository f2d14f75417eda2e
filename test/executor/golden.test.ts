/** The three ways to a sandbox, and what bounds them, as scripts: what is done, and all that follows. */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import type { Pools, PoolsLimits } from '../../src/executor/core.js';
import { long, Script, spec } from './script.js';

type Line = readonly [act: (pools: Pools) => unknown, effects: string];

function play(limits: Partial<PoolsLimits>, lines: readonly Line[]): Script {
  const script = new Script(limits);
  for (const [index, [act, effects]] of lines.entries()) {
    assert.equal(script.do(act), effects, `line ${index + 1}`);
  }
  return script;
}

const ask =
  (ticket: number, nowMs: number, of = spec('f')) =>
  (p: Pools) =>
    p.acquire(of, ticket, nowMs);
const ready = (number: number, nowMs: number) => (p: Pools) => p.sandboxReady(number, nowMs);
const back = (number: number, nowMs: number, tookMs: number) => (p: Pools) =>
  p.released(number, nowMs - tookMs, nowMs);
const gone = (number: number, nowMs: number) => (p: Pools) => p.ended(number, nowMs);
const tick = (nowMs: number) => (p: Pools) => {
  p.tick(nowMs);
  p.look(nowMs, nowMs, false);
};

describe('a request', () => {
  it('is cold: it waits for the sandbox that is made for it', () => {
    play({}, [
      [ask(1, 0), 'start s1 for f'],
      [ready(1, 60), 'run r1 in s1 cold'],
      [back(1, 70, 10), ''],
    ]);
  });

  it('is warm: it takes the sandbox that was used last', () => {
    play({}, [
      [ask(1, 0), 'start s1 for f'],
      [ask(2, 0), 'start s2 for f'],
      [ready(1, 60), 'run r1 in s1 cold'],
      [ready(2, 61), 'run r2 in s2 cold'],
      [back(2, 70, 9), ''],
      [back(1, 71, 11), ''],
      [ask(3, 80), 'warm s1'],
      [ask(4, 80), 'warm s2'],
    ]);
  });

  it('is stolen: another gives its sandbox back first, and the late one is spare', () => {
    play({}, [
      [ask(1, 0), 'start s1 for f'],
      [ready(1, 60), 'run r1 in s1 cold'],
      [ask(2, 70), 'start s2 for f'],
      [back(1, 80, 20), 'run r2 in s1 stolen'],
      [ready(2, 130), ''],
      [ask(3, 140), 'warm s2'],
    ]);
  });
});

describe('starts', () => {
  it('are none for a queue of short invocations, and come when one turns out to be long', () => {
    play({ unknownServiceMs: 2 }, [
      [ask(1, 0), 'start s1 for f'],
      [ask(2, 0), ''],
      [ask(3, 0), ''],
      [ready(1, 50), 'run r1 in s1 cold'],
      [tick(100), ''],
      [tick(150), ''],
      [tick(200), 'start s2 for f'],
      [tick(350), 'start s3 for f'],
      [back(1, 351, 301), 'run r2 in s1 stolen'],
    ]);
  });

  it('are none for ages in which the node was too busy to send or to hear of an end', () => {
    const look = (heardMs: number, nowMs: number) => (p: Pools) => p.look(heardMs, nowMs, false);
    play({ unknownServiceMs: 2 }, [
      [ask(1, 0), 'start s1 for f'],
      [ask(2, 0), ''],
      [ready(1, 50), 'run r1 in s1 cold'],
      [look(60, 400), ''],
      [look(410, 800), ''],
      [look(550, 800), 'start s2 for f'],
    ]);
  });

  it('are none for one of three that is long, and come where two are', () => {
    const slow = [ask(1, 1), ask(2, 1), ask(3, 1)] as const;
    const script = new Script({ unknownServiceMs: 2 });
    for (const act of slow) script.do(act);
    assert.equal(script.do(tick(1)), '');
    script.do(ready(1, 10));
    for (const extra of [2, 3]) {
      script.do((p) => p.keep(spec('f'), { total: extra, spare: 0 }, 10));
      script.do(ready(extra, 10));
    }
    for (const ticket of [4, 5, 6, 7]) assert.equal(script.do(ask(ticket, 11)), '');
    const takes = (number: number, nowMs: number) => script.do(back(number, nowMs, 2));
    script.do(tick(12));
    for (const nowMs of [110, 210]) {
      assert.match(takes(2, nowMs), /^run r\d in s2 stolen$/);
      assert.match(takes(3, nowMs), /^run r\d in s3 stolen$/);
      assert.equal(script.do(tick(nowMs + 1)), '');
    }
    script.do(ask(8, 220));
    assert.equal(takes(2, 410), 'run r8 in s2 stolen');
    script.do(ask(9, 420));
    assert.equal(script.do(tick(421)), 'start s4 for f');
  });

  it('are one for each that waits where the queue lasts and there is time to spare', () => {
    const look = (nowMs: number, spare: boolean) => (p: Pools) => p.look(nowMs, nowMs, spare);
    play({ unknownServiceMs: 2 }, [
      [ask(1, 0), 'start s1 for f'],
      [ask(2, 0), ''],
      [ask(3, 0), ''],
      [look(90, true), ''],
      [ready(1, 100), 'run r1 in s1 cold'],
      [back(1, 110, 10), 'run r2 in s1 stolen'],
      [look(200, true), ''],
      [look(201, false), ''],
      [ask(4, 202), ''],
      [look(203, true), 'start s2 for f, start s3 for f'],
      [ready(2, 300), 'run r3 in s2 cold'],
      [look(301, true), ''],
      [ready(3, 350), 'run r4 in s3 cold'],
    ]);
  });

  it('come at once where the invocations were long before, also when nothing was left meanwhile', () => {
    const script = play({ unknownServiceMs: 2 }, [
      [ask(1, 0), 'start s1 for f'],
      [ready(1, 50), 'run r1 in s1 cold'],
      [back(1, 1050, 1000), ''],
      [tick(9000), 'end s1'],
      [gone(1, 9001), ''],
    ]);
    assert.equal(script.pools.has('f'), false);
    assert.equal(script.do(ask(2, 9100)), 'start s2 for f');
    assert.equal(script.do(ask(3, 9100)), 'start s3 for f');
    const version = spec('f:1', 5);
    assert.equal(script.do(ask(4, 9200, version)), 'start s4 for f:1');
    assert.equal(script.do(ask(5, 9200, version)), 'start s5 for f:1', 'a new version is as long');
  });
});

describe('a sandbox that runs several', () => {
  const two = spec('g', 1, { concurrency: 2 });
  it('is filled before another is taken, and a new one serves as many as it may', () => {
    play({}, [
      [ask(1, 0, two), 'start s1 for g'],
      [ask(2, 0, two), ''],
      [ask(3, 0, two), 'start s2 for g'],
      [ready(1, 50), 'run r1 in s1 cold, run r2 in s1 cold'],
      [ready(2, 51), 'run r3 in s2 cold'],
      [back(1, 60, 10), ''],
      [back(1, 61, 11), ''],
      [ask(4, 70, two), 'warm s2'],
      [ask(5, 70, two), 'warm s1'],
    ]);
  });

  it('tells how much of its room is taken', () => {
    const script = play({}, [
      [ask(1, 0, two), 'start s1 for g'],
      [ready(1, 50), 'run r1 in s1 cold'],
    ]);
    assert.equal(script.told(), 'g@1 warm 50');
    script.do(ask(2, 60, two));
    script.do(tick(1100));
    assert.equal(script.told(), 'g@1 warm 100');
  });
});

describe('a share', () => {
  it('bounds what all versions run together; who has waited longest runs next', () => {
    const version = spec('f:1', 5);
    play({}, [
      [(p) => p.limit('f', 1, 0), ''],
      [ask(1, 0), 'start s1 for f'],
      [ready(1, 10), 'run r1 in s1 cold'],
      [ask(2, 20, version), 'start s2 for f:1'],
      [ask(3, 21), ''],
      [(p) => assert.equal(p.acquireIfIdle('f', 1, 22), 'busy'), ''],
      [back(1, 30, 20), 'run r3 in s1 stolen'],
      [ready(2, 35), ''],
      [ask(4, 36), ''],
      [back(1, 40, 10), 'run r2 in s2 stolen'],
      [(p) => p.limit('f', 2, 70), 'run r4 in s1 stolen'],
    ]);
  });

  it('goes from one version to another that has waited longer', () => {
    const version = spec('f:1', 5);
    play({}, [
      [ask(1, 0), 'start s1 for f'],
      [ask(2, 0, version), 'start s2 for f:1'],
      [ready(1, 10), 'run r1 in s1 cold'],
      [ready(2, 10), 'run r2 in s2 cold'],
      [(p) => p.limit('f', 1, 11), ''],
      [back(2, 20, 10), ''],
      [ask(3, 21, version), ''],
      [ask(4, 22), ''],
      [back(1, 30, 20), 'run r3 in s2 stolen'],
      [back(2, 40, 10), 'run r4 in s1 stolen'],
    ]);
  });

  it('of nothing refuses at once, also who waits already', () => {
    play({}, [
      [ask(1, 0), 'start s1 for f'],
      [(p) => p.limit('f', 0, 1), 'refuse r1 nothing-reserved at its share'],
      [ask(2, 2), 'refuse r2 nothing-reserved at its share'],
      [(p) => p.limit('f', null, 3), ''],
      [ask(3, 4), ''],
      [ready(1, 50), 'run r3 in s1 cold'],
    ]);
  });

  it('keeps places free that others never take, and idle ones of others end for it', () => {
    play({ sandboxesMax: 3 }, [
      [ask(1, 0), 'start s1 for f'],
      [ask(2, 0), 'start s2 for f'],
      [ready(1, 10), 'run r1 in s1 cold'],
      [ready(2, 10), 'run r2 in s2 cold'],
      [(p) => p.limit('g', 1, 11), ''],
      [ask(3, 12), ''],
      [ask(4, 13, spec('g')), 'start s3 for g'],
      [ready(3, 20), 'run r4 in s3 cold'],
      [back(3, 30, long), ''],
      [ask(5, 31, spec('h')), ''],
      [back(1, 40, long), 'end s1 (yielded)'],
      [gone(1, 41), 'start s4 for h'],
      [ready(4, 42), 'run r5 in s4 cold'],
      [back(4, 43, long), 'end s4 (room)'],
    ]);
  });

  it('makes a function that has no sandbox wait no longer than a second for one of a busy one', () => {
    const h = spec('h', 1, { queueWaitMs: 9000 });
    const f = spec('f', 1, { queueWaitMs: 9000 });
    play({ sandboxesMax: 1 }, [
      [ask(1, 0, f), 'start s1 for f'],
      [ready(1, 10), 'run r1 in s1 cold'],
      [ask(2, 11, f), ''],
      [ask(3, 12, f), ''],
      [ask(4, 20, h), ''],
      [back(1, 100, 90), 'run r2 in s1 stolen'],
      [back(1, 1100, 1000), 'end s1 (yielded)'],
      [gone(1, 1101), 'start s2 for h'],
    ]);
  });
});

describe('a floor', () => {
  it('is made ahead, one place left for requests, kept when idle, and made again', () => {
    const script = play({ startsMax: 2, sandboxIdleMs: 1000 }, [
      [(p) => p.keep(spec('f'), { total: 2, spare: 0 }, 0), 'start s1 for f to keep'],
      [ask(1, 1, spec('g')), 'start s2 for g'],
      [ready(1, 50), ''],
      [ready(2, 51), 'run r1 in s2 cold, start s3 for f to keep'],
      [ready(3, 60), ''],
      [tick(5000), ''],
      [(p) => p.dying(1, 6000), ''],
      [gone(1, 6001), ''],
      [tick(6999), ''],
      [tick(7000), 'start s4 for f to keep'],
      [(p) => p.startFailed(4, 'E', 7001), ''],
      [tick(9000), ''],
      [tick(9001), 'start s5 for f to keep'],
      [ready(5, 9002), ''],
      [ask(5, 9003), 'warm s5'],
      [back(5, 9010, 7), ''],
      // one that has served: it is as if nothing had failed before
      [(p) => p.dying(3, 9020), ''],
      [gone(3, 9021), ''],
      [tick(10_019), ''],
      [tick(10_020), 'start s6 for f to keep'],
      [ready(6, 10_030), ''],
      [(p) => p.keep(spec('f'), { total: 0, spare: 0 }, 10_040), ''],
      [tick(20_000), 'end s5, end s6'],
    ]);
    assert.deepEqual(script.pools.counters.starts, { request: 1, ahead: 0, floor: 5 });
  });

  it('of spare ones grows with what runs', () => {
    play({}, [
      [(p) => p.keep(spec('f'), { total: 0, spare: 1 }, 0), 'start s1 for f to keep'],
      [ready(1, 10), ''],
      [ask(1, 20), 'start s2 for f to keep, warm s1'.split(', ').reverse().join(', ')],
      [ready(2, 30), ''],
      [back(1, 40, 20), ''],
      [tick(1035), 'end s2'],
      [tick(9000), ''],
    ]);
  });

  it('is not ended for others, is dropped with its version, and waits for who waits', () => {
    play({ sandboxesMax: 3, startsMax: 1 }, [
      [(p) => p.keep(spec('f'), { total: 1, spare: 0 }, 0), 'start s1 for f to keep'],
      [ready(1, 10), ''],
      [ask(1, 20, spec('g')), 'start s2 for g'],
      [(p) => p.keep(spec('f'), { total: 2, spare: 0 }, 21), ''],
      [ask(2, 22, spec('h')), ''],
      [ready(2, 30), 'run r1 in s2 cold, start s3 for h'],
      [back(2, 40, 10), ''],
      [ready(3, 50), 'run r2 in s3 cold, end s2 (room)'],
      [gone(2, 51), 'start s4 for f to keep'],
      [ready(4, 60), ''],
      [back(3, 70, 20), ''],
      [ask(3, 80, spec('k')), 'end s3 (room)'],
      [gone(3, 81), 'start s5 for k'],
      [(p) => p.retire('f', 90), 'end s1, end s4'],
    ]);
  });

  it('takes no memory that somebody waits for', () => {
    play({}, [
      [ask(1, 0, spec('g')), 'start s1 for g'],
      [ready(1, 10), 'run r1 in s1 cold'],
      [(p) => p.memoryRead(600, 100), ''],
      [ask(2, 20, spec('b', 1, { memoryMb: 1000 })), ''],
      [(p) => p.keep(spec('f'), { total: 1, spare: 0 }, 21), ''],
      [(p) => p.waiterCancelled(2, 22), 'start s2 for f to keep'],
    ]);
  });
});

describe('a wish for a sandbox', () => {
  it('is for one more, comes after all who wait, and hears of failure', () => {
    const script = new Script({ startsMax: 1 });
    script.warmUp(1);
    const lines: readonly Line[] = [
      [(p) => p.warmUp(spec('f'), 7, 10), 'start s2 for f'],
      [(p) => p.warmUp(spec('f'), 8, 11), ''],
      [ask(9, 12, spec('g')), ''],
      [ready(2, 20), 'warmed r7, start s3 for g'],
      [ready(3, 30), 'run r9 in s3 cold, start s4 for f'],
      [(p) => p.startFailed(4, 'E', 40), 'fail r8 E'],
      [(p) => p.warmUp(spec('h', 1, { queueMax: 1 }), 10, 50), 'start s5 for h'],
      [(p) => p.warmUp(spec('h'), 11, 51), ''],
      [(p) => p.warmUp(spec('h'), 12, 52), 'refuse r12 too-many-waiters'],
      [tick(551), 'refuse r11 waited-too-long'],
    ];
    for (const [index, [act, effects]] of lines.entries()) {
      assert.equal(script.do(act), effects, `line ${index + 1}`);
    }
  });
});

describe('memory', () => {
  it('lets nothing start that would take the reserve, and ends idle ones for who waits', () => {
    const script = new Script({ sandboxIdleMs: 100_000 });
    script.warmUp(2, 1, 'g');
    const lines: readonly Line[] = [
      [(p) => p.memoryRead(399, 100), ''],
      [ask(1, 0), 'start s3 for f'],
      [ask(2, 0), 'start s4 for f'],
      [ask(3, 0), 'end s1 (memory)'],
      [gone(1, 1), ''],
      [(p) => p.memoryRead(400, 100), ''],
      [tick(2), 'start s5 for f'],
      [(p) => assert.equal(p.hasRoom('h', 100), false), ''],
      [ready(3, 3), 'run r1 in s3 cold'],
      [(p) => assert.equal(p.freeMemoryMb, 0), ''],
    ];
    for (const [index, [act, effects]] of lines.entries()) {
      assert.equal(script.do(act), effects, `line ${index + 1}`);
    }
  });

  it('below the reserve is won back one idle sandbox at a time, what is to be kept last', () => {
    const script = new Script({ sandboxIdleMs: 100_000 });
    script.do((p) => p.keep(spec('k'), { total: 1, spare: 0 }, 0));
    script.do(ready(1, 0));
    script.warmUp(2, 1, 'g');
    const lines: readonly Line[] = [
      [(p) => p.memoryRead(99, 100), ''],
      [tick(10), 'end s2 (memory)'],
      [tick(20), ''],
      [gone(2, 21), ''],
      [(p) => p.memoryRead(50, 100), ''],
      [tick(30), 'end s3 (memory)'],
      [gone(3, 31), ''],
      [(p) => p.memoryRead(50, 100), ''],
      [tick(40), 'end s1 (memory)'],
    ];
    for (const [index, [act, effects]] of lines.entries()) {
      assert.equal(script.do(act), effects, `line ${index + 1}`);
    }
  });

  it('that nothing could give back refuses at once', () => {
    play({}, [
      [(p) => p.memoryRead(150, 100), ''],
      [ask(1, 0), 'refuse r1 no-memory'],
    ]);
  });

  it('is counted by what sandboxes were seen to take, where that is less than they may', () => {
    const big = spec('b', 1, { memoryMb: 1000 });
    play({}, [
      [(p) => p.memoryRead(1200, 100), ''],
      [ask(1, 0, big), 'start s1 for b'],
      [ready(1, 10), 'run r1 in s1 cold'],
      [(p) => p.memoryRead(1160, 100), ''],
      [ask(2, 20, big), 'start s2 for b'],
      [ask(3, 20, big), ''],
      [(p) => p.released(1, 20 - long, 20, 40 * 1024 * 1024), 'run r2 in s1 stolen'],
      [ready(2, 30), 'run r3 in s2 cold'],
      [(p) => p.memoryRead(1120, 100), ''],
      [ask(4, 40, big), 'start s3 for b'],
      [ask(5, 40, big), 'start s4 for b'],
    ]);
  });
});

describe('who is ended for others', () => {
  it('is the one whose start is cheapest, until the dear one has not been used for long', () => {
    const script = new Script({ sandboxesMax: 2, sandboxIdleMs: 1e6 });
    // dear takes 500 ms to start, each cheap one 150 ms
    script.do(ask(1, 0, spec('dear')));
    script.do(ready(1, 500));
    script.do(back(1, 500, long));
    let number = 1;
    const evicted: string[] = [];
    for (let round = 0; round < 6; round++) {
      const nowMs = 1000 + round * 1000;
      const text = script.do(ask(10 + round, nowMs, spec(`cheap${round}`)));
      const victim = /end s(\d+)/.exec(text)?.[1];
      if (victim !== undefined) {
        evicted.push(victim === '1' ? 'dear' : 'cheap');
        script.do(gone(Number(victim), nowMs));
      }
      number++;
      script.do(ready(number, nowMs + 150));
      script.do(back(number, nowMs + 200, long));
    }
    assert.deepEqual(evicted, ['cheap', 'cheap', 'cheap', 'dear', 'cheap']);
  });
});
