/** State machines, their versions and aliases, activities, and their tags: what a cluster can run. */
import type { JsonObject } from '../json.js';
import type { StateMachineType } from '../language/types.js';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface StateMachineVersion {
  readonly version: number;
  readonly description: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly logging: JsonObject;
  readonly tracing: JsonObject;
  /** Null: it is of what was created, before any update. */
  readonly revisionId: string | null;
  readonly createdAtMs: number;
}

export interface StateMachineAlias {
  readonly name: string;
  readonly description: string;
  /** One or two; the weights are per cent, and together 100. */
  readonly routing: readonly { readonly version: number; readonly weight: number }[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface StateMachine {
  readonly name: string;
  readonly type: StateMachineType;
  readonly definition: string;
  readonly roleArn: string;
  /** Of what it runs now: a UUID, or null where it was never updated (as AWS answers). */
  readonly revisionId: string | null;
  readonly createdAtMs: number;
  /** Of what it runs now. */
  readonly updatedAtMs: number;
  readonly logging: JsonObject;
  readonly tracing: JsonObject;
  readonly tags: readonly Tag[];
  /** The number of the last version that was published; numbers are not used again. */
  readonly lastVersion: number;
  readonly versions: readonly StateMachineVersion[];
  readonly aliases: readonly StateMachineAlias[];
  /** It was deleted while executions of it ran: nothing new begins, and it is gone with the last of them. */
  readonly isDeleting?: true;
}

export interface Activity {
  readonly name: string;
  readonly createdAtMs: number;
  readonly tags: readonly Tag[];
}

/** What StartExecution runs for an ARN of a state machine, a version or an alias (of one with two versions, one is drawn). */
export interface Runnable {
  readonly stateMachineName: string;
  /** Without qualifier. */
  readonly stateMachineArn: string;
  readonly stateMachineVersionArn: string | null;
  readonly stateMachineAliasArn: string | null;
  readonly type: StateMachineType;
  readonly definition: string;
  /** Empty where it was never updated. */
  readonly revisionId: string;
  readonly roleArn: string;
}

/** What others ask the registry while they run things. */
export interface RegistryReader {
  /** As this node knows it, at once. `draw` is between 0 and 1: which of an alias's two versions. */
  runnable(arn: string, draw: number): Runnable | undefined;
  hasActivity(arn: string): boolean;
}
