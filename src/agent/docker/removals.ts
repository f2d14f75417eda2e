/**
 * Containers on their way out. Their processes are dead already, so nobody waits for this; but a daemon that
 * does not answer now must still be told later, or what was a container stays on its disk.
 */
import type { Clock, Logger } from '../../lib/index.js';
import { type DockerDaemon, DockerRefusal } from './daemon.js';

export interface RemovalsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly daemon: DockerDaemon;
}

const atOnce = 2;
const retryMsFirst = 100;
const retryMsMax = 10_000;
/** On closing: afterwards the next start of the node does it. */
const closeTimeoutMs = 10_000;

export class Removals {
  /** Names of containers that wait, in their order. */
  readonly #waiting = new Set<string>();
  readonly #settled = new Map<string, () => void>();
  #running = 0;
  #retryMs = retryMsFirst;
  #cancelRetry: (() => void) | null = null;
  #closing = false;
  #givenUp = false;
  #onIdle: () => void = () => undefined;

  constructor(private readonly deps: RemovalsDeps) {}

  /** Containers of which something may be left. */
  get pending(): number {
    return this.#settled.size;
  }

  /** Resolves when nothing is left of it, or when this was closed. Never rejects. */
  add(name: string): Promise<void> {
    if (this.#givenUp) return Promise.resolve();
    return new Promise((resolve) => {
      this.#settled.set(name, resolve);
      this.#waiting.add(name);
      this.#next();
    });
  }

  /**
   * Tries each once more, and gives up what is not gone then, or after ten seconds. Resolves with whether all
   * are gone.
   */
  async close(): Promise<boolean> {
    const { clock, logger, daemon } = this.deps;
    this.#closing = true;
    this.#retryNow();
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        const cancel = clock.after(closeTimeoutMs, resolve);
        this.#onIdle = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#givenUp = true;
    if (this.pending === 0) return true;
    logger.warn({ containers: this.pending, daemon: daemon.where }, 'containers are left behind');
    for (const resolve of this.#settled.values()) resolve();
    this.#settled.clear();
    this.#waiting.clear();
    return false;
  }

  #next(): void {
    while (this.#running < atOnce && this.#cancelRetry === null && !this.#givenUp) {
      const [name] = this.#waiting;
      if (name === undefined) return;
      this.#waiting.delete(name);
      this.#running++;
      void this.#remove(name);
    }
  }

  async #remove(name: string): Promise<void> {
    const isGone = await this.#attempt(name);
    this.#running--;
    if (isGone) {
      this.#retryMs = retryMsFirst;
      this.#settled.get(name)?.();
      this.#settled.delete(name);
    } else if (!this.#closing) {
      this.#waiting.add(name);
      this.#retryLater();
    }
    this.#next();
    if (this.#running === 0) this.#onIdle();
  }

  async #attempt(name: string): Promise<boolean> {
    try {
      await this.deps.daemon.call('remove a container', (docker, abortSignal) =>
        docker.getContainer(name).remove({ force: true, v: true, abortSignal }),
      );
      return true;
    } catch (error) {
      if (error instanceof DockerRefusal && error.statusCode === 404) return true;
      this.deps.logger.debug({ error, container: name }, 'container not removed yet');
      return false;
    }
  }

  #retryLater(): void {
    if (this.#cancelRetry !== null) return;
    this.#cancelRetry = this.deps.clock.after(this.#retryMs, () => this.#retryNow());
    this.#retryMs = Math.min(retryMsMax, this.#retryMs * 2);
  }

  #retryNow(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#next();
  }
}
