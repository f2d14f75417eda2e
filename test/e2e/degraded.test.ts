/** A data thread that stands still: its node is alive, keeps its role, is shown degraded, and comes back. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WebSocket } from 'undici';
import type { NodeView } from '../../src/types/index.js';
import {
  Cluster,
  Command,
  eventually,
  freePorts,
  healthy,
  nodeArguments,
} from './cluster-harness.js';
import { call, deploy } from './functions.js';

const wedgedMs = 4000;
/** A second of standing still, a beat, a tick, and the gossip; with room for a busy machine. */
const shownWithinMs = 2500;

interface Page {
  readonly self: string;
  readonly master: string;
  readonly nodes: readonly NodeView[];
}

const pageOf = async (url: string): Promise<Page> =>
  (await (await fetch(`${url}/_hearth/cluster`)).json()) as Page;

/** The inspector of a process, which evaluates in its main thread whatever that thread is doing. */
class Inspector {
  #lastId = 0;

  private constructor(private readonly socket: WebSocket) {}

  static async of(command: Command): Promise<Inspector> {
    const url = /Debugger listening on (ws:\S+)/.exec(command.stderr)?.[1];
    assert.ok(url !== undefined, command.stderr);
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new Inspector(socket);
  }

  /** Resolves with the value once the main thread has come to it. */
  evaluate(expression: string): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const take = ({ data }: { data: unknown }): void => {
        const answer = JSON.parse(String(data));
        if (answer.id !== id) return;
        this.socket.removeEventListener('message', take);
        resolve(answer.result?.result?.value);
      };
      this.socket.addEventListener('message', take);
      const params = { expression, returnByValue: true };
      this.socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
    });
  }

  /** A process that ends waits for whoever inspects it. */
  async close(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }
}

test('a node whose data thread stands still is shown degraded while it lasts, never suspect or dead', async (t) => {
  const port = await freePorts();
  const data = await mkdtemp(join(tmpdir(), 'hearth-degraded-'));
  const nodes: Command[] = [];
  let inspector: Inspector | null = null;
  t.after(async () => {
    await inspector?.close();
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(data, { recursive: true });
  });
  const url = (i: number): string => `http://127.0.0.1:${port + i}`;
  const client = (i: number) => Cluster.prototype.client.call(null, url(i));
  for (const i of [1, 2, 3]) {
    const seed = i > 1 ? ['--join', `127.0.0.1:${port + 1001}`] : [];
    // any node may be inspected; the first is Master, and the log's leader for all we know
    const env = i === 1 ? { NODE_OPTIONS: '--inspect=127.0.0.1:0' } : {};
    const node = Command.hearth(nodeArguments(i, port, data, ...seed), env);
    nodes.push(node);
    await node.untilPrinted(/^ready /m);
  }
  const [victim] = nodes;
  assert.ok(victim !== undefined);
  await deploy(client(2), 'before', 'exports.handler = async () => "here";');
  const { self: id } = await pageOf(url(1));
  const seenBy = async (i: number): Promise<NodeView | undefined> =>
    (await pageOf(url(i))).nodes.find((node) => node.id === id);
  const before = await eventually(
    () => seenBy(2),
    (node) => node?.role === 'master' && !node.degraded,
  );

  inspector = await Inspector.of(victim);
  const isMain = "process.getBuiltinModule('node:worker_threads').isMainThread";
  assert.equal(await inspector.evaluate(isMain), true, 'the data thread is the one inspected');
  const wedge = `(() => { const end = Date.now() + ${wedgedMs}; while (Date.now() < end); })()`;
  const startMs = Date.now();
  let over = false;
  const wedged = inspector.evaluate(wedge).then(() => {
    over = true;
  });

  // every look of the others, from here to the end
  const seen: (NodeView | undefined)[] = [];
  const look = async (i: number): Promise<NodeView | undefined> => {
    const node = await seenBy(i);
    seen.push(node);
    return node;
  };
  await Promise.all(
    [2, 3].map((i) =>
      eventually(
        () => look(i),
        (node) => node?.degraded === true,
        shownWithinMs,
      ),
    ),
  );
  t.diagnostic(`shown degraded by both others after ${Date.now() - startMs} ms`);
  for (const i of [2, 3]) assert.equal((await call(client(i), 'before')).value, 'here');
  const deployMs = Date.now();
  await deploy(client(3), 'meanwhile', 'exports.handler = async () => "new";');
  t.diagnostic(`a deploy meanwhile took ${Date.now() - deployMs} ms`);
  assert.equal((await call(client(2), 'meanwhile')).value, 'new');
  assert.equal(over, false, 'all of that while the data thread stood still');

  await wedged;
  const endMs = Date.now();
  const health = await eventually(
    () => fetch(`${url(1)}/_hearth/health`),
    ({ status }) => status === 503,
    1000,
  );
  assert.match(await health.text(), /"status":"wedged"/, 'balancers are to wait a little longer');
  await Promise.all(
    [2, 3].map((i) =>
      eventually(
        () => look(i),
        (node) => node?.degraded === false,
      ),
    ),
  );
  t.diagnostic(`clean again ${Date.now() - endMs} ms after its end`);
  const lasting = lastingOf(before as NodeView);
  for (const node of seen) {
    const rest = lastingOf(node as NodeView);
    assert.deepEqual(rest, lasting, 'alive, with the same rank and role all the time');
  }
  await healthy(url(1));
  assert.equal((await call(client(1), 'meanwhile')).value, 'new');

  const lines = victim.stderr.split('\n').filter((line) => line.includes('the data thread '));
  const [began, ended, ...more] = lines.map((line) => JSON.parse(line));
  assert.equal(more.length, 0, lines.join('\n'));
  assert.equal(began.level, 40);
  assert.ok(began.lagMs > 1000 && began.lagMs < 1500, began.lagMs);
  assert.equal(ended.level, 30);
  assert.ok(ended.durationMs > wedgedMs - 500 && ended.durationMs < wedgedMs + 1000, ended);
});

/** What does not change with the work that a node has. */
function lastingOf(node: NodeView) {
  const { degraded: _, load: __, waiting: ___, freeMemoryMb: ____, ...lasting } = node;
  return lasting;
}
