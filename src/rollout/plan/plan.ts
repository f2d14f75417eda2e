/**
 * What is to be done now for a rollout to come to its end. Pure and without memory: it looks at the facts alone, so that
 * whoever is Master goes on from wherever things stand. One command alone is wanted, or things to do: a command raises the
 * revision, and hosts do nothing that was decided on an older one.
 */
import type { Action, Facts, PlanSettings, RolloutState, Step } from '../types.js';
import { bakingCanaries, detected, handingOver, moving, startingCanaries } from './leading.js';
import { type Picture, pictureOf } from './picture.js';
import { baking, draining, drainingLast, replacingBack, tellOnce } from './replacing.js';
import { crashLoop, joined } from './starts.js';
import { goBack, type Wants } from './wants.js';

const looks: Readonly<Record<Step, (picture: Picture) => Wants>> = {
  detected,
  'starting-canaries': forward(startingCanaries),
  'baking-canaries': bakingCanaries,
  'handing-over': forward(handingOver),
  moving: forward(moving),
  draining: forward(compared(draining)),
  'draining-last': forward(compared(drainingLast)),
  baking: forward(compared(baking)),
  'moving-back': moving,
  'replacing-back': replacingBack,
  finalised: nothing,
  'rolled-back': nothing,
};

export function plan(state: RolloutState, facts: Facts, settings: PlanSettings): readonly Action[] {
  const { current } = state;
  if (current === null || current.paused !== null || facts.master !== facts.self) return [];
  if (!facts.members.some(({ id }) => id === facts.self)) return [];
  const picture = pictureOf(state.cohort, current, facts, settings);
  const { actions, waits } = looks[current.step](picture);
  const isQuiet =
    picture.quietMs > settings.startTimeoutMs / 2 && !actions.some(({ kind }) => kind === 'stop');
  const told = waits === null || !isQuiet ? [] : tellOnce(picture, `waits: ${waits}`);
  const all = [...actions, ...joined(picture), ...told];
  const decided = all.find(({ kind }) => kind === 'command');
  return decided === undefined ? all : [decided];
}

/** A release that crashes again and again is given up wherever it is started. */
function forward(look: (picture: Picture) => Wants): (picture: Picture) => Wants {
  return (picture) => {
    const loop = crashLoop(picture);
    return loop === null ? look(picture) : goBack(picture, loop);
  };
}

function compared(look: (picture: Picture) => Wants): (picture: Picture) => Wants {
  return (picture) => {
    const { comparison } = picture.facts;
    return comparison?.verdict === 'bad' ? goBack(picture, comparison.text) : look(picture);
  };
}

function nothing(): Wants {
  return { actions: [], waits: null };
}
