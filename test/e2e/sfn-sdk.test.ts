/**
 * AWS's SDK for Step Functions, and AWS's command line where it can be installed, with only the endpoint changed, against
 * one node that verifies their signatures.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import {
  CreateActivityCommand,
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionAlreadyExists,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  InvalidDefinition,
  paginateGetExecutionHistory,
  paginateListStateMachines,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StateMachineDoesNotExist,
  TestStateCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { root } from './cluster-harness.js';
import { type SignedNode, startSignedNode } from './signed-node.js';

const run = promisify(execFile);
const release = 'awscli==1.46.3';
const role = 'arn:aws:iam::123456789012:role/states';
const prefix = 'arn:aws:states:us-east-1:123456789012:';
const greeting = JSON.stringify({
  StartAt: 'A',
  States: { A: { Type: 'Pass', Result: { hello: 'world' }, Next: 'B' }, B: { Type: 'Succeed' } },
});

let node: SignedNode;
let client: SFNClient;

before(async () => {
  node = await startSignedNode();
  client = new SFNClient({
    endpoint: node.url,
    region: 'us-east-1',
    credentials: {
      accessKeyId: node.env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: node.env.AWS_SECRET_ACCESS_KEY ?? '',
    },
    // there is no name such as sync-127.0.0.1
    disableHostPrefix: true,
    maxAttempts: 1,
  });
});
after(async () => {
  client.destroy();
  await node.stop();
});

async function create(name: string, definition = greeting, type?: 'EXPRESS'): Promise<string> {
  const { stateMachineArn = '' } = await client.send(
    new CreateStateMachineCommand({ name, definition, roleArn: role, type }),
  );
  return stateMachineArn;
}

/** Once it has ended. */
async function ended(executionArn: string) {
  for (;;) {
    const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') return execution;
  }
}

