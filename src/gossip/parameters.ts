/**
 * The numbers of the protocol and the two formulas that make them fit clusters of 3 and of 1,000.
 * Source: SWIM (Das, Gupta, Motivala 2002) and hashicorp/memberlist, five times faster than its LAN profile.
 */

export const parameters = {
  /** One member is probed per interval, round-robin: the load of a node does not grow with the cluster. */
  probeIntervalMs: 200,
  /** After this a direct probe has failed; an indirect one gets the same time again. */
  ackTimeoutMs: 100,
  /** Members asked to probe in our place. */
  indirectProbes: 3,
  /** A suspicion lasts at least 3 probe intervals, and longer the more members there are. */
  suspicionMultiplier: 3,
  gossipIntervalMs: 100,
  gossipFanout: 3,
  retransmitMultiplier: 4,
  /** Full sync with a random live member: repairs what loss left behind. */
  syncIntervalMs: 10_000,
  /** Full sync with a random dead member: how the halves of a healed partition find each other. */
  deadSyncIntervalMs: 5_000,
  /** A seed that has not answered is asked again after this ... */
  seedRetryMs: 1_000,
  /** ... for this long, and without end while no live member is known. */
  seedPatienceMs: 60_000,
  /** Dead and left members are remembered this long. */
  retentionMs: 24 * 3_600_000,
  /** After a longer gap between two ticks nobody is convicted for what fell due in it. */
  stallMs: 400,
  /** The core wants a tick this often. */
  tickIntervalMs: 50,
  /** An incarnation further above the known one is forged: no member refutes a million times. */
  incarnationJumpMax: 2 ** 20,
  /** Full syncs answered per gossip interval: each is a burst of datagrams. */
  syncRepliesMax: 8,
  /** Probes under way for others. */
  relaysMax: 256,
  /** Members told at once by one that leaves. */
  leaveFanout: 10,
  /** Seeds remembered: more than that is not a list somebody wrote. */
  seedsMax: 64,
} as const;

/** How long a suspect has to refute. `members` counts the live ones, ourselves included. */
export function suspicionTimeoutMs(members: number): number {
  const scale = Math.max(1, Math.log10(Math.max(1, members)));
  return parameters.suspicionMultiplier * scale * parameters.probeIntervalMs;
}

/** How many packets carry one update from one member. */
export function retransmitLimit(members: number): number {
  return parameters.retransmitMultiplier * Math.ceil(Math.log10(members + 1));
}
