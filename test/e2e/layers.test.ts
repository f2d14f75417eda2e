/** Layers, container images and network settings by the AWS SDK, through the nodes of a running cluster. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateFunctionCommand,
  DeleteLayerVersionCommand,
  GetFunctionCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  InvalidParameterValueException,
  type LambdaClient,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  paginateListLayers,
  paginateListLayerVersions,
  ResourceNotFoundException,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { makeZip, type ZipEntry } from '../catalog/zips.js';
import { Cluster } from './cluster-harness.js';
import { call, deploy, role } from './functions.js';

let cluster: Cluster;
let nodes: LambdaClient[];
before(async () => {
  cluster = await Cluster.up(['--no-examples']);
  nodes = [1, 2, 3].map((i) => cluster.client(cluster.nodeUrl(i)));
});
after(async () => {
  assert.deepEqual(await cluster.stop(), { code: 0, signal: null });
});

/** Publishes a layer through a node; resolves with its ARN. */
async function publish(node: number, LayerName: string, entries: ZipEntry[]): Promise<string> {
  const command = new PublishLayerVersionCommand({
    LayerName,
    Content: { ZipFile: await makeZip(entries) },
    CompatibleRuntimes: ['nodejs20.x', 'python3.11'],
    CompatibleArchitectures: ['x86_64'],
    LicenseInfo: 'MIT',
  });
  const { LayerVersionArn } = await (nodes[node] as LambdaClient).send(command);
  return LayerVersionArn ?? '';
}

const pythonDirectory = 'python/lib/python3.11/site-packages';

test('functions of Node.js and Python use the modules of two layers, at every node', async () => {
  const first = await publish(0, 'words', [
    { name: 'nodejs/node_modules/words/index.js', content: 'exports.of = "words of the first";' },
    { name: 'nodejs/node_modules/more/index.js', content: 'exports.of = "more of the first";' },
    { name: 'python/words.py', content: 'of = "words of the first"' },
    { name: 'python/more.py', content: 'of = "more of the first"' },
    { name: 'bin/greet', content: '#!/bin/sh\necho hello from a layer\n', mode: 0o100755 },
  ]);
  const second = await publish(1, 'more', [
    { name: 'nodejs/node_modules/more/index.js', content: 'exports.of = "more of the second";' },
    { name: 'python/more.py', content: 'of = "more of the second"' },
  ]);
  await deploy(
    nodes[0] as LambdaClient,
    'with-layers',
    `const { execFileSync } = require('node:child_process');
     exports.handler = async () =>
       [require('words').of, require('more').of, execFileSync('greet').toString().trim()];`,
  );
  await deploy(
    nodes[0] as LambdaClient,
    'with-layers-py',
    `import words, more, subprocess
def handler(event, context):
    return [words.of, more.of, subprocess.check_output(["greet"], text=True).strip()]`,
    { runtime: 'python3.11' },
  );
  const expected = ['words of the first', 'more of the second', 'hello from a layer'];
  for (const FunctionName of ['with-layers', 'with-layers-py']) {
    const before = await call(nodes[0] as LambdaClient, FunctionName);
    assert.equal(before.functionError, 'Unhandled', 'there is no such module yet');
    const update = { FunctionName, Layers: [first, second] };
    const { Layers } = await (nodes[0] as LambdaClient).send(
      new UpdateFunctionConfigurationCommand(update),
    );
    assert.deepEqual(
      Layers?.map(({ Arn }) => Arn),
      [first, second],
    );
    for (const node of nodes) {
      const { value, log } = await call(node, FunctionName);
      assert.deepEqual(value, expected, log);
    }
  }
  const third = await publish(2, 'more', [
    { name: `${pythonDirectory}/more.py`, content: 'of = "more of this version of Python"' },
  ]);
  const FunctionName = 'with-layers-py';
  const version = await cluster.client().send(new PublishVersionCommand({ FunctionName }));
  await cluster
    .client()
    .send(new UpdateFunctionConfigurationCommand({ FunctionName, Layers: [first, third] }));
  await cluster
    .client()
    .send(new DeleteLayerVersionCommand({ LayerName: 'more', VersionNumber: 1 }));
  const ofVersion = await call(nodes[2] as LambdaClient, `${FunctionName}:${version.Version}`);
  assert.deepEqual(ofVersion.value, expected, 'a version keeps a layer version that was deleted');
});

