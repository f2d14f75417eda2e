import { strict as assert } from 'node:assert';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { NodeExit, NodeProcess } from '../../src/cli/node-process.js';
import { Up } from '../../src/cli/up.js';
import { type PlannedNode, planUp } from '../../src/cli/up-plan.js';
import { systemClock } from '../../src/lib/index.js';
import { freePorts } from '../free-ports.js';

const inTime = { timeout: 20_000 };

/** A "node process" in this process: answers HTTP, and exits when told to. */
class FakeNode implements NodeProcess {
  readonly pid = 1;
  readonly events = new EventEmitter();
  readonly exited = once(this.events, 'exit').then(([exit]) => exit as NodeExit);
  readonly ready: Promise<void>;
  readonly log: string[] = [];
  readonly #server = http.createServer((request, response) => {
    if (request.url === '/_hearth/cluster') response.end(JSON.stringify(this.page()));
    else if (request.url === '/held') this.events.once('finish', () => response.end('finished'));
    else response.end(`node ${this.plan.number}`);
    this.events.emit(`request ${request.url}`);
  });

  constructor(
    readonly plan: PlannedNode,
    private readonly page: () => unknown,
    private readonly behaviour: { deaf?: boolean; fails?: string },
  ) {
    const [host = '', port = ''] = plan.http.split(':');
    this.ready = new Promise((resolve) => {
      if (behaviour.fails)
        setImmediate(() => this.exit({ how: 'exit code 1', reason: behaviour.fails ?? '' }));
      else this.#server.listen(Number(port), host, () => resolve());
    });
  }

  exit(exit: NodeExit): void {
    this.#server.close();
    this.#server.closeAllConnections();
    this.events.emit('exit', exit);
  }

  terminate(): void {
    this.log.push('terminate');
    this.events.emit('terminate');
    if (!this.behaviour.deaf) this.exit({ how: 'exit code 0', reason: '' });
  }

  kill(): void {
    this.log.push('kill');
    this.exit({ how: 'signal SIGKILL', reason: '' });
  }
}

interface Options {
  behaviour?: (number: number) => { deaf?: boolean; fails?: string };
  quorum?: () => boolean;
  startTimeoutMs?: number;
  drainMs?: number;
  restart?: boolean;
  data?: string;
}

async function cluster(context: TestContext, options: Options = {}) {
  const http = await freePorts();
  const plan = planUp({ nodes: 2, http, sandbox: 'auto', data: options.data ?? '/nowhere' }, []);
  const nodes: FakeNode[] = [];
  const said: string[] = [];
  const swept: string[] = [];
  const member = {
    rank: 0,
    role: 'worker',
    status: 'alive',
    http: '',
    cluster: '',
    joinedAt: 1,
    load: 0,
  };
  const page = () => ({
    self: 'a',
    master: 'a',
    term: 1,
    quorum: options.quorum?.() ?? true,
    nodes: nodes.map((node) => ({ ...member, id: String(node.plan.number) })),
  });
  const up = new Up(
    {
      clock: systemClock,
      say: (line) => said.push(line),
      startNode: (planned) => {
        const node = new FakeNode(planned, page, options.behaviour?.(planned.number) ?? {});
        nodes.push(node);
        return node;
      },
      sweepLeftovers: async (directory) => {
        swept.push(directory);
      },
    },
    {
      plan,
      balancer: { host: '127.0.0.1', port: http },
      drainMs: options.drainMs ?? 1000,
      restart: options.restart ?? false,
      releases: '/nowhere/releases',
      ...(options.startTimeoutMs === undefined ? {} : { startTimeoutMs: options.startTimeoutMs }),
    },
  );
  context.after(() => up.stop());
  return { up, nodes, said, swept, http, plan };
}

const never = new AbortController().signal;

/** Resolves once a line like this has been said so often; the test's own time is the deadline. */
async function untilSaid(said: readonly string[], line: RegExp, times: number): Promise<void> {
  while (said.filter((text) => line.test(text)).length < times) await delay(10);
}

test(
  'a start ends with a balancer in front of nodes that all see each other',
  inTime,
  async (context) => {
    const { up, nodes, said, http } = await cluster(context);
    const url = await up.start(never);
    assert.equal(url, `http://127.0.0.1:${http}`);
    const answers = [await fetch(url), await fetch(url)].map((answer) => answer.text());
    assert.deepEqual(await Promise.all(answers), ['node 1', 'node 2']);
    assert.equal(said.length, 2);
    await up.stop();
    assert.deepEqual(
      nodes.map((node) => node.log),
      [['terminate'], ['terminate']],
    );
    await assert.rejects(fetch(url));
  },
);

test('the start waits until a majority accepts writes', inTime, async (context) => {
  let asked = 0;
  const { up } = await cluster(context, { quorum: () => ++asked > 3 });
  await up.start(never);
  assert.ok(asked > 3);
});

