/** What the ingress needs of the layers below it, and how it is set. */
import type { Inspector } from '../agent/index.js';
import type { CatalogService, FunctionRecord } from '../catalog/index.js';
import type { AsyncEvents, StreamService, WebhookSecrets } from '../events/index.js';
import type { Clock, Logger, RotatingLines } from '../lib/index.js';
import type { RolloutService } from '../rollout/index.js';
import type { RoutedOutcome } from '../routing/index.js';
import type {
  BundleHash,
  Cancelled,
  ClusterView,
  HostPort,
  Invocation,
  LocalCapacity,
  NodeId,
  PeerFetch,
} from '../types/index.js';
import type { WorkflowService } from '../workflow/index.js';
import type { ExecutionsDeps } from './executions/executions.js';
import type { UsageDeps } from './executions/usage.js';
import type { LogDeps } from './logs/log-pages.js';

export type Health =
  | { readonly status: 'ok' }
  | { readonly status: string; readonly reason: string };

/** Code bundles between nodes: only what this node itself holds. */
export interface PeerBundles {
  /** Keeps a bundle durably. Throws `invalid-parameter` where it is not what its hash says. */
  putBundle(hash: BundleHash, body: Uint8Array): Promise<void>;
  getBundle(hash: BundleHash): Promise<Uint8Array | undefined>;
  hasBundle(hash: BundleHash): Promise<boolean>;
}

/** What nodes hold of functions ahead of any request. */
export interface CapacityFigures {
  /** Of this version on this node. */
  local(record: FunctionRecord): LocalCapacity;
  /** How many sandboxes of a version or alias the whole cluster is to keep initialised now. */
  requested(functionName: string, qualifier: string): number;
}

export interface WarmTarget {
  readonly functionName: string;
  /** `$LATEST`, a version or an alias. */
  readonly qualifier: string;
  readonly signal?: Cancelled;
}

/** One more sandbox that is ready. */
export interface Warmed {
  readonly version: string;
  /** How long its initialisation took, where one ran. */
  readonly initMs?: number;
  readonly node: NodeId;
}

export interface IngressDeps {
  readonly catalog: CatalogService;
  /** Finds or starts a sandbox somewhere and runs the function. Throws HearthError. */
  invoke(invocation: Invocation): Promise<RoutedOutcome>;
  /** Starts and initialises one more sandbox. Throws HearthError. */
  warm(target: WarmTarget): Promise<Warmed>;
  readonly capacity: CapacityFigures;
  readonly events: AsyncEvents;
  readonly streams: StreamService;
  /** Null where there are none: a node without a log of them. */
  readonly workflows: Pick<WorkflowService, 'perform'> | null;
  readonly webhookSecrets: Pick<WebhookSecrets, 'get' | 'rotate'>;
  view(): ClusterView;
  health(): Health;
  /** Null where the node takes requests, or never will; else resolves when it does, or when it has been waited for long enough. */
  begun(): Promise<void> | null;
  /** Prometheus text of the other layers. */
  metrics(): string;
  readonly peer: PeerBundles;
  /** The cluster's: the first is in use, all are taken; none where there is none. */
  secrets(): readonly Uint8Array[];
  readonly inspector: Pick<Inspector, 'begin'>;
  /** Asks another node for a page between nodes. */
  readonly peerFetch: PeerFetch;
  readonly logs: LogDeps;
  /** What became of invocations on this node. */
  readonly executions: ExecutionsDeps['executions'] & UsageDeps['executions'];
  /** The rolling deploy of Hearth itself, as this node knows it and can take part. */
  readonly rollout: RolloutService;
  /** Who changed what, as this node has it. */
  readonly audit: Pick<RotatingLines, 'append' | 'newestFirst'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface IngressOptions {
  /** What to listen on; port 0 for any. */
  readonly http: HostPort;
  readonly release: string;
  /** Without it, `limits.connectionsMax`. */
  readonly connectionsMax?: number;
  /** How long nothing may move on a connection that waits for its client; without it, 20 s. */
  readonly silenceMs?: number;
  /** Callers have to say who they are. */
  readonly authenticate: boolean;
  /** Names of the runtimes that the cluster can run. */
  readonly runtimes: { readonly supported: readonly string[] };
}
