/** Liveness and membership over UDP: who is there, what each says about itself, and nothing else. */
export { Gossip, type GossipCollaborators, type GossipOptions } from './actor.js';
export { GossipCodec } from './codec.js';
export { type Effect, GossipCore, type GossipIdentity } from './core.js';
export type { GossipCounters } from './counters.js';
export type { DropReason, MemberRecord, Packet, PacketBody } from './packet.js';
export { parameters as gossipParameters } from './parameters.js';
export type { GossipMember, GossipStatus, MemberMeta } from './types.js';
