/**
 * The first line of every file of the log, for people and programs: what it is, the format, and facts as
 * JSON, with a checksum, so that a flipped bit never passes for a newer release or another cluster.
 *
 *     hearth-segment 2 {"clusterId":"…","counter":7,…} 1a2b3c4d
 */
import { strict as assert } from 'node:assert';
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { nodeId } from '../../types/index.js';
import { damaged, notOurs } from './damage.js';
import type { DiskFile } from './disk.js';

const format = 2;
/** A snapshot's with all voters is some 500 bytes. */
const lineBytesMax = 16 * 1024;
const checksumChars = 8;

const index = z.number().int().nonnegative();
const voters = z.array(z.string().transform(nodeId));

export const segmentFacts = z.object({
  clusterId: z.string(),
  /** Segments are numbered without gaps. */
  counter: index,
  /** `anew`: nothing that was before counts. `on`: continues the segment before. */
  goes: z.enum(['anew', 'on']),
  /** The last entry before this segment; 0 and 0 where there is none. */
  after: z.object({ index, term: index }),
});

export const snapshotFacts = z.object({
  clusterId: z.string(),
  meta: z.object({ index, term: index, config: z.object({ voters, outgoing: voters }) }),
});

export type SegmentFacts = z.infer<typeof segmentFacts>;
export type SnapshotFacts = z.infer<typeof snapshotFacts>;

export interface HeadLine<Facts> {
  readonly facts: Facts;
  readonly lineBytes: number;
  /** Different for every file: what follows is bound to this file by it. */
  readonly seed: number;
}

/** `what` is one word, such as `hearth-segment`. */
export function encodeHeadLine(what: string, facts: SegmentFacts | SnapshotFacts): Buffer {
  const text = `${what} ${format} ${JSON.stringify(facts)} `;
  const line = Buffer.from(`${text}${checksumOf(Buffer.from(text))}\n`);
  assert(line.length <= lineBytesMax, 'a head line has a maximum');
  return line;
}

/** Throws `log-damaged`, or `storage` where a newer release or another cluster wrote it. */
export async function readHeadLine<Facts extends { readonly clusterId: string }>(
  file: DiskFile,
  path: string,
  expected: {
    readonly what: string;
    readonly facts: z.ZodType<Facts>;
    readonly clusterId: string;
  },
): Promise<HeadLine<Facts>> {
  const start = Buffer.allocUnsafe(lineBytesMax);
  const line = lineOf(start.subarray(0, await file.read(start, 0)));
  if (line === null) throw damaged(path, 0, 'its first line');
  const text = line.subarray(0, -checksumChars - 1).toString();
  const [what, formatText = '', ...rest] = text.split(' ');
  if (what !== expected.what) throw damaged(path, 0, 'it is another file');
  if (Number(formatText) !== format) {
    throw notOurs(path, 'was written by a newer release; start that one');
  }
  const facts = expected.facts.parse(JSON.parse(rest.join(' ')));
  if (facts.clusterId !== expected.clusterId) {
    const ids = `cluster ${facts.clusterId}, and this node is of cluster ${expected.clusterId}`;
    throw notOurs(path, `belongs to ${ids}; give the node the data directory that is its own`);
  }
  return { facts, lineBytes: line.length, seed: seedOf(line) };
}

/** The seed that a reader of this line will find. */
export function seedOf(line: Buffer): number {
  return Number.parseInt(line.subarray(-checksumChars - 1, -1).toString(), 16);
}

function lineOf(start: Buffer): Buffer | null {
  const line = start.subarray(0, start.indexOf('\n') + 1);
  const text = line.subarray(0, -checksumChars - 1);
  const checksum = line.subarray(text.length, -1).toString();
  return line.length > checksumChars && checksum === checksumOf(text) ? line : null;
}

function checksumOf(text: Buffer): string {
  return crc32(text).toString(16).padStart(checksumChars, '0');
}
