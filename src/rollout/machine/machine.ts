/** The replicated state of the rollout: fed by the durable log, put into snapshots and taken from them. */
import { Restore } from '../../lib/index.js';
import type { RolloutState } from '../types.js';
import { decodeRolloutCommand, decodeRolloutState, encodeRolloutState } from './codec.js';
import { firstState, type RolloutOutcome, step } from './step.js';

/** Outcomes are kept for so many commands: whoever proposed asks as soon as its own is applied. */
const outcomesMax = 256;

export class RolloutMachine {
  #state = firstState;
  readonly #outcomes = new Map<number, RolloutOutcome>();
  readonly #restore = new Restore<Uint8Array[]>('rollout');

  /** `onChange` hears of every state that differs from the one before. */
  constructor(private readonly onChange: (state: RolloutState) => void = () => {}) {}

  get state(): RolloutState {
    return this.#state;
  }

  /** One committed command, its tag included. Throws `storage` where a newer release wrote it: this node must not go on. */
  apply(index: number, command: Uint8Array): void {
    const next = step(this.#state, decodeRolloutCommand(command));
    const refused = typeof next === 'string';
    this.#outcomes.set(index, refused ? { kind: 'refused', text: next } : { kind: 'done' });
    const [oldest] = this.#outcomes.keys();
    if (oldest !== undefined && this.#outcomes.size > outcomesMax) this.#outcomes.delete(oldest);
    if (!refused) this.#become(next);
  }

  /** What became of the command at this index; undefined where it is none of the last 256 applied here. */
  outcomeOf(index: number): RolloutOutcome | undefined {
    return this.#outcomes.get(index);
  }

  /** As it is at the call: nothing before the first command, so that releases that know no rollout read it. */
  snapshot(): Iterable<Uint8Array> {
    return this.#state === firstState ? [] : encodeRolloutState(this.#state);
  }

  restoreBegin(): void {
    this.#restore.begin([]);
  }

  /** The next bytes, cut wherever. */
  restorePart(bytes: Uint8Array): void {
    this.#restore.read((parts) => parts.push(Uint8Array.from(bytes)));
  }

  /** Throws `log-damaged`, and `storage` for a newer format; else it is what this node has from the call on. */
  restoreEnd(): void {
    this.#become(this.#restore.end((parts) => decodeRolloutState(Buffer.concat(parts))));
  }

  /** A snapshot of a release that knew no rollout. */
  restoreNothing(): void {
    this.#restore.forget();
    this.#become(firstState);
  }

  #become(state: RolloutState): void {
    this.#state = state;
    this.onChange(state);
  }
}
