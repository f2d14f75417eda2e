/**
 * What is done when, until the time is over: each fault alone once, in an order that the seed gives, and then two at once;
 * or in short one fault of each kind, two at once where they go together.
 * A rest before each step lets the times before and after a fault be compared.
 */
import { type Random, seededRandom } from '../../../src/lib/index.js';
import { monotonicMs } from '../records.js';
import type { Fault, PlannedStep } from './types.js';

export interface PlanOptions {
  readonly seed: number;
  /** From the first step on; 0: until each fault was done once, however long that takes. */
  readonly minutes: number;
  /** Instead: one fault of each kind, however long that takes. */
  readonly eachKind?: boolean;
  /** Names of faults; none for all. */
  readonly only?: readonly string[];
  readonly nowMs?: () => number;
}

const restMinMs = 2000;
const restMaxMs = 4000;
/** How often two faults that may together silence the majority are done at once. */
const silenceShare = 1 / 6;
/** Kinds of which checks measure what they did. */
const measured: readonly string[] = ['death', 'cut'];

/** Throws where a name is of no fault. Asked for its next step, it looks at the time. */
export function plan(faults: readonly Fault[], options: PlanOptions): Generator<PlannedStep> {
  const wanted = selected(faults, options.only ?? []);
  return options.eachKind === true ? kindSteps(wanted, options.seed) : steps(wanted, options);
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

/** First what is measured where it comes alone; then those that silence a node, which do not go together. */
function* kindSteps(faults: readonly Fault[], seed: number): Generator<PlannedStep> {
  const random = seededRandom(seed);
  const kinds = new Map(random.shuffled(faults).map((fault) => [fault.kind, fault]));
  const silences = ({ needs }: Fault): number => Number(needs.includes('silence'));
  let deck = [...kinds.values()].sort((one, other) => silences(other) - silences(one));
  for (const fault of deck.filter(({ kind }) => measured.includes(kind))) {
    yield { faults: [fault], restMs: rest(random) };
  }
  deck = deck.filter(({ kind }) => !measured.includes(kind));
  while (deck.length > 0) {
    const together = drawn(deck, [], random, 0);
    deck = deck.filter((fault) => !together.includes(fault));
    yield { faults: together, restMs: rest(random) };
  }
}

/** The next of the deck with one that goes with it: of the deck where it has one, else of all; alone where none does. */
function drawn(
  deck: readonly Fault[],
  faults: readonly Fault[],
  random: Random,
  silence = silenceShare,
): Fault[] {
  const [first] = deck;
  if (first === undefined) return [];
  const maySilence = random.next() < silence;
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