test('a start that takes too long says what is missing', inTime, async (context) => {
  const { up } = await cluster(context, { quorum: () => false, startTimeoutMs: 300 });
  await assert.rejects(
    up.start(never),
    /did not form in time: node 1 says: no majority accepts writes/,
  );
});

test(
  'a node that fails while starting fails the start with its own reason',
  inTime,
  async (context) => {
    const behaviour = (number: number) => (number === 2 ? { fails: 'the disk is full.' } : {});
    const { up, nodes } = await cluster(context, { behaviour });
    await assert.rejects(up.start(never), {
      message: 'node 2 ended (exit code 1): the disk is full.',
    });
    await up.stop();
    assert.deepEqual(nodes[0]?.log, ['terminate']);
  },
);

test('an interrupted start stops waiting and ends what it began', inTime, async (context) => {
  const { up, nodes } = await cluster(context, { quorum: () => false });
  const interrupted = new AbortController();
  const starting = assert.rejects(up.start(interrupted.signal), { message: 'enough' });
  setImmediate(() => interrupted.abort(new Error('enough')));
  await starting;
  await up.stop();
  for (const node of nodes) assert.deepEqual(node.log, ['terminate']);
});

test('a node that dies later is reported, and the others go on', inTime, async (context) => {
  const { up, nodes, said, swept } = await cluster(context);
  const url = await up.start(never);
  nodes[0]?.exit({ how: 'signal SIGKILL', reason: '' });
  for (let count = 0; count < 4; count++) {
    assert.equal(await (await fetch(url)).text(), 'node 2');
  }
  assert.equal(said.at(-1), 'node 1 ended (signal SIGKILL); the others go on.');
  await up.stop();
  assert.deepEqual(swept, ['/nowhere/node-1']);
});

test('a killed node is started again and asks the others to join', inTime, async (context) => {
  const { up, nodes, said, swept, plan } = await cluster(context, { restart: true });
  const url = await up.start(never);
  nodes[0]?.exit({ how: 'signal SIGKILL', reason: '' });
  nodes[1]?.exit({ how: 'exit code 0', reason: '' });
  const gone = up.allGone();
  await Promise.race([gone, untilSaid(said, /node 1 is up/, 2)]);
  assert.match(said.join('\n'), /node 1 ended \(signal SIGKILL\); .* it is started again\./);
  assert.match(said.join('\n'), /node 2 ended \(exit code 0\); the others go on\./);
  assert.deepEqual(swept, ['/nowhere/node-1']);
  assert.equal(nodes.length, 3);
  assert.deepEqual(nodes[2]?.plan, {
    ...nodes[0]?.plan,
    join: plan.places.slice(1).map(({ cluster }) => cluster),
  });
  assert.equal(await (await fetch(url)).text(), 'node 1');
  nodes[2]?.exit({ how: 'signal SIGKILL', reason: '' });
  // nobody is left but for one that is about to be started
  await up.stop();
  await gone;
  assert.equal(nodes.length, 3);
});

test(
  'a node that does not stop is killed, and its leftovers are swept',
  inTime,
  async (context) => {
    const behaviour = (number: number) => (number === 2 ? { deaf: true } : {});
    const { up, nodes, swept } = await cluster(context, { behaviour, drainMs: -4900 });
    await up.start(never);
    await up.stop();
    assert.deepEqual(nodes[1]?.log, ['terminate', 'kill']);
    assert.deepEqual(swept, ['/nowhere/node-2']);
  },
);

test(
  'a node that a rollout drains is told apart, and gets no second signal at the end',
  inTime,
  async (context) => {
    const data = await mkdtemp(join(tmpdir(), 'hearth-up-'));
    context.after(() => rm(data, { recursive: true }));
    const { up, nodes, said } = await cluster(context, { data, restart: true, drainMs: -4900 });
    await up.start(never);
    for (const number of [1, 2]) await writeFile(join(data, `node-${number}.drained`), '1 234');
    nodes[0]?.exit({ how: 'exit code 0', reason: '' });
    await untilSaid(said, /^node 1 was drained by a rollout\.$/, 1);
    await up.stop();
    assert.deepEqual(nodes[1]?.log, ['kill']);
    assert.equal(nodes.length, 2);
  },
);

test('a request that runs when the end is asked for gets its answer', inTime, async (context) => {
  const { up, nodes } = await cluster(context, { behaviour: () => ({ deaf: true }) });
  const url = await up.start(never);
  const [first, second] = nodes;
  assert.ok(first && second);
  const arrived = once(first.events, 'request /held');
  const answer = fetch(`${url}/held`).then((response) => response.text());
  await arrived;
  const told = once(second.events, 'terminate');
  const stopped = up.stop();
  await told;
  first.events.emit('finish');
  assert.equal(await answer, 'finished');
  for (const node of nodes) node.exit({ how: 'exit code 0', reason: '' });
  await stopped;
});
