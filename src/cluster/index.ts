/** The cluster actor with its gRPC services, and the messages by which the data thread speaks to it. */
export { ClusterActor, type ClusterDeps, type ClusterOptions } from './actor.js';
export { certificateName } from './certificate.js';
export { ControlClient, type ControlEvents } from './control-client.js';
export { ClusterCore } from './core.js';
export { GossipExchange } from './gossip-exchange.js';
export { type Identity, IdentityFile } from './identity.js';
export { LeadDoubt } from './lead-doubt.js';
export type { ControlCounters, RestoreStep, ToControl, ToData } from './messages.js';
export type { NodeInfo } from './node-info.js';
export { Peers } from './peers.js';
export { SealingKeyFile } from './sealing-key.js';
export { Security } from './security.js';
export type { TableCounters } from './table/index.js';
export { Timekeeper } from './timekeeper.js';
export { tlsContextOf } from './tls-context.js';
