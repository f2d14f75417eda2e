/** Constant load: callers that invoke one after the other, each at once when the last answer is in. */
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';

const callers = 12;
const deadlineMs = 30_000;

export class Load {
  #answers = 0;
  #ended = false;
  readonly #failures: string[] = [];
  readonly #pool: Pool;
  readonly #working: Promise<void>[];

  private constructor(url: string, functionNames: readonly string[]) {
    this.#pool = new Pool(url, { connections: callers });
    this.#working = Array.from({ length: callers }, (_, index) =>
      this.#call(functionNames[index % functionNames.length] ?? ''),
    );
  }

  static begin(url: string, functionNames: readonly string[]): Load {
    return new Load(url, functionNames);
  }

  /** Resolves when so many more answers have come. */
  async answered(count: number): Promise<void> {
    const wanted = this.#answers + count;
    const untilMs = Date.now() + deadlineMs;
    while (this.#answers < wanted) {
      if (Date.now() > untilMs) throw new Error(`${this.#answers} answers, and not ${wanted}`);
      await delay(10);
    }
  }

  /** Resolves with what went wrong. */
  async end(): Promise<readonly string[]> {
    this.#ended = true;
    await Promise.all(this.#working);
    await this.#pool.destroy();
    return this.#failures;
  }

  async #call(name: string): Promise<void> {
    const path = `/2015-03-31/functions/${name}/invocations`;
    while (!this.#ended) {
      try {
        const { statusCode, body } = await this.#pool.request({ method: 'POST', path, body: '{}' });
        const text = await body.text();
        if (statusCode !== 200) this.#failures.push(`${statusCode} ${text}`);
      } catch (error) {
        this.#failures.push(String(error));
      }
      this.#answers++;
    }
  }
}
