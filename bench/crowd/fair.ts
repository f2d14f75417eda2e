/**
 * 2,000 connections, each asking again as soon as it is answered: no error, and nobody starves. Every answer of a
 * round counts, also those that come when the round is over, so that the slowest of all is among them.
 */
import { type Line, lineOf, type Pace, type SteadyReport } from '../harness/index.js';
import { crowdConnections, type Echo } from './echo.js';

const rounds = 5;
const seconds = 6;
const warmUpS = 3;
const unfairMax = 10;

export interface Fair {
  /** The median of the rounds. */
  readonly requestsPerS: number;
  readonly lines: readonly Line[];
}

export async function measureFair(echo: Echo, short: boolean): Promise<Fair> {
  const reports: SteadyReport[] = [];
  for (let round = 0; round < (short ? 1 : rounds); round++) {
    const pace: Pace = short
      ? { kind: 'closed', warmUpS: 1, seconds: 2 }
      : { kind: 'closed', warmUpS, seconds };
    reports.push(await echo.steady(crowdConnections, pace));
  }
  const each = (of: (report: SteadyReport) => number): number[] => reports.map(of);
  /** Of rounds the worst counts. */
  const worst = (of: (report: SteadyReport) => number): number[] => [Math.max(...each(of))];
  const what = `${crowdConnections.toLocaleString('en')} connections`;
  const throughput = lineOf(
    what,
    'requests/s',
    each(({ requestsPerS }) => requestsPerS),
  );
  const lines = [
    throughput,
    lineOf(
      `${what}: median`,
      'ms',
      each(({ latencyMs }) => latencyMs.p50),
    ),
    lineOf(
      `${what}: slowest answer`,
      'ms',
      each(({ latencyMs }) => latencyMs.max),
    ),
    lineOf(
      `${what}: errors`,
      'requests',
      worst(({ failed }) => failed),
      ['<=', 0],
    ),
    lineOf(
      `${what}: slowest answer / median, worst round`,
      'ratio',
      worst(({ latencyMs }) => latencyMs.max / latencyMs.p50),
      ['<=', unfairMax],
    ),
    lineOf(
      `${what}: slowest connection's mean / median connection's, worst round`,
      'ratio',
      worst(({ meanMs }) => meanMs.slowest / meanMs.median),
      ['<=', unfairMax],
    ),
    lineOf(
      `${what}: answers of the median connection / of the one with fewest, worst round`,
      'ratio',
      worst(({ served }) => served.median / served.fewest),
      ['<=', unfairMax],
    ),
  ];
  return { requestsPerS: throughput.median, lines };
}
