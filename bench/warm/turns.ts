/** Who takes part in a comparison under load, each in its turn, and what came of it as lines. */
import {
  absentLine,
  alternately,
  type Contestant,
  type Line,
  type LoadResult,
  lineOf,
  NotHere,
  type Place,
  progress,
  type Running,
  wrk,
} from '../harness/index.js';
import { smallBody } from './hearth.js';

export interface TurnsPlan {
  readonly connections: number;
  readonly rounds: number;
  readonly seconds: number;
  /** Load before anything is measured: of each once, and of each at the beginning of its turn; 0 for none. */
  readonly firstS: number;
  readonly leadInS: number;
}

export class Turns {
  /** Of those that this machine does not have. */
  readonly absent: Line[] = [];
  readonly #running = new Map<string, Running>();
  readonly #results = new Map<string, LoadResult[]>();

  constructor(
    private readonly place: Place,
    private readonly plan: TurnsPlan,
  ) {}

  add(name: string, running: Running): void {
    this.#running.set(name, running);
    this.#results.set(name, []);
  }

  async start(contestants: readonly Contestant[]): Promise<void> {
    for (const contestant of contestants) {
      const { name } = contestant;
      try {
        this.add(name, await contestant.start(this.place));
      } catch (error) {
        if (!(error instanceof NotHere)) throw error;
        progress(`${name} is not here: ${error.message}`);
        this.absent.push(absentLine(name, error.message));
      }
    }
  }

  /** Requests per second of each, by round. */
  async run(): Promise<Readonly<Record<string, readonly number[]>>> {
    const { rounds, firstS, leadInS, seconds } = this.plan;
    for (const running of this.#running.values()) await this.#load(running, firstS);
    return alternately([...this.#running.keys()], { warmUps: 0, rounds }, async (name) => {
      const running = this.#running.get(name) as Running;
      await this.#load(running, leadInS);
      const result = (await this.#load(running, seconds)) as LoadResult;
      this.#results.get(name)?.push(result);
      const { requestsPerS, latencyMs, errors, loaderCores } = result;
      progress(
        `${name}: ${requestsPerS.toFixed(0)} requests/s, p99 ${latencyMs.p99.toFixed(1)} ms, ` +
          `${errors} errors, wrk ${loaderCores.toFixed(2)} cores`,
      );
      return requestsPerS;
    });
  }

  /** What each came to, what the load generator took meanwhile, and the errors of all, of which there must be none. */
  lines(): Line[] {
    const all = [...this.#results];
    const errors = all
      .flatMap(([, results]) => results)
      .reduce((sum, result) => sum + result.errors, 0);
    const of = (results: readonly LoadResult[], value: (result: LoadResult) => number): number[] =>
      results.map(value);
    return [
      ...all.map(([name, results]) =>
        lineOf(
          name,
          'requests/s',
          of(results, ({ requestsPerS }) => requestsPerS),
        ),
      ),
      ...all.map(([name, results]) =>
        lineOf(
          `wrk, loading ${name}`,
          'cores',
          of(results, ({ loaderCores }) => loaderCores),
        ),
      ),
      lineOf('errors, all rounds of all of them', 'requests', [errors], ['<=', 0]),
    ];
  }

  async #load(running: Running, seconds: number): Promise<LoadResult | null> {
    if (seconds === 0) return null;
    const { origin, path, headers } = running;
    const { connections } = this.plan;
    return wrk({ origin, path, headers, body: smallBody, connections, seconds });
  }
}
