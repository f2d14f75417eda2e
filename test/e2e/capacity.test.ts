/** Cold starts, and how to have none, on three real nodes behind a balancer. */
import assert from 'node:assert/strict';
import { before, after as closing, describe, it } from 'node:test';
import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  GetProvisionedConcurrencyConfigCommand,
  type LambdaClient,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { Cluster, eventually } from './cluster-harness.js';
import { call, deploy } from './functions.js';

/** Tells when it ran, so that what ran at the same time can be counted. */
const timed = `
exports.handler = async ({ ms }) => {
  const begin = Date.now();
  await new Promise((resolve) => setTimeout(resolve, ms));
  return { begin, end: Date.now() };
};
`;

interface Run {
  readonly begin: number;
  readonly end: number;
}

/** The most of them that ran at one moment. */
function atOnce(runs: readonly Run[]): number {
  return Math.max(
    ...runs.map(({ begin }) => runs.filter((run) => run.begin <= begin && begin < run.end).length),
  );
}

interface RawAnswer {
  readonly start: string | null;
  readonly node: string | null;
  readonly text: string;
}

async function ask(url: string, name: string, qualifier = ''): Promise<RawAnswer> {
  const query = qualifier === '' ? '' : `?Qualifier=${qualifier}`;
  const answer = await fetch(`${url}/2015-03-31/functions/${name}/invocations${query}`, {
    method: 'POST',
    body: '{}',
  });
  assert.equal(answer.status, 200);
  const { headers } = answer;
  const text = await answer.text();
  return { start: headers.get('x-hearth-start'), node: headers.get('x-hearth-node'), text };
}

describe('capacity of a cluster', () => {
  let cluster: Cluster;
  let client: LambdaClient;

  before(async () => {
    cluster = await Cluster.up(['--no-examples']);
    client = cluster.client();
  });

  closing(() => cluster.stop());

  it('makes far fewer sandboxes for a burst than there are requests', async () => {
    await deploy(client, 'burst', timed);
    const asked = Array.from({ length: 60 }, () => call(client, 'burst', { ms: 50 }));
    for (const { functionError } of await Promise.all(asked)) {
      assert.equal(functionError, undefined);
    }
    const made = await Promise.all(
      [1, 2, 3].map(async (i) => {
        const text = await (await fetch(`${cluster.nodeUrl(i)}/_hearth/metrics`)).text();
        const lines = text.matchAll(/^hearth_sandbox_starts_total\{[^}]*\} (\d+)$/gm);
        return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
      }),
    );
    const all = made.reduce((sum, count) => sum + count, 0);
    assert(all >= 1 && all <= 30, `${all} sandboxes`);
  });

  it('runs no more at a time than is reserved, and refuses all where nothing is', async () => {
    await deploy(client, 'reserved', timed);
    const reserve = (ReservedConcurrentExecutions: number) =>
      client.send(
        new PutFunctionConcurrencyCommand({
          FunctionName: 'reserved',
          ReservedConcurrentExecutions,
        }),
      );
    await reserve(2);
    const twelve = async (): Promise<readonly Run[]> => {
      const answers = await Promise.allSettled(
        Array.from({ length: 12 }, () => call(client, 'reserved', { ms: 200 })),
      );
      return answers.flatMap((answer) => {
        if (answer.status === 'fulfilled') return [answer.value.value as Run];
        assert.equal(answer.reason.name, 'TooManyRequestsException');
        return [];
      });
    };
    // a node may hear of it a moment after the others
    await eventually(twelve, (runs) => atOnce(runs) === 2);
    assert.equal(atOnce(await twelve()), 2);
    await reserve(0);
    await eventually(
      () =>
        call(client, 'reserved', { ms: 1 }).then(
          () => '',
          (error: { name: string; Reason?: string }) => `${error.name} ${error.Reason}`,
        ),
      (said) =>
        said === 'TooManyRequestsException ReservedFunctionConcurrentInvocationLimitExceeded',
    );
  });

  it('copies a published Python version that has run its initialisation once', async () => {
    const source =
      'import uuid\ninit = uuid.uuid4().hex\n\ndef handler(event, context):\n    return init\n';
    await deploy(client, 'copied', source, { runtime: 'python3.11' });
    await client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'copied',
        SnapStart: { ApplyOn: 'PublishedVersions' },
      }),
    );
    await client.send(new PublishVersionCommand({ FunctionName: 'copied' }));
    const version = { FunctionName: 'copied', Qualifier: '1' };
    await eventually(
      () => client.send(new GetFunctionConfigurationCommand(version)),
      ({ SnapStart }) => SnapStart?.OptimizationStatus === 'On',
    );
    const first = await ask(cluster.url, 'copied', '1');
    assert.equal(first.start, 'cold');
    assert.match(first.text, /^"[0-9a-f]{32}"$/);
    await client.send(new DeleteFunctionCommand({ FunctionName: 'copied' }));
  });

  it('keeps what is provisioned initialised, and makes it again elsewhere when a node dies', async () => {
    await deploy(client, 'ready', timed);
    await client.send(new PublishVersionCommand({ FunctionName: 'ready' }));
    await client.send(
      new CreateAliasCommand({ FunctionName: 'ready', Name: 'live', FunctionVersion: '1' }),
    );
    const alias = { FunctionName: 'ready', Qualifier: 'live' };
    await client.send(
      new PutProvisionedConcurrencyConfigCommand({ ...alias, ProvisionedConcurrentExecutions: 6 }),
    );
    const first = cluster.client(cluster.nodeUrl(1));
    const figures = () => first.send(new GetProvisionedConcurrencyConfigCommand(alias));
    const isReady = ({
      Status,
      AvailableProvisionedConcurrentExecutions,
    }: Awaited<ReturnType<typeof figures>>) =>
      Status === 'READY' && AvailableProvisionedConcurrentExecutions === 6;
    await eventually(figures, isReady);
    for (const i of [1, 2, 3]) {
      assert.equal((await ask(cluster.nodeUrl(i), 'ready', 'live')).start, 'warm');
    }
    process.kill(cluster.nodePid(3), 'SIGKILL');
    await eventually(figures, ({ Status }) => Status === 'IN_PROGRESS');
    await eventually(figures, isReady, 30_000);
  });
});
