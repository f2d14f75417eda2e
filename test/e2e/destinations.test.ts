/** Where the outcomes of asynchronous invocations go, with real nodes, functions and receivers of webhooks. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  InvokeCommand,
  type LambdaClient,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { Cluster, eventually } from './cluster-harness.js';
import { deploy } from './functions.js';

const inTime = { timeout: 120_000 };
const stream = 'arn:aws:kinesis:us-east-1:123456789012:stream/outcomes';
const letters = 'arn:aws:kinesis:us-east-1:123456789012:stream/letters';
const echo = 'exports.handler = async (event) => ({ got: event });';
const fails = 'exports.handler = async () => { throw new Error("no luck"); };';

interface Hook {
  readonly id: string;
  readonly isSigned: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: records are looked into
  readonly body: any;
}

/** A receiver of webhooks that answers with `status`, and checks signatures as the specification says. */
class Receiver {
  status = 200;
  secret = '';
  readonly got: Hook[] = [];
  readonly #server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const id = String(request.headers['webhook-id']);
    const signed = `${id}.${request.headers['webhook-timestamp']}.${text}`;
    const key = Buffer.from(this.secret.slice('whsec_'.length), 'base64');
    const wanted = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    const isSigned = String(request.headers['webhook-signature']).split(' ').includes(wanted);
    this.got.push({ id, isSigned, body: JSON.parse(text) });
    response.writeHead(this.status).end();
  });

  async start(context: TestContext): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    context.after(() => {
      this.#server.close();
      this.#server.closeAllConnections();
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }
}

async function page(url: string, path: string, method = 'GET') {
  const answer = await fetch(`${url}/_hearth/${path}`, { method });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  // biome-ignore lint/suspicious/noExplicitAny: pages are looked into
  return (await answer.json()) as any;
}

async function configure(client: LambdaClient, name: string, onSuccess: string, onFailure = '') {
  await client.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: name,
      MaximumRetryAttempts: 0,
      DestinationConfig: {
        ...(onSuccess === '' ? {} : { OnSuccess: { Destination: onSuccess } }),
        ...(onFailure === '' ? {} : { OnFailure: { Destination: onFailure } }),
      },
    }),
  );
}

async function submit(client: LambdaClient, name: string, event: unknown): Promise<string> {
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: name,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );
  assert.equal(answer.StatusCode, 202);
  return String(answer.$metadata.requestId);
}

const ended = (url: string, id: string, status: string, timeoutMs?: number) =>
  eventually(
    () => page(url, `events/${id}`),
    (event) => event.status === status,
    timeoutMs,
  );

test(
  'functions, streams and webhooks are told of success and failure, and dead ones are redriven',
  inTime,
  async (t) => {
    const receiver = new Receiver();
    const hook = await receiver.start(t);
    const cluster = await Cluster.up(['--no-examples', '--sandbox', 'process']);
    t.after(() => cluster.stop());
    const { url } = cluster;
    const client = cluster.client();
    await deploy(client, 'echo', echo);
    await deploy(client, 'fails', fails);
    await deploy(client, 'sink', echo);
    receiver.secret = (await page(url, 'webhook-secret')).current;

    await configure(client, 'echo', stream);
    const first = await submit(client, 'echo', { n: 1 });
    await ended(url, first, 'done');
    for (const node of [1, 2, 3]) {
      const { records } = await page(cluster.nodeUrl(node), 'streams/outcomes');
      assert.equal(records.length, 1, `node ${node}`);
      const [{ data }] = records;
      assert.equal(data.requestContext.requestId, first);
      assert.equal(data.requestContext.condition, 'Success');
      assert.ok(Math.abs(Date.parse(data.timestamp) - Date.now()) < 60_000, data.timestamp);
      assert.deepEqual(data.responsePayload, { got: { n: 1 } });
    }

    await configure(client, 'fails', '', hook);
    const second = await submit(client, 'fails', { n: 2 });
    await ended(url, second, 'failed');
    assert.equal(receiver.got.length, 1);
    assert.ok(receiver.got[0]?.isSigned);
    assert.equal(receiver.got[0]?.body.requestContext.requestId, second);
    assert.equal(receiver.got[0]?.body.requestContext.condition, 'RetriesExhausted');
    assert.equal(receiver.got[0]?.body.responsePayload.errorMessage, 'no luck');

    await configure(client, 'fails', '', 'arn:aws:lambda:us-east-1:123456789012:function:sink');
    const third = await submit(client, 'fails', { n: 3 });
    await ended(url, third, 'failed');
    const { events } = await eventually(
      () => page(url, 'events?function=sink&status=done'),
      (list) => list.events.length === 1,
    );
    const told = await page(url, `events/${events[0].requestId}`);
    assert.equal(told.answer.got.requestContext.requestId, third);

    await configure(client, 'fails', '', '');
    await client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'fails',
        DeadLetterConfig: { TargetArn: letters },
      }),
    );
    const letter = await submit(client, 'fails', { n: 5 });
    await ended(url, letter, 'failed');
    const [kept] = (await page(url, 'streams/letters')).records;
    assert.deepEqual(kept.data, { n: 5 }, 'a dead letter is the event itself');
    assert.deepEqual(kept.attributes, {
      RequestID: letter,
      ErrorCode: '200',
      ErrorMessage: 'no luck',
    });

    receiver.status = 410;
    await configure(client, 'echo', hook);
    const fourth = await submit(client, 'echo', { n: 4 });
    const dead = await ended(url, fourth, 'dead');
    assert.deepEqual(dead.payload, { n: 4 }, 'it is kept');
    assert.equal(dead.deliveries[0].error, 'it answered with status 410');
    receiver.status = 200;
    assert.deepEqual(await page(url, 'events/redrive?function=echo', 'POST'), { redriven: 1 });
    await ended(url, fourth, 'done');
    assert.equal(receiver.got.at(-1)?.body.requestContext.requestId, fourth);
  },
);

test('a delivery outlives the node that was about to make it', inTime, async (t) => {
  const receiver = new Receiver();
  receiver.status = 503;
  const hook = await receiver.start(t);
  const cluster = await Cluster.up(['--no-examples', '--sandbox', 'process']);
  t.after(() => cluster.stop());
  await deploy(cluster.client(), 'echo', echo);
  await configure(cluster.client(), 'echo', hook);
  const owner = 2;
  const id = await submit(cluster.client(cluster.nodeUrl(owner)), 'echo', { n: 1 });
  await eventually(
    async () => receiver.got.length,
    (attempts) => attempts > 0,
  );
  const before = await page(cluster.nodeUrl(1), `events/${id}`);
  assert.equal(before.status, 'delivering');
  assert.equal(before.owner, (await page(cluster.nodeUrl(owner), 'cluster')).self);
  process.kill(cluster.nodePid(owner), 'SIGKILL');
  receiver.status = 200;
  const after = await ended(cluster.nodeUrl(1), id, 'done', 30_000);
  assert.notEqual(after.owner, before.owner);
  assert.deepEqual(new Set(receiver.got.map((got) => got.id)).size, 1, 'each attempt has one id');
});
