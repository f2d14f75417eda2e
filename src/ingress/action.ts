/** What a request asks for, as one typed union: parsing ends here, and one dispatch begins here. */
import type { Architecture, FunctionSettings, NewFunction } from '../catalog/index.js';
import type { BundleHash } from '../types/index.js';
import type { FunctionName } from './function-name.js';
import type { RequestHead } from './http.js';

export type Action =
  | { readonly kind: 'create-function'; readonly input: NewFunction; readonly zip: Uint8Array }
  | UpdateCode
  | {
      readonly kind: 'update-settings';
      readonly target: FunctionName;
      readonly changes: Partial<FunctionSettings>;
      readonly revisionId: string | undefined;
    }
  /** `origin` is `http://HOST` as the caller sees this node: for the code's location. */
  | { readonly kind: 'get-function'; readonly target: FunctionName; readonly origin: string }
  | { readonly kind: 'get-configuration'; readonly target: FunctionName }
  | ListFunctions
  | { readonly kind: 'delete-function'; readonly target: FunctionName }
  | Invoke
  | { readonly kind: 'dry-run'; readonly target: FunctionName }
  | CallUrl
  | { readonly kind: 'health' }
  | { readonly kind: 'cluster' }
  | { readonly kind: 'metrics' }
  | { readonly kind: 'read-code'; readonly hash: BundleHash }
  | { readonly kind: 'get-bundle'; readonly hash: BundleHash }
  | { readonly kind: 'put-bundle'; readonly hash: BundleHash; readonly zip: Uint8Array };

export interface UpdateCode {
  readonly kind: 'update-code';
  readonly target: FunctionName;
  readonly zip: Uint8Array;
  readonly revisionId: string | undefined;
  readonly architecture: Architecture | undefined;
  readonly dryRun: boolean;
}

export interface ListFunctions {
  readonly kind: 'list-functions';
  /** The name after which the page begins; empty for the first page. */
  readonly after: string;
  readonly itemsMax: number;
  /** `FunctionVersion=ALL`: entries carry qualified ARNs. */
  readonly allVersions: boolean;
}

export interface Invoke {
  readonly kind: 'invoke';
  readonly target: FunctionName;
  /** JSON text, checked. */
  readonly payload: Uint8Array;
  readonly traceId: string;
  /** Decoded JSON text; empty where the caller sent none. */
  readonly clientContext: string;
  /** The caller wants the end of the log. */
  readonly tail: boolean;
}

export interface CallUrl {
  readonly kind: 'call-url';
  readonly name: string;
  /** Path after `/fn/NAME`, still encoded, with its leading slash. */
  readonly rawPath: string;
  readonly head: RequestHead;
  readonly body: Uint8Array;
}
