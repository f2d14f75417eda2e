import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { ClusterCapacity } from '../../src/ingress/concurrency/cluster-capacity.js';
import { IngressServer } from '../../src/ingress/index.js';
import { systemClock } from '../../src/lib/index.js';
import { formatHostPort, type LocalCapacity, noCapacity } from '../../src/types/index.js';
import { plainFetch } from '../peer-fetch.js';
import {
  createBody,
  functions,
  type Harness,
  makeHarness,
  options,
  other,
  self,
  view,
} from './harness.js';
import { makePeerHttp } from './log-nodes.js';

const reserved = '/2017-10-31/functions/f/concurrency';
const readReserved = '/2019-09-30/functions/f/concurrency';
const provisioned = '/2019-09-30/functions/f/provisioned-concurrency';
const arn = 'arn:aws:lambda:us-east-1:123456789012:function';

/** A function with version 1 and the alias live of it. */
async function withFunction(more: Record<string, unknown> = {}): Promise<Harness> {
  const harness = makeHarness();
  await harness.call('POST', functions, { body: createBody('f', { ...more, Publish: true }) });
  const body = { Name: 'live', FunctionVersion: '1' };
  await harness.call('POST', `${functions}/f/aliases`, { body });
  return harness;
}

test('reserved concurrency is set, told by the function too, and taken away', async () => {
  const harness = await withFunction();
  const body = { ReservedConcurrentExecutions: 3 };
  const put = await harness.call('PUT', reserved, { body });
  assert.deepEqual([put.status, put.json()], [200, body]);
  assert.deepEqual((await harness.call('GET', readReserved)).json(), body);
  assert.deepEqual((await harness.call('GET', `${functions}/f`)).json().Concurrency, body);
  assert.equal((await harness.call('DELETE', reserved)).status, 204);
  assert.deepEqual((await harness.call('GET', readReserved)).json(), {});
  assert.equal((await harness.call('GET', `${functions}/f`)).json().Concurrency, undefined);
});

test('reserved concurrency is refused in the words that were recorded on AWS', async () => {
  const harness = await withFunction();
  const put = async (name: string, body: unknown) => {
    const path = `/2017-10-31/functions/${encodeURIComponent(name)}/concurrency`;
    const answer = await harness.call('PUT', path, { body });
    const { Message, message = Message } = answer.json();
    return [answer.status, answer.headers['x-amzn-errortype'], message];
  };
  assert.deepEqual(await put('doesnotexist', { ReservedConcurrentExecutions: 1 }), [
    404,
    'ResourceNotFoundException',
    `Function not found: ${arn}:doesnotexist:$LATEST`,
  ]);
  assert.deepEqual(await put(`${arn}:f:$LATEST`, { ReservedConcurrentExecutions: 0 }), [
    400,
    'InvalidParameterValueException',
    'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
  ]);
  for (const body of [{}, { ReservedConcurrentExecutions: -1 }]) {
    assert.deepEqual((await put('f', body)).slice(0, 2), [400, 'ValidationException']);
  }
  for (const body of [
    { ReservedConcurrentExecutions: 'x' },
    { ReservedConcurrentExecutions: 1.5 },
  ]) {
    assert.equal((await put('f', body))[1], 'InvalidRequestContentException');
  }
});

test('provisioned concurrency is set, read, listed and taken away', async () => {
  const harness = await withFunction();
  const body = { ProvisionedConcurrentExecutions: 2 };
  const put = await harness.call('PUT', `${provisioned}?Qualifier=live`, { body });
  const figures = {
    RequestedProvisionedConcurrentExecutions: 2,
    AllocatedProvisionedConcurrentExecutions: 0,
    AvailableProvisionedConcurrentExecutions: 0,
    Status: 'IN_PROGRESS',
    LastModified: '2026-01-01T00:00:00.000+0000',
  };
  assert.deepEqual([put.status, put.json()], [202, figures]);
  const read = await harness.call('GET', `${provisioned}?Qualifier=live`);
  assert.deepEqual([read.status, read.json()], [200, figures]);
  const listed = (await harness.call('GET', `${provisioned}?List=ALL`)).json();
  const entry = { FunctionArn: `${arn}:f:live`, ...figures };
  assert.deepEqual(listed, { ProvisionedConcurrencyConfigs: [entry] });
  assert.equal((await harness.call('DELETE', `${provisioned}?Qualifier=live`)).status, 204);
  assert.equal((await harness.call('DELETE', `${provisioned}?Qualifier=live`)).status, 204);
  const gone = await harness.call('GET', `${provisioned}?Qualifier=live`);
  assert.equal(gone.headers['x-amzn-errortype'], 'ProvisionedConcurrencyConfigNotFoundException');
  assert.deepEqual(
    [gone.status, gone.json()],
    [404, { Type: 'User', message: 'No Provisioned Concurrency Config found for this function' }],
  );
});

