/**
 * Two of five nodes are cut off: they run functions, refuse every change within a second from the first
 * moment on, in a way that tools repeat; the others take changes again soon, and all agree once the cut is healed.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openArena } from '../chaos/arena/arena.js';
import type { Answer, Arena, ArenaNode } from '../chaos/arena/types.js';
import { eventually } from './cluster-harness.js';
import { createBody } from './histories/create-body.js';
import { between, noNetwork } from './netns/network.js';

const cutMs = 2500;
const refusedWithinMs = 1000;
const majorityWithinMs = 2000;
const agreedWithinMs = 5000;
const askTimeoutMs = 20_000;
const pauseMs = 100;
const settledMs = 3000;
const functions = '/2015-03-31/functions';

type Write = (node: ArenaNode, count: number) => Promise<Answer>;

interface Asked {
  readonly what: string;
  readonly node: number;
  /** Since the cut. */
  readonly atMs: number;
  readonly tookMs: number;
  readonly answer: Answer;
}

const ask = (node: ArenaNode, method: string, path: string, body: unknown): Promise<Answer> =>
  node.ask(method, path, body, askTimeoutMs);

const writes: Readonly<Record<string, Write>> = {
  settings: (node, count) =>
    ask(node, 'PUT', `${functions}/known/configuration`, { Description: `${count}` }),
  creation: async (node, count) =>
    ask(node, 'POST', functions, await createBody(`new-${node.number}-${count}`)),
  code: async (node, count) => {
    const source = `exports.handler = async () => ${count};`;
    const { Code } = await createBody('known', { source });
    return ask(node, 'PUT', `${functions}/known/code`, Code);
  },
  version: (node) => ask(node, 'POST', `${functions}/known/versions`, {}),
  alias: (node, count) =>
    ask(node, 'PUT', `${functions}/known/aliases/live`, { Description: `${count}` }),
  event: (node) => ask(node, 'POST', '/2014-11-13/functions/known/invoke-async', {}),
  key: (node) => ask(node, 'POST', '/_hearth/keys', { actions: ['*'] }),
};

/** On a busy machine elections take their time; what has been made before the answer was lost is there. */
async function prepared(node: ArenaNode, path: string, body: unknown): Promise<void> {
  await eventually(
    () => ask(node, 'POST', path, body),
    ({ status }) => status === 201 || status === 409,
    askTimeoutMs,
  );
}

let arena: Arena;
let opened: Arena | null = null;
const skip = noNetwork();
before(async () => {
  if (skip !== false) return;
  opened = await openArena({ nodes: 5, sandbox: 'process' });
  arena = opened;
  const [first] = arena.nodes;
  assert.ok(first !== undefined);
  await prepared(first, functions, await createBody('known'));
  await prepared(first, `${functions}/known/versions`, {});
  await prepared(first, `${functions}/known/aliases`, { Name: 'live', FunctionVersion: '1' });
  // a sandbox on every node
  for (const node of arena.nodes) {
    await eventually(
      () => ask(node, 'POST', '/_hearth/warm/known', {}),
      ({ status }) => status < 300,
    );
  }
});
after(async () => {
  await opened?.close();
});

/** Asks again and again while the cut lasts. */
async function repeated(what: string, node: ArenaNode, write: Write, startMs: number) {
  const asked: Asked[] = [];
  for (let count = 0; performance.now() < startMs + cutMs; count++) {
    const atMs = performance.now() - startMs;
    const answer = await write(node, count);
    const tookMs = performance.now() - startMs - atMs;
    asked.push({ what, node: node.number, atMs, tookMs, answer });
    await delay(pauseMs);
  }
  return asked;
}

/** Which nodes vote, once that changes no more: a change of voters may move the majority to the other side of a cut. */
async function voters(): Promise<readonly boolean[]> {
  const votes = async (node: ArenaNode): Promise<boolean> =>
    /^hearth_log_votes 1$/m.test((await ask(node, 'GET', '/_hearth/metrics', undefined)).text);
  let last: readonly boolean[] = [];
  let sinceMs = performance.now();
  return eventually(
    async () => {
      const now = await Promise.all(arena.nodes.map(votes));
      if (String(now) !== String(last)) [last, sinceMs] = [now, performance.now()];
      return now;
    },
    () => performance.now() - sinceMs >= settledMs,
    askTimeoutMs,
  );
}

