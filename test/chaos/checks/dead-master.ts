/**
 * What callers feel of a Master that is killed: the slowest answers of the seconds after it beside those of the
 * seconds before, and the longest time in which nobody got an answer. A machine that stood still itself makes
 * the limits wider by as much. Where that was long nothing is said, unless silence was longer even so: a machine
 * that has too little time for all makes answers slower than its stalls tell, but it does not end them.
 */
import type { FaultRecord, LoadRecord, RequestRecord, RunRecord } from '../records.js';
import { quantile } from './quantile.js';
import {
  isDone,
  isSynchronous,
  latencyMs,
  overlap,
  type Span,
  spanOfFault,
  stalledMs,
} from './requests.js';
import { counted, resultOf, seconds, wholeMs } from './result.js';
import type { CheckResult } from './types.js';

const lookMs = 5000;
const slowerMaxMs = 50;
const gapMaxMs = 250;
/** A 99th percentile of fewer says nothing. */
const answersMin = 100;
/** Less is the usual noise of a machine that works. */
const stalledMinMs = 40;
const stalledMaxMs = 200;
const faultName = 'kill the Master';

type Answers = readonly RequestRecord[];

interface Kill {
  readonly fault: FaultRecord;
  readonly atMs: number;
  /** What is compared with: as long as is looked at afterwards, but for what came before another fault was over. */
  readonly usual: Span;
}

/** What one kill did. */
interface Felt {
  readonly text: string;
  /** Null: the machine stood still for too long, or there was too little to compare. */
  readonly holds: boolean | null;
}

interface Gap extends Span {
  readonly ms: number;
}

export function aDeadMasterIsNotFelt({ load, faults }: RunRecord): CheckResult {
  const answers = load.requests
    .filter((request) => isSynchronous(request) && isDone(request))
    .sort((one, other) => one.endMs - other.endMs);
  const felt = killsOf(faults).map((kill) => feltOf(kill, answers, load));
  const judged = felt.filter(({ holds }) => holds !== null);
  const told = felt.map(({ text }) => text).join('; ');
  return resultOf({
    id: 'a-dead-master-is-not-felt',
    title:
      `When the Master is killed, the 99th percentile grows by ${slowerMaxMs} ms at most, ` +
      `and for no more than ${gapMaxMs} ms nothing succeeds`,
    counted: judged.length,
    nothing: told === '' ? 'the Master was not killed alone' : told,
    broken: judged.filter(({ holds }) => holds === false).map(({ text }) => text),
    measured: `${counted(judged.length, 'kill')} of ${felt.length} judged. ${told}`,
  });
}

/** Those in whose first seconds nothing else was wrong. */
function killsOf(faults: readonly FaultRecord[]): Kill[] {
  return faults.flatMap((fault) => {
    const atMs = fault.name === faultName ? fault.deaths[0]?.atMs : undefined;
    if (atMs === undefined) return [];
    const look = { fromMs: atMs, untilMs: atMs + lookMs };
    const others = faults.filter((other) => other !== fault).map(spanOfFault);
    if (others.some((other) => overlap(look, other))) return [];
    const ends = others.map(({ untilMs }) => untilMs).filter((each) => each < atMs);
    return [{ fault, atMs, usual: { fromMs: Math.max(atMs - lookMs, ...ends), untilMs: atMs } }];
  });
}

function feltOf({ fault, atMs, usual }: Kill, answers: Answers, load: LoadRecord): Felt {
  const after = { fromMs: atMs, untilMs: atMs + lookMs };
  const before = answers.filter(({ endMs }) => endMs >= usual.fromMs && endMs < usual.untilMs);
  // who was waiting when it died feels it, too
  const since = answers.filter(({ dueMs, endMs }) => endMs >= atMs && dueMs < after.untilMs);
  const usualMs = quantile(before.map(latencyMs), 0.99);
  const when = `at ${seconds(atMs - load.beganMs)}`;
  if (usualMs === null || before.length < answersMin) {
    return { text: `${when}: too few answers before it to compare with`, holds: null };
  }
  // where there is no answer any more the gap says it
  const nowMs = quantile(since.map(latencyMs), 0.99) ?? usualMs;
  const gap = longestGap(
    answers.map(({ endMs }) => endMs),
    after,
  );
  const stalled = stalledMs(load.stalls, after);
  const figures =
    `${when}: 99 % within ${wholeMs(usualMs)} before and ${wholeMs(nowMs)} after, ` +
    `longest time without a success ${wholeMs(gap.ms)}${perNode(answers, fault, after)}`;
  const slowerMs = nowMs - usualMs - slowerMaxMs;
  const silentMs = gap.ms - gapMaxMs;
  if (slowerMs <= 0 && silentMs <= 0) return { text: figures, holds: true };
  if (stalled < stalledMinMs) return { text: figures, holds: false };
  const text = `${figures}; the machine stood still for ${wholeMs(stalled)} of it`;
  if (silentMs > stalledMs(load.stalls, gap)) return { text, holds: false };
  if (stalled > stalledMaxMs) return { text: `${text}: too long to judge`, holds: null };
  if (slowerMs > stalled) return { text, holds: false };
  return { text: `${text}, which is allowed for`, holds: true };
}

/** Between two of these moments, which are in order, within the span; its ends count as moments. */
function longestGap(moments: readonly number[], { fromMs, untilMs }: Span): Gap {
  let longest: Gap = { fromMs, untilMs: fromMs, ms: 0 };
  let lastMs = fromMs;
  for (const atMs of [...moments.filter((each) => each > fromMs && each < untilMs), untilMs]) {
    if (atMs - lastMs > longest.ms) longest = { fromMs: lastMs, untilMs: atMs, ms: atMs - lastMs };
    lastMs = atMs;
  }
  return longest;
}

/** The longest of each node that lives; too few requests run on one node for a judgement. */
function perNode(answers: Answers, { deaths }: FaultRecord, span: Span): string {
  const dead = new Set(deaths.map(({ who }) => who));
  const moments = new Map<number, number[]>();
  for (const { ranOn, endMs } of answers) {
    if (ranOn === null || dead.has(ranOn)) continue;
    const known = moments.get(ranOn);
    if (known === undefined) moments.set(ranOn, [endMs]);
    else known.push(endMs);
  }
  if (moments.size === 0) return '';
  const gaps = [...moments]
    .sort(([one], [other]) => one - other)
    .map(([node, each]) => `${wholeMs(longestGap(each, span).ms)} on node ${node}`);
  return ` (${gaps.join(', ')})`;
}
