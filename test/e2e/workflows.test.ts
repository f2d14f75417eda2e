/** Executions on real nodes that are killed: what was answered goes on elsewhere, in one line, and ends once. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { askWorkflows } from '../ask-workflows.js';
import { Cluster, eventually } from './cluster-harness.js';
import { deploy, role } from './functions.js';
import { Nodes } from './nodes.js';

const inTime = { timeout: 120_000 };

interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
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

const adds = 'exports.handler = async (event) => ({ ...event, n: (event.n ?? 0) + 1 });';
const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:adds';
const definition = JSON.stringify({
  StartAt: 'First',
  States: {
    First: { Type: 'Task', Resource: functionArn, Next: 'Rest' },
    Rest: { Type: 'Wait', Seconds: 3, Next: 'Both' },
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'A', States: { A: { Type: 'Task', Resource: functionArn, End: true } } },
        { StartAt: 'B', States: { B: { Type: 'Wait', Seconds: 1, End: true } } },
      ],
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
});

test(
  'executions that were accepted outlive their node, the Master, and each ends once',
  inTime,
  async (t) => {
    const nodes = await startNodes(t, 3, { asyncAdoptAfterMs: 500 });
    await deploy(Cluster.prototype.client.call(null, nodes.url(2)), 'adds', adds);
    const machine = { name: 'm', definition, roleArn: role };
    const { stateMachineArn } = await eventually(
      () =>
        askWorkflows<{ stateMachineArn: string }>(
          nodes.url(2),
          'CreateStateMachine',
          machine,
        ).catch(() => ({
          stateMachineArn: '',
        })),
      (created) => created.stateMachineArn !== '',
    );
    const started = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        askWorkflows<{ executionArn: string }>(nodes.url((n % 3) + 1), 'StartExecution', {
          stateMachineArn,
          name: `e${n}`,
          input: '{}',
        }),
      ),
    );
    // the Master, and owner of a third of them, while all wait
    await nodes.kill(1);
    const arns = started.map(({ executionArn }) => executionArn);
    assert.equal(new Set(arns).size, 60);
    for (const [n, executionArn] of arns.entries()) {
      const url = nodes.url(2 + (n % 2));
      const view = await eventually(
        () =>
          askWorkflows<{ status: string; output: string }>(url, 'DescribeExecution', {
            executionArn,
          }),
        ({ status }) => status !== 'RUNNING',
        30_000,
      );
      assert.equal(view.status, 'SUCCEEDED');
      assert.deepEqual(JSON.parse(view.output), [{ n: 2 }, { n: 1 }]);
      const { events } = await askWorkflows<{ events: HistoryEvent[] }>(
        url,
        'GetExecutionHistory',
        {
          executionArn,
        },
      );
      events.forEach(({ id, previousEventId }, at) => {
        assert.equal(id, at + 1);
        assert.ok(previousEventId < id);
      });
      const types = events.map(({ type }) => type);
      assert.equal(types.filter((type) => type === 'LambdaFunctionSucceeded').length, 2);
      assert.equal(types.filter((type) => type === 'ExecutionSucceeded').length, 1);
    }
  },
);

test(
  'executions go on after all nodes were killed, and a node that is stopped hands its own over',
  inTime,
  async (t) => {
    const nodes = await startNodes(t, 3, { asyncAdoptAfterMs: 500 });
    await deploy(Cluster.prototype.client.call(null, nodes.url(2)), 'adds', adds);
    const machine = { name: 'm', definition, roleArn: role };
    const created = await eventually(
      () =>
        askWorkflows<{ stateMachineArn: string }>(
          nodes.url(2),
          'CreateStateMachine',
          machine,
        ).catch(() => null),
      (answer) => answer !== null,
    );
    const start = (n: number) =>
      askWorkflows<{ executionArn: string }>(nodes.url((n % 3) + 1), 'StartExecution', {
        stateMachineArn: created?.stateMachineArn,
        name: `e${n}`,
        input: '{}',
      });
    const arns: string[] = [];
    for (let n = 0; n < 15; n++) arns.push((await start(n)).executionArn);
    await nodes.kill(1, 2, 3);
    await Promise.all([1, 2, 3].map((i) => nodes.run(i)));
    for (let n = 15; n < 30; n++) arns.push((await start(n)).executionArn);
    await nodes.stop(2);
    for (const executionArn of arns) {
      const view = await eventually(
        () => askWorkflows<{ status: string }>(nodes.url(3), 'DescribeExecution', { executionArn }),
        ({ status }) => status !== 'RUNNING',
        30_000,
      );
      assert.equal(view.status, 'SUCCEEDED');
    }
  },
);
