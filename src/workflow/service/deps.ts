/** What the operations stand on. */
import type { Random } from '../../lib/index.js';
import type { Cancelled } from '../../types/index.js';
import type { Executions } from '../executions/types.js';
import type { RegistryCommand, RegistryCore, RegistryResult } from '../registry/index.js';
import type { Input, OperationName } from './shapes.js';

/** The registry as a node has it: what it knows, and the way into the log. */
export interface Registry {
  readonly core: RegistryCore;
  /** Resolves when a majority has it on disk and this node knows. Throws `no-quorum`, `too-many-requests`. */
  propose(command: RegistryCommand): Promise<RegistryResult>;
  /** Resolves when this node knows all that was acknowledged; false where nobody can tell it in time. */
  catchUp(): Promise<boolean>;
}

export interface WorkflowDeps {
  readonly registry: Registry;
  readonly executions: Executions;
  testState(input: Input<'TestState'>): Promise<object>;
  readonly random: Random;
  uuid(): string;
}

export interface WorkflowCall {
  /** Aborted when the caller goes away. */
  readonly signal?: Cancelled | undefined;
}

/** Members of an answer; those that are undefined are left out. */
export type Output = Readonly<Record<string, unknown>>;

export type Operation<Name extends OperationName> = (
  input: Input<Name>,
  call: WorkflowCall,
) => Promise<Output>;

export type Operations<Names extends OperationName = OperationName> = {
  readonly [Name in Names]: Operation<Name>;
};
