/** The pages of executions and usage: what is asked of the nodes, and how their answers become one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Execution, ExecutionQuery, HourUsage, UnderWay } from '../../src/executor/index.js';
import { Ingress } from '../../src/ingress/index.js';
import type { NodeId, NodeView, PeerFetch } from '../../src/types/index.js';
import { nodeId } from '../../src/types/index.js';
import { execution, idOf } from '../executor/executions/fixture.js';
import {
  answerOf,
  makeHarness,
  view as oneNode,
  options,
  other,
  request,
  self,
} from './harness.js';

interface Told {
  readonly executions: Execution[];
  readonly usage: HourUsage[];
  readonly running: UnderWay[];
}

const dead = nodeId('c'.repeat(32));
const silent = nodeId('d'.repeat(32));

/** Two nodes that answer, one that does not, one that is dead. */
function cluster(here: Partial<Told>, there: Partial<Told>) {
  const queries: ExecutionQuery[] = [];
  const [template] = oneNode.nodes as [NodeView];
  const nodes: NodeView[] = [self, other, silent, dead].map((id) => ({
    ...template,
    id,
    status: id === dead ? 'dead' : 'alive',
  }));
  const make = (id: NodeId, told: Partial<Told>, peerFetch: PeerFetch): Ingress => {
    const { deps } = makeHarness();
    const executions = {
      find: async (query: ExecutionQuery) => {
        queries.push(query);
        return told.executions ?? [];
      },
      usage: async () => told.usage ?? [],
      underWay: () => told.running ?? [],
    };
    const view = () => ({ ...oneNode, self: id, nodes });
    return new Ingress({ ...deps, executions, view, peerFetch }, options);
  };
  const nobody: PeerFetch = () => Promise.reject(new Error('nobody is asked here'));
  const second = make(other, there, nobody);
  const first = make(self, here, async (node, { path }) => {
    if (node.id !== other) throw new Error('it does not answer');
    const asked = { ...request('GET', path), peer: self };
    const { status, body } = await second.respond(asked);
    const json = async (): Promise<unknown> => JSON.parse(String(body));
    return { statusCode: status, body: { json, dump: async () => undefined } } as never;
  });
  const get = async (path: string) => answerOf(await first.respond(request('GET', path)));
  return { get, queries };
}

test('the executions of all nodes are one list, and who does not answer is named', async () => {
  const { get } = cluster(
    { executions: [execution(5), execution(1)] },
    { executions: [execution(3, { start: 'cold', queueMs: 1, startMs: 20, initMs: 5 })] },
  );
  const page = (await get('/_hearth/executions/f')).json();
  assert.deepEqual(
    page.executions.map(({ requestId }: { requestId: string }) => requestId),
    [3, 5, 1].map(idOf),
  );
  assert.deepEqual(page.executions[0], {
    requestId: idOf(3),
    functionName: 'f',
    version: '$LATEST',
    node: other,
    arrived: '2026-01-01T00:00:00.003Z',
    start: 'cold',
    result: 'ok',
    totalMs: 27.5,
    queueMs: 1,
    startMs: 20,
    initMs: 5,
    durationMs: 1.5,
    memoryMb: 128,
    memoryPeakBytes: 30_720_000,
    cpuMs: 1.25,
    hops: 1,
    caller: 'AKIAEXAMPLE',
    log: { node: other, stream: '2026/01/01/[$LATEST]abc' },
  });
  assert.deepEqual(
    page.missing.map(({ node, reason }: { node: string; reason: string }) => [node, reason]),
    [
      [dead, 'it is dead'],
      [silent, 'it does not answer'],
    ],
  );
});

test('every node is asked the same, and the slowest of all are told', async () => {
  const slow = execution(2, { durationMs: 900 });
  const { get, queries } = cluster({ executions: [execution(1)] }, { executions: [slow] });
  const path = `/_hearth/executions/f:2?since=1000&until=2000&result=failed&start=cold&order=slowest&limit=1`;
  const page = (await get(path)).json();
  assert.equal(page.executions.length, 1);
  assert.equal(page.executions[0].requestId, idOf(2));
  const [mine, theirs] = queries;
  assert.deepEqual(mine, theirs);
  assert.deepEqual(mine, {
    functionName: 'f',
    versions: ['2'],
    requestId: null,
    sinceMs: 1000,
    untilMs: 2000,
    result: 'failed',
    start: 'cold',
    order: 'slowest',
    most: 1,
  });
  await get(`/_hearth/executions?request=${idOf(7)}`);
  assert.deepEqual([queries[2]?.functionName, queries[2]?.requestId], [null, idOf(7)]);
  assert.deepEqual(queries[2], queries[3]);
});

