/** Every number of the routing decision, with its reason. Units are in the names. */
import { limits } from '../types/index.js';

/** Where more requests wait, a node does not get what another one has no sandbox free for. */
export const crowdedWaiting = 64;
/**
 * How long an answer to a lookup is used: claims travel within some 200 ms and loads are told once a
 * second, so that an older answer is mostly wrong about loads.
 */
export const holdersTtlMs = 1000;
/**
 * How long "nobody" is believed. Shorter, for whoever ran the function since holds it now: two batches of
 * the routing table and their way.
 */
export const nobodyTtlMs = 250;
/**
 * How long a request waits for the control thread, which itself asks a Replica and then the spare for 20 ms
 * each: this deadline is for a control thread that stands still.
 */
export const lookupDeadlineMs = 50;
/**
 * What a forward may take beyond the function's own timeout: two bodies of 6 MB on their way, and a
 * sandbox that is ended at its deadline.
 */
export const forwardMarginMs = 3000;
/**
 * What placing a request may take beyond that: the wait for a sandbox, which the node limits, and the time in which
 * it has to be loaded.
 */
export const startMarginMs = limits.initTimeoutMs;
/**
 * How long a burst follows its first request: until its sandbox is made and the news of it have come, or until it is
 * clear that this takes longer than anybody's impression of a node lasts.
 */
export const placementTtlMs = 2000;
/** Forwards are counted in spans of this length; two full ones make a second of sustained use. */
export const heatSpanMs = 500;
/** A function that stays hot is made warm here again at most this often. */
export const prewarmEveryMs = 1000;
