/** What one look at a step wants: actions, and what is waited for where nothing happens. */
import { wayBack } from '../machine/transitions.js';
import type { Action, Release, RolloutCommand, Step } from '../types.js';
import type { Picture } from './picture.js';
import { command } from './starts.js';

export interface Wants {
  readonly actions: readonly Action[];
  /** For people, told once where it lasts; without numbers that change. */
  readonly waits: string | null;
}

/** A step that cannot end is given up after so many times the time for a start. */
const patience = 5;

type Advance = Extract<RolloutCommand, { kind: 'advance' }>;

export function advance(
  picture: Picture,
  to: Step,
  text: string,
  more: Partial<Pick<Advance, 'target' | 'lead' | 'reason'>> = {},
): Wants {
  const { comparison } = picture.facts;
  const compared = comparison === null ? {} : { comparison };
  const what = { kind: 'advance', to, text, ...more, ...compared } as const;
  return { actions: [command(picture, what)], waits: null };
}

/** The first step of the way back. */
export function goBack(picture: Picture, reason: string): Wants {
  const { step, from } = picture.rollout;
  const to = wayBack(step);
  if (to === null) return { actions: [], waits: reason };
  const lead = to === 'moving-back' ? { lead: from.version } : {};
  return advance(picture, to, `back to ${from.version}: ${reason}`, { reason, ...lead });
}

export function elapsedMs({ facts, rollout }: Picture): number {
  return facts.nowMs - rollout.stepBeganMs;
}

export function isOutOfPatience(picture: Picture, times = patience): boolean {
  return elapsedMs(picture) > times * picture.settings.startTimeoutMs;
}

/** Brought to every host that does not have them yet. */
export function prepare({ facts }: Picture, releases: readonly Release[]): readonly Action[] {
  return facts.hosts.flatMap(({ host, prepared }) =>
    releases
      .filter(({ version }) => !prepared.includes(version))
      .map((release): Action => ({ kind: 'prepare', host, release })),
  );
}
