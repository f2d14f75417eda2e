/** The AWS SDK with only its endpoint changed, against a running three-node cluster. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  paginateListFunctions,
  ResourceConflictException,
  ResourceNotFoundException,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionExists,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { Cluster } from './cluster-harness.js';
import { call, deploy, nodeZip, role } from './functions.js';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.up(['--no-examples']);
});
after(async () => {
  assert.deepEqual(await cluster.stop(), { code: 0, signal: null });
});

test('create, wait, invoke through each node, update, invoke, delete', async () => {
  const client = cluster.client();
  const nodes = [1, 2, 3].map((i) => cluster.client(cluster.nodeUrl(i)));
  const source = (version: number): string =>
    `exports.handler = async (event, context) =>
       ({ version: ${version}, event, name: context.functionName, env: process.env.GREETING });`;
  const created = await client.send(
    new CreateFunctionCommand({
      FunctionName: 'lifecycle',
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Role: role,
      Environment: { Variables: { GREETING: 'hello' } },
      Code: { ZipFile: await nodeZip(source(1)) },
    }),
  );
  assert.equal(created.State, 'Pending');
  assert.equal(created.FunctionArn, 'arn:aws:lambda:us-east-1:123456789012:function:lifecycle');
  await waitUntilFunctionExists({ client, maxWaitTime: 20 }, { FunctionName: 'lifecycle' });
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 20 }, { FunctionName: 'lifecycle' });
  for (const node of nodes) {
    const { value } = await call(node, 'lifecycle', { n: 1 });
    assert.deepEqual(value, { version: 1, event: { n: 1 }, name: 'lifecycle', env: 'hello' });
  }

  await client.send(
    new UpdateFunctionCodeCommand({ FunctionName: 'lifecycle', ZipFile: await nodeZip(source(2)) }),
  );
  // no wait: what was acknowledged is seen by whoever asks any node next
  for (const node of nodes) {
    const { value } = await call(node, 'lifecycle');
    assert.equal((value as { version: number }).version, 2);
  }
  await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 20 }, { FunctionName: 'lifecycle' });

  await client.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: 'lifecycle',
      Environment: { Variables: { GREETING: 'goodbye' } },
    }),
  );
  for (const node of nodes) {
    const { value } = await call(node, 'lifecycle');
    assert.equal((value as { env: string }).env, 'goodbye');
  }

  await client.send(new DeleteFunctionCommand({ FunctionName: 'lifecycle' }));
  for (const node of nodes) {
    await assert.rejects(call(node, 'lifecycle'), ResourceNotFoundException);
    await assert.rejects(
      node.send(new GetFunctionCommand({ FunctionName: 'lifecycle' })),
      ResourceNotFoundException,
    );
  }
});

test('a function created through one node is invoked at another at once, a hundred times over', async () => {
  const nodes = [1, 2, 3].map((i) => cluster.client(cluster.nodeUrl(i)));
  const [one, other] = [nodes[1], nodes[2]];
  assert.ok(one && other);
  for (let round = 0; round < 100; round++) {
    const name = `quick-${round}`;
    await one.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: role,
        Code: { ZipFile: await nodeZip('exports.handler = async () => 1;') },
      }),
    );
    await other.send(new GetFunctionCommand({ FunctionName: name }));
    await one.send(new DeleteFunctionCommand({ FunctionName: name }));
  }
});

test('the zip that GetFunction points at is the one that was uploaded', async () => {
  const client = cluster.client();
  await deploy(client, 'download', 'exports.handler = async () => 1;');
  const { Code } = await client.send(new GetFunctionCommand({ FunctionName: 'download' }));
  const answer = await fetch(Code?.Location ?? '');
  assert.deepEqual(
    Buffer.from(await answer.arrayBuffer()),
    await nodeZip('exports.handler = async () => 1;'),
  );
});

test('a name is taken once, whichever nodes are asked at the same time', async () => {
  const create = async (i: number): Promise<string> => {
    try {
      await cluster.client(cluster.nodeUrl(i)).send(
        new CreateFunctionCommand({
          FunctionName: 'contested',
          Runtime: 'nodejs20.x',
          Handler: 'index.handler',
          Role: role,
          Code: { ZipFile: await nodeZip(`exports.handler = async () => ${i};`) },
        }),
      );
      return 'created';
    } catch (error) {
      assert.ok(error instanceof ResourceConflictException, String(error));
      return 'conflict';
    }
  };
  const outcomes = await Promise.all([1, 2, 3, 1, 2, 3].map(create));
  assert.equal(outcomes.filter((outcome) => outcome === 'created').length, 1);
});

test('functions are listed page by page, the same at every node', async () => {
  const client = cluster.client();
  for (const name of ['page-a', 'page-b', 'page-c']) {
    await deploy(client, name, 'exports.handler = async () => 1;');
  }
  for (const i of [1, 2, 3]) {
    const names: (string | undefined)[] = [];
    const pages = paginateListFunctions(
      { client: cluster.client(cluster.nodeUrl(i)), pageSize: 2 },
      {},
    );
    for await (const page of pages) {
      assert.ok((page.Functions?.length ?? 0) <= 2);
      names.push(...(page.Functions ?? []).map((found) => found.FunctionName));
    }
    assert.deepEqual(
      names.filter((name) => name?.startsWith('page-')),
      ['page-a', 'page-b', 'page-c'],
    );
  }
});

test('sandboxes are reused when warm, and the pool grows under concurrency', async () => {
  const client = cluster.client(cluster.nodeUrl(1));
  await deploy(
    client,
    'pool',
    `let count = 0;
     exports.handler = async ({ ms }) => {
       count += 1;
       await new Promise((resolve) => setTimeout(resolve, ms));
       return { sandbox: process.env.AWS_LAMBDA_LOG_STREAM_NAME, count };
     };`,
  );
  type Seen = { sandbox: string; count: number };
  const first = (await call(client, 'pool', { ms: 0 })).value as Seen;
  const second = (await call(client, 'pool', { ms: 0 })).value as Seen;
  assert.equal(second.sandbox, first.sandbox);
  assert.equal(second.count, 2);
  const together = await Promise.all(
    Array.from({ length: 6 }, () => call(client, 'pool', { ms: 500 })),
  );
  const sandboxes = new Set(together.map(({ value }) => (value as Seen).sandbox));
  assert.ok(sandboxes.size >= 2, `${sandboxes.size} sandboxes for 6 requests at once`);
});
