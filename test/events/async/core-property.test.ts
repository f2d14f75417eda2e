/** Whatever is proposed, in whatever order and how often: events end once, and every node has the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Batch,
  decodeBatch,
  type EventCommand,
  encodeBatch,
  encodeCommand,
} from '../../../src/events/async/command.js';
import { EventsCore } from '../../../src/events/async/core.js';
import { encodeSnapshot, SnapshotReader } from '../../../src/events/async/snapshot.js';
import type { AsyncEvent, EventCondition } from '../../../src/events/index.js';
import { attempted, delivered, ended, idOf, nodes, submit } from './commands.js';

const n = fc.nat(7);
const round = fc.nat(2);
const node = fc.constantFrom(...nodes);
const condition = fc.constantFrom<EventCondition>('Success', 'RetriesExhausted');
const targets = fc.subarray(['s', 't']);
const key = fc.constantFrom('', '', 'k', 'l');

const command: fc.Arbitrary<EventCommand> = fc.oneof(
  fc
    .tuple(n, key, fc.constantFrom('f', 'g'), fc.uint8Array({ maxLength: 9 }))
    .map(([i, idempotencyKey, functionName, payload]) =>
      submit(i, { idempotencyKey, functionName, payload }),
    ),
  fc.tuple(n, fc.integer({ min: 1, max: 3 })).map((given) => attempted(...given)),
  fc
    .tuple(n, condition, targets, round)
    .map(([i, why, to, of]) => ended(i, why, to, { round: of })),
  fc
    .tuple(n, fc.nat(1), fc.constantFrom('', 'no'), round)
    .map(([i, at, error, of]) => delivered(i, at, error, of)),
  n.map((i): EventCommand => ({ kind: 'cancel', id: idOf(i) })),
  fc.tuple(n, round).map(([i, of]): EventCommand => {
    return { kind: 'redrive', id: idOf(i), round: of };
  }),
  fc
    .tuple(node, fc.subarray([...nodes]), fc.integer({ min: 1, max: 4 }))
    .map(([from, to, itemsMax]): EventCommand => ({ kind: 'adopt', from, to, itemsMax })),
);

const batch: fc.Arbitrary<Batch> = fc.record({
  id: fc.uuid(),
  node,
  wallMs: fc.integer({ min: 0, max: 3 }).map((days) => days * 80_000_000),
  commands: fc.array(command, { minLength: 1, maxLength: 5 }),
});
const batches = fc.array(batch, { maxLength: 40 });

function restored(core: EventsCore, pieceBytes: number): EventsCore {
  const bytes = Buffer.concat([...encodeSnapshot(core.image())]);
  const reader = new SnapshotReader();
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    reader.add(bytes.subarray(from, from + pieceBytes));
  }
  return reader.end();
}

/** Bytes as text, so that Buffers and other arrays compare. */
const plain = (image: unknown): unknown =>
  JSON.parse(
    JSON.stringify(image, (_, value: unknown) => {
      const isBytes =
        value instanceof Uint8Array || (value as { type?: string })?.type === 'Buffer';
      if (!isBytes) return value;
      return Buffer.from(value as Uint8Array).toString('base64');
    }),
  );

const isFinal = ({ status }: AsyncEvent): boolean =>
  status === 'done' || status === 'failed' || status === 'cancelled';

test('an event ends once in each of its rounds, and what is counted is what is there', () => {
  fc.assert(
    fc.property(batches, (all) => {
      const core = new EventsCore();
      const ends = new Map<number, string>();
      for (const one of all) {
        for (const event of core.apply(one).changed) {
          // an id that was forgotten may come again, as another event
          const { sequence, status, round: of } = event;
          const before = ends.get(sequence);
          // only a dead one goes on: it is redriven, or given up
          assert.ok(before === undefined || before.startsWith('dead'), `${sequence} ended twice`);
          if (isFinal(event)) ends.set(sequence, status);
          else if (status === 'dead') {
            assert.notEqual(before, `dead ${of}`);
            ends.set(sequence, `dead ${of}`);
          }
        }
        core.invariants();
      }
    }),
    { numRuns: 300 },
  );
});

test('an event that was accepted is there until it has ended', () => {
  fc.assert(
    fc.property(batches, (all) => {
      const core = new EventsCore();
      const open = new Set<string>();
      for (const one of all) {
        const { results, changed } = core.apply(one);
        results.forEach((result) => {
          if (result.kind === 'accepted' && !result.duplicate) open.add(result.id);
        });
        for (const event of changed) if (isFinal(event)) open.delete(event.id);
        for (const id of open) assert.notEqual(core.get(id), undefined);
      }
    }),
    { numRuns: 300 },
  );
});

test('events that are submitted once more are told to be known, and nothing changes', () => {
  fc.assert(
    fc.property(batches, (all) => {
      const core = new EventsCore();
      for (const one of all) {
        core.apply(one);
        const before = plain(core.image());
        const again = one.commands.filter(({ kind }) => kind === 'submit');
        const { results } = core.apply({ ...one, commands: again });
        for (const result of results) assert.ok(result.kind !== 'accepted' || result.duplicate);
        assert.deepEqual(plain(core.image()), before);
      }
    }),
    { numRuns: 300 },
  );
});

test('a node that gets a snapshot on the way, in any pieces, goes on as all the others', () => {
  fc.assert(
    fc.property(batches, fc.nat(40), fc.integer({ min: 1, max: 400 }), (all, at, pieceBytes) => {
      const core = new EventsCore();
      let other = new EventsCore();
      all.forEach((one, index) => {
        if (index === at) other = restored(core, pieceBytes);
        const { results } = core.apply(one);
        if (index >= at) assert.deepEqual(other.apply(one).results, results);
      });
      if (at >= all.length) return;
      assert.deepEqual(plain(other.image()), plain(core.image()));
      other.invariants();
    }),
    { numRuns: 300 },
  );
});

test('a batch reads back from the log as it was written', () => {
  fc.assert(
    fc.property(batch, (one) => {
      const { id, data } = encodeBatch(one.node, one.wallMs, one.commands.map(encodeCommand));
      assert.deepEqual(plain(decodeBatch(data)), plain({ ...one, id }));
    }),
  );
});
