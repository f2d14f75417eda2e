import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Effect, Pools, type PoolsLimits } from '../../src/executor/core.js';
import type { PoolClaim } from '../../src/executor/told.js';

const roomy: PoolsLimits = {
  sandboxesMax: 100,
  startsMax: 100,
  waitersPerFunctionMax: 100,
  sandboxIdleMs: 1000,
  queueWaitMs: 500,
};

/** Drives the core and keeps the whole trace as text; what others are told is a trace of its own. */
class Script {
  readonly pools: Pools;
  #claims: string[] = [];
  constructor(limits: Partial<PoolsLimits> = {}) {
    this.pools = new Pools({ ...roomy, ...limits });
  }

  /** Does one thing and gives what follows from it, one word per effect. */
  do(act: (pools: Pools) => unknown): string {
    const returned = act(this.pools);
    const parts = typeof returned === 'number' ? [`warm s${returned}`] : [];
    for (const effect of this.pools.effects.splice(0)) {
      if (effect.kind !== 'claim') parts.push(show(effect));
      else this.#claims.push(showClaim(effect.claim));
    }
    this.pools.invariants();
    return parts.join(', ');
  }

  /** What was told since the last look. */
  told(): string {
    return this.#claims.splice(0).join(', ');
  }

  /** Makes idle sandboxes of `f` in the given revision, at time 0; the last one is used first. */
  warmUp(count: number, revision = 1): void {
    const numbers: number[] = [];
    for (let i = 0; i < count; i++) {
      const text = this.do((p) => p.acquire('f', revision, 1000 + i, 0));
      numbers.push(Number(/start s(\d+)/.exec(text)?.[1]));
    }
    for (const number of numbers) this.do((p) => p.sandboxReady(number, 0));
    for (const number of numbers) this.do((p) => p.released(number, 0));
  }
}

function showClaim({ functionName, revision, state, load }: PoolClaim): string {
  return `${functionName}@${revision} ${state}${state === 'warm' ? ` ${load}` : ''}`;
}

function show(effect: Exclude<Effect, { kind: 'claim' }>): string {
  switch (effect.kind) {
    case 'start':
      return `start s${effect.sandbox} for ${effect.functionName}`;
    case 'end':
      return `end s${effect.sandbox}`;
    case 'run':
      return `run r${effect.ticket} in s${effect.sandbox} ${effect.start}`;
    case 'refuse':
      return `refuse r${effect.ticket} ${effect.reason}`;
    case 'fail':
      return `fail r${effect.ticket} ${String(effect.error)}`;
  }
}

