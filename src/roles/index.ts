/** Members to ranks, roles and "my replica": pure functions that every node computes alone. */
export { type RankableMember, type RankedMember, rankMembers, replicaCount } from './rank.js';
export { rendezvous, replicasFor } from './rendezvous.js';
