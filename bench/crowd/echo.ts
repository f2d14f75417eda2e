/** The function that the crowd asks, and the ways to ask it. */
import {
  type Cleanup,
  type HearthNodes,
  type LoadResult,
  type Pace,
  progress,
  type SteadyReport,
  steady,
  wrk,
} from '../harness/index.js';

export const crowdConnections = 2000;
const body = '{"key1":"value1","n":1}';
const source = 'export const handler = async (event) => event;\n';
const fewConnections = 64;

export class Echo {
  readonly #path: string;

  private constructor(
    private readonly nodes: HearthNodes,
    private readonly cleanup: Cleanup,
  ) {
    this.#path = nodes.invocation('echo');
  }

  static async deploy(nodes: HearthNodes, cleanup: Cleanup): Promise<Echo> {
    await nodes.deploy('echo', { 'index.mjs': source });
    return new Echo(nodes, cleanup);
  }

  /** Until its sandboxes are there and its code is compiled, with few connections and with many. */
  async warmUp(seconds: number): Promise<void> {
    for (const connections of [fewConnections, crowdConnections]) {
      await this.steady(connections, { kind: 'closed', warmUpS: 0, seconds });
    }
  }

  async steady(connections: number, pace: Pace): Promise<SteadyReport> {
    const { origin } = this.nodes.first;
    const asked = { origin, path: this.#path, headers: this.#headers(), body, expected: body };
    const report = await steady(asked, connections, pace, this.cleanup);
    tell(`${connections} connections, ${pace.kind} loop`, report);
    return report;
  }

  async wrk(connections: number, seconds: number): Promise<LoadResult> {
    const { origin } = this.nodes.first;
    const headers = this.#headers();
    return await wrk({ origin, path: this.#path, headers, body, connections, seconds });
  }

  /** A signature holds for minutes: each run has its own. */
  #headers(): Record<string, string> {
    const headers = { 'content-type': 'application/json' };
    return this.nodes.signed({ method: 'POST', path: this.#path, body }, headers);
  }
}

function tell(what: string, { requestsPerS, latencyMs, errors, loaderCores }: SteadyReport): void {
  const { p50, p99, max } = latencyMs;
  const wrong = Object.entries(errors).map(([kind, times]) => `${times} x ${kind}`);
  progress(
    `${what}: ${Math.round(requestsPerS)} requests/s, ` +
      `${p50.toFixed(1)} / ${p99.toFixed(1)} / ${max.toFixed(1)} ms (median, 99th percentile, maximum), ` +
      `${wrong.length === 0 ? 'no errors' : wrong.join(', ')}, loader ${loaderCores.toFixed(2)} cores`,
  );
}
