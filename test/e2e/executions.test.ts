/** Executions and usage of three real nodes, as `hearth executions` and `hearth usage` print them through any of them. */
import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { parseExposition } from '../exposition.js';
import { Cluster, Command, eventually } from './cluster-harness.js';
import { deploy } from './functions.js';

let cluster: Cluster;
let data: string;
/** As a collector of traces has received them. */
const spans: Span[] = [];
const collector = createServer(async (request, response) => {
  let text = '';
  for await (const piece of request) text += piece;
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  const { resourceSpans } = JSON.parse(text) as Collected;
  for (const { scopeSpans } of resourceSpans) {
    for (const scope of scopeSpans) spans.push(...scope.spans);
  }
});

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

interface Collected {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: Span[] }[] }[];
}

before(async () => {
  data = await mkdtemp(join(tmpdir(), 'hearth-executions-'));
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  cluster = await Cluster.up(['--no-examples', '--data', data], env);
});

after(async () => {
  await cluster.stop();
  collector.close();
  await rm(data, { recursive: true });
});

const code = `exports.handler = async (event) => {
  console.log('said ' + event.word);
  if (event.fail) throw new TypeError('no ' + event.word);
  if (event.hang) await new Promise(() => setInterval(() => {}, 1000));
  await new Promise((resolve) => setTimeout(resolve, event.waitMs ?? 0));
  return 1;
}`;

/** Calls the function through node `i`; resolves with the request's id. */
async function call(i: number, event: object): Promise<string> {
  const client = cluster.client(cluster.nodeUrl(i));
  const Payload = JSON.stringify(event);
  const { $metadata } = await client.send(new InvokeCommand({ FunctionName: 'told', Payload }));
  return $metadata.requestId ?? '';
}

/** What a command prints that ends by itself. */
async function hearth(i: number, ...args: string[]): Promise<string> {
  const command = Command.hearth([...args, '--endpoint', cluster.nodeUrl(i)]);
  const { code } = await command.ended();
  assert.equal(code, 0, command.stderr);
  return command.stdout;
}

interface Told {
  readonly requestId: string;
  readonly node: string;
  readonly start: string;
  readonly result: string;
  readonly errorType?: string;
  readonly totalMs: number;
  readonly queueMs: number;
  readonly startMs: number;
  readonly initMs: number;
  readonly durationMs: number;
  readonly hops: number;
}

async function executions(i: number, query = ''): Promise<Told[]> {
  const page = await fetch(`${cluster.nodeUrl(i)}/_hearth/executions/told?${query}`);
  return ((await page.json()) as { executions: Told[] }).executions;
}

test('every invocation is found through every node, by what became of it', async () => {
  await deploy(cluster.client(), 'told', code, { timeoutS: 1 });
  const ids = {
    cold: await call(1, { word: 'cold' }),
    warm: await call(2, { word: 'warm', waitMs: 60 }),
    failed: await call(3, { word: 'failed', fail: true }),
    hung: await call(1, { word: 'hung', hang: true }),
  };
  const [first, second] = await Promise.all([executions(2), executions(3)]);
  assert.deepEqual(first, second);
  const byId = new Map(first.map((one) => [one.requestId, one]));
  assert.equal(first.length, 4);
  const cold = byId.get(ids.cold);
  assert.equal(cold?.start, 'cold');
  assert.ok(cold.startMs + cold.initMs > 1, JSON.stringify(cold));
  const sum = cold.queueMs + cold.startMs + cold.initMs + cold.durationMs;
  assert.ok(Math.abs(sum - cold.totalMs) < 0.01);
  const warm = byId.get(ids.warm);
  assert.equal(warm?.result, 'ok');
  assert.ok((warm?.durationMs ?? 0) >= 59);
  const failed = byId.get(ids.failed);
  assert.deepEqual([failed?.result, failed?.errorType], ['error', 'TypeError']);
  assert.equal(byId.get(ids.hung)?.result, 'timeout');
  const slowest = await executions(1, 'order=slowest&limit=1');
  const most = Math.max(...first.map(({ totalMs }) => totalMs));
  assert.deepEqual(
    slowest.map(({ totalMs }) => totalMs),
    [most],
  );
  const bad = await executions(1, 'result=failed');
  assert.deepEqual(
    bad.map(({ requestId }) => requestId),
    [ids.hung, ids.failed],
  );
  const shown = await hearth(3, 'executions', 'show', ids.failed);
  assert.match(
    shown,
    /\nresult +error \(TypeError\)\n[\s\S]*\tsaid failed\n[\s\S]*REPORT RequestId/,
  );
  assert.doesNotMatch(shown, /said warm/);
});

