/**
 * One node beside every peer. All run at the same time, and are loaded in turn: an idle node takes some 3 % of a
 * core, the others nothing, and none has to grow warm again for its turn.
 */
import {
  type Line,
  lineOf,
  type MeasureOptions,
  type Place,
  type Promised,
  ratios,
} from '../harness/index.js';
import {
  bare,
  framed,
  framedOneAtATime,
  functionsFramework,
  ofWatchdog,
  workerd,
} from '../peers/index.js';
import { startOneNode } from './hearth.js';
import { Turns, type TurnsPlan } from './turns.js';

const promises: readonly (readonly [peer: string, atLeast: number])[] = [
  [workerd.name, 1.1],
  [functionsFramework.name, 3],
  [bare.name, 0.4],
];
const limits = [framed.name, framedOneAtATime.name, ofWatchdog.name];
const peers = [bare, framed, framedOneAtATime, workerd, functionsFramework, ofWatchdog];
const inShort = [bare];

export function planOf({ count, short }: MeasureOptions): TurnsPlan {
  if (short)
    return { connections: 64, rounds: Math.min(count, 3), seconds: 2, firstS: 2, leadInS: 0 };
  return { connections: 64, rounds: count, seconds: 5, firstS: 6, leadInS: 1 };
}

export async function measureOneNode(place: Place, options: MeasureOptions): Promise<Line[]> {
  const turns = new Turns(place, planOf(options));
  const hearth = await startOneNode(place);
  turns.add('Hearth, Lambda API', hearth.api);
  if (!options.short) turns.add('Hearth, function URL', hearth.url);
  await turns.start(options.short ? inShort : peers);
  const found = await turns.run();
  const lines: Line[] = [];
  for (const mine of Object.keys(found).filter((name) => name.startsWith('Hearth'))) {
    const ratio = (its: string, promised?: Promised): void => {
      const [my, other] = [found[mine], found[its]];
      if (my === undefined || other === undefined) return;
      lines.push(lineOf(`${mine} / ${its}`, 'ratio', ratios(my, other), promised));
    };
    for (const [its, atLeast] of promises) ratio(its, ['>=', atLeast]);
    for (const its of limits) ratio(its);
  }
  return [...lines, ...turns.lines(), ...turns.absent];
}
