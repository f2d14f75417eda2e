import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeTableMessage,
  encodeTableMessage,
  type TableMessage,
} from '../../../src/cluster/table/index.js';
import { type FunctionKey, functionKey, nodeId } from '../../../src/types/index.js';

/** Records with the usual prototype, as decoding makes them. */
const plain = <Shape extends object>(
  shape: {
    [Key in keyof Shape]: fc.Arbitrary<Shape[Key]>;
  },
): fc.Arbitrary<Shape> => fc.record(shape, { noNullPrototype: true }) as fc.Arbitrary<Shape>;
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const node = fc
  .bigInt({ min: 0n, max: 2n ** 128n - 1n })
  .map((id) => nodeId(id.toString(16).padStart(32, '0')));
const key: fc.Arbitrary<FunctionKey> = fc
  .tuple(fc.stringMatching(/^[a-zA-Z0-9-_]{1,64}$/), count)
  .map(([name, revision]) => functionKey(name, '$LATEST', revision));
const load = fc.integer({ min: 0, max: 100 });
const warm = { key, state: fc.constantFrom('warm' as const, 'cold' as const), load };
const claim = plain({ ...warm, node, generation: count, sequence: count });
const numbered = plain({ ...warm, sequence: count });
const epoch = plain({ number: count, master: node, generation: count });
const position = plain({ epoch, offset: count });
const kind = <Kind extends string>(name: Kind) => fc.constant(name);

const anyMessage: fc.Arbitrary<TableMessage> = fc.oneof(
  plain({
    kind: kind('report'),
    generation: count,
    since: count,
    sequence: count,
    complete: fc.boolean(),
    claims: fc.array(numbered),
  }),
  plain({ kind: kind('reported'), generation: count, sequence: count }),
  plain({ kind: kind('collect'), generation: count, since: count }),
  plain({ kind: kind('follow'), position: fc.option(position) }),
  plain({ kind: kind('batch'), epoch, base: position, claims: fc.array(claim) }),
  plain({ kind: kind('applied'), position }),
  plain({
    kind: kind('snapshot'),
    id: count,
    position,
    part: fc.nat(),
    last: fc.boolean(),
    claims: fc.array(claim),
  }),
  plain({ kind: kind('part-taken'), id: count, part: fc.nat() }),
  plain({ kind: kind('lookup'), id: count, key }),
  plain({
    kind: kind('holders'),
    id: count,
    holders: fc.option(fc.array(plain({ node, load }))),
  }),
);

test('every message comes back from its bytes as it was', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      assert.deepEqual(decodeTableMessage(encodeTableMessage(message)), message);
    }),
  );
});

test('bytes that are no message either throw or are a message of this release', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      let message: TableMessage | null;
      try {
        message = decodeTableMessage(bytes);
      } catch (error) {
        assert.ok(error instanceof Error);
        return;
      }
      if (message !== null) encodeTableMessage(message);
    }),
    { numRuns: 2000 },
  );
});

test('a message of a later release is told apart from a broken one', () => {
  // field 20, empty
  assert.equal(decodeTableMessage(Uint8Array.of(0xa2, 0x01, 0x00)), null);
});
