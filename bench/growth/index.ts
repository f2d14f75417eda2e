/**
 * What a larger cluster costs each of its nodes, and its Master: real nodes under light load, and the simulator for as
 * many as no machine can hold. What is told of a claim is told to the sqrt(N) Replicas, whatever else is constant.
 */
import { writeFile } from 'node:fs/promises';
import {
  type Line,
  lineOf,
  type MeasureOptions,
  progress,
  ratios,
  withPlace,
} from '../harness/index.js';
import { type Found, messagesPerChangeMax } from './found.js';
import { pictureOf } from './picture.js';
import { measureReal, type Windows } from './real.js';
import { simulate } from './simulated.js';

interface Plan {
  readonly real: readonly number[];
  readonly simulated: readonly number[];
  readonly windowMs: number;
  readonly simulatedS: number;
}

const full: Plan = {
  real: [1, 3, 9, 27],
  simulated: [3, 9, 27, 100, 1000],
  windowMs: 8000,
  simulatedS: 10,
};
const short: Plan = { real: [3, 9], simulated: [9, 100], windowMs: 4000, simulatedS: 3 };
const portBase = 26_600;
/** Light load must leave the Master time, whatever the size. */
const masterCoresMax = 1;
/** What finds no answer in time is said again. */
const repeated = 1.1;
/** Each from one size to another: a claim travels to sqrt(N) Replicas, which is not all that a node sends. */
const bytesFactorMax = 2;
const lookupFactorMax = 2;
/** From 100 nodes to 1,000: sqrt(10); of a table ten times as large not all is in the processor's caches. */
const coreFactorMax = 3.2;
const tableFactorMax = 5;

/** Windows of each size: `count`. Writes the curves to `picture`, where that names a file. */
export async function measure(options: MeasureOptions): Promise<Line[]> {
  const plan = options.short ? short : full;
  const windows = { count: options.count, lastMs: plan.windowMs };
  const simulated = await simulate(plan.simulated, plan.simulatedS);
  const real = await measureAll(plan.real, windows);
  if (options.picture !== undefined) {
    await writeFile(options.picture, pictureOf(real, simulated));
    progress(`the curves are in ${options.picture}`);
  }
  return [
    ...real.flatMap(realLines),
    ...simulated.flatMap(simulatedLines),
    ...factors(real, simulated),
  ];
}

async function measureAll(sizes: readonly number[], windows: Windows): Promise<Found[]> {
  const found: Found[] = [];
  for (const size of sizes) {
    found.push(await withPlace(portBase, (place) => measureReal(place, size, windows)));
  }
  return found;
}

function realLines(found: Found): Line[] {
  const { nodes, masterCores, controlCores, messagesPerChange, changesPerS } = found;
  const of = `growth, ${nodes} real`;
  return [
    lineOf(`${of}: CPU of the Master`, 'cores', masterCores, ['<=', masterCoresMax]),
    lineOf(`${of}: its control thread`, 'cores', controlCores),
    lineOf(`${of}: changes of what is warm`, '/s', changesPerS),
    lineOf(`${of}: the Master's messages per change`, '', messagesPerChange, [
      '<=',
      repeated * messagesPerChangeMax(nodes),
    ]),
    lineOf(`${of}: sent by each node`, 'B/s', found.bytesPerS),
    lineOf(`${of}: of that, gossip`, 'B/s', found.gossipBytesPerS),
    lineOf(`${of}: lookup, median`, 'ms', found.lookupMs),
    lineOf(`${of}: lookup, 99th percentile`, 'ms', found.lookupP99Ms),
  ];
}

function simulatedLines(found: Found): Line[] {
  const { nodes, masterCores, messagesPerChange, changesPerS } = found;
  const of = `growth, ${nodes} simulated`;
  return [
    lineOf(`${of}: CPU of the Master's table`, 'cores', masterCores),
    lineOf(`${of}: changes of what is warm`, '/s', changesPerS),
    lineOf(`${of}: the Master's messages per change`, '', messagesPerChange, [
      '<=',
      messagesPerChangeMax(nodes),
    ]),
    lineOf(`${of}: sent by each node`, 'B/s', found.bytesPerS),
    lineOf(`${of}: of that, gossip`, 'B/s', found.gossipBytesPerS),
    lineOf(`${of}: lookup in the table, median`, 'ms', found.lookupMs),
    lineOf(`${of}: lookup in the table, 99th percentile`, 'ms', found.lookupP99Ms),
  ];
}

/** From one size to another, where both were measured: window by window. */
function factors(real: readonly Found[], simulated: readonly Found[]): Line[] {
  const factor = (
    what: string,
    found: readonly Found[],
    [from, to]: readonly [number, number],
    value: (of: Found) => readonly number[],
    promisedMax: number,
  ): Line[] => {
    const [small, large] = [from, to].map((size) => found.find(({ nodes }) => nodes === size));
    if (small === undefined || large === undefined) return [];
    const growth = ratios(value(large), value(small));
    return [lineOf(`growth, ${to} / ${from} ${what}`, 'x', growth, ['<=', promisedMax])];
  };
  const largest = Math.max(...real.map(({ nodes }) => nodes));
  const bytes = (of: Found): readonly number[] => of.bytesPerS;
  const lookup = (of: Found): readonly number[] => of.lookupMs;
  const perChange = (of: Found): readonly number[] => ratios(of.masterCores, of.changesPerS);
  return [
    ...factor('real: sent by each node', real, [3, largest], bytes, bytesFactorMax),
    ...factor('real: lookup, median', real, [9, 27], lookup, lookupFactorMax),
    ...factor('simulated: sent by each node', simulated, [100, 1000], bytes, bytesFactorMax),
    ...factor('simulated: lookup in the table', simulated, [100, 1000], lookup, tableFactorMax),
    ...factor(
      'simulated: the Master, per change',
      simulated,
      [100, 1000],
      perChange,
      coreFactorMax,
    ),
  ];
}
