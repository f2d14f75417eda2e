/** What a request asks for, as one typed union: parsing ends here, and one dispatch begins here. */
import type {
  AliasChanges,
  AliasRecord,
  Architecture,
  FunctionImage,
  ImageSource,
  NewFunction,
  NewLayer,
  Provisioned,
  PublishOptions,
  SettingsChanges,
} from '../catalog/index.js';
import type { ExecutionQuery, UsageQuery } from '../executor/index.js';
import type { BundleHash } from '../types/index.js';
import type { AccountAction } from './account/account.js';
import type { AuditAction } from './audit/operations.js';
import type { KeyAction } from './auth/operations.js';
import type { NodeCapacityQuery } from './concurrency/cluster-capacity.js';
import type { EventInvokeAction } from './event-invoke/event-invoke-input.js';
import type { EventAction } from './events/actions.js';
import type { ExecutionsAsked, UsageAsked } from './executions/execution-input.js';
import type { FunctionName } from './form/function-name.js';
import type { IngressRequest } from './http/http.js';
import type { LayerFilter } from './layers/layer-input.js';
import type { LayerPolicyAction } from './layers/layer-policy-input.js';
import type { LogQuery } from './logs/log-query.js';
import type { NodeLogQuery } from './logs/node-log.js';
import type { ModeAction } from './modes/modes-input.js';
import type { PolicyAction } from './policy/policy-input.js';
import type { RolloutAction } from './rollout/operations.js';
import type { UrlConfigAction } from './url-configs/url-config-input.js';
import type { WorkflowAction } from './workflows/actions.js';

export type Action =
  | EventAction
  | WorkflowAction
  | AuditAction
  | KeyAction
  | RolloutAction
  | {
      readonly kind: 'create-function';
      readonly input: NewFunction;
      readonly code: Uint8Array | FunctionImage;
      readonly publish: boolean;
      /** The caller wants broken code to be refused. */
      readonly strict: boolean;
    }
  | UpdateCode
  | {
      readonly kind: 'update-settings';
      readonly target: FunctionName;
      readonly changes: SettingsChanges;
      readonly revisionId: string | undefined;
    }
  /** `origin` is `http://HOST` as the caller sees this node: for the code's location. */
  | { readonly kind: 'get-function'; readonly target: FunctionName; readonly origin: string }
  | { readonly kind: 'get-configuration'; readonly target: FunctionName }
  | ListFunctions
  | { readonly kind: 'delete-function'; readonly target: FunctionName }
  | {
      readonly kind: 'publish-version';
      readonly target: FunctionName;
      readonly options: PublishOptions;
    }
  | ListOfFunction<'list-versions'>
  | { readonly kind: 'create-alias'; readonly alias: Omit<AliasRecord, 'revisionId'> }
  | { readonly kind: 'get-alias'; readonly target: FunctionName; readonly alias: string }
  | UpdateAlias
  | { readonly kind: 'delete-alias'; readonly target: FunctionName; readonly alias: string }
  | ListAliases
  | {
      readonly kind: 'publish-layer';
      readonly layer: NewLayer;
      readonly zip: Uint8Array;
      readonly origin: string;
    }
  | {
      readonly kind: 'get-layer-version';
      readonly name: string;
      readonly version: number;
      readonly origin: string;
    }
  | { readonly kind: 'delete-layer-version'; readonly name: string; readonly version: number }
  | ListLayers
  | ListLayerVersions
  | { readonly kind: 'list-tags'; readonly name: string }
  | { readonly kind: 'tag'; readonly name: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: 'untag'; readonly name: string; readonly keys: readonly string[] }
  | { readonly kind: 'put-reserved'; readonly name: string; readonly executions: number }
  | { readonly kind: 'get-reserved'; readonly name: string }
  | { readonly kind: 'delete-reserved'; readonly name: string }
  | {
      readonly kind: 'put-provisioned';
      readonly name: string;
      readonly qualifier: string;
      readonly provisioned: Omit<Provisioned, 'lastModified'>;
    }
  | { readonly kind: 'get-provisioned'; readonly name: string; readonly qualifier: string }
  | { readonly kind: 'delete-provisioned'; readonly name: string; readonly qualifier: string }
  | ListOfFunction<'list-provisioned'>
  | PolicyAction
  | LayerPolicyAction
  | EventInvokeAction
  | UrlConfigAction
  | ModeAction
  | AccountAction
  | Invoke
  | Submit
  | InvokeStream
  | { readonly kind: 'dry-run'; readonly target: FunctionName }
  | CallUrl
  | { readonly kind: 'warm'; readonly target: FunctionName }
  | { readonly kind: 'node-capacity'; readonly query: NodeCapacityQuery }
  | { readonly kind: 'health' }
  | { readonly kind: 'cluster' }
  | { readonly kind: 'metrics' }
  | { readonly kind: 'read-logs'; readonly query: LogQuery }
  | { readonly kind: 'read-node-logs'; readonly query: NodeLogQuery }
  | { readonly kind: 'find-executions'; readonly query: ExecutionsAsked }
  | { readonly kind: 'node-executions'; readonly query: ExecutionQuery }
  | { readonly kind: 'list-running'; readonly functionName: string | null }
  | { readonly kind: 'node-running'; readonly functionName: string | null }
  | { readonly kind: 'get-usage'; readonly query: UsageAsked }
  | { readonly kind: 'node-usage'; readonly query: UsageQuery }
  | { readonly kind: 'read-code'; readonly hash: BundleHash }
  | { readonly kind: 'get-bundle'; readonly hash: BundleHash }
  | { readonly kind: 'has-bundle'; readonly hash: BundleHash }
  | { readonly kind: 'put-bundle'; readonly hash: BundleHash; readonly zip: Uint8Array };

