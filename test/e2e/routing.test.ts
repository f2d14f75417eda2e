/**
 * Tiered routing with nine real nodes: a request runs once, at most one forward away, where its function
 * is warm if it is warm anywhere; and neither a Replica that hangs nor a Master that dies is in the way.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { type Random, seededRandom } from '../../src/lib/index.js';
import type { ClusterView, NodeView } from '../../src/types/index.js';
import { Cluster, eventually } from './cluster-harness.js';
import { deploy } from './functions.js';

const nodeCount = 9;
const functionCount = 60;
const inFlight = 4;
/** What a request may have been sent into before its sender could know that a node had stopped. */
const trustMs = 50;

/** Appends what it was asked, in one write, so that afterwards every run can be counted. */
const source = `
import os
def handler(event, context):
    file = os.open(os.environ['RUNS'], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, (event['id'] + '\\n').encode())
    os.close(file)
    return event['id']
`;

interface Sent {
  readonly id: string;
  readonly name: string;
  readonly entry: number;
  readonly sentMs: number;
  readonly tookMs: number;
  readonly status: number;
  readonly body: string;
  readonly start: string;
  readonly hops: number;
  readonly ranAt: string;
}

let cluster: Cluster;
let directory = '';
let lastId = 0;
const agent = new Agent({ connections: 64, headersTimeout: 30_000 });

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-routing-'));
  // its functions write down on the host what they ran
  const sandbox = ['--sandbox', 'process'];
  cluster = await Cluster.up(['--nodes', String(nodeCount), '--no-examples', ...sandbox]);
  const environment = { RUNS: join(directory, 'runs') };
  for (let number = 0; number < functionCount; number++) {
    await deploy(cluster.client(), `f${number}`, source, {
      runtime: 'python3.11',
      timeoutS: 30,
      environment,
    });
  }
});
after(async () => {
  await agent.destroy();
  await cluster.stop();
  await rm(directory, { recursive: true });
});

const viewOf = async (i: number): Promise<ClusterView> =>
  (await (await fetch(`${cluster.nodeUrl(i)}/_hearth/cluster`)).json()) as ClusterView;

/** Which of the nodes, from 1, a member is. */
const numberOf = ({ http }: NodeView): number =>
  all.find((i) => cluster.nodeUrl(i).endsWith(http)) ?? 0;

const all = Array.from({ length: nodeCount }, (_, index) => index + 1);

/** Asks a node, or the balancer where `entry` is 0. Connection errors are a status of 0. */
async function invoke(name: string, entry: number): Promise<Sent> {
  const id = `r${++lastId}`;
  const sentMs = performance.now();
  const url = entry === 0 ? cluster.url : cluster.nodeUrl(entry);
  const asked = { id, name, entry, sentMs };
  try {
    const { statusCode, headers, body } = await request(
      `${url}/2015-03-31/functions/${name}/invocations`,
      { method: 'POST', body: JSON.stringify({ id }), dispatcher: agent },
    );
    return {
      ...asked,
      body: await body.text(),
      tookMs: performance.now() - sentMs,
      status: statusCode,
      start: String(headers['x-hearth-start']),
      hops: Number(headers['x-hearth-hops']),
      ranAt: String(headers['x-hearth-node']),
    };
  } catch (error) {
    const tookMs = performance.now() - sentMs;
    return { ...asked, body: String(error), tookMs, status: 0, start: '', hops: -1, ranAt: '' };
  }
}

/** A few senders that each send the next request when the last is answered, while `more` says so. */
async function send(
  more: () => boolean,
  next: () => [string, number],
  senders = inFlight,
): Promise<Sent[]> {
  const sent: Sent[] = [];
  const sender = async (): Promise<void> => {
    while (more()) sent.push(await invoke(...next()));
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return sent;
}

/** All functions alike are asked for at these nodes in turn, until it is stopped. */
class Load {
  #stopped = false;
  readonly #sending: Promise<Sent[]>;

  constructor(seed: number, nodes: readonly number[]) {
    const random = seededRandom(seed);
    let turn = 0;
    this.#sending = send(
      () => !this.#stopped,
      () => [`f${random.below(functionCount)}`, nodes[turn++ % nodes.length] ?? 1],
    );
  }

  stop(): Promise<Sent[]> {
    this.#stopped = true;
    return this.#sending;
  }
}

/** Function 0 is asked for most, by Zipf's law. */
function zipf(random: Random): () => string {
  const sums: number[] = [];
  for (let rank = 1; rank <= functionCount; rank++) sums.push((sums.at(-1) ?? 0) + 1 / rank);
  return () => {
    const drawn = random.next() * (sums.at(-1) ?? 0);
    return `f${sums.findIndex((sum) => sum > drawn)}`;
  };
}

