/**
 * AWS's own client against a real listener, operation by operation: each that is offered takes all members that it
 * offers, answers in the model's form, and what it does not offer it refuses; waiters and paginators run.
 */
import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import * as sdk from '@aws-sdk/client-lambda';
import { IngressServer } from '../../src/ingress/index.js';
import { operations } from '../../src/ingress/ingress.js';
import { notOfferedOperations } from '../../src/ingress/not-offered/operations.js';
import { systemClock } from '../../src/lib/index.js';
import { type AnyAnswer, checkAwsAnswer } from './aws-answer.js';
import { makeHarness, options, role, zip } from './harness.js';
import { type ModelOperation, modelOperations } from './sdk-shapes.js';

type Input = Readonly<Record<string, unknown>>;
type Command = Parameters<sdk.LambdaClient['send']>[0];

const exported = sdk as unknown as Readonly<Record<string, new (input: Input) => Command>>;
const harness = makeHarness();
const server = new IngressServer({ ...harness.deps, clock: systemClock }, options);
const model = new Map(modelOperations.map((operation) => [operation.name, operation]));
const offered = new Set(
  operations
    .filter((operation) => !notOfferedOperations.includes(operation))
    .map(({ name }) => (name === 'InvokeFunction' ? 'Invoke' : name)),
);
let client: sdk.LambdaClient;

before(async () => {
  const { port } = await server.start();
  client = new sdk.LambdaClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});

after(async () => {
  client.destroy();
  await server.stop(1000);
});

const arn = 'arn:aws:lambda:us-east-1:123456789012:function:f';
const layer = 'arn:aws:lambda:us-east-1:123456789012:layer:l';
const runtimeHash = createHash('sha256').update('nodejs20.x').digest('hex');
const f = { FunctionName: 'f' };
const live = { ...f, Qualifier: 'live' };
const ofLayer = { LayerName: 'l', VersionNumber: 1 };
const layerGrant = { Action: 'lambda:GetLayerVersion', Principal: '*' };
const settings = {
  Role: role,
  Handler: 'index.handler',
  Runtime: 'nodejs20.x',
  Description: 'text',
  Timeout: 5,
  MemorySize: 256,
  Environment: { Variables: { GREETING: 'hello' } },
  EphemeralStorage: { Size: 1024 },
  SnapStart: { ApplyOn: 'PublishedVersions' },
  Layers: [`${layer}:1`],
  TracingConfig: { Mode: 'Active' },
  LoggingConfig: {
    LogFormat: 'JSON',
    ApplicationLogLevel: 'DEBUG',
    SystemLogLevel: 'WARN',
    LogGroup: 'group',
  },
  DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:123456789012:dead' },
};
const destinations = {
  OnSuccess: { Destination: 'arn:aws:lambda:us-east-1:123456789012:function:image' },
  OnFailure: { Destination: 'arn:aws:sqs:us-east-1:123456789012:dead' },
};
const cors = {
  AllowCredentials: true,
  AllowHeaders: ['x-a'],
  AllowMethods: ['GET'],
  AllowOrigins: ['https://a.example'],
  ExposeHeaders: ['x-b'],
  MaxAge: 60,
};
const grant = { StatementId: 's', Action: 'lambda:InvokeFunctionUrl', Principal: '*' };

/** What others than the function of the life do without. */
const plain = { Layers: [], SnapStart: { ApplyOn: 'None' } };

