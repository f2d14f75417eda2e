/**
 * What is done when, until the time is over: each fault alone once, in an order that the seed gives, and then two at once.
 * A rest before each step lets the times before and after a fault be compared.
 */
import { type Random, seededRandom } from '../../../src/lib/index.js';
import { monotonicMs } from '../records.js';
import type { Fault, PlannedStep } from './types.js';

export interface PlanOptions {
  readonly seed: number;
  /** From the first step on; 0: until each fault was done once, however long that takes. */
  readonly minutes: number;
  /** Names of faults; none for all. */
  readonly only?: readonly string[];
  readonly nowMs?: () => number;
}

const restMinMs = 2000;
const restMaxMs = 4000;
/** How often two faults that may together silence the majority are done at once. */
const silenceShare = 1 / 6;

/** Throws where a name is of no fault. Asked for its next step, it looks at the time. */
export function plan(faults: readonly Fault[], options: PlanOptions): Generator<PlannedStep> {
  return steps(selected(faults, options.only ?? []), options);
}

/** Whether both can be done at once, when two that silence nodes may be. */
export function goTogether(one: Fault, other: Fault, maySilence: boolean): boolean {
  if (one === other || [...one.needs, ...other.needs].includes('everything')) return false;
  const shared = one.needs.filter((need) => other.needs.includes(need));
  return shared.every((need) => need === 'silence' && maySilence);
}

function* steps(
  faults: readonly Fault[],
  { seed, minutes, nowMs = monotonicMs }: PlanOptions,
): Generator<PlannedStep> {
  if (faults.length === 0) return;
  const random = seededRandom(seed);
  const untilMs = minutes === 0 ? Number.POSITIVE_INFINITY : nowMs() + minutes * 60_000;
  for (const fault of random.shuffled(faults)) {
    if (nowMs() >= untilMs) return;
    yield { faults: [fault], restMs: rest(random) };
  }
  if (minutes === 0) return;
  let deck: Fault[] = [];
  while (nowMs() < untilMs) {
    if (deck.length === 0) deck = random.shuffled(faults);
    const together = drawn(deck, faults, random);
    deck = deck.filter((fault) => !together.includes(fault));
    yield { faults: together, restMs: rest(random) };
  }
}

/** The next of the deck with one that goes with it: of the deck where it has one, else of all; alone where none does. */
function drawn(deck: readonly Fault[], faults: readonly Fault[], random: Random): Fault[] {
  const [first] = deck;
  if (first === undefined) return [];
  const maySilence = random.next() < silenceShare;
  const partner = [...deck, ...random.shuffled(faults)].find((other) =>
    goTogether(first, other, maySilence),
  );
  return partner === undefined ? [first] : [first, partner];
}

function selected(faults: readonly Fault[], names: readonly string[]): readonly Fault[] {
  const unknown = names.filter((name) => faults.every((fault) => fault.name !== name));
  if (unknown.length > 0) {
    const known = faults.map(({ name }) => `"${name}"`).join(', ');
    throw new Error(`there is no fault "${unknown.join('", "')}"; there are ${known}`);
  }
  return names.length === 0 ? faults : faults.filter(({ name }) => names.includes(name));
}

function rest(random: Random): number {
  return restMinMs + random.below(restMaxMs - restMinMs);
}