describe('the pools', () => {
  it('start a sandbox for the first request and keep it warm for the second', () => {
    const script = new Script();
    assert.equal(
      script.do((p) => p.acquire('f', 1, 1, 0)),
      'start s1 for f',
    );
    assert.equal(
      script.do((p) => p.sandboxReady(1, 10)),
      'run r1 in s1 cold',
    );
    assert.equal(
      script.do((p) => p.released(1, 20)),
      '',
    );
    assert.equal(
      script.do((p) => p.acquire('f', 1, 2, 30)),
      'warm s1',
    );
  });

  it('give a returned sandbox to the first who waits, and keep the late new one as spare', () => {
    const script = new Script();
    script.do((p) => p.acquire('f', 1, 1, 0));
    script.do((p) => p.sandboxReady(1, 0));
    assert.equal(
      script.do((p) => p.acquire('f', 1, 2, 1)),
      'start s2 for f',
    );
    assert.equal(
      script.do((p) => p.released(1, 2)),
      'run r2 in s1 stolen',
    );
    assert.equal(
      script.do((p) => p.sandboxReady(2, 3)),
      '',
    );
    assert.equal(
      script.do((p) => p.acquire('f', 1, 3, 4)),
      'warm s2',
    );
  });

  it('give the sandbox that was used last', () => {
    const script = new Script();
    for (const ticket of [1, 2]) script.do((p) => p.acquire('f', 1, ticket, 0));
    for (const number of [1, 2]) script.do((p) => p.sandboxReady(number, 0));
    script.do((p) => p.released(2, 1));
    script.do((p) => p.released(1, 2));
    assert.equal(
      script.do((p) => p.acquire('f', 1, 3, 3)),
      'warm s1',
    );
  });

  it('start no more at a time than the node may, and go on when one is ready', () => {
    const script = new Script({ startsMax: 1 });
    assert.equal(
      script.do((p) => p.acquire('f', 1, 1, 0)),
      'start s1 for f',
    );
    assert.equal(
      script.do((p) => p.acquire('g', 1, 2, 0)),
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
      script.do((p) => p.acquire(name, 1, index, 0));
      script.do((p) => p.sandboxReady(index + 1, 0));
      script.do((p) => p.released(index + 1, index));
    }
    assert.equal(
      script.do((p) => p.acquire('h', 1, 9, 5)),
      'end s1',
    );
    assert.equal(
      script.do((p) => p.ended(1)),
      'start s3 for h',
    );
  });

  it('refuse a waiter too many and one that has waited too long', () => {
    const script = new Script({ waitersPerFunctionMax: 1 });
    script.do((p) => p.acquire('f', 1, 1, 0));
    assert.equal(
      script.do((p) => p.acquire('f', 1, 2, 0)),
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
    script.do((p) => p.acquire('f', 1, 1, 0));
    script.do((p) => p.sandboxReady(1, 0));
    script.do((p) => p.released(1, 100));
    assert.equal(
      script.do((p) => p.tick(1099)),
      '',
    );
    assert.equal(
      script.do((p) => p.tick(1100)),
      'end s1',
    );
    assert.equal(script.pools.has('f'), true);
    script.do((p) => p.ended(1));
    assert.equal(script.pools.has('f'), false);
  });

  it('use nothing of an older revision: idle ones end at once, busy ones when they finish', () => {
    const script = new Script();
    for (const ticket of [1, 2]) script.do((p) => p.acquire('f', 1, ticket, 0));
    for (const number of [1, 2]) script.do((p) => p.sandboxReady(number, 0));
    script.do((p) => p.released(1, 1));
    assert.equal(
      script.do((p) => p.acquire('f', 2, 3, 2)),
      'end s1, start s3 for f',
    );
    assert.equal(
      script.do((p) => p.released(2, 3)),
      'end s2',
    );
    assert.equal(
      script.do((p) => p.sandboxReady(3, 4)),
      'run r3 in s3 cold',
    );
  });

  it('start afresh for those who wait when a newer request, itself refused, tells of the change', () => {
    const script = new Script({ waitersPerFunctionMax: 1 });
    script.do((p) => p.acquire('f', 1, 1, 0));
    assert.equal(
      script.do((p) => p.acquire('f', 2, 2, 1)),
      'start s2 for f, refuse r2 too-many-waiters',
    );
  });

  it('start afresh for those who wait when the function is retired', () => {
    const script = new Script();
    script.do((p) => p.acquire('f', 1, 1, 0));
    assert.equal(
      script.do((p) => p.retire('f')),
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
    for (const ticket of [1, 2]) script.do((p) => p.acquire('f', 1, ticket, 0));
    assert.equal(
      script.do((p) => p.startFailed(1, 'E')),
      'fail r1 E, fail r2 E',
    );
    assert.equal(script.pools.has('f'), false);
  });

  it('let a waiter wait on when its start fails beside a busy sandbox', () => {
    const script = new Script();
    script.do((p) => p.acquire('f', 1, 1, 0));
    script.do((p) => p.sandboxReady(1, 0));
    script.do((p) => p.acquire('f', 1, 2, 0));
    assert.equal(
      script.do((p) => p.startFailed(2, 'E')),
      '',
    );
    assert.equal(
      script.do((p) => p.released(1, 1)),
      'run r2 in s1 stolen',
    );
  });

  it('start again for a waiter when the busy sandbox that it waited for dies', () => {
    const script = new Script();
    script.do((p) => p.acquire('f', 1, 1, 0));
    script.do((p) => p.sandboxReady(1, 0));
    script.do((p) => p.acquire('f', 1, 2, 0));
    script.do((p) => p.startFailed(2, 'E'));
    assert.equal(
      script.do((p) => p.dying(1)),
      'start s3 for f',
    );
    assert.equal(
      script.do((p) => p.ended(1)),
      '',
    );
  });

  it('give a request that will not wait an idle sandbox of its revision, or say why not', () => {
    const script = new Script();
    const ask = (revision: number) => (p: Pools) => p.acquireIfIdle('f', revision);
    assert.equal(script.pools.acquireIfIdle('f', 1), 'not-here');
    script.do((p) => p.acquire('f', 1, 1, 0));
    assert.equal(script.pools.acquireIfIdle('f', 1), 'not-here', 'one that starts is none');
    script.do((p) => p.sandboxReady(1, 0));
    assert.equal(script.pools.acquireIfIdle('f', 1), 'busy');
    script.do((p) => p.released(1, 0));
    assert.deepEqual(
      [0, 2].map((r) => script.pools.acquireIfIdle('f', r)),
      ['not-here', 'not-here'],
    );
    assert.equal(script.do(ask(1)), 'warm s1');
    script.do((p) => p.retire('f'));
    assert.equal(script.pools.acquireIfIdle('f', 1), 'not-here', 'a stale one is none');
  });

  it('start a sandbox that nobody waits for, once, and give it to who comes', () => {
    const script = new Script();
    assert.equal(
      script.do((p) => {
        assert.equal(p.prewarm('f', 1), true);
        assert.equal(p.prewarm('f', 1), false);
      }),
      'start s1 for f',
    );
    assert.equal(
      script.do((p) => p.acquire('f', 1, 1, 0)),
      '',
    );
    assert.equal(
      script.do((p) => p.sandboxReady(1, 1)),
      'run r1 in s1 cold',
    );
    assert.equal(script.pools.prewarm('f', 1), false, 'a busy one is enough');
    script.do((p) => p.released(1, 2));
    assert.equal(script.pools.prewarm('f', 1), false, 'an idle one too');
    assert.equal(
      script.do((p) => p.prewarm('f', 2)),
      'end s1, start s2 for f',
    );
    assert.equal(script.pools.prewarm('f', 1), false, 'the function has been changed since');
  });

  it('start nothing ahead of requests where the node has no room, and keep nothing of it', () => {
    for (const limits of [{ startsMax: 1 }, { sandboxesMax: 1 }]) {
      const script = new Script(limits);
      script.do((p) => p.acquire('g', 1, 1, 0));
      assert.equal(script.pools.prewarm('f', 1), false);
      assert.equal(
        script.do(() => {}),
        '',
      );
      assert.equal(script.pools.has('f'), false);
    }
  });

  it('drop a start ahead of requests that fails', () => {
    const script = new Script();
    script.do((p) => p.prewarm('f', 1));
    assert.equal(
      script.do((p) => p.startFailed(1, 'E')),
      '',
    );
    assert.equal(script.pools.has('f'), false);
  });

  it('tell when a function becomes warm and when its last sandbox has gone', () => {
    const script = new Script();
    script.do((p) => p.acquire('f', 1, 1, 0));
    script.do((p) => p.acquire('f', 1, 2, 0));
    assert.equal(script.told(), '');
    script.do((p) => p.sandboxReady(1, 0));
    assert.equal(script.told(), 'f@1 warm 100');
    script.do((p) => p.sandboxReady(2, 0));
    script.do((p) => p.released(1, 0));
    script.do((p) => p.dying(1));
    assert.equal(script.told(), '');
    script.do((p) => p.dying(2));
    assert.equal(script.told(), 'f@1 cold');
    script.do((p) => p.ended(2));
    assert.equal(script.told(), '');
  });

  it('tell that an older revision is cold before a newer one is warm', () => {
    const script = new Script();
    script.warmUp(2);
    assert.equal(script.told(), 'f@1 warm 100');
    script.do((p) => p.acquire('f', 1, 1, 0));
    script.do((p) => p.acquire('f', 2, 2, 0));
    assert.equal(script.told(), 'f@1 cold', 'though one still runs what it was given');
    script.do((p) => p.sandboxReady(3, 0));
    assert.equal(script.told(), 'f@2 warm 100');
    script.do((p) => p.retire('f'));
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
      for (let i = 0; i < count; i++) script.do((p) => p.acquire('f', 1, i, 0));
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

  it('never run two requests in one sandbox, forget or overtake nobody, lose or leak nothing', () => {
    fc.assert(
      fc.property(steps, small, (script, limits) => new Model(limits).play(script)),
      { numRuns: runs },
    );
  });
});

/** More by HEARTH_POOL_RUNS. */
const runs = Number(process.env.HEARTH_POOL_RUNS ?? 20_000);

const small = fc.record(
  {
    sandboxesMax: fc.integer({ min: 1, max: 4 }),
    startsMax: fc.integer({ min: 1, max: 3 }),
    waitersPerFunctionMax: fc.integer({ min: 1, max: 4 }),
    sandboxIdleMs: fc.constantFrom(50, 5000),
    queueWaitMs: fc.constant(80),
  },
  { noNullPrototype: true },
);

const kinds = [
  'acquire',
  'acquire',
  'acquire',
  'acquireIfIdle',
  'prewarm',
  'release',
  'release',
  'ready',
  'ready',
  'startFailed',
  'dying',
  'vanished',
  'ended',
  'ended',
  'cancel',
  'retire',
  'change',
  'tick',
] as const;
const steps = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat(1000)), { maxLength: 80 });

/** Plays random steps against the core, with its own idea of what each request and sandbox is doing. */
class Model {
  readonly #pools: Pools;
  readonly #sandboxes = new Map<number, { name: string; state: string; stale: boolean }>();
  /** The newest revision that the core has heard of, while it has anything of the function. */
  readonly #revisions = new Map<string, number>();
  /** What others believe who heard every claim, by function and revision; with the time they heard it. */
  readonly #claims = new Map<string, { load: number; atMs: number }>();
  /** Waiting requests of each function, in order. */
  readonly #waiting = new Map<string, number[]>();
  readonly #running = new Map<number, number>();
  #revision = 1;
  #ticket = 0;
  #nowMs = 0;

  constructor(private readonly limits: PoolsLimits) {
    this.#pools = new Pools(limits);
  }

  play(script: readonly (readonly [(typeof kinds)[number], number])[]): void {
    for (const [kind, choice] of script) {
      this.#nowMs += kind === 'tick' && choice % 4 === 0 ? 1000 : choice % 7;
      this.#step(kind, choice);
      this.#take();
      this.#compareClaims(kind === 'tick');
      this.#pools.invariants();
      this.#compare();
    }
    this.#drain();
  }

  #step(kind: (typeof kinds)[number], choice: number): void {
    const name = ['f', 'g', 'h'][choice % 3] as string;
    if (kind === 'acquire') this.#acquire(name);
    else if (kind === 'acquireIfIdle') this.#acquireIfIdle(name, choice % 2);
    else if (kind === 'prewarm') this.#prewarm(name);
    else if (kind === 'tick') this.#pools.tick(this.#nowMs);
    else if (kind === 'retire') this.#retire(name);
    else if (kind === 'change') this.#revision++;
    else if (kind === 'cancel') {
      const queue = this.#waiting.get(name) ?? [];
      const [ticket] = queue.splice(choice % Math.max(1, queue.length), 1);
      if (ticket !== undefined) this.#pools.waiterCancelled(ticket);
    } else this.#sandboxStep(kind, choice);
  }

  #acquire(name: string): void {
    const ticket = ++this.#ticket;
    const queue = this.#waiting.get(name) ?? [];
    const number = this.#pools.acquire(name, this.#revision, ticket, this.#nowMs);
    this.#changeTo(name);
    if (number === undefined) {
      this.#waiting.set(name, [...queue, ticket]);
      return;
    }
    assert.equal(queue.length, 0, 'nobody is overtaken');
    this.#give(number, ticket, 'idle', name);
  }

  #acquireIfIdle(name: string, age: number): void {
    const revision = this.#revision - age;
    const present = this.#revisions.get(name) === revision;
    const live = present ? this.#live(name) : [];
    const expected = live.some(({ state }) => state === 'idle') ? 'idle' : 'none';
    const taken = this.#pools.acquireIfIdle(name, revision);
    assert.equal(typeof taken === 'number' ? 'idle' : 'none', expected);
    if (typeof taken === 'number') this.#give(taken, ++this.#ticket, 'idle', name);
    else assert.equal(taken, live.length > 0 ? 'busy' : 'not-here');
  }

  #prewarm(name: string): void {
    const before = this.#sandboxes.size;
    const starting = [...this.#sandboxes.values()].filter(({ state }) => state === 'starting');
    if (!this.#pools.prewarm(name, this.#revision)) {
      assert.equal(this.#pools.effects.length, 0, 'refused, and nothing done');
      return;
    }
    this.#changeTo(name);
    assert(before < this.limits.sandboxesMax && starting.length < this.limits.startsMax);
    const starts = this.#pools.effects.filter(({ kind }) => kind === 'start');
    assert(starts.length > 0, 'accepted, and one is to come');
  }

  #retire(name: string): void {
    this.#makeStale(name);
    this.#pools.retire(name);
  }

  /** The core was told of the newest revision, and made what is older stale, before its new effects. */
  #changeTo(name: string): void {
    if ((this.#revisions.get(name) ?? 0) < this.#revision) this.#makeStale(name);
    this.#revisions.set(name, this.#revision);
  }

  #makeStale(name: string): void {
    for (const sandbox of this.#sandboxes.values()) if (sandbox.name === name) sandbox.stale = true;
  }

  #live(name: string) {
    return [...this.#sandboxes.values()].filter(
      ({ name: its, state, stale }) =>
        its === name && !stale && (state === 'idle' || state === 'busy'),
    );
  }

  #hear({ functionName, revision, state, load }: PoolClaim): void {
    const key = `${functionName}@${revision}`;
    const known = this.#claims.get(key);
    if (state === 'cold') {
      assert(known !== undefined, 'cold is told of what was warm');
      this.#claims.delete(key);
      return;
    }
    assert.notEqual(load, known?.load, 'nothing is told twice');
    assert(known === undefined || known.atMs + 1000 <= this.#nowMs, 'one load a second');
    this.#claims.set(key, { load, atMs: this.#nowMs });
  }

  /** Whoever heard all claims knows what is warm; and after a tick, within a second, how busy. */
  #compareClaims(ticked: boolean): void {
    const truth = new Map<string, number>();
    for (const [name, revision] of this.#revisions) {
      const live = this.#live(name);
      const busy = live.filter(({ state }) => state === 'busy').length;
      if (live.length > 0) truth.set(`${name}@${revision}`, busy / live.length);
    }
    assert.deepEqual([...this.#claims.keys()].sort(), [...truth.keys()].sort());
    for (const [key, { load, atMs }] of this.#claims) {
      const share = truth.get(key) ?? Number.NaN;
      if (!ticked || atMs + 1000 > this.#nowMs) continue;
      assert.deepEqual([load === 0, load === 100], [share === 0, share === 1]);
      assert(load % 25 === 0 && Math.abs(load / 100 - share) <= 0.25, `${load} for ${share}`);
    }
  }

  #sandboxStep(kind: string, choice: number): void {
    const from = { ready: 'starting', startFailed: 'starting', release: 'busy', ended: 'ending' };
    const wanted = from[kind as keyof typeof from];
    const fitting = [...this.#sandboxes].filter(([, { state }]) =>
      wanted === undefined ? state === 'busy' || state === 'idle' : state === wanted,
    );
    const [number, sandbox] = fitting[choice % Math.max(1, fitting.length)] ?? [];
    if (number === undefined || sandbox === undefined) return;
    if (kind === 'ready') {
      sandbox.state = 'idle';
      this.#pools.sandboxReady(number, this.#nowMs);
    } else if (kind === 'release') {
      sandbox.state = 'idle';
      this.#running.delete(number);
      this.#pools.released(number, this.#nowMs);
    } else if (kind === 'dying') {
      sandbox.state = 'ending';
      this.#running.delete(number);
      this.#pools.dying(number);
    } else {
      this.#sandboxes.delete(number);
      this.#running.delete(number);
      if (kind !== 'startFailed') this.#pools.ended(number);
      else this.#pools.startFailed(number, 'E');
    }
  }

  /** Takes the effects, and checks each against what the model knows. */
  #take(): void {
    for (const effect of this.#pools.effects.splice(0)) {
      if (effect.kind === 'start') {
        assert(!this.#sandboxes.has(effect.sandbox));
        const { functionName: name } = effect;
        this.#sandboxes.set(effect.sandbox, { name, state: 'starting', stale: false });
      } else if (effect.kind === 'end') {
        const sandbox = this.#sandboxes.get(effect.sandbox);
        assert.equal(sandbox?.state, 'idle', 'only what runs nothing is ended');
        if (sandbox !== undefined) sandbox.state = 'ending';
      } else if (effect.kind === 'run') {
        const name = this.#sandboxes.get(effect.sandbox)?.name as string;
        assert.equal(this.#waiting.get(name)?.shift(), effect.ticket, 'in the order of arrival');
        this.#give(effect.sandbox, effect.ticket, 'idle', name);
      } else if (effect.kind === 'claim') {
        this.#hear(effect.claim);
      } else {
        this.#forget(effect.ticket);
      }
    }
  }

  #give(number: number, ticket: number, state: string, name: string): void {
    const sandbox = this.#sandboxes.get(number);
    assert.equal(sandbox?.state, state, 'one request in a sandbox at a time');
    assert.equal(sandbox?.name, name, 'a sandbox serves its own function');
    if (sandbox !== undefined) sandbox.state = 'busy';
    this.#running.set(number, ticket);
  }

  #forget(ticket: number): void {
    for (const queue of this.#waiting.values()) {
      const index = queue.indexOf(ticket);
      if (index >= 0) {
        queue.splice(index, 1);
        return;
      }
    }
    assert.fail(`an answer to request ${ticket}, which does not wait`);
  }

  #compare(): void {
    const stats = this.#pools.stats();
    for (const name of ['f', 'g', 'h']) {
      const of = (state: string): number =>
        [...this.#sandboxes.values()].filter((s) => s.name === name && s.state === state).length;
      const seen = stats.get(name) ?? { idle: 0, busy: 0, starting: 0, waiting: 0 };
      assert.deepEqual(seen, {
        idle: of('idle'),
        busy: of('busy'),
        starting: of('starting'),
        waiting: this.#waiting.get(name)?.length ?? 0,
      });
    }
    assert(this.#sandboxes.size <= this.limits.sandboxesMax);
  }

  /** Lets everything succeed from here on: everyone who waits must be served, and nothing remain. */
  #drain(): void {
    const some = (state: string): boolean =>
      [...this.#sandboxes.values()].some((sandbox) => sandbox.state === state);
    for (let round = 0; round < 1000; round++) {
      if (some('starting')) this.#step('ready', 0);
      else if (some('busy')) this.#step('release', 0);
      else if (some('ending')) this.#step('ended', 0);
      else if ([...this.#waiting.values()].every((queue) => queue.length === 0)) break;
      this.#take();
      this.#pools.invariants();
    }
    assert(
      [...this.#waiting.values()].every((queue) => queue.length === 0),
      'all are served',
    );
    this.#nowMs += 5000;
    this.#pools.tick(this.#nowMs);
    this.#take();
    assert.equal(this.#claims.size, 0, "nothing is warm in anybody's mind");
    while (some('ending')) {
      this.#step('ended', 0);
      this.#take();
    }
    assert.equal(this.#sandboxes.size, 0, 'nothing is lost');
    assert.equal(this.#pools.stats().size, 0, 'nothing is kept');
  }
}
