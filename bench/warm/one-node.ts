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
  redisList,
  workerd,
} from '../peers/index.js';
import { startOneNode, startOpenNode } from './hearth.js';
import { Turns, type TurnsPlan } from './turns.js';

const byApi = 'Hearth, Lambda API';
const openApi = 'Hearth, Lambda API, open to all';
const byUrl = 'Hearth, function URL';
const promises: readonly (readonly [peer: string, atLeast: number])[] = [
  [redisList.name, 2],
  [workerd.name, 1.1],
  [functionsFramework.name, 3],
  [bare.name, 0.4],
];
const unpromised = [framed.name, framedOneAtATime.name, ofWatchdog.name];
const peers = [bare, framed, framedOneAtATime, redisList, workerd, functionsFramework, ofWatchdog];
const inShort = [bare, redisList];

export function planOf({ count, short }: MeasureOptions): TurnsPlan {
  const plan = { connections: 64, rounds: count, seconds: 5, warmUpsMax: 8, leadInS: 1 };
  const shorter = { rounds: Math.min(count, 3), seconds: 1, warmUpsMax: 1, leadInS: 0 };
  return short ? { ...plan, ...shorter } : plan;
}

export async function measureOneNode(place: Place, options: MeasureOptions): Promise<Line[]> {
  const turns = new Turns(place, planOf(options));
  const hearth = await startOneNode(place);
  turns.add(byApi, hearth.api);
  if (!options.short) {
    turns.add(byUrl, hearth.url);
    turns.add(openApi, await startOpenNode(place));
  }
  await turns.start(options.short ? inShort : peers);
  const found = await turns.run();
  /** Nothing where one of the two is not here. */
  const ratio = (mine: string, its: string, promised?: Promised): Line[] => {
    const [my, other] = [found[mine], found[its]];
    if (my === undefined || other === undefined) return [];
    return [lineOf(`${mine} / ${its}`, 'ratio', ratios(my, other), promised)];
  };
  const ofHearth = [byApi, byUrl].flatMap((mine) => [
    ...promises.flatMap(([its, atLeast]) => ratio(mine, its, ['>=', atLeast])),
    ...unpromised.flatMap((its) => ratio(mine, its)),
  ]);
  const ofOpen = [redisList, framedOneAtATime].flatMap(({ name }) => ratio(openApi, name));
  const ofLimits = [framed, framedOneAtATime].flatMap(({ name }) => ratio(name, bare.name));
  return [...ofHearth, ...ofOpen, ...ofLimits, ...turns.lines(), ...turns.absent];
}
