/** What the load program of `steady-load.ts` is told, and what it tells in the end: both travel as JSON. */
import type { LatencyMs } from './histogram.js';

export interface SteadyPlan {
  readonly host: string;
  readonly port: number;
  /** One request, byte for byte: it is sent again and again. */
  readonly request: string;
  /** The body of a good answer; null for any. */
  readonly expected: string | null;
  /** Each has one request under way at most. So many may be in flight, however late the others are. */
  readonly connections: number;
  readonly pace: Pace;
}

export type Pace =
  /** Each connection asks again as soon as it is answered. */
  | { readonly kind: 'closed'; readonly warmUpS: number; readonly seconds: number }
  /** Requests are due at fixed times, whatever becomes of those before. The first `warmUps` are not counted. */
  | {
      readonly kind: 'constant';
      readonly ratePerS: number;
      readonly warmUps: number;
      readonly count: number;
    };

export interface SteadyReport {
  /** Those that count, good or not. */
  readonly requests: number;
  readonly requestsPerS: number;
  /** Of good answers; at a constant rate from when the request was due. */
  readonly latencyMs: LatencyMs;
  /** From when it was due to when it was sent: for want of a free connection, or because this program was slow. */
  readonly sentLateMs: LatencyMs;
  /** Requests without a good answer, by what was wrong. */
  readonly errors: Readonly<Record<string, number>>;
  readonly failed: number;
  readonly inFlightMax: number;
  /** Good answers of single connections. */
  readonly served: { readonly fewest: number; readonly median: number };
  /** The mean latency of single connections. */
  readonly meanMs: { readonly median: number; readonly slowest: number };
  /** CPU of the load program: 1 is one core. */
  readonly loaderCores: number;
}
