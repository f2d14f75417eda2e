/** Liveness and membership over UDP: who is there, what each says about itself, and nothing else. */
export {
  Gossip,
  type GossipCollaborators,
  type GossipOptions,
  type GossipStreams,
} from './actor.js';
export { type Carrier, type DecodeResult, GossipCodec } from './codec.js';
export { GossipCore } from './core.js';
export type { GossipCounters } from './counters.js';
export type { Effect, Exchanged, WatchedMember } from './effect.js';
export type { DropReason, MemberRecord, Packet, PacketBody } from './packet.js';
export { parameters as gossipParameters } from './parameters.js';
export { type NonceStart, nonceStart } from './seal.js';
export type { GossipIdentity, GossipMember, GossipStatus, MemberMeta } from './types.js';