/** A node that votes, the Master or not, and one that does not. */
async function minority(withMaster: boolean): Promise<ArenaNode[]> {
  const voting = await voters();
  const { master } = await arena.roles();
  const isVoter = (node: ArenaNode) => voting[node.number - 1] === true;
  const voter = arena.nodes.find(
    (node) => isVoter(node) && (node.number === master) === withMaster,
  );
  const other = arena.nodes.find((node) => !isVoter(node));
  assert.ok(voter !== undefined && other !== undefined);
  return [voter, other];
}

function describe({ what, node, atMs, tookMs, answer }: Asked): string {
  const [at, took] = [Math.round(atMs), Math.round(tookMs)];
  return `${what} at node ${node}, ${at} ms after the cut: ${answer.status} after ${took} ms: ${answer.text}`;
}

for (const withMaster of [false, true]) {
  const who = withMaster ? 'the Master and another node' : 'two nodes, not the Master,';
  test(`${who} that are cut off run functions and refuse changes within a second`, {
    skip,
  }, async () => {
    const few = await minority(withMaster);
    const many = arena.nodes.filter((node) => !few.includes(node));
    const numbers = (nodes: readonly ArenaNode[]) => nodes.map(({ number }) => number);
    await arena.wire?.cut(between(numbers(few), numbers(many)));
    const startMs = performance.now();
    const health: Write = (node) => ask(node, 'GET', '/_hearth/health', undefined);
    const invoke: Write = (node) => ask(node, 'POST', `${functions}/known/invocations`, {});
    const refusing = few.flatMap((node) =>
      Object.entries(writes).map(([what, write]) => repeated(what, node, write, startMs)),
    );
    const running = few.map((node) => repeated('invocation', node, invoke, startMs));
    const noise = arena.nodes.map((node) => repeated('health', node, health, startMs));
    const changing = many.map((node) =>
      repeated(
        'settings',
        node,
        (one, count) => writes.settings?.(one, count) ?? health(one, 0),
        startMs,
      ),
    );
    const [refused, ran, busy, changed] = await Promise.all(
      [refusing, running, noise, changing].map(async (all) => (await Promise.all(all)).flat()),
    );
    const healedMs = performance.now();
    await arena.wire?.heal();
    const agreed = await arena.agreed(agreedWithinMs * 4);
    const agreedMs = performance.now() - healedMs;

    // what the machine itself needs for a request that waits for nothing
    const noiseMs = Math.max(...(busy ?? []).map(({ tookMs }) => tookMs));
    for (const one of ran ?? []) assert.equal(one.answer.status, 200, describe(one));
    for (const one of refused ?? []) {
      assert.equal(one.answer.status, 503, describe(one));
      assert.equal(one.answer.headers['x-amzn-errortype'], 'ServiceUnavailableException');
      assert.equal(one.answer.headers['retry-after'], '1');
      assert.match(one.answer.text, /nothing was changed|was not accepted|may still happen/);
      assert.ok(one.tookMs < refusedWithinMs + noiseMs, `${describe(one)}; noise ${noiseMs} ms`);
    }
    for (const node of many) {
      const taken = (changed ?? []).find(
        (one) => one.node === node.number && one.answer.status === 200,
      );
      assert.ok(taken !== undefined, `node ${node.number} takes no changes`);
      const takenMs = taken.atMs + taken.tookMs;
      assert.ok(takenMs < majorityWithinMs + noiseMs, `${describe(taken)}; noise ${noiseMs} ms`);
    }
    assert.ok(agreed !== null, 'all agree again');
    assert.ok(agreedMs < agreedWithinMs + noiseMs, `after ${agreedMs} ms`);
  });
}
