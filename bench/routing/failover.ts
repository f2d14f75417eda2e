/**
 * The Master goes away under load: its process is killed, or it falls silent (SIGSTOP: its sockets take
 * bytes, nobody answers, as when a host is lost). The other eight nodes must go on: nothing fails but
 * what the Master was running for others at that moment, and all soon agree on the next Master.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Cleanup } from '../harness/cleanup.js';
import { columns, quantile } from '../harness/quantiles.js';
import {
  between,
  errorsOf,
  failures,
  isForwardLost,
  ms,
  percent,
  tookMs,
  warmShare,
} from './answers.js';
import type { Answer } from './load.js';
import type { Member } from './member.js';
import { Stage } from './stage.js';

export interface FailoverPlan {
  readonly how: 'killed' | 'silent';
  readonly rounds: number;
  /** Of all eight other nodes together. */
  readonly ratePerS: number;
}

interface Round {
  /** Until all others showed the next Master. */
  readonly electedMs: number;
  /** Sent to the eight others. */
  readonly answers: readonly Answer[];
  readonly failed: readonly Answer[];
  /** Of those: what no promise covers. */
  readonly unexcused: readonly Answer[];
  /** Sent to the Master itself, and failed. */
  readonly failedThere: number;
  readonly warmBefore: number;
  readonly warmAfter: number;
  readonly hurtAtMs: number;
  readonly latestMs: number;
}

const functions = 45;
const pauseS = 0.02;
const beforeMs = 2500;
const beforeSpreadMs = 400;
const afterMs = 2500;
const silentMs = 6000;
const restMs = 1000;
const warmBeforeMs = 1000;
const warmAfterMs = 2000;
/** A request that a node had read before the kill may be forwarded this long after it. */
const inFlightMs = 25;
const electionTimeoutMs = 15_000;
/** A question costs both sides some CPU: as often as the wanted precision needs. */
const askEveryMs = { killed: 5, silent: 25 };
const electedWithinMs = { killed: 500, silent: 2500 };

/** True where it holds what is promised. */
export async function printFailover(cleanup: Cleanup, plan: FailoverPlan): Promise<boolean> {
  const { how, rounds, ratePerS } = plan;
  console.log(
    `\nThe Master of nine nodes is ${how}, ${rounds} rounds: ${ratePerS} requests per second to the ` +
      `eight others, ${functions} functions of ${pauseS * 1000} ms`,
  );
  console.log(
    'round | elected ms | requests | failed | excused | at the Master | warm 1 s before | warm 2 s after | p99 before | p99 after | late ms',
  );
  const stage = await Stage.set(cleanup, { count: functions, pauseS });
  await stage.rehearse(ratePerS);
  const done: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    const one = await runRound(stage, plan);
    done.push(one);
    printRound(round, one);
  }
  const { missing, twice } = await stage.account();
  await stage.nodes.stop();
  const times = done.map(({ electedMs }) => electedMs);
  const wantedMs = electedWithinMs[how];
  const [p50, , max] = columns(times);
  console.log(`elected: p50 ${p50} ms, max ${max} ms (wanted: below ${wantedMs} ms)`);
  const unexcused = done.flatMap((round) => round.unexcused);
  for (const [error, count] of errorsOf(done.flatMap(({ failed }) => failed))) {
    console.log(`failed: ${count} x ${error}`);
  }
  console.log(
    `failed without excuse: ${unexcused.length}; answered but not run: ${missing}; run twice: ${twice}`,
  );
  const sound = unexcused.length === 0 && missing === 0 && twice === 0;
  return sound && quantile(times, 1) <= wantedMs;
}

async function runRound(stage: Stage, { how, ratePerS }: FailoverPlan): Promise<Round> {
  const { nodes } = stage;
  const master = await nodes.master();
  const others = nodes.others(master);
  const { self } = await master.page();
  const load = stage.load(ratePerS, others);
  const there = stage.load(ratePerS / others.length, [master]);
  await delay(beforeMs + Math.random() * beforeSpreadMs);
  const hurtAtMs = how === 'killed' ? master.kill() : master.pause();
  const stopped = how === 'killed' ? stage.ended(there) : undefined;
  const electedMs = (await untilNext(others, self, askEveryMs[how])) - hurtAtMs;
  const untilMs = how === 'killed' ? afterMs : silentMs;
  await delay(Math.max(0, hurtAtMs + untilMs - performance.now()));
  if (how === 'silent') {
    master.resume();
    await delay(afterMs);
  }
  const answers = await stage.ended(load);
  const failedThere = failures(await (stopped ?? stage.ended(there))).length;
  if (how === 'killed') {
    await master.ended();
    await master.start();
  }
  await nodes.settled();
  await delay(restMs);
  const failed = failures(answers);
  return {
    electedMs,
    answers,
    failed,
    unexcused: failed.filter((answer) => !isExcused(answer, hurtAtMs)),
    failedThere,
    warmBefore: warmShare(between(answers, hurtAtMs - warmBeforeMs, hurtAtMs)),
    warmAfter: warmShare(between(answers, hurtAtMs, hurtAtMs + warmAfterMs)),
    hurtAtMs,
    latestMs: load.latestMs,
  };
}

/** It was with the Master when that went. */
function isExcused(answer: Answer, hurtAtMs: number): boolean {
  return isForwardLost(answer) && answer.startMs <= hurtAtMs + inFlightMs;
}

/** The moment at which all of them showed one Master that is not this one. */
async function untilNext(
  members: readonly Member[],
  old: string,
  everyMs: number,
): Promise<number> {
  const deadlineMs = performance.now() + electionTimeoutMs;
  const shown = new Map<Member, string | null>();
  const agreed = (): boolean => {
    const masters = new Set(members.map((member) => shown.get(member) ?? null));
    return masters.size === 1 && !masters.has(null) && !masters.has(old);
  };
  let atMs = Number.POSITIVE_INFINITY;
  const watch = async (member: Member): Promise<void> => {
    while (atMs === Number.POSITIVE_INFINITY && performance.now() < deadlineMs) {
      const askedMs = performance.now();
      shown.set(member, (await member.page()).master);
      if (agreed()) atMs = Math.min(atMs, performance.now());
      await delay(Math.max(0, askedMs + everyMs - performance.now()));
    }
  };
  await Promise.all(members.map(watch));
  return atMs;
}

function printRound(number: number, round: Round): void {
  const { answers, hurtAtMs, failed, unexcused, failedThere } = round;
  const p99 = (fromMs: number, untilMs: number): string =>
    ms(tookMs(between(answers, hurtAtMs + fromMs, hurtAtMs + untilMs), 0.99));
  const cells = [
    String(number).padStart(5),
    round.electedMs.toFixed(0).padStart(10),
    String(answers.length).padStart(8),
    String(failed.length).padStart(6),
    String(failed.length - unexcused.length).padStart(7),
    String(failedThere).padStart(13),
    percent(round.warmBefore).padStart(15),
    percent(round.warmAfter).padStart(14),
    p99(-warmAfterMs, 0).padStart(10),
    p99(inFlightMs, warmAfterMs).padStart(9),
    ms(round.latestMs).padStart(7),
  ];
  console.log(cells.join(' | '));
  for (const { startMs, tookMs: took, target, status, error } of unexcused) {
    const sent = `sent to node ${target} at ${ms(startMs - hurtAtMs)} ms`;
    console.log(`      without excuse: ${sent}, after ${ms(took)} ms: ${status} ${error}`);
  }
}
