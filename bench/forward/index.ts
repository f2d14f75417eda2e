/**
 * One forward: what a node does for a function that another one has warm, beside what that one does by itself. On few
 * cores both nodes, the sandboxes and the load share them, so each one's part is told; the floor is what the plainest proxy
 * in front of the plainest server costs.
 */
import {
  alternately,
  type Line,
  lineOf,
  type MeasureOptions,
  type Place,
  progress,
  quantile,
  type Running,
  ratios,
  withPlace,
  wrk,
} from '../harness/index.js';
import { bare, nodeProgram } from '../peers/index.js';
import { type CpuShares, cpuOf, sharesText } from './cpu-shares.js';
import { paced } from './paced.js';
import { type Pair, startPair } from './pair.js';

const portBase = 26_400;
const connections = 64;
const body = '{"key1":"value1","n":1}';
const pairsARound = 200;
const names = ['local', 'forwarded', 'bare', 'proxied'] as const;
type Name = (typeof names)[number];
/** Without the floor. */
const inShort = ['local', 'forwarded'] as const satisfies readonly Name[];
type Target = Pick<Running, 'origin' | 'path'>;

/** In short: the throughput alone, without the floor. */
export function measure(options: MeasureOptions): Promise<Line[]> {
  return withPlace(portBase, async (place) => {
    const pair = await startPair(place);
    const lines = await throughput(place, pair, options);
    return options.short ? lines : [...lines, ...(await latency(pair, options))];
  });
}

async function throughput(
  place: Place,
  pair: Pair,
  { count, short }: MeasureOptions,
): Promise<Line[]> {
  const floor = await bare.start(place);
  const proxied = await nodeProgram('node:http proxy', 'proxy', [floor.origin]).start(place);
  const targets: Record<Name, Target> = {
    local: { origin: pair.warm.origin, path: pair.path },
    forwarded: { origin: pair.asked.origin, path: pair.path },
    bare: floor,
    proxied,
  };
  const seconds = short ? 1 : 4;
  const shares: Record<Name, CpuShares[]> = { local: [], forwarded: [], bare: [], proxied: [] };
  let errors = 0;
  // until there are as many sandboxes as the load asks for
  for (const name of inShort) {
    await wrk({ ...targets[name], body, connections, seconds: short ? 1 : 5 });
  }
  const before = await pair.ways();
  const turns: readonly Name[] = short ? inShort : names;
  const found = await alternately(turns, { warmUps: 1, rounds: count }, async (name) => {
    const { result, share } = await cpuOf(pair, () =>
      wrk({ ...targets[name], body, connections, seconds }),
    );
    errors += result.errors;
    shares[name].push(share);
    progress(
      `${name}: ${Math.round(result.requestsPerS)} requests/s, ${result.errors} errors, ${sharesText(share)}`,
    );
    return result.requestsPerS;
  });
  const after = await pair.ways();
  const kept = after.here - before.here;
  if (kept > 0) throw new Error(`${kept} requests were not forwarded`);
  const forwarded = ratios(found.forwarded, found.local);
  return [
    lineOf('at the node that runs it, 64 connections', 'requests/s', found.local),
    lineOf('at one that forwards it', 'requests/s', found.forwarded),
    lineOf('forwarded / local', 'ratio', forwarded, ['>=', 0.6]),
    ...(short
      ? []
      : [lineOf('node:http proxy / bare node:http', 'ratio', ratios(found.proxied, found.bare))]),
    lineOf('errors', 'answers', [errors], ['<=', 0]),
    ...cpuLines('local', shares.local),
    ...cpuLines('forwarded', shares.forwarded),
  ];
}

async function latency({ warm, asked, name }: Pair, { count }: MeasureOptions): Promise<Line[]> {
  const local: number[] = [];
  const forwarded: number[] = [];
  for (let round = 0; round < count; round++) {
    const { localMs, forwardedMs } = await paced(warm.origin, asked.origin, name, pairsARound);
    local.push(quantile(localMs, 0.5));
    forwarded.push(quantile(forwardedMs, 0.5));
  }
  const added = forwarded.map((ms, round) => ms - (local[round] ?? Number.NaN));
  progress(`one caller: a forward adds ${quantile(added, 0.5).toFixed(3)} ms`);
  return [
    lineOf('one caller, 200 requests/s, local: median', 'ms', local),
    lineOf('one caller, forwarded: median', 'ms', forwarded),
    lineOf('one caller, a forward adds', 'ms', added, ['<=', 0.5]),
  ];
}

function cpuLines(what: string, shares: readonly CpuShares[]): Line[] {
  // the first is of the round that warms up
  const of = (part: keyof CpuShares): number[] => shares.slice(1).map((share) => share[part]);
  return [
    lineOf(`CPU, ${what}: the node that is asked to forward`, 'cores', of('asked')),
    lineOf(`CPU, ${what}: the node that runs it`, 'cores', of('warm')),
    lineOf(`CPU, ${what}: its sandboxes`, 'cores', of('sandboxes')),
    lineOf(`CPU, ${what}: wrk`, 'cores', of('loader')),
  ];
}
