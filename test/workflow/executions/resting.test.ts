import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { nodeId } from '../../../src/types/index.js';
import type { ExecutionCommand } from '../../../src/workflow/executions/command.js';
import { ExecutionsCore } from '../../../src/workflow/executions/core.js';
import type { StoredExecution, StoredToken } from '../../../src/workflow/executions/stored.js';
import { startOf } from './commands.js';

const nodeA = nodeId('a'.repeat(32));
const nodeB = nodeId('b'.repeat(32));
setFlagsFromString('--allow-natives-syntax');
const areOfOneShape = runInNewContext('(a, b) => %HaveSameMap(a, b)') as (
  a: object,
  b: object,
) => boolean;

test('all executions have one shape, and their tokens, whatever has become of them', () => {
  const core = new ExecutionsCore();
  const seen: StoredExecution[] = [];
  const tokens: StoredToken[] = [];
  const apply = (command: ExecutionCommand, node = nodeA): void => {
    core.apply(command, node, 1000);
    seen.push(...core.takeChanged());
    tokens.push(...core.tokens.all());
  };
  const record = (arn: string, end: 'SUCCEEDED' | null = null): void => {
    const { records = 0, epoch = 0, owner = nodeA } = core.get(arn) ?? {};
    const step = { arn, epoch, at: records, step: `${records}`, records: 1, end, consumed: 9 };
    const opened = [{ token: `${arn} ${records}`, task: 't', activity: { arn: 'a', input: '' } }];
    const bytes = Buffer.from('{}\n');
    apply({ kind: 'record', ...step, bytes, opened, closed: [] }, owner);
  };
  for (const arn of ['x', 'y', 'z']) {
    apply(startOf(arn));
    record(arn);
    record(arn);
  }
  const told = { output: Buffer.from('1'), error: '', cause: '' };
  apply({ kind: 'signal', token: 'x 0', signal: 'heartbeat', ...told });
  apply({ kind: 'signal', token: 'x 0', signal: 'succeeded', ...told });
  apply({ kind: 'take-activity-task', activityArn: 'a', workerName: 'w' });
  apply({ kind: 'adopt', from: nodeA, to: [nodeB], itemsMax: 2 });
  record('x', 'SUCCEEDED');
  apply({ kind: 'stop', arn: 'y', error: null, cause: null });
  apply({ kind: 'redrive', arn: 'y', clientToken: '' });
  record('y');
  const restored = new ExecutionsCore();
  for (const execution of core.image().executions) {
    restored.restoreExecution(JSON.parse(JSON.stringify(execution)), Buffer.from('{}'));
  }
  seen.push(...restored.all());
  assert.ok(seen.length > 15);
  // the first ones are made before V8 knows which numbers there will be
  const newest = seen.slice(9);
  for (const execution of newest) assert.ok(areOfOneShape(execution, newest[0] ?? {}));
  for (const token of tokens) assert.ok(areOfOneShape(token, tokens[0] ?? {}));
});
