/** What has been started and how to release it: released in reverse, each whatever the others do. */
import type { Logger } from '../lib/index.js';

type Release = () => Promise<void> | void;

export class Parts {
  readonly #releases: Release[] = [];
  #stopping: Promise<void> | null = null;

  constructor(private readonly logger: Logger) {}

  /** Waits for a part to start; if it does, it is released at the stop. */
  async add(start: Promise<void>, release: Release): Promise<void> {
    await start;
    this.onStop(release);
  }

  onStop(release: Release): void {
    this.#releases.push(release);
  }

  /** Releases everything once; later calls wait for the same end. Never rejects. */
  stop(): Promise<void> {
    this.#stopping ??= this.#release();
    return this.#stopping;
  }

  async #release(): Promise<void> {
    for (const release of this.#releases.splice(0).reverse()) {
      try {
        await release();
      } catch (error) {
        this.logger.error({ err: error }, 'a part did not stop cleanly');
      }
    }
  }
}