export interface UpdateCode {
  readonly kind: 'update-code';
  readonly target: FunctionName;
  readonly code: Uint8Array | ImageSource;
  readonly revisionId: string | undefined;
  readonly architecture: Architecture | undefined;
  readonly dryRun: boolean;
  readonly publish: boolean;
  /** The caller wants broken code to be refused. */
  readonly strict: boolean;
}

export interface UpdateAlias {
  readonly kind: 'update-alias';
  readonly target: FunctionName;
  readonly alias: string;
  readonly changes: AliasChanges;
  readonly revisionId: string | undefined;
}

export interface Page {
  /** The item after which the page begins; empty for the first page. */
  readonly after: string;
  readonly itemsMax: number;
}

export interface ListOfFunction<Kind extends string> extends Page {
  readonly kind: Kind;
  readonly target: FunctionName;
}

export interface ListAliases extends ListOfFunction<'list-aliases'> {
  /** Only those that point to this version. */
  readonly version: string | undefined;
}

export interface ListLayers extends Page {
  readonly kind: 'list-layers';
  readonly filter: LayerFilter;
}

export interface ListLayerVersions extends Page {
  readonly kind: 'list-layer-versions';
  readonly name: string;
  readonly filter: LayerFilter;
}

export interface ListFunctions extends Page {
  readonly kind: 'list-functions';
  /** `FunctionVersion=ALL`: entries carry qualified ARNs. */
  readonly allVersions: boolean;
}

export interface InvokeInput {
  readonly target: FunctionName;
  /** JSON text, checked. */
  readonly payload: Uint8Array;
  readonly traceId: string;
  /** Decoded JSON text; empty where the caller sent none. */
  readonly clientContext: string;
  /** The caller wants the end of the log. */
  readonly tail: boolean;
}

/** An invocation that nobody waits for. */
export interface Submit {
  readonly kind: 'submit';
  readonly target: FunctionName;
  /** JSON text, checked. */
  readonly payload: Uint8Array;
  readonly traceId: string;
  /** As the client numbers its requests, the same on each of its retries; empty where it does not. */
  readonly clientId: string;
  readonly idempotencyKey: string;
  /** By the operation of old, which answers with a body. */
  readonly isLegacy: boolean;
}

export interface Invoke extends InvokeInput {
  readonly kind: 'invoke';
}

/** The answer in pieces, as the function writes it. */
export interface InvokeStream extends InvokeInput {
  readonly kind: 'invoke-stream';
}

export interface CallUrl {
  readonly kind: 'call-url';
  readonly name: string;
  /** `$LATEST`, or an alias or version. */
  readonly qualifier: string;
  /** Path after `/fn/NAME`, still encoded, with its leading slash. */
  readonly rawPath: string;
  /** Its body has yet to be read. */
  readonly head: IngressRequest;
}
