/** Logs of functions, as `hearth logs` prints them: of every node, through any node, followed and looked up. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { DeleteFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import type { ClusterView } from '../../src/types/index.js';
import { Cluster, Command, eventually, pidsOf } from './cluster-harness.js';
import { deploy } from './functions.js';

let cluster: Cluster;

before(async () => {
  cluster = await Cluster.up(['--no-examples']);
});

after(async () => {
  await cluster.stop();
});

const printing = `exports.handler = async (event) => { console.log('said ' + event.word); return 1; }`;

/** Calls a function through node `i`; resolves with the request's id. */
async function say(i: number, name: string, word: string): Promise<string> {
  const client = cluster.client(cluster.nodeUrl(i));
  const Payload = JSON.stringify({ word });
  const { $metadata } = await client.send(new InvokeCommand({ FunctionName: name, Payload }));
  return $metadata.requestId ?? '';
}

async function idOf(i: number): Promise<string> {
  const page = await fetch(`${cluster.nodeUrl(i)}/_hearth/cluster`);
  return ((await page.json()) as ClusterView).self;
}

function logs(i: number, ...args: string[]): Command {
  return Command.hearth(['logs', ...args, '--endpoint', cluster.nodeUrl(i)]);
}

/** What a command prints that ends by itself. */
async function printed(i: number, ...args: string[]): Promise<string> {
  const command = logs(i, ...args);
  const { code } = await command.ended();
  assert.equal(code, 0, command.stderr);
  return command.stdout;
}

test('logs finds a request by its id through every node, and follows all of them at once', async () => {
  await deploy(cluster.client(), 'talker', printing);
  const follower = logs(2, 'talker', '-f');
  const ids = new Map<string, string>();
  for (const [i, word] of ['one', 'two', 'three'].entries()) {
    ids.set(word, await say(i + 1, 'talker', word));
  }
  for (const word of ids.keys()) await follower.untilPrinted(new RegExp(`said ${word}\\n`));
  const text = await printed(3, 'talker', '--request', ids.get('two') ?? '');
  assert.match(text, new RegExp(`Z START RequestId: ${ids.get('two')} Version: \\$LATEST\\n`));
  assert.match(
    text,
    /said two\n.*Z END RequestId: .*\n.*Z REPORT RequestId: .*\tMemory Size: 128 MB\t/s,
  );
  assert.doesNotMatch(text, /said one|said three/);
  // what came before is told again by who comes later, in its order
  const all = await printed(1, 'talker', '--since', '10m');
  assert.deepEqual(all.match(/said \w+/g), ['said one', 'said two', 'said three']);
  // goes on when the node that it asks is gone for a moment, and ends cleanly
  assert.deepEqual(await follower.stop('SIGINT'), { code: 0, signal: null });
});

test('logs outlive their function', async () => {
  await deploy(cluster.client(), 'brief', printing);
  const id = await say(1, 'brief', 'remember me');
  assert.match(await printed(1, 'brief', '--request', id), /said remember me\n/);
  await cluster.client().send(new DeleteFunctionCommand({ FunctionName: 'brief' }));
  assert.match(await printed(2, 'brief', '--request', id), /said remember me\n/);
  const metrics = await (await fetch(`${cluster.nodeUrl(1)}/_hearth/metrics`)).text();
  assert.match(metrics, /^hearth_logs_dropped_records_total 0$/m);
});

test('a node that does not answer is named by logs, and the others are told all the same', async () => {
  await deploy(cluster.client(), 'partly', printing);
  const called = await fetch(`${cluster.nodeUrl(1)}/2015-03-31/functions/partly/invocations`, {
    method: 'POST',
    body: JSON.stringify({ word: 'something' }),
  });
  // its lines are on the node that ran it, wherever that was: another one must fall silent
  const silent = called.headers.get('x-hearth-node') === (await idOf(3)) ? 2 : 3;
  const pid = cluster.nodePid(silent);
  process.kill(pid, 'SIGSTOP');
  try {
    const command = logs(1, 'partly');
    assert.equal((await command.ended()).code, 0);
    assert.match(command.stdout, /said something\n/);
    assert.match(command.stderr, /^lines may be missing of: [0-9a-f]{8} \(127\.0\.0\.1:/);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await eventually(
    async () => logs(1, 'partly').ended(),
    ({ code }) => code === 0,
  );
  assert.ok(pidsOf(`127.0.0.1:${cluster.port + silent}`, ' node ').includes(pid));
});
