/** Functions and their settings as a state machine on the log; code bundles by content hash. */
export {
  type Attachment,
  type AttachmentKind,
  attachmentKinds,
  type Expectation,
  type JsonValue,
} from './attachment.js';
export { BundleCollector, type BundleCollectorDeps } from './bundle-collector.js';
export { BundleKeeper, type BundleKeeperDeps } from './bundle-keeper.js';
export { BundlePeers } from './bundle-peers.js';
export { BundleStore } from './bundle-store.js';
export { codeSha256, imageHash, placementKey, unpackedOf } from './code-of.js';
export { type Command, commandLevel, decodeCommand, encodeCommand } from './command.js';
export { CatalogCore, type CatalogImage } from './core.js';
export { type Cron, cronOf, isTimeZone } from './cron.js';
export { EnvironmentSealer } from './environment-sealer.js';
export { type EventInvokeConfig, eventInvokeConfigOf } from './event-invoke-config.js';
export {
  concurrencyVariable,
  type ExecutionSettings,
  executionOf,
  queueMaxVariable,
  queueWaitVariable,
  wholeNumber,
} from './execution.js';
export { layerVersionArn } from './layer-shelf.js';
export type {
  LayerPolicy,
  LayerState,
  LayerUse,
  LayerVersion,
  PolicyExpectation,
} from './layer-state.js';
export { parseLayerArn } from './layer-uses.js';
export { type LoggingSettings, mergedLogging, plainLogging } from './logging.js';
export { type FunctionNetwork, networkOf, networkVariable } from './network.js';
export { notOfImages } from './package-steps.js';
export type { CatalogLog } from './proposer.js';
export { ProvisionedPlan } from './provisioned-plan.js';
export type { CommandResult } from './result.js';
export { Catalog, type CatalogDeps } from './service.js';
export { encodeSnapshot } from './snapshot.js';
export { SnapshotReader } from './snapshot-reader.js';
export type * from './types.js';
export { latestVersion } from './types.js';
export { unzip } from './unzip.js';
