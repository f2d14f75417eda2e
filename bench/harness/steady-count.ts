/** What became of the requests of a load program, in memory that does not grow with their number. */

import { Histogram } from './histogram.js';
import { quantile } from './quantiles.js';
import type { SteadyConnection } from './steady-connection.js';
import type { SteadyReport } from './steady-plan.js';

export class SteadyCount {
  readonly #took = new Histogram();
  readonly #late = new Histogram();
  readonly #errors: Record<string, number> = {};
  #inFlight = 0;
  #inFlightMax = 0;

  sent(lateMs: number): void {
    this.#late.add(lateMs);
    this.#inFlight++;
    if (this.#inFlight > this.#inFlightMax) this.#inFlightMax = this.#inFlight;
  }

  good(connection: SteadyConnection, tookMs: number): void {
    this.#inFlight--;
    this.#took.add(tookMs);
    connection.served++;
    connection.tookSumMs += tookMs;
  }

  bad(why: string): void {
    this.#inFlight--;
    this.wrong(why, 1);
  }

  /** What was wrong without a request that was under way. */
  wrong(why: string, times: number): void {
    this.#errors[why] = (this.#errors[why] ?? 0) + times;
  }

  report(
    connections: readonly SteadyConnection[],
    seconds: number,
    loaderCores: number,
  ): SteadyReport {
    const failed = Object.values(this.#errors).reduce((sum, times) => sum + times, 0);
    const requests = this.#took.count + failed;
    const served = connections.map((connection) => connection.served);
    const meansMs = connections
      .filter((connection) => connection.served > 0)
      .map((connection) => connection.tookSumMs / connection.served);
    return {
      requests,
      requestsPerS: this.#took.count / seconds,
      latencyMs: this.#took.latencyMs,
      sentLateMs: this.#late.latencyMs,
      errors: this.#errors,
      failed,
      inFlightMax: this.#inFlightMax,
      served: { fewest: quantile(served, 0), median: quantile(served, 0.5) },
      meanMs: { median: quantile(meansMs, 0.5), slowest: quantile(meansMs, 1) },
      loaderCores,
    };
  }
}
