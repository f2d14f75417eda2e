/**
 * The rollout as the log decides it: a state and a command to the next state. Pure, and the same on every node. What is
 * about an older revision, or not legal where the rollout stands, changes nothing and says why.
 */
import type { NodeId } from '../../types/index.js';
import type {
  CohortDecision,
  Release,
  Rollout,
  RolloutCommand,
  RolloutState,
  Step,
} from '../types.js';
import { isBack, isEnd, nextSteps, wayBack } from './transitions.js';

/** What became of a command. */
export type RolloutOutcome =
  | { readonly kind: 'done' }
  /** One sentence: why nothing has changed. */
  | { readonly kind: 'refused'; readonly text: string };

type Of<Kind extends RolloutCommand['kind']> = Extract<RolloutCommand, { kind: Kind }>;
type About = Exclude<RolloutCommand, { kind: 'begin' | 'format' }>;

/** A cluster in which no rollout has ever been: what releases before the rollout wrote. */
export const firstState: RolloutState = {
  formatLevel: 1,
  cohort: null,
  current: null,
  past: [],
  refused: [],
};

/** What is kept at most; the newest of each. */
const kept = { story: 200, past: 20, refused: 50, starts: 100, textLength: 500 } as const;

/** The next state, or a sentence that says why there is none. */
export function step(state: RolloutState, command: RolloutCommand): RolloutState | string {
  if (command.kind === 'begin') return begin(state, command);
  if (command.kind === 'format') {
    if (command.level <= state.formatLevel) return `format level ${state.formatLevel} is in use`;
    return { ...state, formatLevel: command.level };
  }
  const { current } = state;
  if (current === null) return 'no rollout is under way';
  if (command.revision !== current.revision) {
    return `${named(current)} has moved on since (revision ${current.revision}, not ${command.revision}); look again`;
  }
  return decide(state, current, command);
}

/** How a release is named among the refused ones. */
export function releaseName({ version, digest }: Release): string {
  return `${version} ${digest}`.trimEnd();
}

function begin(state: RolloutState, command: Of<'begin'>): RolloutState | string {
  const { current } = state;
  const { from, release, by, atMs, size, oldMaster } = command;
  if (current !== null) return `${named(current)} is under way (${current.step}); abort it first`;
  if (release.version === from.version) return `${release.version} is what runs`;
  if (release.formatLevel < state.formatLevel) {
    return `${release.version} cannot read format level ${state.formatLevel}, which the cluster writes; a release that can is needed`;
  }
  const refused = state.refused.find((one) => one.release === releaseName(release));
  if (refused !== undefined && !command.again) {
    return `${release.version} was rolled back (${refused.reason}); it is tried again only by hand`;
  }
  const opened: Rollout = {
    id: Math.max(0, ...state.past.map(({ id }) => id)) + 1,
    revision: 1,
    from,
    release,
    by: cut(by),
    beganMs: atMs,
    step: 'detected',
    stepBeganMs: atMs,
    paused: null,
    size,
    oldMaster,
    target: null,
    reason: null,
    starts: [],
    comparison: null,
    story: [],
    endedMs: null,
  };
  const text = `${from.version} is to be replaced by ${release.version} on ${size} nodes, asked for by ${by}`;
  return { ...state, current: tell(opened, atMs, text) };
}

function decide(state: RolloutState, current: Rollout, command: About): RolloutState | string {
  const { atMs } = command;
  const raised: Rollout = { ...current, revision: current.revision + 1 };
  const now = (next: Rollout): RolloutState => ({ ...state, current: next });
  switch (command.kind) {
    case 'advance':
      return advance(state, raised, command);
    case 'abort': {
      const to = wayBack(current.step);
      if (to === null) return `${named(current)} goes back already (${current.step})`;
      const reason = `aborted by ${command.by}`;
      const lead = to === 'moving-back' ? { lead: current.from.version } : {};
      // whoever aborts wants it carried out
      const open = { ...raised, paused: null };
      return advance(state, open, {
        ...command,
        kind: 'advance',
        to,
        reason,
        text: reason,
        ...lead,
      });
    }
    case 'starting': {
      const refusal = startRefusal(current, command);
      if (refusal !== null) return refusal;
      const { note } = command;
      const starts = [...current.starts, note].slice(-kept.starts);
      const text = `a node of ${note.version} is started in ${note.place} of ${note.host}`;
      return now(tell({ ...raised, starts }, atMs, text));
    }
    case 'joined':
    case 'overdue': {
      const { host, place } = command;
      const at = current.starts.findLastIndex((one) => one.host === host && one.place === place);
      const note = current.starts[at];
      if (note === undefined) return `no node was started in ${place} of ${host}`;
      const isIn = command.kind === 'joined';
      const seen = isIn ? { joinedMs: atMs } : { overdueMs: atMs };
      const starts = current.starts.with(at, { ...note, ...seen });
      const what = isIn ? 'is a member' : 'is no member, though it had the time to become one';
      const text = `the node of ${note.version} in ${place} of ${host} ${what}`;
      return now(tell({ ...raised, starts }, atMs, text));
    }
    case 'told': {
      const comparison = command.comparison ?? current.comparison;
      return now(tell({ ...raised, comparison }, atMs, command.text, command.leaves));
    }
    case 'pause': {
      if (current.paused !== null) return `${named(current)} is paused already`;
      const paused = { by: cut(command.by), atMs };
      return now(tell({ ...raised, paused }, atMs, `paused by ${command.by}`));
    }
    case 'resume':
      if (current.paused === null) return `${named(current)} is not paused`;
      return now(tell({ ...raised, paused: null }, atMs, `resumed by ${command.by}`));
  }
}

