/** Answers that stream from sandboxes of real nodes to the AWS SDK, on the node that was asked and through another. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { after, before, test } from 'node:test';
import {
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamResponseEvent,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { Cluster, eventually } from './cluster-harness.js';
import { deploy } from './functions.js';

const MiB = 1024 * 1024;
const source = `
const { setTimeout: wait } = require('node:timers/promises');
const { pipeline } = require('node:stream/promises');
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  if (event.mebibytes) {
    const piece = Buffer.alloc(64 * 1024, 'x');
    await pipeline(async function* () {
      for (let sent = 0; sent < event.mebibytes * 16; sent++) yield piece;
    }, stream);
    console.log('all ' + event.mebibytes + ' written');
    return;
  }
  stream.setContentType('text/plain');
  for (const word of event.words) {
    stream.write(word);
    await wait(event.pauseMs ?? 0);
  }
  if (event.fail) throw new RangeError('in the middle');
  stream.end();
});`;

let cluster: Cluster;
let nodes: LambdaClient[];
before(async () => {
  cluster = await Cluster.up(['--no-examples']);
  nodes = [1, 2, 3].map((i) => cluster.client(cluster.nodeUrl(i)));
  await deploy(nodes[0] as LambdaClient, 'words', source, { timeoutS: 60 });
  const plain = 'exports.handler = async (event) => event;';
  await deploy(nodes[0] as LambdaClient, 'plain', plain);
});
after(async () => {
  assert.deepEqual(await cluster.stop(), { code: 0, signal: null });
});

type Complete = NonNullable<InvokeWithResponseStreamResponseEvent['InvokeComplete']>;

async function stream(node: number, FunctionName: string, event: unknown) {
  const Payload = JSON.stringify(event);
  const command = new InvokeWithResponseStreamCommand({ FunctionName, Payload, LogType: 'Tail' });
  const { EventStream = [] } = await (nodes[node] as LambdaClient).send(command);
  const chunks: { text: string; atMs: number }[] = [];
  let complete: Complete | undefined;
  for await (const {
    PayloadChunk,
    InvokeComplete,
  } of EventStream as AsyncIterable<InvokeWithResponseStreamResponseEvent>) {
    if (PayloadChunk !== undefined) {
      const text = Buffer.from(PayloadChunk.Payload ?? []).toString();
      chunks.push({ text, atMs: performance.now() });
    }
    if (InvokeComplete !== undefined) complete = InvokeComplete;
  }
  return { chunks, text: chunks.map(({ text }) => text).join(''), complete };
}

test('what a function writes arrives while it runs, asked of any node', async () => {
  for (const node of [0, 1, 2]) {
    const words = ['one ', 'two ', 'three'];
    const { chunks, text, complete } = await stream(node, 'words', { words, pauseMs: 100 });
    assert.equal(text, 'one two three');
    const lastsMs = (chunks.at(-1)?.atMs ?? 0) - (chunks[0]?.atMs ?? 0);
    assert.ok(lastsMs > 100, `all came within ${lastsMs} ms`);
    assert.equal(complete?.ErrorCode, undefined);
    const log = Buffer.from(complete?.LogResult ?? '', 'base64').toString();
    assert.match(log, /^START RequestId: .*[\s\S]*REPORT RequestId/);
  }
});

test('the balancer of hearth up passes what streams as it comes, and what is told at its end', async () => {
  const answer = await post(-1, streaming('words'), { words: ['a', 'b', 'c'], pauseMs: 100 });
  const times: number[] = [];
  for await (const _ of answer) times.push(performance.now());
  assert.ok((times.at(-1) ?? 0) - (times[0] ?? 0) > 100);
  assert.ok(Number(answer.trailers['x-hearth-duration-ms']) > 200);
});

test('a function that fails in the middle says so at the end, and runs again', async () => {
  for (const node of [0, 1, 2]) {
    const { text, complete } = await stream(node, 'words', { words: ['half'], fail: true });
    assert.deepEqual([text, complete?.ErrorCode], ['half', 'Unhandled']);
    assert.equal(JSON.parse(complete?.ErrorDetails ?? '').errorMessage, 'in the middle');
  }
  assert.equal((await stream(0, 'words', { words: ['whole'] })).text, 'whole');
});

test('a function that does not stream gives one piece, and one that does is gathered by Invoke', async () => {
  const { chunks, complete } = await stream(1, 'plain', { a: 1 });
  assert.deepEqual([chunks.map(({ text }) => text), complete?.ErrorCode], [['{"a":1}'], undefined]);
  const raw = await post(2, '/2015-03-31/functions/words/invocations', { words: ['a', 'b'] });
  assert.equal(await textOf(raw), 'ab');
});

test('a client that reads slowly is not written ahead of, in 120 MiB through two nodes', async () => {
  const { name, from } = await forwarded();
  const pids = [1, 2, 3].map((i) => cluster.nodePid(i));
  const before = pids.map(residentMiB);
  const answer = await post(from, streaming(name), { mebibytes: 120 });
  assert.equal(answer.headers['x-hearth-hops'], '1');
  let bytes = 0;
  let mostMiB = 0;
  for await (const chunk of answer) {
    const isFirst = bytes === 0;
    bytes += (chunk as Buffer).length;
    if (!isFirst) continue;
    // long enough for all of it to come, where nobody held it back
    await new Promise((resolve) => setTimeout(resolve, 1500));
    mostMiB = Math.max(...pids.map((pid, i) => residentMiB(pid) - (before[i] ?? 0)));
    assert.ok(!(await logText(name)).includes('all 120 written'), 'the function was not held back');
  }
  assert.ok(bytes > 120 * MiB);
  assert.ok(Number(answer.trailers['x-hearth-duration-ms']) > 0);
  assert.ok(mostMiB < 40, `a node grew by ${mostMiB} MiB`);
});

test('a function is not made to wait for a client that goes away', async () => {
  const gone = await post(0, streaming('words'), { mebibytes: 150 });
  await once(gone, 'data');
  gone.destroy();
  await eventually(
    () => logText(),
    (text) => text.includes('all 150 written'),
  );
});

/** A function that is warm on one node, and a node that forwards to it: in a hurry a node runs it itself. */
async function forwarded(): Promise<{ name: string; from: number }> {
  const names = await Promise.all([0, 1, 2].map((i) => nodeName(i)));
  for (let count = 0; count < 5; count++) {
    const name = `big-${count}`;
    await deploy(nodes[0] as LambdaClient, name, source, { timeoutS: 60 });
    const warm = await post(0, streaming(name), { words: ['x'] });
    await textOf(warm);
    const from = names.findIndex((node) => node !== warm.headers['x-hearth-node']);
    const probe = await post(from, streaming(name), { words: ['x'] });
    await textOf(probe);
    if (probe.headers['x-hearth-hops'] === '1') return { name, from };
  }
  throw new Error('no node forwards');
}

const streaming = (name: string) => `/2021-11-15/functions/${name}/response-streaming-invocations`;

/** Of the balancer where `node` is -1. */
async function post(node: number, path: string, event: unknown): Promise<IncomingMessage> {
  const url = new URL(path, cluster.nodeUrl(node + 1));
  const asked = request(url, { method: 'POST' });
  asked.end(JSON.stringify(event));
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return answer;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return text;
}

async function logText(name = 'words'): Promise<string> {
  return (await fetch(`${cluster.nodeUrl(1)}/_hearth/logs/${name}`)).text();
}

async function nodeName(node: number): Promise<string> {
  const answer = await fetch(`${cluster.nodeUrl(node + 1)}/_hearth/cluster`);
  return ((await answer.json()) as { self: string }).self;
}

function residentMiB(pid: number): number {
  const [, kilobytes = '0'] =
    /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
