/**
 * Keeps the code of every function on this node while it votes, whatever was missed: a bundle is pushed
 * to a majority of the voters of its day, and the voters change. One fetch at a time, in the background.
 */
import type { Clock, Logger } from '../lib/index.js';
import type { BundleHash } from '../types/index.js';

export interface BundleKeeperDeps {
  readonly bundles: {
    has(hash: BundleHash): Promise<boolean>;
    put(hash: BundleHash, zip: Uint8Array): Promise<void>;
  };
  readonly peers: { fetch(hash: BundleHash): Promise<Uint8Array> };
  /** Whether some function still runs this code. */
  readonly references: (hash: BundleHash) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** After a fetch that nobody answered. */
const retryMs = 2000;

export class BundleKeeper {
  readonly #wanted = new Set<BundleHash>();
  #votes = false;
  #working = false;
  #stopped = false;
  #cancelRetry: (() => void) | null = null;

  constructor(private readonly deps: BundleKeeperDeps) {}

  /** A function with this code has been created or updated. */
  want(hash: BundleHash): void {
    this.#wanted.add(hash);
    this.#work();
  }

  /** Whether this node votes now. What was wanted while it did not is fetched once it does. */
  setVotes(votes: boolean): void {
    this.#votes = votes;
    this.#work();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
  }

  #work(): void {
    if (this.#working || this.#cancelRetry !== null || this.#stopped || !this.#votes) return;
    this.#working = true;
    this.#drain()
      .catch((error: unknown) => {
        this.deps.logger.warn(
          { err: error },
          'a voter lacks code that it should keep; trying again',
        );
        this.#cancelRetry = this.deps.clock.after(retryMs, () => {
          this.#cancelRetry = null;
          this.#work();
        });
      })
      .finally(() => {
        this.#working = false;
        // something may have been wanted after the last look
        if (this.#wanted.size > 0) this.#work();
      });
  }

  async #drain(): Promise<void> {
    const { bundles, peers, references } = this.deps;
    for (const hash of this.#wanted) {
      if (this.#stopped || !this.#votes) return;
      if (references(hash) && !(await bundles.has(hash))) {
        await bundles.put(hash, await peers.fetch(hash));
      }
      this.#wanted.delete(hash);
    }
  }
}
