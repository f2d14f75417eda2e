/**
 * What the node can be asked for, as data: each room has a table of its operations, and handlers for the
 * actions that they parse into. `ingress.ts` puts the tables together and owns the way of a request.
 */
import type { Cancelled, RequestId } from '../types/index.js';
import type { Action } from './action.js';
import type { Caller } from './auth/caller.js';
import type { IngressRequest, Reply } from './http/http.js';

export interface Operation {
  /** As AWS's model names it, or a name of Hearth's own. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD' | 'ANY';
  /** Segments; `{}` stands for any one that is not empty, and `{...}` at the end for whatever follows. */
  readonly path: string;
  /** A parameter of the query that must have this value: what tells apart operations at one path. */
  readonly query?: readonly [name: string, value: string];
  /** The header X-Amz-Target that it must have: all of Step Functions is at one path. */
  readonly target?: string;
  /**
   * Without it, who holds a key that allows the operation. `peer`: only other nodes of the cluster;
   * `anyone`; `own-rules`: the operation itself says who, and reads the body once it knows.
   */
  readonly who?: 'peer' | 'anyone' | 'own-rules';
  /** It tells of this node itself, and is answered while it starts, too. */
  readonly isOfNode?: true;
  /** What callers send to have functions run, which is what releases are compared by. */
  readonly invokes?: true;
  /** What a caller needs to be allowed, where that is not its own name: as on AWS. */
  readonly permission?: string;
  /**
   * What the first `{}` of the path names; without it a function, or the cluster where there is none. Hearth's own
   * pages say it, for theirs names all kinds of things.
   */
  readonly on?: 'function' | 'layer' | 'cluster';
  /**
   * Names of functions (`layer:NAME` of layers, `*` of the cluster) that only body or query tell: instead of
   * what the path names, the caller needs the right to these.
   */
  touches?(action: Action): readonly string[];
  /** Whether the audit tells of it; without it, by POST, PUT and DELETE. */
  readonly changes?: boolean;
  /** Without it, `limits.managementBodyBytesMax`. */
  readonly bodyBytesMax?: number;
  /** Throws HearthError. */
  parse(asked: Asked): Action;
}

/** What the path names. */
export interface Subject {
  /** The decoded first `{}` of the path, a name or an ARN mostly; empty where there is none. */
  readonly subject: string;
  /** The decoded second `{}`; what `{...}` stands for, as sent, with its leading slash; or empty. */
  readonly rest: string;
}

/** A request in the hands of its operation's parser. */
export interface Asked extends Subject {
  readonly head: IngressRequest;
  readonly body: Uint8Array;
  readonly options: ParseOptions;
}

export interface ParseOptions {
  /** Names of the runtimes that the cluster can run. */
  readonly runtimes: { readonly supported: readonly string[] };
  /** `HOST:PORT` to use in links where the caller sent no usable Host header. */
  readonly fallbackHost: string;
  /** The time, for those that are told as so long ago. */
  readonly wallMs: () => number;
}

/** What belongs to a request beside its action. */
export interface Call {
  readonly requestId: RequestId;
  /** Aborted when the caller goes away. */
  readonly signal?: Cancelled | undefined;
  readonly caller: Caller;
}

export type Of<Kind extends Action['kind']> = Extract<Action, { readonly kind: Kind }>;

/** Who answers which action. */
export type Handlers<Kinds extends Action['kind'] = Action['kind']> = {
  readonly [Kind in Kinds]: (action: Of<Kind>, call: Call) => Promise<Reply> | Reply;
};
