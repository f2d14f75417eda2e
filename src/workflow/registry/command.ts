/** What changes the registry, and what comes of it: facts as JSON, one entry of the log may carry many. */
import type { ErrorCode } from '../../types/index.js';
import type { JsonObject } from '../json.js';
import type { StateMachineType } from '../language/types.js';
import type { StateMachineAlias, Tag } from './types.js';

export interface CreateStateMachine {
  readonly kind: 'create-state-machine';
  readonly name: string;
  readonly type: StateMachineType;
  readonly definition: string;
  readonly roleArn: string;
  readonly logging: JsonObject;
  readonly tracing: JsonObject;
  readonly tags: readonly Tag[];
  /** Null: no version is published. */
  readonly publish: Publication | null;
}

/** What is absent stays as it is. */
export interface UpdateStateMachine {
  readonly kind: 'update-state-machine';
  readonly name: string;
  readonly definition?: string;
  readonly roleArn?: string;
  readonly logging?: JsonObject;
  readonly tracing?: JsonObject;
  /** A UUID, for the case that something changes. */
  readonly revisionId: string;
  readonly publish: Publication | null;
}

export interface Publication {
  readonly description: string;
}

export interface PublishVersion extends Publication {
  readonly kind: 'publish-version';
  readonly name: string;
  /** What it must be of; `INITIAL` for what was never updated. Null: of whatever is there. */
  readonly revisionId: string | null;
}

export interface CreateAlias extends Pick<StateMachineAlias, 'name' | 'description' | 'routing'> {
  readonly kind: 'create-alias';
  readonly stateMachine: string;
}

/** What is absent stays as it is. */
export interface UpdateAlias extends Partial<Pick<StateMachineAlias, 'description' | 'routing'>> {
  readonly kind: 'update-alias';
  readonly stateMachine: string;
  readonly name: string;
}

/** What can have tags. */
export interface Tagged {
  readonly of: 'stateMachine' | 'activity';
  readonly name: string;
}

export type RegistryCommand =
  | CreateStateMachine
  | UpdateStateMachine
  | { readonly kind: 'delete-state-machine'; readonly name: string }
  | PublishVersion
  | {
      readonly kind: 'delete-version';
      readonly stateMachine: string;
      readonly version: number;
    }
  | CreateAlias
  | UpdateAlias
  | { readonly kind: 'delete-alias'; readonly stateMachine: string; readonly name: string }
  | { readonly kind: 'create-activity'; readonly name: string; readonly tags: readonly Tag[] }
  | { readonly kind: 'delete-activity'; readonly name: string }
  | (Tagged & { readonly kind: 'tag'; readonly tags: readonly Tag[] })
  | (Tagged & { readonly kind: 'untag'; readonly keys: readonly string[] });

export type RegistryResult =
  | {
      readonly kind: 'done';
      /** When what was asked for came to be: now, or before where it was there. */
      readonly atMs: number;
      /** That was published, or had been. */
      readonly version?: number;
      readonly revisionId?: string | null;
    }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string };
