/**
 * What a cluster may write into its log and snapshots. A release that writes something which the one before it
 * cannot read raises `formatLevel`; a cluster uses it only once every member can read it and a rollout has been
 * finalised, so that until then everybody can go back.
 *
 * | level | since | what |
 * | --- | --- | --- |
 * | 1 | 0.1 | functions, events, streams |
 * | 2 | 0.2 | the rollout itself |
 * | 3 | 0.3 | workflows |
 */
export const formatLevel = 3;
