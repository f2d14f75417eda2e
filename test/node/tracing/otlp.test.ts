/** Spans as a collector gets them: a real receiver of OTLP over HTTP. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { silentLogger, systemClock } from '../../../src/lib/index.js';
import { openTracing, traceMetrics } from '../../../src/node/tracing/open-tracing.js';
import { OtlpSink } from '../../../src/node/tracing/otlp.js';
import type { EndedSpan } from '../../../src/node/tracing/span.js';
import { resolveNodeConfig } from '../../../src/types/index.js';
import { parseExposition } from '../../exposition.js';

interface Received {
  readonly path: string;
  readonly body: {
    readonly resourceSpans: {
      readonly resource: { attributes: { key: string; value: { stringValue: string } }[] };
      readonly scopeSpans: { readonly spans: Record<string, unknown>[] }[];
    }[];
  };
}

async function receiver(t: TestContext, status = 200) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    received.push({ path: request.url ?? '', body: JSON.parse(text) });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { received, url: `http://127.0.0.1:${port}` };
}

const span: EndedSpan = {
  name: 'request f',
  kind: 'server',
  traceId: '67891233abcdef012345678912345678',
  spanId: '53995c3f42cd8ad8',
  parentId: '',
  startMs: 1_767_225_600_000.25,
  endMs: 1_767_225_600_012.5,
  attributes: { 'faas.name': 'f', 'faas.coldstart': true },
  error: null,
};
const base = { data: '/nowhere', http: '127.0.0.1:0', cluster: '127.0.0.1:7001' };

test('a collector gets spans with their ids, times, parents and errors', async (t) => {
  const { received, url } = await receiver(t);
  const config = resolveNodeConfig({ ...base, otlpEndpoint: url });
  const deps = { clock: systemClock, logger: silentLogger };
  const open = await openTracing(config, deps, { OTEL_SERVICE_NAME: 'shop' });
  assert.ok(open !== null);
  const begun = open.tracing.begin('', true);
  assert.ok(begun !== null);
  open.tracing.add(begun.traceId, 'execution', 1_767_225_600_001, 2, {
    attributes: {},
    error: 'TypeError',
  });
  open.tracing.end(begun, 'request f', 'server', { attributes: { 'faas.name': 'f' }, error: null });
  await open.stop();
  const [{ path, body } = { path: '', body: null }] = received;
  assert.equal(path, '/v1/traces');
  const [resource] = body?.resourceSpans ?? [];
  const named = resource?.resource.attributes.find(({ key }) => key === 'service.name');
  assert.equal(named?.value.stringValue, 'shop');
  const [execution, request] = resource?.scopeSpans[0]?.spans ?? [];
  assert.equal(execution?.parentSpanId, request?.spanId);
  assert.equal(execution?.traceId, request?.traceId);
  assert.equal(request?.spanId, begun.spanId);
  assert.equal(request?.parentSpanId, undefined);
  assert.equal(request?.kind, 2);
  assert.equal(execution?.startTimeUnixNano, '1767225600001000000');
  assert.equal(execution?.endTimeUnixNano, '1767225600003000000');
  assert.deepEqual(execution?.status, { code: 2, message: 'TypeError' });
  parseExposition(traceMetrics(open));
  assert.match(traceMetrics(open), /hearth_trace_spans_total\{result="exported"\} 2/);
});

test('what a collector does not take is counted, and so is what there is no room for', async () => {
  let held: (() => void)[] | null = [];
  const failing = {
    export: (_: unknown, done: (result: { code: number; error: Error }) => void) => {
      const fail = (): void => done({ code: 1, error: new Error('away') });
      if (held === null) fail();
      else held.push(fail);
    },
    shutdown: async () => undefined,
  };
  const options = { url: 'http://127.0.0.1:1', service: 's', release: 'r', instance: 'i' };
  const sink = new OtlpSink(silentLogger, options, failing as never);
  for (let at = 0; at < 8192 + 10; at++) sink.add(span);
  assert.deepEqual(sink.counts, { exported: 0, failed: 0, dropped: 10 });
  for (const fail of held) fail();
  held = null;
  await sink.stop();
  assert.deepEqual(sink.counts, { exported: 0, failed: 8192, dropped: 10 });
});

test('without a collector nothing is loaded or told', async () => {
  const config = resolveNodeConfig(base);
  const open = await openTracing(config, { clock: systemClock, logger: silentLogger }, {});
  assert.equal(open, null);
  const disabled = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' };
  const deps = { clock: systemClock, logger: silentLogger };
  assert.equal(await openTracing(config, deps, disabled), null);
  assert.equal(traceMetrics(open), '');
});
