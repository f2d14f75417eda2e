/** Commands and states of rollouts for tests. */
import {
  encodeRolloutCommand,
  type Release,
  type Rollout,
  type RolloutCommand,
  RolloutMachine,
  type Step,
} from '../../../src/rollout/index.js';
import { nodeId } from '../../../src/types/index.js';

export const node = (number: number) => nodeId(number.toString(16).padStart(32, '0'));

export const before: Release = { version: '0.2.0', digest: '', formatLevel: 2, artifact: '' };
export const after: Release = {
  version: '0.3.0',
  digest: 'sha256:b',
  formatLevel: 3,
  artifact: 'file:///b',
};

type Of<Kind extends RolloutCommand['kind']> = Extract<RolloutCommand, { kind: Kind }>;

export function begin(more: Partial<Of<'begin'>> = {}): RolloutCommand {
  return {
    kind: 'begin',
    from: before,
    release: after,
    by: 'the source',
    atMs: 1_000,
    size: 5,
    oldMaster: node(1),
    again: false,
    ...more,
  };
}

/** What a command to go from a step to another needs beside. */
export function advance(to: Step, more: Partial<Of<'advance'>> = {}): RolloutCommand {
  return {
    kind: 'advance',
    revision: 0,
    atMs: 2_000,
    to,
    text: `on to ${to}`,
    ...(to === 'handing-over' ? { target: node(9) } : {}),
    ...(to === 'moving' ? { lead: after.version } : {}),
    ...(to === 'moving-back' ? { lead: before.version } : {}),
    ...(to.endsWith('-back') ? { reason: 'it is bad' } : {}),
    ...more,
  };
}

/** A machine that is fed commands as the log does, each about the present revision unless it says another. */
export class Fed {
  readonly machine = new RolloutMachine();
  #index = 0;

  get current(): Rollout {
    const { current } = this.machine.state;
    if (current === null) throw new Error('no rollout is under way');
    return current;
  }

  /** The sentence of a refusal, or `done`. */
  feed(command: RolloutCommand): string {
    const revision = this.machine.state.current?.revision ?? 0;
    const about =
      'revision' in command && command.revision === 0 ? { ...command, revision } : command;
    this.machine.apply(++this.#index, encodeRolloutCommand(about));
    const outcome = this.machine.outcomeOf(this.#index);
    return outcome?.kind === 'refused' ? outcome.text : 'done';
  }

  /** Takes the shortest way to a step. */
  to(step: Step, size = 5): this {
    const back: Partial<Record<Step, Step>> = {
      'moving-back': 'moving',
      'replacing-back': 'detected',
      'rolled-back': 'replacing-back',
    };
    if (back[step] !== undefined) {
      this.to(back[step], size);
      this.feed(advance(step));
      return this;
    }
    this.feed(begin({ size }));
    for (const next of forward.slice(1, forward.indexOf(step) + 1)) this.feed(advance(next));
    return this;
  }
}

export const forward: readonly Step[] = [
  'detected',
  'starting-canaries',
  'baking-canaries',
  'handing-over',
  'moving',
  'draining',
  'draining-last',
  'baking',
  'finalised',
];
