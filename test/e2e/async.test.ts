/** Asynchronous invocations on real nodes that are killed: what was answered by 202 runs, and ends once. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { InvokeAsyncCommand } from '@aws-sdk/client-lambda';
import { Cluster, eventually, healthy } from './cluster-harness.js';
import { deploy } from './functions.js';
import { Nodes } from './nodes.js';

const inTime = { timeout: 120_000 };
const event = { 'x-amz-invocation-type': 'Event' };

interface Told {
  readonly requestId: string;
  readonly status: string;
  readonly condition: string | null;
  readonly attempts: number;
  readonly answer?: unknown;
}

async function startNodes(
  context: TestContext,
  count: number,
  config: Readonly<Record<string, unknown>>,
): Promise<Nodes> {
  const nodes = await Nodes.start({ count, config });
  context.after(() => nodes.end());
  return nodes;
}

async function submit(
  url: string,
  name: string,
  payload: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; id: string }> {
  const answer = await fetch(`${url}/2015-03-31/functions/${name}/invocations`, {
    method: 'POST',
    headers: { ...event, ...headers },
    body: JSON.stringify(payload),
  });
  await answer.arrayBuffer();
  return { status: answer.status, id: answer.headers.get('x-amzn-requestid') ?? '' };
}

async function told(url: string, id: string): Promise<Told> {
  return (await (await fetch(`${url}/_hearth/events/${id}`)).json()) as Told;
}

/** All events of a function, by id. */
async function listed(url: string, name: string): Promise<Map<string, Told>> {
  const all = new Map<string, Told>();
  let after: number | null = 0;
  while (after !== null) {
    const answer = await fetch(`${url}/_hearth/events?function=${name}&limit=1000&after=${after}`);
    const page = (await answer.json()) as { events: Told[]; next: number | null };
    for (const one of page.events) all.set(one.requestId, one);
    after = page.next;
  }
  return all;
}

async function untilAllDone(url: string, name: string, accepted: readonly string[]) {
  const all = await eventually(
    () => listed(url, name),
    (events) => [...events.values()].every(({ status }) => status === 'done'),
    30_000,
  );
  for (const id of accepted) assert.equal(all.get(id)?.status, 'done', `${id} is lost`);
}

/** Submits through the nodes in turn until told to stop; keeps the ids of what was answered by 202. */
function load(urls: () => readonly string[], name: string, callers: number) {
  const accepted: string[] = [];
  let isOn = true;
  let n = 0;
  const caller = async (): Promise<void> => {
    while (isOn) {
      const all = urls();
      const url = all[n++ % all.length] ?? '';
      const answer = await submit(url, name, { n }).catch(() => null);
      if (answer?.status === 202) accepted.push(answer.id);
    }
  };
  const ended = Promise.all(Array.from({ length: callers }, caller));
  return {
    accepted,
    stop: async () => {
      isOn = false;
      await ended;
    },
  };
}

const works = `exports.handler = async (event) => {
  await new Promise((resolve) => setTimeout(resolve, event.ms ?? 5));
  return event;
};`;

test(
  'events that were accepted outlive their node, the Master, and then all nodes at once',
  inTime,
  async (t) => {
    const nodes = await startNodes(t, 3, { asyncAdoptAfterMs: 500 });
    const client = Cluster.prototype.client.call(null, nodes.url(2));
    await deploy(client, 'works', works);

    // node 1 is the Master, and owns a third of what is handed in
    let alive = [1, 2, 3];
    const running = load(() => alive.map((i) => nodes.url(i)), 'works', 6);
    await eventually(
      async () => running.accepted.length,
      (count) => count >= 150,
    );
    await nodes.kill(1);
    alive = [2, 3];
    const before = running.accepted.length;
    await eventually(
      async () => running.accepted.length,
      (count) => count >= before + 100,
    );
    await running.stop();
    assert.equal(new Set(running.accepted).size, running.accepted.length);
    await untilAllDone(nodes.url(2), 'works', running.accepted);
    await nodes.run(1);

    // all at once, in the middle of running what they have just accepted
    const slow = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        submit(nodes.url((n % 3) + 1), 'works', { n, ms: 1000 }),
      ),
    );
    await nodes.kill(1, 2, 3);
    await Promise.all([1, 2, 3].map((i) => nodes.run(i)));
    const accepted = slow.filter(({ status }) => status === 202).map(({ id }) => id);
    assert.equal(accepted.length, 60);
    await untilAllDone(nodes.url(3), 'works', accepted);
  },
);

test(
  'an event is retried under its id, known by its key, and refused where the queue is full',
  inTime,
  async (t) => {
    const nodes = await startNodes(t, 2, { asyncRetryBaseMs: 300, asyncQueueMax: 8 });
    const [url, other] = [nodes.url(1), nodes.url(2)];
    const client = Cluster.prototype.client.call(null, url);
    const fails =
      'exports.handler = async (_, { awsRequestId }) => { throw new Error(awsRequestId); };';
    await deploy(client, 'fails', fails);
    await deploy(client, 'works', works);
    await healthy(other);

    const { id } = await submit(url, 'fails', {});
    const dead = await eventually(
      () => told(other, id),
      ({ status }) => status === 'dead',
    );
    assert.deepEqual([dead.condition, dead.attempts], ['RetriesExhausted', 3]);
    assert.equal((dead.answer as { errorMessage: string }).errorMessage, id);

    const key = { 'x-hearth-idempotency-key': 'order-7' };
    const first = await submit(url, 'works', { n: 1 }, key);
    const again = await submit(other, 'works', { n: 2 }, key);
    assert.deepEqual([again.status, again.id], [202, first.id]);
    const one = await eventually(
      () => told(other, first.id),
      ({ status }) => status === 'done',
    );
    assert.deepEqual(one.answer, { n: 1 });

    // a request that an SDK numbers keeps its number when the SDK sends it again
    const numbered = { 'amz-sdk-invocation-id': 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee' };
    for (const node of [url, other]) {
      const sent = await submit(node, 'works', {}, numbered);
      assert.deepEqual([sent.status, sent.id], [202, numbered['amz-sdk-invocation-id']]);
    }
    let sdkNumber: unknown;
    client.middlewareStack.add(
      (next) => (args) => {
        sdkNumber = (args.request as { headers: Record<string, string> }).headers[
          'amz-sdk-invocation-id'
        ];
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const old = await client.send(
      new InvokeAsyncCommand({ FunctionName: 'works', InvokeArgs: '{}' }),
    );
    assert.equal(old.Status, 202);
    assert.equal(old.$metadata.requestId, sdkNumber);
    await untilAllDone(other, 'works', []);

    const many = await Promise.all(
      Array.from({ length: 20 }, () => submit(url, 'works', { ms: 1000 })),
    );
    const statuses = many.map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 202).length, 8);
    assert.equal(statuses.filter((status) => status === 429).length, 12);
    await untilAllDone(other, 'works', []);
    assert.equal((await submit(other, 'works', {})).status, 202);
  },
);
