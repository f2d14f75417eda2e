/** Members to ranks, roles and "my replica": pure functions that every node computes alone. */
export {
  bySeniority,
  type RankableMember,
  type RankedMember,
  rankMembers,
  replicaCount,
  type Seniority,
} from './rank.js';
export { rendezvous, replicasFor } from './rendezvous.js';