/** The life of a function, in which every operation that is offered has its place, with all its members. */
const life: readonly (readonly [string, Input])[] = [
  [
    'PublishLayerVersion',
    {
      LayerName: 'l',
      Content: { ZipFile: zip },
      Description: 'text',
      LicenseInfo: 'MIT',
      CompatibleRuntimes: ['nodejs20.x'],
      CompatibleArchitectures: ['x86_64'],
    },
  ],
  [
    'ListLayers',
    { CompatibleRuntime: 'nodejs20.x', CompatibleArchitecture: 'x86_64', MaxItems: 5 },
  ],
  [
    'ListLayerVersions',
    {
      LayerName: 'l',
      CompatibleRuntime: 'nodejs20.x',
      CompatibleArchitecture: 'x86_64',
      MaxItems: 5,
    },
  ],
  ['GetLayerVersion', { LayerName: 'l', VersionNumber: 1 }],
  ['GetLayerVersionByArn', { Arn: `${layer}:1` }],
  [
    'CreateFunction',
    {
      ...f,
      ...settings,
      Code: { ZipFile: zip },
      PackageType: 'Zip',
      Publish: true,
      Architectures: ['x86_64'],
      Tags: { a: 'b' },
    },
  ],
  [
    'CreateFunction',
    {
      FunctionName: 'image',
      Role: role,
      PackageType: 'Image',
      Code: { ImageUri: 'app:1' },
      ImageConfig: { Command: ['run'], EntryPoint: ['/bin/sh'], WorkingDirectory: '/' },
    },
  ],
  ['UpdateFunctionCode', { FunctionName: 'image', ImageUri: 'app:2' }],
  [
    'UpdateFunctionConfiguration',
    {
      FunctionName: 'image',
      ImageConfig: { Command: ['other'], EntryPoint: ['/bin/sh'], WorkingDirectory: '/' },
    },
  ],
  ['GetFunction', { ...f, Qualifier: '1' }],
  ['GetFunctionConfiguration', { ...f, Qualifier: '1' }],
  ['ListFunctions', { FunctionVersion: 'ALL', MasterRegion: 'ALL', MaxItems: 5 }],
  [
    'UpdateFunctionConfiguration',
    { ...f, ...settings, SnapStart: { ApplyOn: 'None' }, Timeout: 6, RevisionId: 'now' },
  ],
  [
    'UpdateFunctionCode',
    {
      ...f,
      ZipFile: zip,
      Publish: false,
      DryRun: true,
      Architectures: ['x86_64'],
      RevisionId: 'now',
    },
  ],
  ['PublishVersion', { ...f, CodeSha256: 'now', Description: 'two', RevisionId: 'now' }],
  ['ListVersionsByFunction', { ...f, MaxItems: 5 }],
  [
    'CreateAlias',
    {
      ...f,
      Name: 'live',
      FunctionVersion: '1',
      Description: 'text',
      RoutingConfig: { AdditionalVersionWeights: { 2: 0.5 } },
    },
  ],
  ['GetAlias', { ...f, Name: 'live' }],
  ['ListAliases', { ...f, FunctionVersion: '1', MaxItems: 5 }],
  [
    'UpdateAlias',
    {
      ...f,
      Name: 'live',
      FunctionVersion: '2',
      Description: 'x',
      RoutingConfig: {},
      RevisionId: 'alias',
    },
  ],
  ['TagResource', { Resource: arn, Tags: { c: 'd' } }],
  ['ListTags', { Resource: arn }],
  ['UntagResource', { Resource: arn, TagKeys: ['c', 'a'] }],
  [
    'Invoke',
    {
      ...live,
      InvocationType: 'RequestResponse',
      LogType: 'Tail',
      ClientContext: Buffer.from('{}').toString('base64'),
      Payload: '{"a":1}',
    },
  ],
  ['Invoke', { ...live, InvocationType: 'Event', Payload: '{}' }],
  ['Invoke', { ...live, InvocationType: 'DryRun', Payload: '{}' }],
  ['InvokeAsync', { ...f, InvokeArgs: '{}' }],
  [
    'InvokeWithResponseStream',
    {
      ...live,
      InvocationType: 'RequestResponse',
      LogType: 'Tail',
      ClientContext: Buffer.from('{}').toString('base64'),
      Payload: '{"a":1}',
    },
  ],
  ['PutFunctionConcurrency', { ...f, ReservedConcurrentExecutions: 4 }],
  ['GetFunctionConcurrency', f],
  ['PutProvisionedConcurrencyConfig', { ...live, ProvisionedConcurrentExecutions: 2 }],
  ['GetProvisionedConcurrencyConfig', live],
  ['ListProvisionedConcurrencyConfigs', { ...f, MaxItems: 5 }],
  [
    'PutFunctionEventInvokeConfig',
    {
      ...live,
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: destinations,
    },
  ],
  [
    'UpdateFunctionEventInvokeConfig',
    {
      ...live,
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 90,
      DestinationConfig: destinations,
    },
  ],
  ['GetFunctionEventInvokeConfig', live],
  ['ListFunctionEventInvokeConfigs', { ...f, MaxItems: 5 }],
  ['CreateFunctionUrlConfig', { ...live, AuthType: 'NONE', Cors: cors, InvokeMode: 'BUFFERED' }],
  [
    'UpdateFunctionUrlConfig',
    { ...live, AuthType: 'AWS_IAM', Cors: cors, InvokeMode: 'RESPONSE_STREAM' },
  ],
  ['GetFunctionUrlConfig', live],
  ['ListFunctionUrlConfigs', { ...f, MaxItems: 5 }],
  [
    'AddPermission',
    {
      ...live,
      ...grant,
      SourceArn: 'arn:aws:s3:::bucket',
      SourceAccount: '123456789012',
      PrincipalOrgID: 'o-1234567890',
      FunctionUrlAuthType: 'NONE',
      EventSourceToken: 'token',
      InvokedViaFunctionUrl: true,
      RevisionId: 'alias',
    },
  ],
  ['GetPolicy', live],
  ['PutFunctionRecursionConfig', { ...f, RecursiveLoop: 'Allow' }],
  ['GetFunctionRecursionConfig', f],
  [
    'PutRuntimeManagementConfig',
    {
      ...f,
      Qualifier: '1',
      UpdateRuntimeOn: 'Manual',
      RuntimeVersionArn: `arn:aws:lambda:us-east-1::runtime:${runtimeHash}`,
    },
  ],
  ['GetRuntimeManagementConfig', { ...f, Qualifier: '1' }],
  ['GetFunctionCodeSigningConfig', f],
  ['DeleteFunctionCodeSigningConfig', f],
  ['GetAccountSettings', {}],
  ['AddLayerVersionPermission', { ...ofLayer, ...layerGrant, StatementId: 'first' }],
  [
    'AddLayerVersionPermission',
    {
      ...ofLayer,
      ...layerGrant,
      StatementId: 's',
      OrganizationId: 'o-1234567890',
      RevisionId: 'layerPolicy',
    },
  ],
  ['GetLayerVersionPolicy', ofLayer],
  ['RemoveLayerVersionPermission', { ...ofLayer, StatementId: 's', RevisionId: 'layerPolicy' }],
  ['RemovePermission', { ...live, StatementId: 's', RevisionId: 'policy' }],
  ['DeleteFunctionUrlConfig', live],
  ['DeleteFunctionEventInvokeConfig', live],
  ['DeleteProvisionedConcurrencyConfig', live],
  ['DeleteFunctionConcurrency', f],
  ['DeleteAlias', { ...f, Name: 'live' }],
  ['DeleteFunction', { ...f, Qualifier: '2' }],
  ['DeleteFunction', f],
  ['DeleteLayerVersion', { LayerName: 'l', VersionNumber: 1 }],
];

