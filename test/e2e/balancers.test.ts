/**
 * Real balancers in front of three nodes: nginx and HAProxy from the distribution, with the configurations that
 * `deploy/` has for users.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { haproxyCfg, haproxyCommand, nginxCommand, nginxConf } from '../balancer-configs.js';
import { Command, eventually, freePorts, healthy, missing, root } from './cluster-harness.js';
import { deploy } from './functions.js';
import { Load } from './load.js';
import { Trio } from './trio.js';

const withSbin = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
/** When a balancer gives a marked request to another node. */
const patienceMs = 5000;
/** For what else a request needs on a busy machine. */
const slackMs = 4000;
const mark = { 'idempotency-key': 'any' };

let trio: Trio;
let directory = '';
/** Where `work` writes a line for each time it begins. */
let ledger = '';
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'balancers-'));
  ledger = join(directory, 'ledger');
  trio = await Trio.start('--sandbox', 'process');
  const client = trio.client();
  await deploy(client, 'size', 'exports.handler = async (event) => event.length;');
  await deploy(
    client,
    'ticks',
    `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
      for (const tick of 'abcdef') {
        stream.write(tick);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      stream.end();
    });`,
  );
  await deploy(
    client,
    'work',
    `const { appendFileSync } = require('node:fs');
    exports.handler = async ({ id, ms }) => {
      appendFileSync(process.env.LEDGER, id + ' ' + process.ppid + '\\n');
      await new Promise((resolve) => setTimeout(resolve, ms));
      return id;
    };`,
    { environment: { LEDGER: ledger } },
  );
});
after(async () => {
  await trio.close();
  await rm(directory, { recursive: true });
});

interface Front {
  readonly name: string;
  readonly url: string;
}

async function opened(t: TestContext, name: 'nginx' | 'haproxy'): Promise<Front> {
  const listen = `127.0.0.1:${await freePorts()}`;
  // the last is a spare place of rollouts, where nobody listens
  const nodes = [...trio.addresses, `127.0.0.1:${await freePorts()}`];
  const place = { listen, nodes, directory };
  const file = join(directory, `${name}.conf`);
  await writeFile(file, name === 'nginx' ? nginxConf(place) : haproxyCfg(place));
  const [program = '', ...args] = name === 'nginx' ? nginxCommand(file) : haproxyCommand(file);
  const balancer = new Command(spawn(program, args, { env: withSbin }));
  t.after(() => balancer.stop('SIGTERM'));
  const url = `http://${listen}`;
  await healthy(url);
  return { name, url };
}

function invoke(
  { url }: Front,
  name: string,
  event: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const path = `/2015-03-31/functions/${name}/invocations`;
  return fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(event) });
}

/** Parents of the sandboxes in which a request began. */
async function begun(id: string): Promise<number[]> {
  const lines = (await readFile(ledger, 'utf8').catch(() => '')).split('\n');
  return lines
    .filter((line) => line.startsWith(`${id} `))
    .map((line) => Number(line.slice(id.length)));
}

async function spreads(front: Front): Promise<void> {
  const before = await trio.taken('work');
  for (let round = 0; round < 30; round++) {
    assert.equal((await invoke(front, 'work', { id: 'spread', ms: 0 })).status, 200);
  }
  const counts = (await trio.taken('work')).map((count, node) => count - (before[node] ?? 0));
  for (const count of counts) assert.ok(count >= 8 && count <= 12, `taken by nodes: ${counts}`);
}

/** An answer that streams comes as it is written. */
async function streams({ url }: Front): Promise<void> {
  const path = '/2021-11-15/functions/ticks/response-streaming-invocations';
  const answer = await fetch(`${url}${path}`, { method: 'POST' });
  const times: number[] = [];
  for await (const _ of answer.body ?? []) times.push(performance.now());
  const lastedMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  assert.ok(lastedMs > 100, `all of it came within ${lastedMs} ms`);
}

async function passesLargeBodies(front: Front): Promise<void> {
  const text = 'x'.repeat(6 * 1024 * 1024 - 2);
  for (const headers of [{}, mark]) {
    const answer = await invoke(front, 'size', text, headers);
    assert.equal(await answer.text(), String(text.length));
  }
}

