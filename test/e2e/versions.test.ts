/** Versions and aliases on a running three-node cluster: what was acknowledged is seen through every node. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type LambdaClient,
  ListTagsCommand,
  PublishVersionCommand,
  paginateListAliases,
  paginateListVersionsByFunction,
  ResourceConflictException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  waitUntilPublishedVersionActive,
} from '@aws-sdk/client-lambda';
import { Cluster } from './cluster-harness.js';
import { deploy, nodeZip, role } from './functions.js';

const positionHeader = 'x-hearth-log-position';
const arn = 'arn:aws:lambda:us-east-1:123456789012:function';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.up(['--no-examples']);
});
after(async () => {
  assert.deepEqual(await cluster.stop(), { code: 0, signal: null });
});

/** The latest position that an answer has told, sent with every request: one caller's view. */
class Session {
  #position = 0;

  client(url: string): LambdaClient {
    const client = cluster.client(url);
    client.middlewareStack.add(
      (next) => async (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        headers[positionHeader] = String(this.#position);
        const result = await next(args);
        const answer = result.response as { headers: Record<string, string> };
        const told = Number(answer.headers[positionHeader] ?? 0);
        this.#position = Math.max(this.#position, told);
        return result;
      },
      { step: 'finalizeRequest', name: 'logPosition' },
    );
    return client;
  }

  nodes(): LambdaClient[] {
    return [1, 2, 3].map((i) => this.client(cluster.nodeUrl(i)));
  }
}

interface Seen {
  readonly executed: string | undefined;
  readonly code: number;
  readonly version: string;
  readonly variable: string;
  readonly arn: string;
}

const source = (code: number): string =>
  `exports.handler = async (event, context) => ({
     code: ${code}, version: context.functionVersion, arn: context.invokedFunctionArn,
     variable: process.env.AWS_LAMBDA_FUNCTION_VERSION });`;

async function invoke(client: LambdaClient, name: string, qualifier: string): Promise<Seen> {
  const answer = await client.send(
    new InvokeCommand({ FunctionName: name, Qualifier: qualifier, Payload: '{}' }),
  );
  const seen = JSON.parse(answer.Payload?.transformToString() ?? '{}');
  return { ...seen, executed: answer.ExecutedVersion };
}

test('whoever follows the log sees each new version through every node at once', async () => {
  const nodes = new Session().nodes();
  const [one, two, three] = nodes;
  assert.ok(one && two && three);
  const FunctionName = 'released';
  await deploy(one, FunctionName, source(1));
  const Name = 'live';
  const FunctionVersion = '1';
  assert.equal((await two.send(new PublishVersionCommand({ FunctionName }))).Version, '1');
  await three.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion }));
  for (let version = 1; version <= 5; version++) {
    const expected: Seen = {
      executed: String(version),
      code: version,
      version: String(version),
      variable: String(version),
      arn: `${arn}:${FunctionName}:live`,
    };
    const seen = await Promise.all(nodes.map((node) => invoke(node, FunctionName, 'live')));
    assert.deepEqual(seen, [expected, expected, expected]);
    const ZipFile = await nodeZip(source(version + 1));
    await one.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    // the new code is there, the alias still means what it was
    const still = await Promise.all(nodes.map((node) => invoke(node, FunctionName, 'live')));
    assert.deepEqual(still, [expected, expected, expected]);
    const published: FunctionConfiguration = await two.send(
      new PublishVersionCommand({ FunctionName }),
    );
    assert.equal(published.Version, String(version + 1));
    const change = { FunctionName, Name, FunctionVersion: published.Version };
    await three.send(new UpdateAliasCommand(change));
  }
});

test('an alias with two versions gives each its share, and each knows which one it is', async () => {
  const session = new Session();
  const client = session.client(cluster.url);
  const FunctionName = 'shared';
  const Code = { ZipFile: await nodeZip(source(1)) };
  const settings = { Runtime: 'nodejs20.x', Handler: 'index.handler', Role: role } as const;
  await client.send(new CreateFunctionCommand({ FunctionName, Code, Publish: true, ...settings }));
  const waiting = { client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 };
  await waitUntilPublishedVersionActive(waiting, { FunctionName, Qualifier: '1' });
  const ZipFile = await nodeZip(source(2));
  await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Publish: true }));
  const RoutingConfig = { AdditionalVersionWeights: { 2: 0.5 } };
  const alias = { FunctionName, Name: 'live', FunctionVersion: '1', RoutingConfig };
  await client.send(new CreateAliasCommand(alias));
  const counts = { 1: 0, 2: 0 };
  for (let count = 0; count < 60; count++) {
    const seen = await invoke(client, FunctionName, 'live');
    assert.deepEqual([seen.executed, seen.version], [String(seen.code), String(seen.code)]);
    assert.equal(seen.arn, `${arn}:shared:live`);
    counts[seen.code as 1 | 2]++;
  }
  // fails by chance once in a million runs
  assert.ok(counts[1] >= 11 && counts[2] >= 11, JSON.stringify(counts));
  const latest = await invoke(client, FunctionName, '$LATEST');
  assert.deepEqual([latest.version, latest.arn], ['$LATEST', `${arn}:shared:$LATEST`]);
});

test('the SDK lists, reads and deletes versions, aliases and tags through any node', async () => {
  const [one, two, three] = new Session().nodes();
  assert.ok(one && two && three);
  const FunctionName = 'listed';
  await deploy(one, FunctionName, source(1), { environment: { SECRET: 'kept' } });
  for (let version = 1; version <= 4; version++) {
    await one.send(new PublishVersionCommand({ FunctionName }));
    const ZipFile = await nodeZip(source(version + 1));
    await two.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    const alias = { FunctionName, Name: `to-${version}`, FunctionVersion: String(version) };
    await three.send(new CreateAliasCommand(alias));
  }
  const versions: (string | undefined)[] = [];
  const paging = { client: two, pageSize: 2 };
  for await (const page of paginateListVersionsByFunction(paging, { FunctionName })) {
    for (const { Version, Environment } of page.Versions ?? []) {
      versions.push(Version);
      assert.deepEqual(Environment?.Variables, { SECRET: 'kept' });
    }
  }
  assert.deepEqual(versions, ['$LATEST', '1', '2', '3', '4']);
  const aliases: (string | undefined)[] = [];
  for await (const page of paginateListAliases(paging, { FunctionName })) {
    aliases.push(...(page.Aliases ?? []).map(({ Name }) => Name));
  }
  assert.deepEqual(aliases, ['to-1', 'to-2', 'to-3', 'to-4']);
  const read = await one.send(new GetAliasCommand({ FunctionName, Name: 'to-2' }));
  assert.equal(read.FunctionVersion, '2');
  const Resource = `${arn}:${FunctionName}`;
  await one.send(new TagResourceCommand({ Resource, Tags: { a: '1', b: '2' } }));
  await two.send(new UntagResourceCommand({ Resource, TagKeys: ['a'] }));
  const { Tags } = await three.send(new ListTagsCommand({ Resource }));
  assert.deepEqual(Tags, { b: '2' });
  await assert.rejects(
    one.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '2' })),
    ResourceConflictException,
  );
  await two.send(new DeleteFunctionCommand({ FunctionName }));
  const gone = new GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'to-2' });
  await assert.rejects(three.send(gone), { name: 'ResourceNotFoundException' });
});
