/** The rollout's state of this node: a copy fed by the durable log, and what people and sources want, proposed to it. */
import type { Clock } from '../../lib/index.js';
import { type ClusterView, HearthError, type NodeView } from '../../types/index.js';
import { encodeRolloutCommand } from '../machine/codec.js';
import { RolloutMachine } from '../machine/machine.js';
import type { Release, Rollout, RolloutCommand, RolloutState } from '../types.js';
import { isLiving } from './members.js';

export interface RolloutsDeps {
  /** Resolves with the index of the committed command once this node has applied it. Throws `no-quorum`. */
  propose(command: Uint8Array): Promise<number>;
  /** Waits until this node knows all that was acknowledged, where a majority answers. */
  catchUp(): Promise<boolean>;
  readonly view: () => ClusterView;
  readonly changed: (state: RolloutState) => void;
  readonly clock: Clock;
}

export interface Wish {
  readonly release: Release;
  /** Who wants it: the source, or the key of a caller. */
  readonly by: string;
  /** Although it was refused before. */
  readonly again: boolean;
}

export class Rollouts {
  readonly machine: RolloutMachine;

  constructor(private readonly deps: RolloutsDeps) {
    this.machine = new RolloutMachine(deps.changed);
  }

  get state(): RolloutState {
    return this.machine.state;
  }

  /** Throws `rollout-conflict` with what the state machine says where it changed nothing. */
  async propose(command: RolloutCommand): Promise<void> {
    const index = await this.deps.propose(encodeRolloutCommand(command));
    const outcome = this.machine.outcomeOf(index);
    if (outcome?.kind === 'refused') throw new HearthError('rollout-conflict', outcome.text);
  }

  /** Throws `rollout-conflict` where it cannot begin now, or would change nothing. */
  async begin({ release, by, again }: Wish): Promise<Rollout> {
    await this.deps.catchUp();
    const { current: present } = this.state;
    if (present !== null) {
      throw new HearthError(
        'rollout-conflict',
        `The rollout ${present.id} to ${present.release.version} is under way (${present.step}); abort it first.`,
      );
    }
    const { nodes, master } = this.deps.view();
    const members = nodes.filter(isLiving);
    if (master === null || members.length === 0) throw noMaster;
    const from = this.#runs(members, release);
    const command = { from, release, by, again, size: members.length, oldMaster: master };
    await this.propose({ kind: 'begin', atMs: this.deps.clock.wallMs(), ...command });
    const { current } = this.state;
    if (current !== null) return current;
    throw new HearthError('internal', 'The rollout has begun, and is not there; look at its page.');
  }

  /** Throws `rollout-conflict` where none is under way, or the machine says no. */
  async tell(kind: 'pause' | 'resume' | 'abort', by: string): Promise<Rollout> {
    await this.deps.catchUp();
    const { current } = this.state;
    if (current === null) {
      throw new HearthError('rollout-conflict', `There is no rollout under way to ${kind}.`);
    }
    const { revision } = current;
    await this.propose({ kind, revision, atMs: this.deps.clock.wallMs(), by });
    return this.state.current ?? current;
  }

  /** What runs now. */
  #runs(members: readonly NodeView[], wanted: Release): Release {
    const versions = new Set(members.map(({ release }) => release));
    const others = [...versions].filter((version) => version !== wanted.version);
    const [version] = others;
    if (version === undefined) {
      throw new HearthError('rollout-conflict', `All nodes run ${wanted.version} already.`);
    }
    if (others.length > 1) {
      throw new HearthError(
        'rollout-conflict',
        `The nodes run ${others.join(' and ')}; a rollout begins from one release: bring them to one first.`,
      );
    }
    const { past, formatLevel } = this.state;
    const known = past.find(
      ({ step, release }) => step === 'finalised' && release.version === version,
    );
    return known?.release ?? { version, digest: '', formatLevel, artifact: '' };
  }
}

const noMaster = new HearthError(
  'no-quorum',
  'There is no Master that could lead a rollout now; try again in a moment.',
);
