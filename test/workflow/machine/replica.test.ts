import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextTurn } from '../../../src/lib/index.js';
import { encodeFrame } from '../../../src/replication/index.js';
import { nodeId } from '../../../src/types/index.js';
import type { ExecutionCommand } from '../../../src/workflow/executions/index.js';
import { encodeRecords } from '../../../src/workflow/executions/record-codec.js';
import {
  decodeWorkflowBatch,
  encodeWorkflowBatch,
  encodeWorkflowCommand,
  type WorkflowCommand,
  workflowBatchLevel,
} from '../../../src/workflow/machine/command.js';
import { WorkflowsReplica } from '../../../src/workflow/machine/replica.js';
import type { RegistryCommand } from '../../../src/workflow/registry/index.js';
import { startOf } from '../executions/commands.js';

const node = nodeId('a'.repeat(32));

const makeReplica = () =>
  new WorkflowsReplica({ nextTurn, changed: () => {}, heard: () => {}, replaced: () => {} });

function batch(...commands: readonly WorkflowCommand[]): Uint8Array {
  return encodeWorkflowBatch(node, 1000, commands.map(encodeWorkflowCommand)).data;
}

const ofExecutions = (command: ExecutionCommand): WorkflowCommand => ({
  of: 'executions',
  command,
});

function start(arn: string, input: string): WorkflowCommand {
  return ofExecutions(startOf(arn, input));
}

function records(arn: string, at: number, bytes: number): WorkflowCommand {
  const details = { input: 'x'.repeat(bytes) };
  const event = { id: at + 1, previousEventId: at, timestampMs: 1, details };
  return ofExecutions({
    kind: 'record',
    arn,
    epoch: 0,
    at,
    step: `${arn} ${at}`,
    records: 1,
    bytes: encodeRecords([{ event: { ...event, type: 'TaskStateEntered' } }]),
    end: null,
    opened: [{ token: `${arn} ${at}`, task: 'task', activity: null }],
    closed: [],
    consumed: 0,
  });
}

const activity: WorkflowCommand = {
  of: 'registry',
  command: { kind: 'create-activity', name: 'a', tags: [] },
};

async function snapshotOf(replica: WorkflowsReplica): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of replica.snapshot()) parts.push(part);
  return Buffer.concat(parts);
}

function restored(bytes: Buffer, pieceBytes: number): WorkflowsReplica {
  const replica = makeReplica();
  replica.restoreBegin();
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    replica.restorePart(bytes.subarray(from, from + pieceBytes));
  }
  replica.restoreEnd();
  return replica;
}

describe('a batch of workflows', () => {
  it('reads back from the log as it was written, commands of executions and of the registry together', () => {
    const commands = [start('x', '{"a":"ä"}'), activity, records('x', 0, 10)];
    const read = decodeWorkflowBatch(batch(...commands));
    assert.equal(read.node, node);
    assert.deepEqual(
      read.commands.map((command) => Buffer.from(encodeWorkflowCommand(command)).toString()),
      commands.map((command) => Buffer.from(encodeWorkflowCommand(command)).toString()),
    );
  });

  it('needs the third format level, and stops a node that does not know one of its kinds', () => {
    assert.equal(workflowBatchLevel(batch(activity, records('x', 0, 1))), 3);
    const newer = encodeWorkflowBatch(node, 1000, [encodeFrame({ kind: 'new' })]).data;
    assert.throws(() => decodeWorkflowBatch(newer), { code: 'storage' });
    const other = encodeWorkflowBatch(node, 1000, [encodeFrame({ registry: { kind: 'new' } })]);
    assert.throws(() => decodeWorkflowBatch(other.data), { code: 'storage' });
  });
});

describe('a snapshot of workflows', () => {
  it('holds all of them, long histories too, and is read in any pieces', async () => {
    const replica = makeReplica();
    replica.apply(batch(activity, start('x', '{}'), start('y', '[1]')));
    for (let at = 0; at < 6; at++) replica.apply(batch(records('x', at, 200_000)));
    replica.apply(batch(records('y', 0, 3)));
    const bytes = await snapshotOf(replica);
    for (const pieceBytes of [1009, 300_000, bytes.length]) {
      const other = restored(bytes, pieceBytes);
      other.executions.invariants();
      assert.deepEqual(other.registry.activities(), replica.registry.activities());
      assert.deepEqual(await snapshotOf(other), bytes);
    }
    // and goes on as all the others
    const other = restored(bytes, 4096);
    for (const one of [replica, other]) one.apply(batch(records('x', 6, 1), start('z', '{}')));
    assert.deepEqual(await snapshotOf(other), await snapshotOf(replica));
  });

  it('is as the workflows were when it was asked for, whatever is written meanwhile', async () => {
    const replica = makeReplica();
    replica.apply(batch(start('x', '{}'), records('x', 0, 10)));
    const before = await snapshotOf(replica);
    const parts = replica.snapshot();
    replica.apply(batch(records('x', 1, 10), activity));
    const after: Uint8Array[] = [];
    for await (const part of parts) after.push(part);
    assert.deepEqual(Buffer.concat(after), before);
  });

  it('is empty where workflows were never used, for releases that know none', async () => {
    const replica = makeReplica();
    assert.equal((await snapshotOf(replica)).length, 0);
    replica.apply(batch(start('x', '{}')));
    replica.restoreBegin();
    replica.restoreNothing();
    assert.equal(replica.executions.get('x'), undefined);
  });

  it('that is cut off, or of a newer format, is refused, and changes nothing', async () => {
    const replica = makeReplica();
    replica.apply(batch(start('x', '{}')));
    const bytes = await snapshotOf(replica);
    assert.throws(() => restored(bytes.subarray(0, -3), 100), { code: 'log-damaged' });
    const newer = encodeFrame({ executions: 2, sequence: 0, wallMs: 0 });
    replica.restoreBegin();
    assert.throws(() => replica.restorePart(newer), { code: 'storage' });
    assert.notEqual(replica.executions.get('x'), undefined);
  });

  it('lets a deleted state machine go with the last of its executions', () => {
    const replica = makeReplica();
    const ofRegistry = (command: RegistryCommand): WorkflowCommand => ({ of: 'registry', command });
    const remove = ofRegistry({ kind: 'delete-state-machine', name: 'm' });
    const create = ofRegistry({
      kind: 'create-state-machine',
      ...{ name: 'm', type: 'STANDARD', definition: '{}', roleArn: '', logging: {}, tracing: {} },
      ...{ tags: [], publish: null },
    });
    const stop = (arn: string) => ofExecutions({ kind: 'stop', arn, error: null, cause: null });
    replica.apply(batch(create, start('e1', '1'), start('e2', '1')));
    replica.apply(batch(remove, stop('e1')));
    assert.equal(replica.registry.stateMachine('m')?.isDeleting, true);
    replica.apply(batch(stop('e2')));
    assert.equal(replica.registry.stateMachine('m'), undefined);
    replica.apply(batch(create, remove));
    assert.equal(replica.registry.stateMachine('m'), undefined);
  });
});
