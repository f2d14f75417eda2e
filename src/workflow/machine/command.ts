/**
 * The commands of workflows as they stand in the durable log: those of executions and those of the registry, which share
 * entries. Those of one moment are one entry, a batch, for an entry costs a write on a majority's disks.
 */
import {
  type BatchHead,
  decodeTagged,
  type EncodedBatch,
  encodeFrame,
  encodeTagged,
} from '../../replication/index.js';
import { type KindLevels, levelOfKind, type NodeId } from '../../types/index.js';
import {
  decodeExecutionCommand,
  type ExecutionCommand,
  type ExecutionResult,
  encodeExecutionCommand,
  executionCommandLevel,
} from '../executions/index.js';
import type { RegistryCommand, RegistryResult } from '../registry/index.js';

export type WorkflowCommand =
  | { readonly of: 'executions'; readonly command: ExecutionCommand }
  | { readonly of: 'registry'; readonly command: RegistryCommand };

export type WorkflowResult =
  | { readonly of: 'executions'; readonly result: ExecutionResult }
  | { readonly of: 'registry'; readonly result: RegistryResult };

export interface WorkflowBatch extends BatchHead {
  readonly commands: readonly WorkflowCommand[];
}

/** The first byte of every batch: a contract, never reused. */
export const workflowBatchTag = 4;

/** Since which format level each kind may be written. */
const registryCommandLevels: KindLevels<RegistryCommand['kind']> = {
  'create-state-machine': 3,
  'update-state-machine': 3,
  'delete-state-machine': 3,
  'publish-version': 3,
  'delete-version': 3,
  'create-alias': 3,
  'update-alias': 3,
  'delete-alias': 3,
  'create-activity': 3,
  'delete-activity': 3,
  tag: 3,
  untag: 3,
};

export function encodeWorkflowCommand({ of, command }: WorkflowCommand): Uint8Array {
  // what is the registry's says so; executions' commands, the many, do not
  return of === 'registry' ? encodeFrame({ registry: command }) : encodeExecutionCommand(command);
}

export function encodeWorkflowBatch(
  node: NodeId,
  wallMs: number,
  commands: readonly Uint8Array[],
): EncodedBatch {
  return encodeTagged(workflowBatchTag, node, wallMs, commands);
}

/** The format level that the commands of a batch need. */
export function workflowBatchLevel(data: Uint8Array): number {
  return Math.max(...decodeWorkflowBatch(data).commands.map(levelOf));
}

function levelOf({ of, command }: WorkflowCommand): number {
  return of === 'registry'
    ? levelOfKind(registryCommandLevels, command.kind)
    : executionCommandLevel(command.kind);
}

/**
 * The log holds only what `encodeWorkflowBatch` wrote, also that of a newer release, whose kinds throw `storage`; anything
 * else is a programmer's error and throws.
 */
export function decodeWorkflowBatch(data: Uint8Array): WorkflowBatch {
  const batch = decodeTagged<object>(workflowBatchTag, data);
  if (batch === undefined) throw new Error('an entry is no batch of workflows');
  const commands = batch.frames.map(({ facts, bytes }): WorkflowCommand => {
    if (!('registry' in facts)) {
      return { of: 'executions', command: decodeExecutionCommand(facts, bytes) };
    }
    const command = facts.registry as RegistryCommand;
    levelOfKind(registryCommandLevels, command.kind);
    return { of: 'registry', command };
  });
  const { id, node, wallMs } = batch.head;
  return { id, node, wallMs, commands };
}