test('every metric of a node has its help and type, and counts what ran there', async () => {
  const texts = await Promise.all(
    [1, 2, 3].map(async (i) => (await fetch(`${cluster.nodeUrl(i)}/_hearth/metrics`)).text()),
  );
  let ended = 0;
  for (const text of texts) {
    const families = parseExposition(text);
    for (const count of families.get('hearth_executions_total')?.samples.values() ?? []) {
      ended += count;
    }
    for (const name of ['hearth_control_loop_lag_seconds', 'hearth_event_loop_lag_seconds']) {
      assert.equal(families.get(name)?.type, 'histogram');
    }
  }
  assert.equal(ended, 4);
  const phases = /^hearth_execution_phase_seconds_count\{start="cold",phase="init"\} 1$/m;
  assert.ok(texts.some((text) => phases.test(text)));
});

test('a trace goes from the caller through the nodes to the function', async () => {
  const telling = `exports.handler = async () => process.env._X_AMZN_TRACE_ID`;
  await deploy(cluster.client(), 'traced', telling);
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const ask = async (i: number, flags: string): Promise<string> => {
    const url = `${cluster.nodeUrl(i)}/2015-03-31/functions/traced/invocations`;
    const traceparent = `00-${traceId}-b7ad6b7169203331-${flags}`;
    return (await (
      await fetch(url, { method: 'POST', headers: { traceparent } })
    ).json()) as string;
  };
  const root = `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
  assert.equal(await ask(1, '00'), `${root};Parent=b7ad6b7169203331;Sampled=0`);
  const told = await ask(2, '01');
  const mine = (): Span[] => spans.filter((span) => span.traceId === traceId);
  const isWhole = (all: Span[]): boolean => all.some(({ name }) => name === 'request traced');
  const all = await eventually(async () => mine(), isWhole);
  const request = all.find(({ name }) => name === 'request traced');
  assert.equal(request?.parentSpanId, 'b7ad6b7169203331');
  const run = (await eventually(
    async () => mine().find(({ name }) => name === 'run traced'),
    (span) => span !== undefined,
  )) as Span;
  assert.equal(told, `${root};Parent=${run.spanId};Sampled=1`);
  await eventually(
    async () => mine().find(({ name }) => name === 'execution'),
    (span) => span?.parentSpanId === run.spanId,
  );
  assert.equal(all.filter(({ name }) => name === 'request traced').length, 1);
});

test('both live over a restart of all nodes, and usage has counted each request once', async () => {
  const before = await executions(1);
  await cluster.stop();
  cluster = await Cluster.up(['--no-examples', '--data', data]);
  assert.deepEqual(await executions(3), before);
  await call(2, { word: 'again' });
  assert.match(await hearth(2, 'usage', 'told'), / told +5 +2 +0\.\d{3}\n$/);
  const page = await (await fetch(`${cluster.nodeUrl(1)}/_hearth/usage/told?by=hour`)).json();
  const { usage, missing } = page as { usage: { requests: number }[]; missing: unknown[] };
  assert.equal(
    usage.reduce((sum, { requests }) => sum + requests, 0),
    5,
  );
  assert.deepEqual(missing, []);
});
