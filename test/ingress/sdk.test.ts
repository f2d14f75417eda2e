/** The real AWS SDK against a real listener: what it throws, waits for and pages through. */
import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'node:test';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionEventInvokeConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  LambdaClient,
  ProvisionedConcurrencyConfigNotFoundException,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  PutProvisionedConcurrencyConfigCommand,
  paginateListFunctions,
  paginateListProvisionedConcurrencyConfigs,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionExists,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { IngressServer } from '../../src/ingress/index.js';
import { systemClock } from '../../src/lib/index.js';
import { HearthError } from '../../src/types/index.js';
import { makeHarness, options, outcome, role, zip } from './harness.js';

const harness = makeHarness();
const server = new IngressServer({ ...harness.deps, clock: systemClock }, options);
let client: LambdaClient;

before(async () => {
  const { port } = await server.start();
  client = new LambdaClient({
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

function create(name: string): Promise<unknown> {
  return client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Role: role,
      Code: { ZipFile: zip },
      Environment: { Variables: { GREETING: 'hello' } },
    }),
  );
}

describe('the AWS SDK', () => {
  it('takes a function through its whole life', async () => {
    const waiting = { client, maxWaitTime: 5, minDelay: 1, maxDelay: 1 };
    await create('life');
    await waitUntilFunctionExists(waiting, { FunctionName: 'life' });
    await waitUntilFunctionActiveV2(waiting, { FunctionName: 'life' });
    const code = new UpdateFunctionCodeCommand({ FunctionName: 'life', ZipFile: zip });
    assert.equal((await client.send(code)).LastUpdateStatus, 'InProgress');
    await waitUntilFunctionUpdatedV2(waiting, { FunctionName: 'life' });
    const settings = new UpdateFunctionConfigurationCommand({ FunctionName: 'life', Timeout: 9 });
    await client.send(settings);
    const read = await client.send(new GetFunctionCommand({ FunctionName: 'life' }));
    assert.equal(read.Configuration?.Timeout, 9);
    assert.deepEqual(read.Configuration?.Environment?.Variables, { GREETING: 'hello' });
    const fetched = await fetch(read.Code?.Location ?? '');
    assert.deepEqual(Buffer.from(await fetched.arrayBuffer()), zip);
    const deleted = await client.send(new DeleteFunctionCommand({ FunctionName: 'life' }));
    assert.equal(deleted.$metadata.httpStatusCode, 204);
  });

  it('reserves concurrency for a function, and takes it back', async () => {
    await create('reserving');
    const named = { FunctionName: 'reserving' };
    const put = new PutFunctionConcurrencyCommand({ ...named, ReservedConcurrentExecutions: 4 });
    assert.equal((await client.send(put)).ReservedConcurrentExecutions, 4);
    const read = async () =>
      (await client.send(new GetFunctionConcurrencyCommand(named))).ReservedConcurrentExecutions;
    assert.equal(await read(), 4);
    const { Concurrency } = await client.send(new GetFunctionCommand(named));
    assert.deepEqual(Concurrency, { ReservedConcurrentExecutions: 4 });
    const deleted = await client.send(new DeleteFunctionConcurrencyCommand(named));
    assert.equal(deleted.$metadata.httpStatusCode, 204);
    assert.equal(await read(), undefined);
  });

  it('provisions concurrency for versions and aliases, and pages through what is set', async () => {
    await create('provisioning');
    const named = { FunctionName: 'provisioning' };
    const publish = async () => {
      const code = new UpdateFunctionConfigurationCommand({ ...named, Timeout: 1 + versions++ });
      await client.send(code);
      await client.send(new PublishVersionCommand(named));
    };
    let versions = 0;
    for (let count = 0; count < 2; count++) await publish();
    const alias = { ...named, Name: 'live', FunctionVersion: '2' };
    await client.send(new CreateAliasCommand(alias));
    for (const [Qualifier, ProvisionedConcurrentExecutions] of [
      ['1', 2],
      ['live', 3],
    ] as const) {
      const input = { ...named, Qualifier, ProvisionedConcurrentExecutions };
      const answer = await client.send(new PutProvisionedConcurrencyConfigCommand(input));
      assert.equal(answer.$metadata.httpStatusCode, 202);
      assert.equal(
        answer.RequestedProvisionedConcurrentExecutions,
        ProvisionedConcurrentExecutions,
      );
      assert.equal(answer.Status, 'IN_PROGRESS');
    }
    const one = { ...named, Qualifier: '1' };
    const read = await client.send(new GetProvisionedConcurrencyConfigCommand(one));
    assert.equal(read.AvailableProvisionedConcurrentExecutions, 0);
    const found: unknown[] = [];
    const pages = paginateListProvisionedConcurrencyConfigs({ client, pageSize: 1 }, named);
    for await (const { ProvisionedConcurrencyConfigs = [] } of pages) {
      assert.ok(ProvisionedConcurrencyConfigs.length <= 1);
      for (const config of ProvisionedConcurrencyConfigs) found.push(config.FunctionArn?.slice(-4));
    }
    assert.deepEqual(found, ['ng:1', 'live']);
    await client.send(new DeleteProvisionedConcurrencyConfigCommand(one));
    await assert.rejects(
      client.send(new GetProvisionedConcurrencyConfigCommand(one)),
      ProvisionedConcurrencyConfigNotFoundException,
    );
  });

  it('sees SnapStart where it was asked for', async () => {
    await create('snapping');
    const asked = {
      FunctionName: 'snapping',
      SnapStart: { ApplyOn: 'PublishedVersions' },
    } as const;
    const answer = await client.send(new UpdateFunctionConfigurationCommand(asked));
    assert.deepEqual(answer.SnapStart, { ApplyOn: 'PublishedVersions', OptimizationStatus: 'Off' });
  });

  it('invokes by name and by ARN, and reads errors, versions and logs', async () => {
    await create('echo');
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:echo';
    for (const name of ['echo', 'echo:$LATEST', arn]) {
      const answer = await client.send(
        new InvokeCommand({ FunctionName: name, Payload: '{"a":1}', LogType: 'Tail' }),
      );
      assert.equal(answer.StatusCode, 200);
      assert.equal(answer.ExecutedVersion, '$LATEST');
      assert.equal(answer.Payload?.transformToString(), '{"a":1}');
      assert.equal(Buffer.from(answer.LogResult ?? '', 'base64').toString(), 'START\nEND\n');
      assert.match(answer.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
    }
    const echo = harness.answer;
    harness.answer = () => outcome({ errorType: 'Error' }, { functionError: true });
    const failed = await client.send(new InvokeCommand({ FunctionName: 'echo' }));
    assert.deepEqual([failed.StatusCode, failed.FunctionError], [200, 'Unhandled']);
    harness.answer = echo;
  });

  it('throws the exception of each error', async () => {
    await create('taken');
    const get = new GetFunctionCommand({ FunctionName: 'nope' });
    await assert.rejects(client.send(get), { name: 'ResourceNotFoundException', Type: 'User' });
    await assert.rejects(create('taken'), { name: 'ResourceConflictException' });
    await assert.rejects(create('bad name'), { name: 'ValidationException' });
    const stale = new UpdateFunctionConfigurationCommand({
      FunctionName: 'taken',
      RevisionId: 'x',
    });
    await assert.rejects(client.send(stale), { name: 'PreconditionFailedException' });
    const invoke = new InvokeCommand({ FunctionName: 'taken', Payload: 'not json' });
    await assert.rejects(client.send(invoke), { name: 'InvalidRequestContentException' });
    const echo = harness.answer;
    harness.answer = () => {
      const Reason = 'ConcurrentInvocationLimitExceeded';
      throw new HearthError('too-many-requests', 'Rate Exceeded.', { Reason, retryAfterS: 3 });
    };
    await assert.rejects(client.send(new InvokeCommand({ FunctionName: 'taken' })), {
      name: 'TooManyRequestsException',
      Reason: 'ConcurrentInvocationLimitExceeded',
      retryAfterSeconds: '3',
    });
    harness.answer = echo;
    const large = new InvokeCommand({ FunctionName: 'taken', Payload: Buffer.alloc(7e6, 0x20) });
    await assert.rejects(client.send(large), { name: 'RequestTooLargeException' });
  });

  it('throws the exception of each error of what hangs on a function', async () => {
    await create('hung');
    const FunctionName = 'hung';
    const permission = { FunctionName, Action: 'lambda:InvokeFunction', Principal: '*' };
    const add = (StatementId: string, more = {}) =>
      client.send(new AddPermissionCommand({ ...permission, StatementId, ...more }));
    await add('s');
    await assert.rejects(add('s'), { name: 'ResourceConflictException', Type: 'User' });
    await assert.rejects(add('t', { RevisionId: 'x' }), { name: 'PreconditionFailedException' });
    const SourceArn = `arn:aws:s3:::${'b'.repeat(21_000)}`;
    await assert.rejects(add('u', { SourceArn }), { name: 'PolicyLengthExceededException' });
    const url = { FunctionName, AuthType: 'NONE' } as const;
    await client.send(new CreateFunctionUrlConfigCommand(url));
    await assert.rejects(client.send(new CreateFunctionUrlConfigCommand(url)), {
      name: 'ResourceConflictException',
    });
    await assert.rejects(client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName })), {
      name: 'ResourceNotFoundException',
    });
    const put = { FunctionName, MaximumRetryAttempts: 0 };
    const { LastModified } = await client.send(new PutFunctionEventInvokeConfigCommand(put));
    assert.ok(LastModified instanceof Date && LastModified.getFullYear() === 2026);
  });

  it('pages through all functions', async () => {
    for (let index = 0; index < 7; index++) await create(`page-${index}`);
    const seen: string[] = [];
    for await (const page of paginateListFunctions({ client, pageSize: 2 }, {})) {
      assert.ok((page.Functions?.length ?? 0) <= 2);
      seen.push(...(page.Functions ?? []).map((entry) => entry.FunctionName ?? ''));
    }
    assert.deepEqual(
      seen,
      harness.catalog.list().map((record) => record.name),
    );
  });
});
