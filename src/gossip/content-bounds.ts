/**
 * A first look at content, before anything is made of it: a megabyte on a stream can claim half a million
 * empty members, and unpacking those would hold the node up. Nothing honest comes near these bounds.
 */
import protobuf from 'protobufjs/minimal.js';
import { limits } from '../types/index.js';

/** Every member, the view, a body, and what later versions may add. */
const fieldsMax = limits.membersMax + 16;
/** The longest member takes 700. */
const fieldBytesMax = 1024;

/** Throws where the content has more fields, or a longer one, than any packet of ours. */
export function checkBounds(content: Uint8Array): void {
  const reader = protobuf.Reader.create(content);
  for (let fields = 1; reader.pos < reader.len; fields++) {
    if (fields > fieldsMax) throw new RangeError('too many fields');
    const wireType = reader.uint32() & 7;
    const from = reader.pos;
    reader.skipType(wireType);
    if (reader.pos - from > fieldBytesMax) throw new RangeError('too long a field');
  }
}
