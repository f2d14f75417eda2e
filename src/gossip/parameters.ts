/**
 * The numbers of the protocol and the formulas that make them fit clusters of 3 and of 1,000.
 * Source: SWIM (Das, Gupta, Motivala 2002), Lifeguard (Dadgar, Phillips, Currey 2017), and
 * hashicorp/memberlist for the shape, five times faster than its LAN profile. `npm run sim` shows what
 * they come to.
 */

export const parameters = {
  /** One member is probed per interval, round-robin: the load of a node does not grow with the cluster. */
  probeIntervalMs: 200,
  /** A direct probe fails after the round trip that is usual here, but not sooner or later than this. */
  ackTimeoutMinMs: 80,
  ackTimeoutMaxMs: 500,
  /** The indirect stage lasts so many times the direct one, ... */
  indirectStageFactor: 1.5,
  /** ... and so many usual round trips: what a connection, its TLS and a question over it take. */
  streamRoundTrips: 5,
  /** An ack that took longer says nothing about the time. */
  timeRoundTripMaxMs: 1_000,
  /** A helper that has no ack after this share of its own timeout says so. */
  nackAfterFactor: 0.6,
  /** Members asked to probe in our place. */
  indirectProbes: 3,
  /** A process whose stream broke and whose port refuses has this long to answer a probe after all. */
  proofTimeoutMinMs: 50,
  /** Whom others have dead, in a full sync, we believe it of after so many probes in vain, one after another. */
  hearsayProbes: 3,
  /** Members that probe a suspect out of turn, on the average: confirmations come within one probe. */
  confirmersWanted: 5,
  /** Probes out of turn that a node has under way. */
  extraProbesMax: 8,
  /** Each member is watched by this many others over a stream. */
  watchers: 3,
  /** The local health multiplier stays below this (Lifeguard, section 3.1). */
  healthMax: 8,
  /** A suspicion lasts at least 3 probe intervals, and longer the more members there are ... */
  suspicionMultiplier: 3,
  /** ... and as many times that while nobody else confirms it. */
  suspicionMaxFactor: 6,
  /** Confirmations by others that make it as short as it gets. */
  confirmationsWanted: 2,
  /** Accusations that a record carries: the first and its confirmations. */
  accusersMax: 3,
  gossipIntervalMs: 100,
  gossipFanout: 3,
  /** Who has just come, died or left is told at once, ... */
  urgentFanout: 4,
  /** ... at least this long after the last round, ... */
  urgentSpacingMs: 10,
  /** ... and then with every tick for this long. */
  urgentForMs: 100,
  /** Packets that carry one update: some in any case, and more the more members there are. */
  retransmitMin: 6,
  retransmitMultiplier: 6,
  /** Full sync with a random live member at least this often in small clusters, ... */
  syncIntervalMs: 15_000,
  /** ... and less often in large ones, so that its bytes per second stay the same. */
  syncIntervalPerMemberMs: 500,
  /** Views that differ for longer than this, while nothing changes, are synced at once. */
  viewSettleMs: 750,
  /** Pause after a sync that a difference of views causes; four times longer where it was in vain, ... */
  viewSyncPauseMs: 500,
  /** ... up to this. */
  viewSyncPauseMaxMs: 60_000,
  /** Pause between two answers to nodes that we do not know, or not in this life. */
  strangerPauseMs: 100,
  /** A random dead member is probed this often: how the halves of a healed partition find each other. */
  deadProbeIntervalMs: 1_000,
  /** Probes per second that one dead member gets from the whole cluster, at most. */
  deadProbesPerSecond: 2,
  /** A seed that has not answered is asked again after this ... */
  seedRetryMs: 1_000,
  /** ... for this long, and without end while no live member is known. */
  seedPatienceMs: 60_000,
  /** Dead and left members are remembered this long, ... */
  retentionMs: 24 * 3_600_000,
  /** ... and count in the view checksum for this long: clocks that drift forget at different moments. */
  viewRetentionMs: 3_600_000,
  /** After a longer gap between two ticks nobody is convicted for what fell due in it. */
  stallMs: 400,
  /** After a longer one somebody may have convicted us: we say that we are there. */
  announceStallMs: 600,
  /** Who has heard nobody for this long is cut off: it accuses nobody to others. */
  deafAfterMs: 1_000,
  /** The core wants a tick this often. */
  tickIntervalMs: 25,
  /** A load alone is told at most this often, and less often the more members there are. */
  loadIntervalMs: 2_000,
  loadIntervalPerMemberMs: 200,
  /** An incarnation further above the known one is forged: no member refutes a million times. */
  incarnationJumpMax: 2 ** 20,
  /** Full syncs answered per gossip interval: each is a whole view. */
  syncRepliesMax: 8,
  /** Probes under way for others. */
  relaysMax: 256,
  /** Members told at once by one that leaves. */
  leaveFanout: 32,
  /** Seeds remembered: more than that is not a list somebody wrote. */
  seedsMax: 64,
} as const;

/**
 * How long a suspect has to refute, in ms. `members` counts the live ones, ourselves and the suspect
 * included; `accusers` those whose own probe failed. Source: Lifeguard, section 3.2.
 */
export function suspicionTimeoutMs(members: number, accusers: number): number {
  const scale = Math.max(1, Math.log10(Math.max(1, members)));
  const minMs = parameters.suspicionMultiplier * scale * parameters.probeIntervalMs;
  const wanted = Math.min(parameters.confirmationsWanted, members - 2);
  const confirmations = Math.max(0, accusers - 1);
  if (confirmations >= wanted) return minMs;
  const decay = Math.log(confirmations + 1) / Math.log(wanted + 1);
  return minMs * (parameters.suspicionMaxFactor - decay * (parameters.suspicionMaxFactor - 1));
}

/** How many packets carry one update from one member. */
export function retransmitLimit(members: number): number {
  const { retransmitMin, retransmitMultiplier } = parameters;
  return retransmitMin + Math.ceil(retransmitMultiplier * Math.log10(members + 1));
}
