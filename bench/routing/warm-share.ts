/**
 * What routing is for: the same requests to the same nodes, once with tiered routing and once with every
 * node on its own. 200 functions are asked for by Zipf's law, through a round-robin balancer, so that any
 * function is soon asked for at any node; each request must run exactly once.
 */
import { seededRandom } from '../../src/lib/index.js';
import type { Cleanup } from '../harness/cleanup.js';
import { errorsOf, failures, ms, percent, started, tookMs, warmShare } from './answers.js';
import { Functions } from './functions.js';
import { type Answer, Load } from './load.js';
import { growth, listed } from './metrics.js';
import { Nginx } from './nginx.js';
import { NineNodes } from './nine-nodes.js';
import { zipf } from './zipf.js';

const functions = 200;
const exponent = 1;
const seed = 4;
const hopsMax = 1;
const coldRatioMin = 3;

type Routing = 'tiered' | 'none';

interface Outcome {
  readonly routing: Routing;
  readonly requests: number;
  readonly answers: readonly Answer[];
  /** Sandboxes that loaded a function. */
  readonly sandboxes: number;
  readonly missing: number;
  readonly twice: number;
  readonly balancer: string;
  readonly latestMs: number;
  /** From the metrics of all nodes: requests by way, forwards and starts by result. */
  readonly ways: string;
  readonly forwards: string;
  readonly pool: string;
}

/** True where it holds what is promised. */
export async function printWarmShare(
  cleanup: Cleanup,
  ratePerS: number,
  requests: number,
): Promise<boolean> {
  console.log(
    `\n${requests} requests for ${functions} functions (Zipf, s = ${exponent}, seed ${seed}) to nine ` +
      `nodes, ${ratePerS} per second, open loop`,
  );
  const none = await measure(cleanup, 'none', ratePerS, requests);
  const tiered = await measure(cleanup, 'tiered', ratePerS, requests);
  console.log(`through ${tiered.balancer}`);
  console.log(
    'routing |   warm | cold | stolen | sandboxes | forwarded | hops max |   p50 |   p99 ms | failed | not run | run twice',
  );
  for (const outcome of [none, tiered]) printRow(outcome);
  for (const { routing, pool, ways, forwards, answers, latestMs } of [none, tiered]) {
    console.log(`${routing}: starts: ${pool}`);
    console.log(`  ways: ${ways}; forwards: ${forwards}; sent late by ${ms(latestMs)} ms at most`);
    for (const [error, count] of errorsOf(answers)) console.log(`  failed: ${count} x ${error}`);
  }
  const ratio = coldStarts(none) / coldStarts(tiered);
  console.log(`cold starts none : tiered = ${ratio.toFixed(2)} (wanted: ${coldRatioMin} or more)`);
  // a node on its own may have to refuse some where the machine is slow: that is no promise of routing
  return ratio >= coldRatioMin && ranOnce(none) && ranOnce(tiered) && isComplete(tiered);
}

async function measure(
  cleanup: Cleanup,
  routing: Routing,
  ratePerS: number,
  requests: number,
): Promise<Outcome> {
  const nodes = await NineNodes.start(cleanup, { routing });
  const deployed = new Functions(nodes.directory, { count: functions, pauseS: 0 });
  await deployed.deploy(await nodes.master());
  const nginx = await Nginx.start(cleanup, nodes);
  const draw = zipf(functions, exponent, seededRandom(seed));
  const before = await nodes.metrics();
  const load = new Load({
    ratePerS,
    name: routing,
    countMax: requests,
    next: (index) => ({
      target: nginx ?? nodes.member(1 + (index % nodes.members.length)),
      functionIndex: draw(),
    }),
  });
  load.start();
  const answers = await load.done();
  const after = await nodes.metrics();
  const runs = await deployed.runs();
  const sandboxes = await deployed.starts();
  await nginx?.stop();
  await nodes.stop();
  const grew = (family: string): string => listed(growth(before, after, family));
  return {
    routing,
    requests,
    answers,
    sandboxes,
    missing: answers.filter(({ event, error }) => error === '' && !runs.has(event)).length,
    twice: [...runs.values()].filter((count) => count > 1).length,
    balancer: nginx === null ? 'no balancer: the client takes the nodes in turn' : 'nginx',
    latestMs: load.latestMs,
    ways: grew('hearth_routing_requests_total'),
    forwards: grew('hearth_forwards_total'),
    pool: grew('hearth_pool_events_total'),
  };
}

function printRow(outcome: Outcome): void {
  const { routing, answers, sandboxes, missing, twice } = outcome;
  const forwarded = answers.filter(({ hops }) => hops > 0).length / answers.length;
  const cells = [
    routing.padEnd(7),
    percent(warmShare(answers)).padStart(6),
    String(started(answers, 'cold').length).padStart(4),
    String(started(answers, 'stolen').length).padStart(6),
    String(sandboxes).padStart(9),
    percent(forwarded).padStart(9),
    String(hopsOf(outcome)).padStart(8),
    ms(tookMs(answers, 0.5)).padStart(5),
    ms(tookMs(answers, 0.99)).padStart(8),
    String(failures(answers).length).padStart(6),
    String(missing).padStart(7),
    String(twice).padStart(9),
  ];
  console.log(cells.join(' | '));
}

/** Requests that a new sandbox had to be waited for. */
function coldStarts({ answers }: Outcome): number {
  return started(answers, 'cold').length;
}

function hopsOf({ answers }: Outcome): number {
  return answers.reduce((most, { hops }) => Math.max(most, hops), 0);
}

function ranOnce(outcome: Outcome): boolean {
  return outcome.missing === 0 && outcome.twice === 0 && hopsOf(outcome) <= hopsMax;
}

function isComplete({ answers, requests }: Outcome): boolean {
  return answers.length === requests && failures(answers).length === 0;
}
