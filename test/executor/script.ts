/** A script of inputs to the pools, and the whole trace of what follows from them as text. */
import { type Effect, Pools, type PoolsLimits } from '../../src/executor/core.js';
import type { PoolSpec } from '../../src/executor/pool.js';
import type { PoolClaim } from '../../src/executor/told.js';

/** Nobody comes back for so long that everybody who waits is worth a start. */
export const long = 1000;

export const roomy: PoolsLimits = {
  sandboxesMax: 100,
  startsMax: 100,
  sandboxIdleMs: 1000,
  historyMax: 10,
  unknownServiceMs: long,
};

/** Of the function that is named before the colon, if there is one. */
export function spec(name: string, revision = 1, more: Partial<PoolSpec> = {}): PoolSpec {
  return {
    name,
    functionName: name.split(':')[0] as string,
    revision,
    concurrency: 1,
    queueMax: 100,
    queueWaitMs: 500,
    memoryMb: 100,
    ...more,
  };
}

/** Drives the core and keeps the whole trace as text; what others are told is a trace of its own. */
export class Script {
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
  warmUp(count: number, revision = 1, name = 'f'): void {
    const numbers: number[] = [];
    for (let i = 0; i < count; i++) {
      const text = this.do((p) => p.acquire(spec(name, revision), 1000 + i, 0));
      numbers.push(Number(/start s(\d+)/.exec(text)?.[1]));
    }
    for (const number of numbers) this.do((p) => p.sandboxReady(number, 0));
    for (const number of numbers) this.do((p) => p.released(number, -long, 0));
  }
}

function showClaim({ functionName, revision, state, load }: PoolClaim): string {
  return `${functionName}@${revision} ${state}${state === 'warm' ? ` ${load}` : ''}`;
}

function show(effect: Exclude<Effect, { kind: 'claim' }>): string {
  switch (effect.kind) {
    case 'start':
      return `start s${effect.sandbox} for ${effect.functionName}${
        effect.why === 'floor' ? ' to keep' : ''
      }`;
    case 'end':
      return `end s${effect.sandbox}${
        effect.reason === 'stale' || effect.reason === 'idle' ? '' : ` (${effect.reason})`
      }`;
    case 'yield':
      return `yield s${effect.sandbox}`;
    case 'run':
      return `run r${effect.ticket} in s${effect.sandbox} ${effect.start}`;
    case 'refuse':
      return `refuse r${effect.ticket} ${effect.reason}${effect.atShare ? ' at its share' : ''}`;
    case 'fail':
      return `fail r${effect.ticket} ${String(effect.error)}`;
    case 'warmed':
      return `warmed r${effect.ticket}`;
  }
}
