/**
 * When a node stands for election, and who voted for it. The preferred voter waits the shortest time, so
 * that it usually leads; chance keeps two from standing together again and again. While the leader is
 * known to be gone everybody is in a hurry.
 */
import type { Random } from '../lib/index.js';
import type { NodeId } from '../types/index.js';
import type { VoterConfig } from './storage/types.js';
import { timing } from './timing.js';
import { everyVoter, majoritySays } from './voters.js';

export class Ballot {
  /** Who should lead rather, best first. */
  preference: readonly NodeId[] = [];
  readonly #votes = new Map<NodeId, boolean>();
  #dueMs = 0;
  #hurryUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly random: Random,
    private readonly self: NodeId,
  ) {}

  isDue(nowMs: number): boolean {
    return nowMs >= this.#dueMs;
  }

  /** From now on the time until this node stands runs anew. */
  rest(config: VoterConfig, nowMs: number): void {
    const hurried = nowMs < this.#hurryUntilMs;
    const min = hurried ? timing.eagerTimeoutMinMs : timing.electionTimeoutMinMs;
    const max = hurried ? timing.eagerTimeoutMaxMs : timing.electionTimeoutMaxMs;
    const voters = everyVoter(config);
    const order = this.preference.filter((id) => voters.includes(id));
    const place = order.indexOf(this.self);
    const share =
      place < 0 ? this.random.next() : (place + this.random.next()) / Math.max(1, order.length);
    this.#dueMs = nowMs + min + share * (max - min);
  }

  /** `gone` led: the preferred one of the others stands at once, the next soon after. */
  hurry(config: VoterConfig, gone: NodeId, nowMs: number): void {
    this.#hurryUntilMs = nowMs + timing.eagerForMs;
    this.rest(config, nowMs);
    const first = this.preference.find((id) => id !== gone && everyVoter(config).includes(id));
    if (first === this.self) this.#dueMs = nowMs;
  }

  /** There is a leader. */
  calm(): void {
    this.#hurryUntilMs = Number.NEGATIVE_INFINITY;
  }

  open(): void {
    this.#votes.clear();
  }

  cast(voter: NodeId, granted: boolean): void {
    this.#votes.set(voter, granted);
  }

  outcome(config: VoterConfig): 'won' | 'lost' | 'open' {
    if (majoritySays(config, (id) => this.#votes.get(id) === true)) return 'won';
    const stillPossible = majoritySays(config, (id) => this.#votes.get(id) !== false);
    return stillPossible ? 'open' : 'lost';
  }
}