test('a first request makes a function warm at one node, and the others send theirs there', async () => {
  // each request goes to a node of its own; so without routing every first one would be cold
  const random = seededRandom(1);
  const name = zipf(random);
  const touched = new Set<string>();
  let left = 3000;
  let turn = 0;
  const sent = await send(
    () => left-- > 0,
    () => {
      const asked = name();
      const entry = all[turn++ % nodeCount] ?? 1;
      touched.add(`${asked} ${entry}`);
      return [asked, entry];
    },
    // few, for a function that is asked for at two nodes before it is warm at one starts at both
    2,
  );
  assert.deepEqual(
    sent.filter(({ status }) => status !== 200),
    [],
  );
  const cold = sent.filter(({ start }) => start === 'cold').length;
  assert.ok(
    cold * 3 <= touched.size,
    `${cold} cold starts; each node on its own would have made at least ${touched.size}`,
  );
});

test('each of 3,000 requests through the balancer runs once, at most one forward away', async () => {
  const random = seededRandom(2);
  let left = 3000;
  const sent = await send(
    () => left-- > 0,
    () => [`f${random.below(functionCount)}`, 0],
  );
  assert.equal(sent.length, 3000);
  for (const { id, status, body, hops } of sent) {
    assert.deepEqual([status, body], [200, JSON.stringify(id)]);
    assert.ok(hops === 0 || hops === 1, `${hops} hops`);
  }
  assert.ok(
    sent.some(({ hops }) => hops === 1),
    'some are forwarded',
  );
  assert.ok(
    sent.some(({ hops }) => hops === 0),
    'some are not',
  );
});

test('a replica that hangs is skipped: who asks it is answered all the same, by the other one', async () => {
  const view = await viewOf(nodeCount);
  const hung = view.nodes.find(({ role }) => role === 'replica') as NodeView;
  const number = numberOf(hung);
  const others = all.filter((i) => i !== number);
  const pid = cluster.nodePid(number);
  const load = new Load(3, others);
  await delay(500);
  process.kill(pid, 'SIGSTOP');
  const stoppedMs = performance.now();
  // long enough for it to be called dead, and all that while nobody gives it work or needs its answer;
  // that a Replica costs one wait only, lookups.test.ts counts: here slow machines add waits of their own
  await delay(5000);
  process.kill(pid, 'SIGCONT');
  const sent = await load.stop();
  const later = sent.filter(({ sentMs }) => sentMs > stoppedMs + trustMs);
  assert.ok(later.length > 100);
  assert.deepEqual(
    later.filter(({ status, ranAt }) => status !== 200 || ranAt === hung.id),
    [],
  );
  await eventually(
    () => Promise.all(all.map(viewOf)),
    (views) => views.every(({ nodes }) => nodes.every(({ status }) => status === 'alive')),
  );
});

test('when the master is killed only what was under way there fails, and warm functions stay warm', async (t) => {
  const { master, nodes } = await viewOf(nodeCount);
  const number = numberOf(nodes.find(({ id }) => id === master) as NodeView);
  const others = all.filter((i) => i !== number);
  const load = new Load(4, others);
  await delay(500);
  process.kill(cluster.nodePid(number), 'SIGKILL');
  const killedMs = performance.now();
  const views = await eventually(
    () => Promise.all(others.map(viewOf)),
    (seen) => seen.every((view) => view.master !== null && view.master !== master),
  );
  t.diagnostic(`a new master was seen by all after ${Math.round(performance.now() - killedMs)} ms`);
  assert.equal(new Set(views.map((view) => view.master)).size, 1);
  await delay(2000);
  const sent = await load.stop();
  const failed = sent.filter(({ status }) => status !== 200);
  for (const { sentMs, status, body } of failed) {
    assert.ok(sentMs <= killedMs + trustMs, `${body}, sent ${sentMs - killedMs} ms after the kill`);
    assert.deepEqual([status, /it may have run/.test(body)], [502, true], body);
  }
  const later = sent.filter(({ sentMs }) => sentMs > killedMs + trustMs);
  const warm = later.filter(({ start }) => start === 'warm').length;
  t.diagnostic(`${failed.length} lost with it; then ${warm} of ${later.length} found it warm`);
  assert.ok(warm > 0.8 * later.length, `${warm} of ${later.length} found it warm`);
});

test('whatever happened, no request ran twice, and none that was answered did not run', async () => {
  const runs = (await readFile(join(directory, 'runs'), 'utf8')).trimEnd().split('\n');
  assert.equal(new Set(runs).size, runs.length);
  const ran = new Set(runs);
  const never = Array.from({ length: lastId }, (_, index) => `r${index + 1}`).filter(
    (id) => !ran.has(id),
  );
  // what a killed node had taken may not have run: a few at most, in flight when it died
  assert.ok(never.length <= 2 * inFlight, `${never.length} never ran`);
});
