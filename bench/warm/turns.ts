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
  /** Before the first turn each is loaded until it grows no quicker, by so many loads at most. */
  readonly warmUpsMax: number;
  /** Load at the beginning of each turn that is not measured; 0 for none. */
  readonly leadInS: number;
}

const warmUpS = 2;
/** A load that is not quicker than the one before by more than this is the last. */
const growth = 1.03;

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
    const { rounds, leadInS, seconds } = this.plan;
    for (const [name, running] of this.#running) await this.#warmUp(name, running);
    return alternately([...this.#running.keys()], { warmUps: 0, rounds }, async (name) => {
      const running = this.#running.get(name) as Running;
      if (leadInS > 0) await this.#load(running, leadInS);
      const result = await this.#load(running, seconds);
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

  async #warmUp(name: string, running: Running): Promise<void> {
    const { warmUpsMax } = this.plan;
    let before = 0;
    for (let count = 1; count <= warmUpsMax; count++) {
      const { requestsPerS } = await this.#load(running, warmUpS);
      progress(`${name}: warming up, ${requestsPerS.toFixed(0)} requests/s`);
      if (requestsPerS < before * growth) return;
      before = requestsPerS;
    }
  }

  #load({ origin, path, headers }: Running, seconds: number): Promise<LoadResult> {
    const { connections } = this.plan;
    return wrk({ origin, path, headers, body: smallBody, connections, seconds });
  }
}
