/**
 * Questions to both sides of a cut while it lasts: a function that is there is called, and something small is written.
 * The two functions are the nemeses' own: no history and no ledger knows them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createBody } from '../../e2e/histories/create-body.js';
import type { Answer, Arena, ArenaNode } from '../arena/types.js';
import { monotonicMs, type Probe } from '../records.js';
import type { Attempt } from './attempt.js';

/** Numbers of nodes. */
export interface Sides {
  readonly majority: readonly number[];
  readonly minority: readonly number[];
}

const called = 'probe';
const written = 'probe-writes';
const functions = '/2015-03-31/functions';
const probeEveryMs = 300;
/** Far above what is promised, so that a slow answer is seen as one. */
const probeTimeoutMs = 4000;
const prepareTimeoutMs = 20_000;
const warmTriesMax = 100;
const warmEveryMs = 20;
const textCharsMax = 200;
/** What AWS's tools send again. */
const retried = [429, 500, 502, 503, 504];

/** Of two groups of nodes, which one has most of the voters: it can write, whatever its size. */
export async function sidesOf(
  arena: Arena,
  some: readonly number[],
  others: readonly number[],
): Promise<Sides> {
  const [ours, theirs] = await Promise.all([votesOf(arena, some), votesOf(arena, others)]);
  return ours > theirs
    ? { majority: some, minority: others }
    : { majority: others, minority: some };
}

/** Both functions stand, and every node has run the one that is called, so that it has its code. */
export async function prepareProbes(attempt: Attempt): Promise<void> {
  const { nodes } = attempt.arena;
  await Promise.all([called, written].map((name) => create(nodes, name)));
  await Promise.all(nodes.map((node) => warm(attempt, node)));
}

/** Asks one node of each side after the other until it is told to end. */
export async function probe(attempt: Attempt, sides: Sides, signal: AbortSignal): Promise<void> {
  for (let round = 0; !signal.aborted; round++) {
    for (const side of ['majority', 'minority'] as const) {
      const number = sides[side][round % sides[side].length];
      if (number === undefined) continue;
      const node = attempt.arena.node(number);
      attempt.ask(probeOne(attempt, 'invoke', node, side));
      attempt.ask(probeOne(attempt, 'write', node, side));
    }
    await delay(probeEveryMs, undefined, { signal }).catch(() => {});
  }
}

async function probeOne(
  attempt: Attempt,
  what: Probe['what'],
  node: ArenaNode,
  side: Probe['side'],
): Promise<void> {
  const atMs = monotonicMs();
  const asked = what === 'invoke' ? call(node) : write(node, `at ${Math.round(atMs)}`);
  const answer = await asked.catch(
    (error: unknown): Answer => ({ status: 0, headers: {}, text: String(error) }),
  );
  const { status, headers, text } = answer;
  attempt.probed({
    what,
    node: node.number,
    side,
    atMs,
    tookMs: monotonicMs() - atMs,
    status,
    isRetryable: headers['retry-after'] !== undefined || retried.includes(status),
    text: text.slice(0, textCharsMax),
  });
}

export function call(node: ArenaNode): Promise<Answer> {
  return node.ask('POST', `${functions}/${called}/invocations`, {}, probeTimeoutMs);
}

export function write(node: ArenaNode, value: string): Promise<Answer> {
  const path = `${functions}/${written}/configuration`;
  return node.ask('PUT', path, { Description: value }, probeTimeoutMs);
}

async function create([node]: readonly ArenaNode[], name: string): Promise<void> {
  const body = await createBody(name);
  const answer = await node?.ask('POST', functions, body, prepareTimeoutMs);
  const stands = answer?.status === 201 || answer?.status === 409;
  if (!stands) throw new Error(`${name} cannot be deployed: ${answer?.status} ${answer?.text}`);
}

/** A node that forwards often runs it itself in the end. */
async function warm(attempt: Attempt, node: ArenaNode): Promise<void> {
  for (let tries = 0; tries < warmTriesMax; tries++) {
    const { headers } = await call(node).catch(() => ({ headers: {} as Answer['headers'] }));
    const ranOn = headers['x-hearth-node'];
    if (typeof ranOn === 'string' && attempt.arena.numberOf(ranOn) === node.number) return;
    await delay(warmEveryMs);
  }
  attempt.note(`node ${node.number} has not run ${called} itself before the cut`);
}

async function votesOf(arena: Arena, numbers: readonly number[]): Promise<number> {
  const votes = numbers.map(async (number) => {
    const path = '/_hearth/metrics';
    const { text } = await arena.node(number).ask('GET', path, undefined, probeTimeoutMs);
    const vote = /^hearth_log_votes (\d)$/m.exec(text)?.[1];
    if (vote === undefined) throw new Error(`node ${number} does not say whether it votes`);
    return Number(vote);
  });
  return (await Promise.all(votes)).reduce((sum, vote) => sum + vote, 0);
}
