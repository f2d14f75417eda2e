import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchTag, streamCommandTag } from '../../src/events/index.js';
import { ReplicatedMachines } from '../../src/node/replicated-machines.js';
import { rolloutCommandTag } from '../../src/rollout/index.js';
import { workflowBatchTag } from '../../src/workflow/index.js';

/** A machine of texts in place of each of the five. */
function makeMachines() {
  const told: string[] = [];
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
  const holding = {
    catalog: '{"catalogue":2}',
    events: 'event',
    streams: 'stream',
    rollout: 'rollout',
    workflows: 'workflow',
  };
  const part = (name: string) => ({
    restoreBegin: () => told.push(`${name} begins`),
    restorePart: (bytes: Uint8Array) => told.push(`${name}: ${text(bytes)}`),
    restoreEnd: () => {
      told.push(`${name} ends`);
      return Promise.resolve();
    },
  });
  async function* parts(whole: string): AsyncIterable<Uint8Array> {
    for (const word of whole.split(/(?<=})/)) yield Buffer.from(word);
  }
  const machines = new ReplicatedMachines({
    catalog: {
      ...part('catalog'),
      appliedIndex: 7,
      apply: (index, data) => told.push(`catalog ${index} ${data === null ? '-' : text(data)}`),
      snapshot: () => parts(holding.catalog),
    },
    events: {
      replica: {
        ...part('events'),
        apply: (data: Uint8Array) => told.push(`events ${text(data.subarray(1))}`),
        snapshot: () => parts(holding.events),
        restoreNothing: () => told.push('no events'),
      } as never,
    },
    streams: {
      ...part('streams'),
      apply: (index, data) => told.push(`streams ${index} ${text(data.subarray(1))}`),
      snapshot: () => [Buffer.from(holding.streams)],
      restoreEnd: () => told.push('streams ends'),
      restoreNothing: () => told.push('no streams'),
    },
    rollout: {
      ...part('rollout'),
      apply: (index, data) => told.push(`rollout ${index} ${text(data.subarray(1))}`),
      snapshot: () => [Buffer.from(holding.rollout)],
      restoreEnd: () => told.push('rollout ends'),
      restoreNothing: () => told.push('no rollout'),
    },
    workflows: {
      replica: {
        ...part('workflows'),
        apply: (data: Uint8Array) => told.push(`workflows ${text(data.subarray(1))}`),
        snapshot: () => parts(holding.workflows),
        restoreEnd: () => told.push('workflows ends'),
        restoreNothing: () => told.push('no workflows'),
      } as never,
    },
  });
  return { machines, told, holding };
}

const tagged = (tag: number, text: string) => Buffer.concat([Buffer.of(tag), Buffer.from(text)]);

async function snapshotOf(machines: ReplicatedMachines): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of machines.snapshot()) parts.push(part);
  return Buffer.concat(parts);
}

async function restore(machines: ReplicatedMachines, bytes: Buffer, pieceBytes: number) {
  await machines.restore({ kind: 'begin', index: 9 });
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    await machines.restore({ kind: 'part', data: bytes.subarray(from, from + pieceBytes) });
  }
  await machines.restore({ kind: 'end' });
}

test('a command goes to whose it is by its first byte, and the catalogue hears of every index', () => {
  const { machines, told } = makeMachines();
  machines.apply(1, Buffer.from('{"kind":"set"}'));
  machines.apply(2, tagged(batchTag, 'b'));
  machines.apply(3, tagged(streamCommandTag, 's'));
  machines.apply(4, null);
  machines.apply(5, tagged(rolloutCommandTag, 'r'));
  machines.apply(6, tagged(workflowBatchTag, 'w'));
  assert.deepEqual(told, [
    'catalog 1 {"kind":"set"}',
    'events b',
    'catalog 2 -',
    'streams 3 s',
    'catalog 3 -',
    'catalog 4 -',
    'rollout 5 r',
    'catalog 5 -',
    'workflows w',
    'catalog 6 -',
  ]);
});

test("a command of a kind that only a newer release knows is nobody else's, and stops the node", () => {
  const { machines, told } = makeMachines();
  const said = { code: 'storage', message: /entry 8 .* of kind 9, of a newer release; start that/ };
  assert.throws(() => machines.apply(8, tagged(9, 'n')), said);
  // nothing that follows may be applied without it
  assert.throws(() => machines.apply(9, Buffer.from('{"kind":"set"}')), said);
  assert.deepEqual(told, []);
});

test('a snapshot holds all of them, and is read in any pieces', async () => {
  const bytes = await snapshotOf(makeMachines().machines);
  for (const pieceBytes of [1, 3, 7, 1000]) {
    const { machines, told } = makeMachines();
    await restore(machines, bytes, pieceBytes);
    const content = told.filter((line) => line.includes(': ')).map((line) => line.split(': '));
    const of = (name: string) =>
      content
        .filter(([whose]) => whose === name)
        .map(([, text]) => text)
        .join('');
    assert.equal(of('catalog'), '{"catalogue":2}');
    assert.equal(of('events'), 'event');
    assert.equal(of('streams'), 'stream');
    assert.equal(of('rollout'), 'rollout');
    assert.equal(of('workflows'), 'workflow');
    assert.deepEqual(told.slice(-5), [
      'catalog ends',
      'events ends',
      'streams ends',
      'rollout ends',
      'workflows ends',
    ]);
  }
});

test('a snapshot of an older release, of the catalogue alone, still reads: there are no events', async () => {
  const { machines, told } = makeMachines();
  await restore(machines, Buffer.from('{"catalogue":2}\n{"end":1}\n'), 5);
  assert.equal(told.filter((line) => line.startsWith('catalog: ')).length, 6);
  const nothing = ['no events', 'no streams', 'no rollout', 'no workflows'];
  assert.deepEqual(told.slice(-5), ['catalog ends', ...nothing]);
});

test('a snapshot that is cut off, or of a newer release, is refused', async () => {
  const bytes = await snapshotOf(makeMachines().machines);
  const { machines } = makeMachines();
  await assert.rejects(restore(machines, bytes.subarray(0, -2), 1000), { code: 'log-damaged' });
  await machines.restore({ kind: 'begin', index: 9 });
  const newer = Buffer.of(9, 0, 0, 0, 1, 1);
  assert.throws(() => machines.restore({ kind: 'part', data: newer }), { code: 'storage' });
});
