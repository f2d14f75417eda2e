import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { JsonObject } from '../../../src/workflow/json.js';
import { Latch, outputOf, TaskBench } from './task-bench.js';

const inTime = { timeout: 20_000 };
const invoke = 'arn:aws:states:::http:invoke';

interface Got {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** An endpoint that notes what it gets and answers as told. */
async function begin(context: TestContext, answer: (response: http.ServerResponse) => void) {
  const got: Got[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    got.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bench = new TaskBench();
  context.after(async () => {
    await bench.tasks.stop();
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const call = (more: JsonObject = {}) =>
    bench.run(invoke, { ApiEndpoint: `http://127.0.0.1:${port}/pets`, Method: 'GET', ...more });
  return { got, bench, call, port };
}

test('an endpoint is asked as told, and its whole answer given', inTime, async (context) => {
  const { got, call } = await begin(context, (response) => {
    response.writeHead(201, 'Created', { 'content-type': 'application/json', 'x-a': '1' });
    response.end('{"id":7}');
  });
  const output = outputOf(
    await call({
      Method: 'POST',
      Headers: { 'X-Key': 'k' },
      QueryParameters: { kind: ['cat', 'dog'], limit: 2 },
      RequestBody: { name: 'Tom' },
    }),
  );
  const [{ method, url, headers, body } = assert.fail()] = got;
  assert.deepEqual(
    [method, url, body],
    ['POST', '/pets?kind=cat&kind=dog&limit=2', '{"name":"Tom"}'],
  );
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['x-key'], 'k');
  assert.equal(headers['user-agent'], 'Amazon|StepFunctions|HttpInvoke|us-east-1');
  const { Headers, ...rest } = output;
  assert.deepEqual(rest, { ResponseBody: { id: 7 }, StatusCode: 201, StatusText: 'Created' });
  assert.deepEqual((Headers as JsonObject)['x-a'], ['1']);
});

test('an answer that is no JSON is a text', inTime, async (context) => {
  const { call } = await begin(context, (response) => response.end('{"id":7}'));
  assert.equal(outputOf(await call()).ResponseBody, '{"id":7}');
});

for (const [format, sent] of [
  ['INDICES', 'tags[0]=a b&tags[1]=c&who[name]=Tom'],
  ['REPEAT', 'tags=a b&tags=c&who[name]=Tom'],
  ['COMMAS', 'tags=a b,c&who[name]=Tom'],
  ['BRACKETS', 'tags[]=a b&tags[]=c&who[name]=Tom'],
] as const) {
  test(`a form has its arrays by ${format}`, inTime, async (context) => {
    const { got, call } = await begin(context, (response) => response.end());
    await call({
      Method: 'POST',
      RequestBody: { tags: ['a b', 'c'], who: { name: 'Tom' } },
      Transform: {
        RequestBodyEncoding: 'URL_ENCODED',
        RequestEncodingOptions: { ArrayFormat: format },
      },
    });
    assert.equal(got[0]?.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.equal(decodeURIComponent(got[0]?.body ?? ''), sent);
  });
}

test('a status of 400 or more is a failure by its number', inTime, async (context) => {
  const { call } = await begin(context, (response) => {
    response.writeHead(404).end('{"message":"no such pet"}');
  });
  assert.deepEqual(await call(), [
    {
      kind: 'failed',
      at: 'task',
      error: 'States.Http.StatusCode.404',
      cause: '{"message":"no such pet"}',
    },
  ]);
});

test('a redirect is an answer, and not followed', inTime, async (context) => {
  const { got, call } = await begin(context, (response) => {
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  assert.equal(outputOf(await call()).StatusCode, 302);
  assert.equal(got.length, 1);
});

test('more than 256 KiB of an answer are too many', inTime, async (context) => {
  const { call } = await begin(context, (response) => response.end('x'.repeat(262_145)));
  const [report] = await call();
  assert.equal(report?.kind === 'failed' && report.error, 'States.DataLimitExceeded');
});

test('no answer within a minute is a failure', inTime, async (context) => {
  const asked = new Latch();
  const { bench, call } = await begin(context, () => asked.open());
  const reports = call();
  await asked.opened;
  bench.clock.advance(60_000);
  assert.deepEqual(await reports, [
    {
      kind: 'failed',
      at: 'task',
      error: 'States.Http.Socket',
      cause: 'the endpoint did not answer within 60 s',
    },
  ]);
});

test('a request that is given up is broken off', inTime, async (context) => {
  const closed = new Latch();
  const asked = new Latch();
  const { bench, port } = await begin(context, (response) => {
    response.on('close', closed.open);
    asked.open();
  });
  const parameters = { ApiEndpoint: `http://127.0.0.1:${port}/`, Method: 'GET' };
  const cancel = bench.begin(invoke, parameters, {}, () => assert.fail('told'));
  await asked.opened;
  cancel();
  await closed.opened;
});

for (const ApiEndpoint of ['http://169.254.169.254/latest/meta-data', 'http://[fe80::1]/']) {
  test(`${ApiEndpoint} is never asked`, inTime, async (context) => {
    const { call } = await begin(context, (response) => response.end());
    const [report] = await call({ ApiEndpoint });
    if (report?.kind !== 'failed') assert.fail(report?.kind);
    assert.equal(report.error, 'States.Http.Socket');
    assert.match(report.cause, /link-local/);
  });
}

for (const [what, wrong] of [
  ['another scheme', { ApiEndpoint: 'file:///etc/passwd' }],
  ['credentials in the URL', { ApiEndpoint: 'http://a:b@127.0.0.1/' }],
  ['no method', { Method: 'TRACE' }],
  ['a header of the connection', { Headers: { Host: 'elsewhere' } }],
  ['a header that ends its line', { Headers: { a: 'b\r\nc: d' } }],
  [
    'a form that is no object',
    { RequestBody: 'a', Transform: { RequestBodyEncoding: 'URL_ENCODED' } },
  ],
] as const) {
  test(`a request with ${what} is not made`, inTime, async (context) => {
    const { got, call } = await begin(context, (response) => response.end());
    const [report] = await call(wrong);
    assert.equal(report?.kind === 'failed' && report.error, 'States.Runtime');
    assert.equal(got.length, 0);
  });
}

test('a connection is refused in words that say what to do', inTime, async (context) => {
  const { call } = await begin(context, (response) => response.end());
  const [report] = await call({ Authentication: { ConnectionArn: 'arn' } });
  if (report?.kind !== 'failed') assert.fail(report?.kind);
  assert.match(report.cause, /Headers/);
});
