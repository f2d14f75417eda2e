/** How many sandboxes a burst makes, and when it is over: the pools with time that only the test moves. */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { Pools } from '../../src/executor/core.js';
import { spec } from './script.js';

interface Burst {
  readonly requests: number;
  readonly serviceMs: number;
  readonly startMs: number;
  readonly startsMax: number;
  readonly concurrency?: number;
  /** They share so many, and take the longer the more of them run. */
  readonly cores?: number;
}

interface Course {
  readonly made: number;
  /** When the last request was answered. */
  readonly doneMs: number;
}

/** What happens at what time, in order. */
class Agenda {
  #entries: { atMs: number; act: (nowMs: number) => void }[] = [];
  nowMs = 0;

  at(atMs: number, act: (nowMs: number) => void): void {
    this.#entries.push({ atMs, act });
  }

  run(): void {
    while (this.#entries.length > 0) {
      this.#entries.sort((a, b) => a.atMs - b.atMs);
      const next = this.#entries.shift();
      this.nowMs = next?.atMs ?? this.nowMs;
      next?.act(this.nowMs);
    }
  }
}

function playBurst(burst: Burst): Course {
  const { requests, serviceMs, startMs, startsMax, concurrency = 1, cores } = burst;
  const pools = new Pools({
    sandboxesMax: 1000,
    startsMax,
    sandboxIdleMs: 1e9,
    historyMax: 10,
    unknownServiceMs: 50,
  });
  const of = spec('f', 1, { concurrency, queueMax: 10_000, queueWaitMs: 1e9 });
  const agenda = new Agenda();
  let made = 0;
  let open = requests;
  let running = 0;
  let doneMs = 0;
  const take = (): void => {
    for (const effect of pools.effects.splice(0)) {
      if (effect.kind === 'start') {
        made++;
        agenda.at(agenda.nowMs + startMs, (nowMs) => {
          pools.sandboxReady(effect.sandbox, nowMs);
          take();
        });
      } else if (effect.kind === 'run') {
        const { startedMs } = effect;
        running++;
        const crowded = cores === undefined ? 1 : Math.max(1, running / cores);
        agenda.at(agenda.nowMs + serviceMs * crowded, (nowMs) => {
          running--;
          open--;
          doneMs = nowMs;
          pools.released(effect.sandbox, startedMs, nowMs);
          take();
        });
      }
    }
    pools.invariants();
  };
  const tick = (nowMs: number): void => {
    pools.tick(nowMs);
    pools.look(nowMs, nowMs, false);
    take();
    if (open > 0) agenda.at(nowMs + 50, tick);
  };
  for (let ticket = 0; ticket < requests; ticket++) pools.acquire(of, ticket, 0);
  take();
  agenda.at(50, tick);
  agenda.run();
  return { made, doneMs };
}

/** A start for each that waits, as many at a time as the node may: what the pools would do without measuring. */
function playOnePerRequest({ requests, serviceMs, startMs, startsMax }: Burst): Course {
  const agenda = new Agenda();
  let [made, starting, waiting, doneMs] = [0, 0, requests, 0];
  const start = (nowMs: number): void => {
    while (starting < startsMax && waiting > starting) {
      made++;
      starting++;
      agenda.at(nowMs + startMs, (atMs) => {
        starting--;
        serve(atMs);
      });
    }
  };
  const serve = (nowMs: number): void => {
    if (waiting > 0) {
      waiting--;
      agenda.at(nowMs + serviceMs, (atMs) => {
        doneMs = atMs;
        serve(atMs);
      });
    }
    start(nowMs);
  };
  start(0);
  agenda.run();
  return { made, doneMs };
}

describe('a burst on an empty node', () => {
  it('of 200 invocations of 50 ms makes at most 60 sandboxes and is over in two seconds', () => {
    for (const startMs of [10, 50, 90]) {
      for (const startsMax of [2, 4, 16]) {
        const burst = { requests: 200, serviceMs: 50, startMs, startsMax };
        const { made, doneMs } = playBurst(burst);
        assert(made <= 60 && doneMs <= 2000, `${JSON.stringify(burst)}: ${made}, ${doneMs} ms`);
      }
    }
  });

  it('of long invocations makes one sandbox for each, as fast as the node may start them', () => {
    const burst = { requests: 20, serviceMs: 5000, startMs: 50, startsMax: 2 };
    const { made, doneMs } = playBurst(burst);
    assert.equal(made, 20);
    // the last of ten pairs, and a tick or two before the age of the first shows
    assert(doneMs <= 10 * 50 + 5000 + 200, `${doneMs} ms`);
  });

  it('of short invocations makes a few sandboxes before it is known how short they are', () => {
    const { made, doneMs } = playBurst({ requests: 100, serviceMs: 1, startMs: 50, startsMax: 2 });
    assert(made <= 6, `${made} sandboxes`);
    assert(doneMs <= 400, `${doneMs} ms`);
  });

  it('fills sandboxes that run several at a time', () => {
    const one = playBurst({ requests: 200, serviceMs: 50, startMs: 50, startsMax: 2 });
    const ten = playBurst({
      requests: 200,
      serviceMs: 50,
      startMs: 50,
      startsMax: 2,
      concurrency: 10,
    });
    assert(ten.made <= Math.ceil(one.made / 4), `${ten.made} instead of ${one.made}`);
    assert(ten.doneMs <= one.doneMs);
  });

  it('makes no more of those that only wait for a core', () => {
    const burst = { requests: 4000, serviceMs: 0.2, startMs: 60, startsMax: 2 };
    const apart = playBurst(burst);
    const crowded = playBurst({ ...burst, cores: 1 });
    const what = JSON.stringify({ apart, crowded });
    assert(crowded.made <= apart.made + 2, what);
  });

  it('makes fewer sandboxes than one per request does, and takes hardly longer', () => {
    for (const serviceMs of [1, 5, 20, 50, 200, 1000]) {
      for (const startMs of [10, 50, 200]) {
        const burst = { requests: 200, serviceMs, startMs, startsMax: 8 };
        const ours = playBurst(burst);
        const theirs = playOnePerRequest(burst);
        const what = `${JSON.stringify(burst)}: ${JSON.stringify({ ours, theirs })}`;
        assert(ours.made <= theirs.made, what);
        assert(ours.doneMs <= theirs.doneMs + Math.max(250, 2 * startMs + serviceMs), what);
      }
    }
  });
});