/** The node that runs a request is killed; resolves with the answer, status 0 for none, and where it began. */
async function killedMeanwhile(front: Front, id: string, headers: Record<string, string>) {
  // warm everywhere, so that the node that is asked runs it itself
  await trio.warm('work');
  const asked = invoke(front, 'work', { id, ms: 1500 }, headers).then(
    async (answer) => ({ status: answer.status, text: await answer.text() }),
    () => ({ status: 0, text: '' }),
  );
  const [runner] = await eventually(
    () => begun(id),
    (nodes) => nodes.length === 1,
  );
  const victim = trio.numberOf(runner ?? 0);
  await trio.kill(victim);
  const result = { ...(await asked), began: await begun(id) };
  await trio.restart(victim);
  return result;
}

async function repeatsWhatIsMarked(front: Front): Promise<void> {
  const id = `${front.name}-marked`;
  const marked = await killedMeanwhile(front, id, mark);
  assert.deepEqual([marked.status, marked.text], [200, JSON.stringify(id)]);
  assert.equal(new Set(marked.began).size, 2, 'run by two nodes');
  const unmarked = await killedMeanwhile(front, `${front.name}-unmarked`, {});
  // HAProxy breaks the connection off where it has asked the node on a kept one
  assert.match(
    `${unmarked.status} ${unmarked.text}`,
    /^502 \{"Type":"Service","Message":".*may have run|^0 $/,
  );
  assert.equal(unmarked.began.length, 1);
}

/** A node takes connections and says nothing. */
async function goesAroundTheStopped(front: Front, t: TestContext): Promise<void> {
  await trio.warm('work');
  trio.pause(3);
  t.after(() => trio.resume(3));
  const askedMs = performance.now();
  const answers = [1, 2, 3, 4, 5, 6].map(async (i) => {
    const answer = await invoke(front, 'work', { id: `${front.name}-stopped-${i}`, ms: 0 }, mark);
    return { status: answer.status, tookMs: performance.now() - askedMs };
  });
  const tooks = (await Promise.all(answers)).map(({ status, tookMs }) => {
    assert.equal(status, 200);
    return tookMs;
  });
  assert.ok(Math.max(...tooks) >= patienceMs, `the stopped one was asked: ${tooks}`);
  assert.ok(Math.max(...tooks) < patienceMs + slackMs, `too late: ${tooks}`);
  trio.resume(3);
  await trio.agreed();
}

/** Stops node 2 by SIGTERM under constant load, and starts it no more; resolves with what failed. */
async function failuresWhileStopping({ url }: Front): Promise<readonly string[]> {
  const load = Load.begin(url, ['size']);
  await load.answered(200);
  await trio.stop(2);
  await load.answered(200);
  return load.end();
}

const asRoot = process.getuid?.() === 0 ? false : 'not root, who alone may listen on port 80';

test('nginx takes its configuration as it is', { skip: missing('nginx') || asRoot }, () => {
  const file = join(root, 'deploy/nginx.conf');
  execFileSync('nginx', ['-t', '-q', '-e', 'stderr', '-c', file], { env: withSbin });
});

test('HAProxy takes its configuration as it is', { skip: missing('haproxy') }, () => {
  const file = join(root, 'deploy/haproxy.cfg');
  execFileSync('haproxy', ['-c', '-q', '-f', file], { env: withSbin });
});

test('behind nginx, what is marked as idempotent outlives its node', {
  skip: missing('nginx'),
}, async (t) => {
  const front = await opened(t, 'nginx');
  await spreads(front);
  await streams(front);
  await passesLargeBodies(front);
  await repeatsWhatIsMarked(front);
  await goesAroundTheStopped(front, t);
});

test('behind HAProxy, what is marked as idempotent outlives its node, and a stop loses nothing', {
  skip: missing('haproxy'),
}, async (t) => {
  const front = await opened(t, 'haproxy');
  await spreads(front);
  await streams(front);
  await passesLargeBodies(front);
  await repeatsWhatIsMarked(front);
  await goesAroundTheStopped(front, t);
  // the stopped one is looked at no more: nobody waits for it
  assert.deepEqual(await failuresWhileStopping(front), []);
});
