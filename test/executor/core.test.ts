import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Effect, Pools, type PoolsLimits } from '../../src/executor/core.js';

const roomy: PoolsLimits = {
  sandboxesMax: 100,
  startsMax: 100,
  waitersPerFunctionMax: 100,
  sandboxIdleMs: 1000,
  queueWaitMs: 500,
};

/** Drives the core and keeps the whole trace as text. */
class Script {
  readonly pools: Pools;
  constructor(limits: Partial<PoolsLimits> = {}) {
    this.pools = new Pools({ ...roomy, ...limits });
  }

  /** Does one thing and gives what follows from it, one word per effect. */
  do(act: (pools: Pools) => unknown): string {
    const returned = act(this.pools);
    const parts = typeof returned === 'number' ? [`warm s${returned}`] : [];
    for (const effect of this.pools.effects.splice(0)) parts.push(show(effect));
    this.pools.invariants();
    return parts.join(', ');
  }
}

function show(effect: Effect): string {
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
    sandboxIdleMs: fc.constant(50),
    queueWaitMs: fc.constant(80),
  },
  { noNullPrototype: true },
);

const kinds = [
  'acquire',
  'acquire',
  'acquire',
  'release',
  'release',
  'ready',
  'ready',
  'startFailed',
  'dying',
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
  readonly #sandboxes = new Map<number, { name: string; state: string }>();
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
      this.#nowMs += choice % 7;
      this.#step(kind, choice);
      this.#take();
      this.#pools.invariants();
      this.#compare();
    }
    this.#drain();
  }

  #step(kind: (typeof kinds)[number], choice: number): void {
    const name = ['f', 'g', 'h'][choice % 3] as string;
    if (kind === 'acquire') this.#acquire(name);
    else if (kind === 'tick') this.#pools.tick(this.#nowMs);
    else if (kind === 'retire') this.#pools.retire(name);
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
    if (number === undefined) {
      this.#waiting.set(name, [...queue, ticket]);
      return;
    }
    assert.equal(queue.length, 0, 'nobody is overtaken');
    this.#give(number, ticket, 'idle', name);
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
      if (kind === 'ended') this.#pools.ended(number);
      else this.#pools.startFailed(number, 'E');
    }
  }

  /** Takes the effects, and checks each against what the model knows. */
  #take(): void {
    for (const effect of this.#pools.effects.splice(0)) {
      if (effect.kind === 'start') {
        assert(!this.#sandboxes.has(effect.sandbox));
        this.#sandboxes.set(effect.sandbox, { name: effect.functionName, state: 'starting' });
      } else if (effect.kind === 'end') {
        const sandbox = this.#sandboxes.get(effect.sandbox);
        assert.equal(sandbox?.state, 'idle', 'only what runs nothing is ended');
        if (sandbox !== undefined) sandbox.state = 'ending';
      } else if (effect.kind === 'run') {
        const name = this.#sandboxes.get(effect.sandbox)?.name as string;
        assert.equal(this.#waiting.get(name)?.shift(), effect.ticket, 'in the order of arrival');
        this.#give(effect.sandbox, effect.ticket, 'idle', name);
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
    this.#nowMs += 1000;
    this.#pools.tick(this.#nowMs);
    this.#take();
    while (some('ending')) {
      this.#step('ended', 0);
      this.#take();
    }
    assert.equal(this.#sandboxes.size, 0, 'nothing is lost');
    assert.equal(this.#pools.stats().size, 0, 'nothing is kept');
  }
}
