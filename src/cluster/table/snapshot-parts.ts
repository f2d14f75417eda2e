/** A whole table cut into messages, each made when it is wanted: there is always one, the last one says so. */
import { type Claim, claimBytes } from './claim.js';
import type { SnapshotPart } from './messages.js';

export function* snapshotParts(
  head: Pick<SnapshotPart, 'id' | 'position'>,
  claims: Iterator<Claim>,
  bytesMax: number,
): Generator<SnapshotPart, void> {
  for (let part = 0, last = false; !last; part++) {
    const some: Claim[] = [];
    for (let bytes = 0; bytes < bytesMax; ) {
      const { value, done } = claims.next();
      if (done === true) {
        last = true;
        break;
      }
      some.push(value);
      bytes += claimBytes(value);
    }
    yield { kind: 'snapshot', ...head, part, last, claims: some };
  }
}
