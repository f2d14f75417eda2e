/**
 * What is asked when: at a constant rate, whatever becomes of it. All of it follows from the seed, so that a
 * cluster that stands still is asked neither less nor something else.
 */
import { type Random, seededRandom } from '../../../src/lib/index.js';
import { calledFunctions, workMsMax } from './functions.js';
import { Zipf } from './zipf.js';

export interface Planned {
  readonly id: string;
  /** `settings`: what is written to, or read from, the settings of functions. */
  readonly kind: 'invoke' | 'idempotent' | 'chained' | 'event' | 'settings';
  /** Milliseconds after the beginning. */
  readonly dueMs: number;
  /** Of `calledFunctions`; a chain calls its own. */
  readonly functionName: string;
  /** How long the function is to take. */
  readonly workMs: number;
  /** In [0, 1): which of the balancers. */
  readonly way: number;
}

export const shares: Readonly<Record<Planned['kind'], number>> = {
  idempotent: 0.4,
  invoke: 0.3,
  chained: 0.12,
  event: 0.12,
  settings: 0.06,
};

export class Schedule {
  readonly #random: Random;
  readonly #functions = new Zipf(calledFunctions.map(({ name }) => name));
  #count = 0;

  constructor(
    private readonly seed: number,
    private readonly rate: number,
  ) {
    this.#random = seededRandom(seed);
  }

  /** Those that are due by then and were not taken yet, in order. */
  dueBy(afterBeginMs: number): Planned[] {
    const due: Planned[] = [];
    while (this.#nextDueMs <= afterBeginMs) due.push(this.#next());
    return due;
  }

  get #nextDueMs(): number {
    return (this.#count * 1000) / this.rate;
  }

  #next(): Planned {
    const random = this.#random;
    const dueMs = this.#nextDueMs;
    return {
      id: requestId(this.seed, 'planned', this.#count++),
      kind: kindAt(random.next()),
      dueMs,
      functionName: this.#functions.draw(random),
      workMs: random.below(workMsMax + 1),
      way: random.next(),
    };
  }
}

/** A UUID, as ids of asynchronous invocations are, in which people still find seed and number. */
export function requestId(
  seed: number,
  series: 'planned' | 'following' | 'first',
  number: number,
): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  const code = { planned: '8000', following: '8001', first: '8002' }[series];
  return `${hex(seed >>> 0, 8)}-0000-4000-${code}-${hex(number, 12)}`;
}

/** Of a call that came before the load. */
export function isFirst(id: string): boolean {
  return id.slice(19, 23) === '8002';
}

function kindAt(dice: number): Planned['kind'] {
  let reached = 0;
  for (const [kind, share] of Object.entries(shares)) {
    reached += share;
    if (dice < reached) return kind as Planned['kind'];
  }
  return 'settings';
}
