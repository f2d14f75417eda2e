/**
 * A Replica hangs (SIGSTOP): the nodes that ask it, and forward to it, may lose the deadline of a query
 * with it and no more. Before each stop the same load runs for the same time on the same nodes with
 * nothing stopped: both see the same machine, minutes apart at most, and are compared quantile by quantile
 * over all rounds, warm requests with warm ones and those that had to wait for a sandbox with their like:
 * a function that only the stopped node had warm has to be started elsewhere, which costs what it costs.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Cleanup } from '../harness/cleanup.js';
import { quantile } from '../harness/quantiles.js';
import { between, errorsOf, failures, isForwardLost, ms } from './answers.js';
import type { Answer } from './load.js';
import type { Member } from './member.js';
import { growth, listed, type Metrics, sum } from './metrics.js';
import { Stage } from './stage.js';

export interface HangPlan {
  readonly hangMs: number;
  readonly rounds: number;
  /** Of all eight other nodes together. */
  readonly ratePerS: number;
}

interface Round {
  readonly before: readonly Answer[];
  readonly during: readonly Answer[];
  /** Sent before the stop, or just after it. */
  readonly caught: readonly Answer[];
  readonly after: readonly Answer[];
  readonly hungAtMs: number;
  /** The node that hung. */
  readonly victim: string;
  readonly latestMs: number;
}

const functions = 90;
const pauseS = 0.005;
const settleMs = 1500;
const afterMs = 3000;
const restMs = 1000;
/** A request that a node had read before the stop may be forwarded this long after it. */
const inFlightMs = 25;
/** The deadline of a lookup, and what a node waits for a sign of life before it forwards. */
const allowedMs = 20;
const judgedShares = [0.5, 0.99, 0.999];
const slowShownMax = 10;
const probesAfter = 20;

/** True where it holds what is promised. */
export async function printHang(cleanup: Cleanup, plan: HangPlan): Promise<boolean> {
  const { hangMs, rounds, ratePerS } = plan;
  console.log(
    `\nA Replica hangs for ${hangMs / 1000} s, ${rounds} rounds: ${ratePerS} requests per second to the ` +
      `eight others, ${functions} functions of ${pauseS * 1000} ms`,
  );
  const stage = await Stage.set(cleanup, { count: functions, pauseS });
  await stage.rehearse(ratePerS);
  const done: Round[] = [];
  let failedAtIt = 0;
  for (let round = 0; round < rounds; round++) {
    const victim = (await stage.nodes.withRole('replica'))[0];
    if (victim === undefined) throw new Error('there is no Replica');
    done.push(await runRound(stage, victim, plan));
    failedAtIt += await askIt(stage, victim);
  }
  const { missing, twice } = await stage.account();
  await stage.nodes.stop();
  const all = (part: 'before' | 'during' | 'caught' | 'after'): readonly Answer[] =>
    done.flatMap((round) => round[part]);
  const held = printComparison(all('before'), all('during'));
  printSlow(done);
  const whole = done.flatMap(({ before, during, caught, after }) => [
    ...before,
    ...during,
    ...caught,
    ...after,
  ]);
  const excused = printCaught(done);
  for (const [error, count] of errorsOf(whole)) console.log(`failed: ${count} x ${error}`);
  const failed = failures(whole).length - excused;
  console.log(
    `failed without excuse: ${failed} of ${whole.length}, and ${failedAtIt} of those sent to it ` +
      `afterwards; answered but not run: ${missing}; run twice: ${twice}`,
  );
  const sound = failed + failedAtIt + missing + twice === 0;
  return held && sound;
}

async function runRound(stage: Stage, victim: Member, plan: HangPlan): Promise<Round> {
  const { nodes } = stage;
  const others = nodes.others(victim);
  const { self } = await victim.page();
  const load = stage.load(plan.ratePerS, others);
  await delay(settleMs);
  const calmAtMs = performance.now();
  const calm = await nodes.metrics(others);
  await delay(plan.hangMs);
  const start = await nodes.metrics(others);
  const hungAtMs = victim.pause();
  await delay(plan.hangMs);
  const resumedMs = victim.resume();
  const end = await nodes.metrics(others);
  await delay(afterMs);
  const answers = await stage.ended(load);
  await nodes.settled();
  console.log(`  before: ${told(calm, start)}\n  hung:   ${told(start, end)}`);
  await delay(restMs);
  const freeMs = hungAtMs + inFlightMs;
  return {
    before: between(answers, calmAtMs, calmAtMs + plan.hangMs).filter(
      ({ startMs, tookMs }) => startMs + tookMs < hungAtMs,
    ),
    during: between(answers, freeMs, resumedMs),
    caught: answers.filter(
      ({ startMs, tookMs }) => startMs < freeMs && startMs + tookMs >= hungAtMs,
    ),
    after: between(answers, resumedMs, Number.POSITIVE_INFINITY),
    hungAtMs,
    victim: self,
    latestMs: load.latestMs,
  };
}

