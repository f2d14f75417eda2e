/**
 * A constant rate, whatever becomes of the requests (open loop): each is timed from when it was due, so that one
 * slow answer counts for all that it delays. A connection has one request under way; where all have, the next ones
 * wait in the load program, and their wait counts.
 */
import { type Line, lineOf, progress, type SteadyReport } from '../harness/index.js';
import type { Echo } from './echo.js';

const ratePerSMax = 19_000;
const maximumShare = 0.8;
const warmUpS = 3;
const p95MsMax = 31;
const p99MsMax = 60;
const successPercentMin = 99.99;

/** So many requests, at 19,000 a second or 0.8 of the maximum that was measured with so many connections. */
export async function measureConstant(
  echo: Echo,
  maximumPerS: Readonly<Record<number, number>>,
  count: number,
): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [text, maximum] of Object.entries(maximumPerS)) {
    const connections = Number(text);
    const ratePerS = Math.round(Math.min(ratePerSMax, maximumShare * maximum));
    progress(`${count} requests, ${ratePerS} each second, ${connections} connections ...`);
    const warmUps = ratePerS * warmUpS;
    const report = await echo.steady(connections, { kind: 'constant', ratePerS, warmUps, count });
    lines.push(...linesOf(`${ratePerS} requests/s on ${connections} connections`, report));
  }
  return lines;
}

function linesOf(what: string, report: SteadyReport): Line[] {
  const { requests, requestsPerS, latencyMs, sentLateMs, failed, inFlightMax } = report;
  const success = (100 * (requests - failed)) / requests;
  const failures = Object.entries(report.errors).map(([kind, times]) =>
    lineOf(`${what}: errors, ${kind}`, 'requests', [times]),
  );
  return [
    lineOf(`${what}: answered`, 'requests/s', [requestsPerS]),
    lineOf(`${what}: median`, 'ms', [latencyMs.p50]),
    lineOf(`${what}: 95th percentile`, 'ms', [latencyMs.p95], ['<=', p95MsMax]),
    lineOf(`${what}: 99th percentile`, 'ms', [latencyMs.p99], ['<=', p99MsMax]),
    lineOf(`${what}: maximum`, 'ms', [latencyMs.max]),
    lineOf(`${what}: success of ${requests}`, '%', [success], ['>=', successPercentMin]),
    ...failures,
    lineOf(`${what}: sent late, 99th percentile`, 'ms', [sentLateMs.p99]),
    lineOf(`${what}: most in flight at a time`, 'requests', [inFlightMax]),
  ];
}
