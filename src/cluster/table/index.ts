/** Who holds which function warm: the routing table and its flow through the tiers. */
export type { Claim } from './claim.js';
export { decodeTableMessage, encodeTableMessage } from './codec.js';
export { TableCore, type TableCounters, type TableMember } from './core.js';
export type { Position, SnapshotPart, TableEffect, TableMessage } from './messages.js';
export { type TableParameters, tableParameters } from './parameters.js';