/** `raised` has its new revision already. */
function advance(
  state: RolloutState,
  raised: Rollout,
  command: Of<'advance'>,
): RolloutState | string {
  const refusal = advanceRefusal(raised, command);
  if (refusal !== null) return refusal;
  const { to, atMs, text } = command;
  const turns = isBack(to) && !isBack(raised.step);
  const next = tell(
    {
      ...raised,
      step: to,
      stepBeganMs: atMs,
      target: command.target ?? raised.target,
      reason: turns ? cut(command.reason ?? '') : raised.reason,
      comparison: command.comparison ?? raised.comparison,
      endedMs: isEnd(to) ? atMs : null,
    },
    atMs,
    text,
  );
  const cohort = command.lead === undefined ? state.cohort : nextCohort(state, command.lead);
  return isEnd(to) ? end({ ...state, cohort }, next) : { ...state, cohort, current: next };
}

function nextCohort(state: RolloutState, version: string): CohortDecision {
  return { number: (state.cohort?.number ?? 0) + 1, version };
}

function end(state: RolloutState, ended: Rollout): RolloutState {
  const past = [ended, ...state.past].slice(0, kept.past);
  const release = releaseName(ended.release);
  const others = state.refused.filter((one) => one.release !== release);
  if (ended.step === 'finalised') {
    const formatLevel = Math.max(state.formatLevel, ended.release.formatLevel);
    return { ...state, formatLevel, current: null, past, refused: others };
  }
  const refusal = { release, reason: ended.reason ?? '', atMs: ended.endedMs ?? 0 };
  const refused = [refusal, ...others].slice(0, kept.refused);
  return { ...state, current: null, past, refused };
}

function advanceRefusal(current: Rollout, command: Of<'advance'>): string | null {
  const { to, lead, target, reason } = command;
  if (!nextSteps[current.step].includes(to)) {
    return `${named(current)} cannot go from ${current.step} to ${to}`;
  }
  const leads: Partial<Record<Step, string>> = {
    moving: current.release.version,
    'moving-back': current.from.version,
  };
  if (lead !== leads[to]) return `${to} takes ${leads[to] ?? 'no version'} as the one that leads`;
  if ((target !== undefined) !== (to === 'handing-over')) {
    return 'the node that takes over is named by handing-over, and by nothing else';
  }
  if (isBack(to) && !isBack(current.step) && reason === undefined) {
    return `${to} needs a reason`;
  }
  return null;
}

function startRefusal(current: Rollout, { note }: Of<'starting'>): string | null {
  if (note.version === current.from.version) return null;
  if (note.version !== current.release.version) {
    return `${note.version} is neither release of ${named(current)}`;
  }
  if (current.step === 'detected' || isBack(current.step)) {
    return `no node of ${note.version} is started in ${current.step}`;
  }
  return null;
}

function tell(rollout: Rollout, atMs: number, text: string, leaves?: NodeId): Rollout {
  const line = {
    atMs,
    step: rollout.step,
    text: cut(text),
    ...(leaves === undefined ? {} : { leaves }),
  };
  return { ...rollout, story: [...rollout.story, line].slice(-kept.story) };
}

function named({ id, release }: Rollout): string {
  return `rollout ${id} to ${release.version}`;
}

function cut(text: string): string {
  return text.length <= kept.textLength ? text : `${text.slice(0, kept.textLength - 1)}…`;
}