test('time windows are told as they were set, and what applies now counts as requested', async () => {
  const harness = await withFunction();
  // the clock stands at midnight UTC of a Thursday
  const open = {
    Start: '0 1 * * 4',
    End: '0 9 * * *',
    TimeZone: 'Europe/Berlin',
    ProvisionedConcurrentExecutions: 7,
  };
  const later = {
    ...open,
    Start: '0 8 * * *',
    TimeZone: 'UTC',
    ProvisionedConcurrentExecutions: 9,
  };
  const body = { ProvisionedConcurrentExecutions: 0, Schedules: [open, later] };
  const put = await harness.call('PUT', `${provisioned}?Qualifier=1`, { body });
  assert.equal(put.status, 202, put.text);
  assert.equal(put.json().RequestedProvisionedConcurrentExecutions, 7);
  const read = (await harness.call('GET', `${provisioned}?Qualifier=1`)).json();
  assert.deepEqual(read.Schedules, [open, later]);
  assert.equal(read.ProvisionedConcurrentExecutions, 0);
  assert.equal(read.RequestedProvisionedConcurrentExecutions, 0, 'what the node itself says');
});

test('provisioned concurrency that cannot be is refused in one sentence', async () => {
  const harness = await withFunction();
  const put = async (query: string, body: unknown) => {
    const answer = await harness.call('PUT', `${provisioned}${query}`, { body });
    const { Message, message = Message } = answer.json();
    return `${answer.status} ${message}`;
  };
  const one = { ProvisionedConcurrentExecutions: 1 };
  assert.match(await put('?Qualifier=$LATEST', one), /^400 Provisioned Concurrency Configs cannot/);
  assert.match(await put('?Qualifier=9', one), /^404 Function not found: .*:f:9$/);
  assert.match(await put('?Qualifier=nix', one), /^404 Cannot find alias arn: .*:f:nix$/);
  assert.match(await put('', one), /^400 1 validation error detected: Value null at 'qualifier'/);
  assert.match(await put('?Qualifier=1', {}), /^400 1 validation error/);
  const none = { ProvisionedConcurrentExecutions: 0 };
  assert.match(await put('?Qualifier=1', none), /greater than or equal to 1/);
  const window = { Start: '0 8 * * *', End: '0 9 * * *', ProvisionedConcurrentExecutions: 1 };
  const windows = (...Schedules: unknown[]) => put('?Qualifier=1', { ...none, Schedules });
  assert.match(await windows({ ...window, Start: '0 8 * *' }), /^400 The Start of Schedules\[0\]/);
  assert.match(
    await windows(window, { ...window, End: '61 8 * * *' }),
    /^400 The End of Schedules\[1\]/,
  );
  assert.match(
    await windows({ ...window, TimeZone: 'Mars/Base' }),
    /^400 The TimeZone 'Mars\/Base'/,
  );
  assert.match(await windows({ ...window, Timezone: 'UTC' }), /^400 .*Unrecognized key.*Timezone/);
  const negative = { ...window, ProvisionedConcurrentExecutions: -1 };
  assert.match(await windows(negative), /^400 ProvisionedConcurrentExecutions of Schedules\[0\]/);
  assert.match(await windows(...Array.from({ length: 21 }, () => window)), /^400 There are 21/);
  const list = await harness.call('GET', `${provisioned}?List=ALL`);
  assert.deepEqual(list.json(), { ProvisionedConcurrencyConfigs: [] });
});

test('settings of execution are checked where they are set, with the runtime in view', async () => {
  const harness = makeHarness();
  const create = async (variables: Record<string, string>, more: Record<string, unknown> = {}) => {
    const body = createBody('f', { Environment: { Variables: variables }, ...more });
    return (await harness.call('POST', functions, { body })).json().message;
  };
  const python = { Runtime: 'python3.11' };
  assert.match(
    await create({ HEARTH_CONCURRENCY: '0' }),
    /HEARTH_CONCURRENCY must be .* 1 to 1000/,
  );
  assert.match(await create({ HEARTH_CONCURRENCY: '1001' }), /HEARTH_CONCURRENCY/);
  assert.match(await create({ HEARTH_CONCURRENCY: '2' }, python), /runtime python3.11 runs one/);
  assert.match(await create({ HEARTH_QUEUE_MAX: '4097' }), /HEARTH_QUEUE_MAX must be .* 0 to 4096/);
  assert.match(await create({ HEARTH_QUEUE_WAIT_MS: '1s' }), /HEARTH_QUEUE_WAIT_MS must be/);
  const variables = {
    HEARTH_CONCURRENCY: '1000',
    HEARTH_QUEUE_MAX: '0',
    HEARTH_QUEUE_WAIT_MS: '9',
  };
  assert.equal(await create(variables), undefined);
  const update = async (body: unknown) =>
    (await harness.call('PUT', `${functions}/f/configuration`, { body })).json().message;
  assert.match(await update(python), /runtime python3.11 runs one/);
  const calm = { Environment: { Variables: { HEARTH_CONCURRENCY: '1' } } };
  assert.equal(await update({ ...python, ...calm }), undefined);
});

