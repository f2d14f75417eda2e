/**
 * Commands of one moment in one entry of the log: the tag of the machine that they are for (1 byte), a frame that says who
 * proposes them and when, and a frame for each.
 */
import { randomUuid } from '../lib/index.js';
import type { NodeId } from '../types/index.js';
import { encodeFrame, type Frame, FrameSplitter } from './frames.js';
import type { EncodedBatch } from './proposer.js';

export interface BatchHead {
  /** By which the proposer knows it again. */
  readonly id: string;
  /** Who proposes it, and owns what is begun by it. */
  readonly node: NodeId;
  readonly wallMs: number;
}

/** `commands`: a frame each. */
export function encodeTagged(
  tag: number,
  node: NodeId,
  wallMs: number,
  commands: readonly Uint8Array[],
): EncodedBatch {
  const id = randomUuid();
  const head = encodeFrame({ id, node, wallMs } satisfies BatchHead);
  return { id, data: Buffer.concat([Buffer.from([tag]), head, ...commands]) };
}

/** Undefined where it is no batch for that machine. Throws `log-damaged`. */
export function decodeTagged<Facts>(
  tag: number,
  data: Uint8Array,
): { readonly head: BatchHead; readonly frames: readonly Frame<Facts>[] } | undefined {
  const [head, ...frames] = new FrameSplitter<unknown>().add(data.subarray(1));
  if (data[0] !== tag || head === undefined) return undefined;
  return { head: head.facts as BatchHead, frames: frames as Frame<Facts>[] };
}
