/**
 * The Step Functions API without its wire: an operation by its name, and any value that somebody sent as its input. What
 * HTTP carries, and what tasks of the cluster's own workflows ask (`aws-sdk:sfn`), ends here.
 */
import { HearthError } from '../../types/index.js';
import type { JsonObject } from '../json.js';
import type { StatesApi } from '../tasks/index.js';
import { activityOperations } from './activities.js';
import { aliasOperations } from './aliases.js';
import { checked } from './check.js';
import { definitionOperations } from './definitions.js';
import type { Operations, Output, WorkflowCall, WorkflowDeps } from './deps.js';
import { executionOperations } from './executions.js';
import { mapRunOperations } from './map-runs.js';
import { type Input, type OperationName, operationNames, shapes } from './shapes.js';
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

  /** The same of what has not been checked, as workflows of the cluster itself ask it (`aws-sdk:sfn`). */
  readonly ask: StatesApi = async (operation, value, signal) => {
    const name = operationNames.find((known) => known === operation);
    if (name === undefined) {
      throw new HearthError('not-offered', `There is no operation ${operation}.`);
    }
    const output = await this.perform(name, inputOf(name, value), { signal });
    // without the members that are undefined
    return JSON.parse(JSON.stringify(output)) as JsonObject;
  };
}

/** Throws `invalid-json`, `validation`. */
export function inputOf<Name extends OperationName>(name: Name, value: unknown): Input<Name> {
  return checked(value, shapes[name]) as Input<Name>;
}
