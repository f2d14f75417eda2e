/**
 * Looks at the health page of each node every half second, as balancers do: a node that stops says so there some
 * seconds before it takes no more requests.
 */
import { Agent } from 'undici';
import type { Clock } from '../lib/index.js';

const everyMs = 500;
const answerMs = 1000;

export class HealthWatch {
  readonly #agent = new Agent({
    connect: { timeout: answerMs },
    headersTimeout: answerMs,
    bodyTimeout: answerMs,
  });
  readonly #asked = new Set<number>();
  #cancel: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    /** Origins, such as `http://127.0.0.1:8081`. */
    private readonly targets: readonly string[],
    /** Told of each look. */
    private readonly seen: (index: number, healthy: boolean) => void,
  ) {}

  start(): void {
    this.#cancel = this.clock.every(everyMs, () => {
      for (const index of this.targets.keys()) void this.#look(index);
    });
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#agent.destroy();
  }

  /** Never rejects. */
  async #look(index: number): Promise<void> {
    if (this.#asked.has(index)) return;
    this.#asked.add(index);
    const healthy = await this.#isHealthy(this.targets[index] ?? '').catch(() => false);
    this.#asked.delete(index);
    this.seen(index, healthy);
  }

  async #isHealthy(origin: string): Promise<boolean> {
    const path = '/_hearth/health';
    const { statusCode, body } = await this.#agent.request({ origin, path, method: 'GET' });
    await body.dump();
    return statusCode === 200;
  }
}
