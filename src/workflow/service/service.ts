/**
 * The Step Functions API without its wire: an operation by its name, and any value that somebody sent as its input. What
 * HTTP carries, and what tasks of the cluster's own workflows ask (`aws-sdk:sfn`), ends here.
 */
import { activityOperations } from './activities.js';
import { aliasOperations } from './aliases.js';
import { checked } from './check.js';
import { definitionOperations } from './definitions.js';
import type { Operations, Output, WorkflowCall, WorkflowDeps } from './deps.js';
import { executionOperations } from './executions.js';
import { mapRunOperations } from './map-runs.js';
import { type Input, type OperationName, shapes } from './shapes.js';
import { stateMachineOperations } from './state-machines.js';
import { tagOperations } from './tags.js';
import { versionOperations } from './versions.js';

export class WorkflowService {
  readonly #operations: Operations;

  constructor(deps: WorkflowDeps) {
    this.#operations = {
      ...stateMachineOperations(deps),
      ...versionOperations(deps),
      ...aliasOperations(deps),
      ...tagOperations(deps),
      ...activityOperations(deps),
      ...executionOperations(deps),
      ...mapRunOperations(deps),
      ...definitionOperations(deps),
    };
  }

  /** The members of the answer, times in seconds. Throws HearthError. */
  perform<Name extends OperationName>(
    name: Name,
    input: Input<Name>,
    call: WorkflowCall = {},
  ): Promise<Output> {
    const operation: Operations[Name] = this.#operations[name];
    return operation(input, call);
  }

  /** The same of what has not been checked. */
  async ask(name: OperationName, value: unknown, call: WorkflowCall = {}): Promise<Output> {
    return await this.perform(name, inputOf(name, value), call);
  }
}

/** Throws `invalid-json`, `validation`. */
export function inputOf<Name extends OperationName>(name: Name, value: unknown): Input<Name> {
  return checked(value, shapes[name]) as Input<Name>;
}