/** Members that AWS has and Hearth refuses, wherever they stand. */
const refused: Readonly<Record<string, unknown>> = {
  VpcConfig: { SubnetIds: ['subnet-12345678'], SecurityGroupIds: ['sg-12345678'] },
  FileSystemConfigs: [{ Arn: 'arn', LocalMountPath: '/mnt/x' }],
  DurableConfig: { RetentionPeriodInDays: 1 },
  CapacityProviderConfig: { LambdaManagedInstancesCapacityProviderConfig: {} },
  TenancyConfig: { TenantIsolationMode: 'PER_TENANT' },
  CodeSigningConfigArn:
    'arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0',
  KMSKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/k',
  S3Bucket: 'bucket',
  S3Key: 'key',
  DurableExecutionName: 'name',
  TenantId: 'tenant',
  PublishTo: 'LATEST_PUBLISHED',
};

/** Members that mean nothing without others that are refused; and what the paginators send. */
const passedOver = ['S3ObjectVersion', 'S3ObjectStorageMode', 'SourceKMSKeyArn', 'Marker'];

/** Sends one, and gives what came over the wire. */
async function send(name: string, input: Input): Promise<AnyAnswer> {
  const CommandClass = exported[`${name}Command`];
  assert.ok(CommandClass !== undefined, name);
  const command = new CommandClass(input);
  let raw: AnyAnswer | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { statusCode: number; headers: Input; body: unknown };
      const bytes = await buffer(response.body as Readable);
      raw = { status: response.statusCode, headers: response.headers, text: bytes.toString() };
      response.body = Readable.from([bytes]);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'raw' },
  );
  try {
    const output: object = await client.send(command);
    const { EventStream: events } = output as { EventStream?: AsyncIterable<unknown> };
    if (events !== undefined) for await (const _event of events);
  } catch (thrown) {
    if (raw === undefined) throw thrown;
  }
  assert.ok(raw !== undefined);
  return raw;
}