test('layers are published, found, listed page by page and deleted, through any node', async () => {
  const [one, two, three] = nodes as [LambdaClient, LambdaClient, LambdaClient];
  const content = (number: number): ZipEntry[] => [{ name: 'file', content: String(number) }];
  for (let number = 1; number <= 3; number++) await publish(0, 'paged', content(number));
  const LayerName = 'paged';
  const read = await two.send(new GetLayerVersionCommand({ LayerName, VersionNumber: 2 }));
  const Arn = read.LayerVersionArn;
  const byArn = await three.send(new GetLayerVersionByArnCommand({ Arn }));
  assert.deepEqual(byArn.Content?.CodeSha256, read.Content?.CodeSha256);
  assert.deepEqual([byArn.Version, byArn.LicenseInfo, byArn.Description], [2, 'MIT', '']);
  assert.match(byArn.CreatedDate ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
  const fetched = await fetch(byArn.Content?.Location ?? '');
  assert.deepEqual(Buffer.from(await fetched.arrayBuffer()), await makeZip(content(2)));
  await one.send(new DeleteLayerVersionCommand({ LayerName, VersionNumber: 3 }));
  await assert.rejects(
    three.send(new GetLayerVersionCommand({ LayerName, VersionNumber: 3 })),
    ResourceNotFoundException,
  );
  const versions: (number | undefined)[] = [];
  for await (const page of paginateListLayerVersions({ client: two, pageSize: 1 }, { LayerName })) {
    versions.push(...(page.LayerVersions ?? []).map(({ Version }) => Version));
  }
  assert.deepEqual(versions, [2, 1]);
  const names: (string | undefined)[] = [];
  const filter = { CompatibleRuntime: 'python3.11', CompatibleArchitecture: 'x86_64' } as const;
  for await (const page of paginateListLayers({ client: three, pageSize: 1 }, filter)) {
    names.push(...(page.Layers ?? []).map(({ LayerName: name }) => name));
  }
  assert.ok(names.includes(LayerName));
  const create = new CreateFunctionCommand({
    FunctionName: 'none',
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Role: role,
    Code: { ZipFile: await makeZip([{ name: 'index.js', content: '1' }]) },
    Layers: ['arn:aws:lambda:us-east-1:123456789012:layer:paged:3'],
  });
  await assert.rejects(two.send(create), InvalidParameterValueException);
});

test('a container image is a function with its own settings, told alike by every node', async () => {
  const [one, two, three] = nodes as [LambdaClient, LambdaClient, LambdaClient];
  const FunctionName = 'image';
  const ImageConfig = { EntryPoint: ['/run'], Command: ['handler'], WorkingDirectory: '/work' };
  const made = await one.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: role,
      PackageType: 'Image',
      Code: { ImageUri: 'app:1' },
      ImageConfig,
      Environment: { Variables: { HEARTH_NETWORK: 'outbound' } },
    }),
  );
  assert.deepEqual(made.ImageConfigResponse?.ImageConfig, ImageConfig);
  await two.send(new UpdateFunctionCodeCommand({ FunctionName, ImageUri: 'app:2' }));
  const { Code, Configuration } = await three.send(new GetFunctionCommand({ FunctionName }));
  assert.deepEqual([Code?.RepositoryType, Code?.ImageUri], ['ECR', 'app:2']);
  assert.deepEqual([Configuration?.PackageType, Configuration?.Runtime], ['Image', undefined]);
  assert.deepEqual(Configuration?.ImageConfigResponse?.ImageConfig, ImageConfig);
  const ZipFile = await makeZip([{ name: 'index.js', content: '1' }]);
  await assert.rejects(
    two.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile })),
    InvalidParameterValueException,
  );
  const Environment = { Variables: { HEARTH_NETWORK: 'everything' } };
  await assert.rejects(
    two.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment })),
    /HEARTH_NETWORK must be none or outbound/,
  );
});