test('what runs now is told of all nodes, the longest first', async () => {
  const running = (number: number, runningMs: number): UnderWay => ({
    requestId: idOf(number),
    functionName: 'f',
    version: '1',
    startedMs: Date.UTC(2026, 0, 1),
    runningMs,
    logStream: 's',
  });
  const { get } = cluster({ running: [running(1, 10)] }, { running: [running(2, 500.1234)] });
  for (const path of ['/_hearth/running', '/_hearth/running/f']) {
    const page = (await get(path)).json();
    assert.deepEqual(
      page.running.map((one: { requestId: string }) => one.requestId),
      [idOf(2), idOf(1)],
    );
    assert.deepEqual(page.running[0], {
      requestId: idOf(2),
      functionName: 'f',
      version: '1',
      node: other,
      started: '2026-01-01T00:00:00.000Z',
      runningMs: 500.123,
      log: { node: other, stream: 's' },
    });
    assert.equal(page.missing.length, 2);
  }
});

test('usage is summed over the nodes by hour or day', async () => {
  const day = Date.UTC(2026, 0, 1);
  const hour = (functionName: string, at: number, requests: number, mbMs: number): HourUsage => ({
    functionName,
    hourMs: day + at * 3_600_000,
    requests,
    errors: 1,
    mbMs,
  });
  const { get } = cluster(
    { usage: [hour('f', 1, 2, 1_024_000), hour('f', 2, 1, 512_000)] },
    { usage: [hour('f', 1, 3, 1_024_000), hour('g', 30, 1, 0)] },
  );
  const byDay = (await get('/_hearth/usage?since=2026-01-01')).json();
  assert.deepEqual(byDay.usage, [
    { functionName: 'f', from: '2026-01-01T00:00:00.000Z', requests: 6, errors: 3, gbSeconds: 2.5 },
    { functionName: 'g', from: '2026-01-02T00:00:00.000Z', requests: 1, errors: 1, gbSeconds: 0 },
  ]);
  const byHour = (await get('/_hearth/usage/f?since=2026-01-01&by=hour')).json();
  assert.deepEqual(
    byHour.usage.map(({ from, requests }: { from: string; requests: number }) => [from, requests]),
    [
      ['2026-01-01T01:00:00.000Z', 5],
      ['2026-01-01T02:00:00.000Z', 1],
      ['2026-01-02T06:00:00.000Z', 1],
    ],
  );
  assert.equal(byHour.missing.length, 2);
});

test('what is wrong with a query is said in one sentence', async () => {
  const { call } = makeHarness();
  const cases: Record<string, RegExp> = {
    'executions/f?result=bad': /'result' must be one of ok, error, /,
    'executions/f?start=hot': /'start' must be one of none, warm, /,
    'executions/f?order=odd': /'order' must be one of newest, slowest/,
    'executions/f?limit=0': /'limit' must be a number from 1 to 1000/,
    'executions/f?since=then': /'since' must be a time such as/,
    'executions?request=7': /'request' must be the id of a request/,
    'executions/f:none': /There is no alias 'none' of f/,
    'usage?by=year': /'by' must be one of hour, day/,
  };
  for (const [path, expected] of Object.entries(cases)) {
    const { status, json } = await call('GET', `/_hearth/${path}`);
    assert.equal(status, 400, path);
    assert.match(json().message ?? json().Message, expected);
  }
  assert.equal((await call('GET', '/_hearth/executions/no%20name')).status, 400);
});

test('only other nodes are told what one node knows', async () => {
  const { call } = makeHarness();
  for (const page of ['node-executions', 'node-running', 'node-usage']) {
    assert.ok((await call('GET', `/_hearth/${page}`)).status >= 400, page);
  }
});