/** `now`, `alias`, `policy` and `layerPolicy` in an input stand for what is there at that moment. */
function withPresent(input: Input): Input {
  const { catalog } = harness;
  const latest = catalog.get('f');
  const revisions: Readonly<Record<string, string | undefined>> = {
    now: latest?.revisionId,
    alias: catalog.alias('f', 'live')?.revisionId,
    policy: catalog.attachment('f', 'policy', 'live')?.revisionId,
    layerPolicy: catalog.layer('l')?.policies.get(1)?.revisionId,
  };
  const hash = Buffer.from(latest?.codeHash ?? '', 'hex').toString('base64');
  return {
    ...input,
    ...(typeof input.RevisionId === 'string' ? { RevisionId: revisions[input.RevisionId] } : {}),
    ...(input.CodeSha256 === 'now' ? { CodeSha256: hash } : {}),
  };
}

async function done(name: string, input: Input): Promise<void> {
  succeeded(name, await send(name, input));
}

function succeeded(name: string, { status, text }: AnyAnswer): void {
  assert.ok(status < 300, `${name}: ${status} ${text}`);
}

function operationOf(name: string): ModelOperation {
  const operation = model.get(name);
  assert.ok(operation !== undefined, name);
  return operation;
}

describe('the SDK and the model', () => {
  it('find each operation answered as the model says, with all of its members', async () => {
    for (const [name, input] of life) {
      const answer = await send(name, withPresent(input));
      succeeded(name, answer);
      checkAwsAnswer(answer, operationOf(name));
    }
  });

  it('are called here with every operation and every member that is offered', () => {
    const called = new Set(life.map(([name]) => name));
    const inModel = modelOperations.map(({ name }) => name).filter((name) => offered.has(name));
    assert.deepEqual(
      inModel.filter((name) => !called.has(name)),
      [],
    );
    const known = [...Object.keys(refused), ...passedOver];
    for (const name of called) {
      const given = life
        .filter(([other]) => other === name)
        .flatMap(([, input]) => Object.keys(input));
      const lacking = operationOf(name)
        .input.map((member) => member.name)
        .filter((member) => !given.includes(member) && !known.includes(member));
      assert.deepEqual(lacking, [], name);
    }
  });

  it('find refused what is not offered, never ignored', async () => {
    await done('CreateFunction', { ...f, ...settings, ...plain, Code: { ZipFile: zip } });
    for (const [name, input] of life) {
      const { input: members } = operationOf(name);
      for (const member of members) {
        const value = refused[member.name];
        if (value === undefined) continue;
        const { RevisionId, Qualifier, ...others } = input;
        const fresh = name === 'CreateFunction' ? { FunctionName: 'refused' } : {};
        const answer = await send(name, { ...others, ...fresh, [member.name]: value });
        const isRefused = answer.status === 501 || answer.status === 400;
        assert.ok(isRefused, `${name} with ${member.name}: ${answer.status} ${answer.text}`);
      }
    }
  });

  it('wait for functions and versions', async () => {
    const fast = { client, maxWaitTime: 5, minDelay: 1, maxDelay: 1 };
    await send('CreateFunction', {
      ...settings,
      ...plain,
      FunctionName: 'waited',
      Code: { ZipFile: zip },
      Publish: true,
    });
    const named = { FunctionName: 'waited' };
    for (const [wait, input] of [
      [sdk.waitUntilFunctionExists, named],
      [sdk.waitUntilFunctionActive, named],
      [sdk.waitUntilFunctionActiveV2, named],
      [sdk.waitUntilFunctionUpdated, named],
      [sdk.waitUntilFunctionUpdatedV2, named],
      [sdk.waitUntilPublishedVersionActive, { ...named, Qualifier: '1' }],
    ] as const) {
      assert.equal((await wait(fast, input)).state, 'SUCCESS', wait.name);
    }
  });

  it('page through everything that is listed', async () => {
    // the paginators write into their input
    const named = () => ({ FunctionName: 'paged' });
    await done('CreateFunction', { ...settings, ...plain, ...named(), Code: { ZipFile: zip } });
    for (let version = 1; version <= 3; version++) {
      await done('UpdateFunctionConfiguration', { ...named(), Timeout: version });
      await done('PublishVersion', named());
      const alias = { ...named(), Name: `a${version}` };
      await done('CreateAlias', { ...alias, FunctionVersion: String(version) });
      const at = { ...named(), Qualifier: alias.Name };
      await done('PutFunctionEventInvokeConfig', { ...at, MaximumRetryAttempts: 1 });
      await done('CreateFunctionUrlConfig', { ...at, AuthType: 'NONE' });
      await done('PutProvisionedConcurrencyConfig', { ...at, ProvisionedConcurrentExecutions: 1 });
      await done('PublishLayerVersion', { LayerName: `l${version}`, Content: { ZipFile: zip } });
      await done('PublishLayerVersion', { LayerName: 'many', Content: { ZipFile: zip } });
    }
    const config = { client, pageSize: 1 };
    const counted = async (pages: AsyncIterable<object>): Promise<number> => {
      let count = 0;
      for await (const page of pages) {
        const lists = Object.values(page).filter(Array.isArray);
        assert.ok(lists.every((list) => list.length <= 1));
        count += lists.flat().length;
      }
      return count;
    };
    assert.deepEqual(
      {
        aliases: await counted(sdk.paginateListAliases(config, named())),
        versions: await counted(sdk.paginateListVersionsByFunction(config, named())),
        invokeConfigs: await counted(sdk.paginateListFunctionEventInvokeConfigs(config, named())),
        urls: await counted(sdk.paginateListFunctionUrlConfigs(config, named())),
        provisioned: await counted(sdk.paginateListProvisionedConcurrencyConfigs(config, named())),
        layers: await counted(sdk.paginateListLayers(config, {})),
        layerVersions: await counted(sdk.paginateListLayerVersions(config, { LayerName: 'many' })),
        functions: await counted(sdk.paginateListFunctions(config, {})),
      },
      {
        aliases: 3,
        versions: 4,
        invokeConfigs: 3,
        urls: 3,
        provisioned: 3,
        layers: 4,
        layerVersions: 3,
        functions: harness.catalog.list().length,
      },
    );
  });
});