test('SnapStart is refused where nothing can be initialised ahead, and does not go with provisioning', async () => {
  const harness = makeHarness();
  const on = { SnapStart: { ApplyOn: 'PublishedVersions' } };
  const image = { PackageType: 'Image', Code: { ImageUri: 'app:1' }, Role: createBody('i').Role };
  const body = { FunctionName: 'i', ...image, ...on };
  const refused = await harness.call('POST', functions, { body });
  const text = 'ContainerImage is not supported for SnapStart enabled functions.';
  assert.deepEqual([refused.status, refused.json().message], [400, text]);
  const odd = createBody('f', { SnapStart: { ApplyOn: 'Sometimes' } });
  assert.match((await harness.call('POST', functions, { body: odd })).text, /snapStart.applyOn/);
  await harness.call('POST', functions, { body: createBody('f', { ...on, Publish: true }) });
  const put = await harness.call('PUT', `${provisioned}?Qualifier=1`, {
    body: { ProvisionedConcurrentExecutions: 1 },
  });
  assert.deepEqual(
    [put.status, put.headers['x-amzn-errortype']],
    [400, 'InvalidParameterValueException'],
  );
});

/** A node of a cluster of two, and what the other one answers. */
async function twoNodes(context: TestContext, answers: 'answers' | 'is silent') {
  const here: { local: LocalCapacity } = { local: noCapacity };
  const there: { local: LocalCapacity } = { local: noCapacity };
  const peer = makeHarness();
  const versions: string[] = [];
  const local = ({ version }: { readonly version: string }): LocalCapacity => {
    versions.push(version);
    return there.local;
  };
  const [ownNode] = view.nodes;
  if (ownNode === undefined) throw new Error('the view has no node');
  const peerView = { ...view, self: other };
  const capacity = { local, requested: () => 5 };
  const server = new IngressServer(
    { ...peer.deps, clock: systemClock, view: () => peerView, capacity },
    options,
    [makePeerHttp(other)],
  );
  const http = formatHostPort(await server.start());
  context.after(() => server.stop(100));
  const dead = '127.0.0.1:1';
  const nodes = [
    ownNode,
    { ...ownNode, id: other, http: answers === 'answers' ? http : dead },
    { ...ownNode, id: other, status: 'dead' as const, http },
  ];
  const harness = makeHarness();
  const peerHttp = makePeerHttp(self);
  Object.assign(harness.deps, {
    view: () => ({ ...view, nodes }),
    capacity: { local: () => here.local, requested: () => 5 },
    peerFetch: peerHttp.fetch,
  });
  const on = { SnapStart: { ApplyOn: 'PublishedVersions' } };
  for (const { call } of [harness, peer]) {
    await call('POST', functions, { body: createBody('f', { Publish: true }) });
    await call('POST', functions, { body: createBody('snap', { Publish: true, ...on }) });
  }
  const body = { ProvisionedConcurrentExecutions: 5 };
  await harness.call('PUT', `${provisioned}?Qualifier=1`, { body });
  context.after(() => peerHttp.stop());
  return { harness, here, there, versions, http, peerHttp };
}

const figures = (answer: { json(): Record<string, unknown> }): unknown[] => {
  const read = answer.json();
  return [
    read.RequestedProvisionedConcurrentExecutions,
    read.AllocatedProvisionedConcurrentExecutions,
    read.AvailableProvisionedConcurrentExecutions,
    read.Status,
  ];
};

test('the figures are those of all nodes together', async (context) => {
  const { harness, here, there, versions } = await twoNodes(context, 'answers');
  const read = async () => figures(await harness.call('GET', `${provisioned}?Qualifier=1`));
  here.local = { ...noCapacity, allocated: 3, available: 1 };
  there.local = { ...noCapacity, allocated: 2, available: 2 };
  assert.deepEqual(await read(), [5, 5, 3, 'IN_PROGRESS']);
  here.local = { ...noCapacity, allocated: 4, available: 4 };
  assert.deepEqual(await read(), [5, 5, 5, 'READY']);
  assert.deepEqual(versions, ['1', '1']);
});