/** What the others' counters say of a span. */
function told(from: readonly Metrics[], to: readonly Metrics[]): string {
  const timeouts = 'hearth_table_events_total{event="lookupTimeouts"}';
  return [
    listed(growth(from, to, 'hearth_routing_requests_total')),
    `lookups: ${listed(growth(from, to, 'hearth_routing_lookups_total'))}`,
    `forwards: ${listed(growth(from, to, 'hearth_forwards_total'))}`,
    `${sum(to, timeouts) - sum(from, timeouts)} lookup timeouts`,
  ].join('; ');
}

/**
 * Requests that the node had when it stopped: they wait until it goes on, or are lost where it was taken
 * for dead meanwhile. Returns how many were lost.
 */
function printCaught(rounds: readonly Round[]): number {
  const inside = rounds.flatMap(({ caught, victim }) =>
    caught.filter(({ node }) => node === victim).map(({ tookMs }) => tookMs),
  );
  const lost = rounds.flatMap(({ caught }) => failures(caught)).filter(isForwardLost).length;
  const latest = ms(Math.max(...rounds.map(({ latestMs }) => latestMs)));
  console.log(
    `in the node when it stopped: ${inside.length} answered, after ${ms(quantile(inside, 1))} ms at ` +
      `most, and ${lost} lost; requests were sent ${latest} ms late at most`,
  );
  return lost;
}

/** How many of some requests to the node itself fail, once it goes on. */
async function askIt(stage: Stage, victim: Member): Promise<number> {
  const load = stage.load(probesAfter, [victim]);
  await delay(1000);
  return failures(await stage.ended(load)).length;
}

/** False where a judged quantile of the warm requests grew by more than a query may take. */
function printComparison(before: readonly Answer[], during: readonly Answer[]): boolean {
  console.log('beyond the function itself, ms |     n |   p50 |   p99 | p99.9 |   max');
  let held = true;
  for (const [name, starts] of [
    ['warm', ['warm']],
    ['cold or stolen', ['cold', 'stolen']],
  ] as const) {
    const costs = [before, during].map((answers) =>
      answers.filter(({ start }) => (starts as readonly string[]).includes(start)).map(beyond),
    );
    printCosts(`${name}, before`, costs[0] ?? []);
    printCosts(`${name}, hung`, costs[1] ?? []);
    if (name !== 'warm') continue;
    const grown = judgedShares.map(
      (share) => quantile(costs[1] ?? [], share) - quantile(costs[0] ?? [], share),
    );
    held = grown.every((by) => by <= allowedMs);
    console.log(
      `warm: p50, p99, p99.9 grew by ${grown.map(ms).join(', ')} ms (wanted: ${allowedMs} or less)`,
    );
  }
  return held;
}

function printCosts(name: string, costs: readonly number[]): void {
  const cells = [0.5, 0.99, 0.999, 1].map((share) => ms(quantile(costs, share)).padStart(5));
  console.log([name.padEnd(30), String(costs.length).padStart(5), ...cells].join(' | '));
}

/** The slowest warm requests while it hung, if slower than any before by more than is allowed. */
function printSlow(rounds: readonly Round[]): void {
  const warm = ({ start }: Answer): boolean => start === 'warm';
  const most = quantile(
    rounds.flatMap(({ before }) => before.filter(warm).map(beyond)),
    1,
  );
  const slow = rounds.flatMap(({ during, hungAtMs }) =>
    during
      .filter((answer) => warm(answer) && beyond(answer) > most + allowedMs)
      .map((answer) => ({ answer, hungAtMs })),
  );
  if (slow.length === 0) return;
  console.log(`${slow.length} warm requests took ${allowedMs} ms more than the slowest before:`);
  slow.sort((a, b) => beyond(b.answer) - beyond(a.answer));
  for (const { answer, hungAtMs } of slow.slice(0, slowShownMax)) {
    const { startMs, target, hops } = answer;
    console.log(
      `  ${ms(beyond(answer))} ms: sent to node ${target} ${ms(startMs - hungAtMs)} ms after the stop, ${hops} hops`,
    );
  }
}

function beyond({ tookMs, insideMs }: Answer): number {
  return tookMs - insideMs;
}