describe("AWS's SDK for Step Functions", () => {
  it('takes a state machine and an execution through their lives', async () => {
    const stateMachineArn = await create('life');
    const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    assert.equal(described.definition, greeting);
    assert.ok(Math.abs(Number(described.creationDate) - Date.now()) < 60_000);
    const start = new StartExecutionCommand({ stateMachineArn, name: 'one', input: '{"a":1}' });
    const { executionArn = '' } = await client.send(start);
    const execution = await ended(executionArn);
    assert.deepEqual([execution.status, execution.output], ['SUCCEEDED', '{"hello":"world"}']);
    assert.ok(execution.stopDate instanceof Date);
    await assert.rejects(client.send(start), ExecutionAlreadyExists);

    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    const types = ['ExecutionStarted', 'PassStateEntered', 'PassStateExited'];
    assert.deepEqual(
      events.map(({ type }) => type),
      [...types, 'SucceedStateEntered', 'SucceedStateExited', 'ExecutionSucceeded'],
    );
    const paged: unknown[] = [];
    const config = { client, pageSize: 2 };
    for await (const page of paginateGetExecutionHistory(config, { executionArn })) {
      paged.push(...(page.events ?? []));
    }
    assert.deepEqual(paged, events);

    await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    await assert.rejects(
      client.send(new StartExecutionCommand({ stateMachineArn })),
      (error) =>
        error instanceof StateMachineDoesNotExist &&
        error.message === `State Machine Does Not Exist: '${stateMachineArn}'` &&
        error.$metadata.httpStatusCode === 400,
    );
  });

  it('gets an error of its own for a definition that makes no sense', async () => {
    await assert.rejects(create('broken', '{"StartAt":"A"}'), InvalidDefinition);
  });

  it('pages through lists', async () => {
    const names = ['page-1', 'page-2', 'page-3'];
    for (const name of names) await create(name);
    const found: (string | undefined)[] = [];
    for await (const page of paginateListStateMachines({ client, pageSize: 1 }, {})) {
      assert.ok((page.stateMachines?.length ?? 0) <= 1);
      found.push(...(page.stateMachines ?? []).map(({ name }) => name));
    }
    assert.deepEqual(
      found.filter((name) => names.includes(name ?? '')),
      names,
    );
  });

  it('publishes versions, and starts what an alias leads to', async () => {
    const stateMachineArn = await create('versioned');
    const definition = greeting.replace('world', 'again');
    const { stateMachineVersionArn = '' } = await client.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition, publish: true }),
    );
    const { stateMachineAliasArn } = await client.send(
      new CreateStateMachineAliasCommand({
        name: 'live',
        routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
      }),
    );
    const start = new StartExecutionCommand({ stateMachineArn: stateMachineAliasArn });
    const execution = await ended((await client.send(start)).executionArn ?? '');
    assert.equal(execution.output, '{"hello":"again"}');
    assert.equal(execution.stateMachineVersionArn, stateMachineVersionArn);
    assert.equal(execution.stateMachineAliasArn, stateMachineAliasArn);
  });

  it('waits for Express executions, and tests states', async () => {
    const stateMachineArn = await create('express', greeting, 'EXPRESS');
    const run = await client.send(new StartSyncExecutionCommand({ stateMachineArn, input: '{}' }));
    assert.deepEqual([run.status, run.output], ['SUCCEEDED', '{"hello":"world"}']);
    const tested = await client.send(
      new TestStateCommand({
        definition: '{"Type":"Pass","Parameters":{"b.$":"$.a"},"Next":"X"}',
        input: '{"a":1}',
      }),
    );
    assert.deepEqual(
      [tested.status, tested.output, tested.nextState],
      ['SUCCEEDED', '{"b":1}', 'X'],
    );
  });

  it('works on activities', async () => {
    const { activityArn = '' } = await client.send(new CreateActivityCommand({ name: 'work' }));
    const definition = JSON.stringify({
      StartAt: 'A',
      States: { A: { Type: 'Task', Resource: activityArn, TimeoutSeconds: 30, End: true } },
    });
    const stateMachineArn = await create('working', definition);
    const worker = client.send(new GetActivityTaskCommand({ activityArn, workerName: 'me' }));
    const started = await client.send(
      new StartExecutionCommand({ stateMachineArn, input: '{"n":2}' }),
    );
    const { taskToken, input } = await worker;
    assert.equal(input, '{"n":2}');
    await client.send(new SendTaskSuccessCommand({ taskToken, output: '{"n":4}' }));
    assert.equal((await ended(started.executionArn ?? '')).output, '{"n":4}');
  });
});

describe("AWS's command line for Step Functions", () => {
  it('creates, starts, describes and deletes', async (t) => {
    let aws: string;
    try {
      aws = (await run(join(root, 'scripts/from-pypi'), [release, 'aws'])).stdout.trim();
    } catch (error) {
      t.skip((error as { stderr?: string }).stderr?.trim() || String(error));
      return;
    }
    const ask = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
      const all = ['stepfunctions', ...args, '--output', 'json'];
      const { stdout } = await run(aws, all, { env: node.env, cwd: node.data, timeout: 60_000 });
      return stdout.trim() === '' ? {} : JSON.parse(stdout);
    };
    const arn = `${prefix}stateMachine:by-hand`;
    const made = ['--name', 'by-hand', '--definition', greeting, '--role-arn', role];
    assert.equal((await ask('create-state-machine', ...made)).stateMachineArn, arn);
    const of = ['--state-machine-arn', arn];
    const { executionArn } = await ask('start-execution', ...of, '--name', 'e');
    assert.equal((await ended(String(executionArn))).status, 'SUCCEEDED');
    const { executions } = await ask('list-executions', ...of);
    assert.equal((executions as unknown[]).length, 1);
    await ask('delete-state-machine', ...of);
    await assert.rejects(ask('describe-state-machine', ...of), /StateMachineDoesNotExist/);
  });
});
