/** What every folder shares: ids, the error table, limits, configuration, the cluster as data. */

export { account, functionArn, layerArn, region, streamArn } from './arn.js';
export type { CancelListener, Cancelled } from './cancellation.js';
export { type LocalCapacity, noCapacity, type SnapshotState } from './capacity.js';
export { operatorKey, parseSecrets, secretId, secretOnLine } from './cluster-secret.js';
export type { ClusterView, MemberStatus, NodeView, Role } from './cluster-view.js';
export {
  containerManifest,
  type NodeConfig,
  type RawNodeConfig,
  resolveNodeConfig,
  type SandboxKind,
  sandboxManifest,
} from './config.js';
export { type ErrorAnswer, errorAnswer } from './error-answer.js';
export {
  asHearthError,
  type ErrorCode,
  errorTable,
  functionNotFound,
  functionUnconfirmed,
  type GrpcStatusName,
  HearthError,
} from './errors.js';
export { formatLevel } from './format-level.js';
export {
  formatHostPort,
  type HostPort,
  isLoopback,
  isWildcard,
  parseHostPort,
} from './host-port.js';
export {
  type BundleHash,
  bundleHash,
  type ClusterId,
  clusterId,
  type NodeId,
  nodeId,
  type RequestId,
  requestId,
} from './ids.js';
export type {
  AnswerSink,
  Invocation,
  InvocationOutcome,
  StartKind,
  StreamHead,
} from './invocation.js';
export { type KindLevels, levelOfKind } from './kind-levels.js';
export { limits } from './limits.js';
export { coarseMemoryMb, coarseWaiting, type NodeLoad } from './node-load.js';
export type { PeerAnswer, PeerAnswerBody, PeerFetch, PeerRequest } from './peer-fetch.js';
export { compareVersions, parseVersion, type ReleaseVersion } from './release-version.js';
export type { PlaceConfig, ProviderConfig, RolloutConfig } from './rollout-config.js';
export { taskRequestId } from './task-request-id.js';
export {
  childContext,
  formatTraceparent,
  formatXray,
  parseTraceparent,
  parseXray,
  type TraceContext,
  type TraceHeaders,
  traceContextOf,
  traceIdOf,
} from './trace-context.js';
export {
  type ClaimState,
  type FunctionKey,
  functionKey,
  type Holder,
  type WarmClaim,
} from './warm.js';
export { workflowErrorNames } from './workflow-errors.js';