test('a node that does not answer holds nothing', async (context) => {
  const { harness, here } = await twoNodes(context, 'is silent');
  here.local = { ...noCapacity, allocated: 3, available: 3 };
  const answer = await harness.call('GET', `${provisioned}?Qualifier=1`);
  assert.deepEqual(figures(answer), [5, 3, 3, 'IN_PROGRESS']);
});

test('a node that takes the question and says nothing is waited for until the deadline', async (context) => {
  const sockets = new Set<Socket>();
  const mute = createServer((socket) => void sockets.add(socket));
  mute.listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const { port } = mute.address() as AddressInfo;
  const { deps } = await withFunction();
  const [node] = view.nodes;
  if (node === undefined) throw new Error('the view has no node');
  const http = `127.0.0.1:${port}`;
  const nodes = [
    { ...node, http },
    { ...node, id: other, http },
  ];
  const local = () => ({ ...noCapacity, allocated: 2, available: 2 });
  const cluster = new ClusterCapacity(
    { ...deps, capacity: { local }, view: () => ({ ...view, nodes }), peerFetch: plainFetch },
    100,
  );
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    mute.close();
  });
  assert.equal((await cluster.of('f', ['1'])).get('1')?.available, 2);
  assert.equal(sockets.size, 1);
});

test('a version with SnapStart tells whether some node has its snapshot, or why one cannot', async (context) => {
  const { harness, there } = await twoNodes(context, 'answers');
  const read = async (query: string) => {
    const answer = await harness.call('GET', `${functions}/snap/configuration${query}`);
    return answer.json().SnapStart;
  };
  const plain = { ApplyOn: 'PublishedVersions', OptimizationStatus: 'Off' };
  assert.deepEqual(await read('?Qualifier=1'), plain);
  there.local = { ...noCapacity, snapshot: { kind: 'ready', reason: '' } };
  assert.deepEqual(await read('?Qualifier=1'), { ...plain, OptimizationStatus: 'On' });
  const instead = 'A Node.js process cannot be copied.';
  there.local = { ...noCapacity, snapshot: { kind: 'ready', reason: instead } };
  const kept = { ...plain, OptimizationStatus: 'On', Reason: instead };
  assert.deepEqual(await read('?Qualifier=1'), kept);
  there.local = { ...noCapacity, snapshot: { kind: 'ready', reason: '' } };
  const whole = (await harness.call('GET', `${functions}/snap?Qualifier=1`)).json();
  assert.equal(whole.Configuration.SnapStart.OptimizationStatus, 'On');
  assert.deepEqual(await read(''), plain, '$LATEST has none');
  const reason = 'A thread was started while it initialised.';
  there.local = { ...noCapacity, snapshot: { kind: 'refused', reason } };
  assert.deepEqual(await read('?Qualifier=1'), { ...plain, Reason: reason });
});

test('what a node holds is told to nodes of the cluster alone', async (context) => {
  const { http, peerHttp } = await twoNodes(context, 'answers');
  const path = '/_hearth/node-capacity?function=f';
  assert.equal((await fetch(`http://${http}${path}&version=1`)).status, 403);
  const ask = (query: string) =>
    peerHttp.fetch({ id: other, http }, { path: path + query, answerMs: 5000 });
  const answer = await ask('&version=1&version=7');
  assert.deepEqual(await answer.body.json(), { 1: noCapacity, 7: noCapacity });
  const wrong = await ask('');
  await wrong.body.dump();
  assert.equal(wrong.statusCode, 400);
});

test('a warm ping answers when one more sandbox is ready, and with errors as an invocation does', async () => {
  const harness = await withFunction();
  const asked: unknown[] = [];
  Object.assign(harness.deps, {
    warm: async (target: unknown) => {
      asked.push(target);
      return { version: '1', initMs: 12.5, node: other };
    },
  });
  const answer = await harness.call('POST', '/_hearth/warm/f?Qualifier=live');
  const done = { functionName: 'f', version: '1', initMs: 12.5, node: other };
  assert.deepEqual([answer.status, answer.json()], [200, done]);
  assert.deepEqual(asked, [{ functionName: 'f', qualifier: 'live' }]);
  await harness.call('POST', '/_hearth/warm/f');
  assert.deepEqual(asked[1], { functionName: 'f', qualifier: '$LATEST' });
  assert.equal((await harness.call('POST', '/_hearth/warm/nix')).status, 404);
  assert.equal((await harness.call('GET', '/_hearth/warm/f')).status, 404);
  assert.equal((await harness.call('POST', '/_hearth/warm/a%20b')).status, 400);
});
