/**
 * Nodes that do not hear each other, while clients still reach all of them. A fault alone asks both sides all the time
 * what they do about it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { between, type Direction } from '../../e2e/netns/network.js';
import type { ArenaNode } from '../arena/types.js';
import { monotonicMs } from '../records.js';
import type { Attempt } from './attempt.js';
import { prepareProbes, probe, type Sides, sidesOf, write } from './probing.js';
import { Tally } from './tally.js';
import type { Fault } from './types.js';
import { noWire, wireOf } from './wire.js';

const cutMinMs = 5000;
const cutMaxMs = 8000;
const writeEveryMs = 300;

export const cuts: readonly Fault[] = [
  cutFault('cut the Master off', 'master', masterOff),
  cutFault('cut a majority from a minority', 'silence', halved),
  cutFault('cut one way', 'master', oneWay),
  cutFault('cut one pair', 'silence', pair),
];

function cutFault(
  name: string,
  need: 'master' | 'silence',
  run: (attempt: Attempt) => Promise<void>,
): Fault {
  const missing: Fault['missing'] = (arena) =>
    arena.nodes.length < 3 ? 'of two nodes none has a majority' : noWire(arena);
  return { name, kind: 'cut', needs: ['cuts', 'silence', need], missing, run };
}

async function masterOff(attempt: Attempt): Promise<void> {
  const { number } = attempt.take('master');
  const others = othersThan(attempt, [number]);
  await halves(attempt, [number], others, between([number], others));
}

/** The Master is on either side by chance. */
async function halved(attempt: Attempt): Promise<void> {
  const size = (attempt.arena.nodes.length - 1) >> 1;
  const some = Array.from({ length: size }, () => attempt.take('any').number);
  const others = othersThan(attempt, some);
  await halves(attempt, some, others, between(some, others));
}

/** Nobody hears the Master, or the Master hears nobody. */
async function oneWay(attempt: Attempt): Promise<void> {
  const { number } = attempt.take('master');
  const others = othersThan(attempt, [number]);
  const isHeard = attempt.random.next() < 0.5;
  attempt.note(isHeard ? `node ${number} hears nobody` : `nobody hears node ${number}`);
  const directions = others.map(
    (other): Direction => (isHeard ? [other, number] : [number, other]),
  );
  await halves(attempt, [number], others, directions);
}

async function halves(
  attempt: Attempt,
  some: readonly number[],
  others: readonly number[],
  directions: readonly Direction[],
): Promise<void> {
  if (!attempt.isAlone) return cut(attempt, directions, async () => {});
  await prepareProbes(attempt);
  const sides: Sides = await sidesOf(attempt.arena, some, others);
  attempt.note(`most of the voters: ${sides.majority}; cut off from them: ${sides.minority}`);
  await cut(attempt, directions, (signal) => probe(attempt, sides, signal));
}

/** Two that do not hear each other, while all others hear both: neither of them is a minority. */
async function pair(attempt: Attempt): Promise<void> {
  const [one, other] = [attempt.take('any'), attempt.take('any')];
  const directions = between([one.number], [other.number]);
  if (!attempt.isAlone) return cut(attempt, directions, async () => {});
  await prepareProbes(attempt);
  await cut(attempt, directions, async (signal) => {
    await Promise.all([one, other].map((node) => writesAt(attempt, node, signal)));
  });
}

async function writesAt(attempt: Attempt, node: ArenaNode, signal: AbortSignal): Promise<void> {
  const answers = new Tally();
  while (!signal.aborted) {
    await answers.of(write(node, `at ${Math.round(monotonicMs())}`));
    await delay(writeEveryMs, undefined, { signal }).catch(() => {});
  }
  attempt.note(`writes at node ${node.number} until the end of the cut: ${answers}`);
}

async function cut(
  attempt: Attempt,
  directions: readonly Direction[],
  meanwhile: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const wire = wireOf(attempt.arena);
  const over = new AbortController();
  attempt.begins();
  try {
    await wire.cut(directions);
    attempt.ask(meanwhile(over.signal));
    await attempt.lasts(cutMinMs, cutMaxMs);
  } finally {
    over.abort();
    await wire.heal();
  }
}

function othersThan({ arena }: Attempt, some: readonly number[]): number[] {
  return arena.nodes.map(({ number }) => number).filter((number) => !some.includes(number));
}
