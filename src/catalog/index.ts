/** Functions and their settings as a state machine on the log; code bundles by content hash. */
export { BundleKeeper, type BundleKeeperDeps } from './bundle-keeper.js';
export { BundlePeers } from './bundle-peers.js';
export { BundleStore } from './bundle-store.js';
export { type Command, decodeCommand, encodeCommand } from './command.js';
export { CatalogCore, type CommandResult } from './core.js';
export { Catalog, type CatalogDeps, type CatalogLog } from './service.js';
export type * from './types.js';
export { unzip } from './unzip.js';
