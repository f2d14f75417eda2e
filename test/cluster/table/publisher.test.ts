/** One Master, whose Replicas are played by the test. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { TableParameters } from '../../../src/cluster/table/index.js';
import type { Position } from '../../../src/cluster/table/messages.js';
import { Cores, idOf, memberOf, type Sent, warm } from './cores.js';

const epoch = (number: number, master = 1) => ({ number, master: idOf(master), generation: 1 });
const at = (number: number, offset: number, master = 1): Position => ({
  epoch: epoch(number, master),
  offset,
});

/** Node 1 of five: its Replicas 2 and 3 have come as far as it. */
function master(parameters: Partial<TableParameters> = {}): Cores {
  const cores = new Cores([1], parameters);
  cores.tell(1, ...[1, 2, 3, 4, 5].map((number) => memberOf(number)));
  for (const replica of [2, 3]) {
    cores.receive(replica, 1, { kind: 'applied', position: at(1, 0) });
  }
  cores.sent.splice(0);
  return cores;
}

function batches(cores: Cores): [number, number, number][] {
  const taken = cores.sent.filter(({ message }) => message.kind === 'batch');
  cores.sent.splice(0);
  return taken.map(({ to, message }) => {
    assert(message.kind === 'batch');
    return [Number.parseInt(to, 16), message.base.offset, message.claims.length];
  });
}

const applied = (cores: Cores, from: number, position: Position): void =>
  cores.receive(from, 1, { kind: 'applied', position });

function wait(cores: Cores, forMs: number): void {
  cores.nowMs += forMs;
  cores.step(1, (core) => core.tick(cores.nowMs));
}

const functions = (count: number, prefix = 'f') =>
  Array.from({ length: count }, (_, index) => warm(`${prefix}${index}`));

test('the first change after a quiet time leaves at once, one message to each replica', () => {
  const cores = master();
  cores.claim(1, warm('a'));
  assert.deepEqual(batches(cores), [
    [2, 0, 1],
    [3, 0, 1],
  ]);
});

test('changes of the next 100 ms leave together', () => {
  const cores = master();
  cores.claim(1, warm('a'));
  cores.nowMs += 10;
  cores.claim(1, warm('b'));
  cores.claim(1, warm('c'));
  assert.equal(batches(cores).length, 2);
  for (const replica of [2, 3]) applied(cores, replica, at(1, 1));
  assert.equal(cores.of(1).dueMs, cores.nowMs + 90);
  wait(cores, 90);
  assert.deepEqual(batches(cores), [
    [2, 1, 2],
    [3, 1, 2],
  ]);
  assert.equal(cores.of(1).counters().batches, 2);
});

test('a large batch leaves early, in messages of limited size', () => {
  const cores = master({ batchBytesMax: 550 });
  cores.claim(1, warm('a'));
  batches(cores);
  cores.nowMs += 1;
  cores.claim(1, ...functions(25));
  const sizes = batches(cores).filter(([to]) => to === 2);
  assert.deepEqual(
    sizes.map(([, , claims]) => claims),
    [11, 10, 4],
  );
});

test('what is not confirmed is asked about by a batch of nothing, more and more rarely', () => {
  const cores = master();
  cores.claim(1, warm('a'));
  batches(cores);
  applied(cores, 3, at(1, 1));
  const probes: number[] = [];
  const startMs = cores.nowMs;
  cores.run(3600, ({ to, message }) => {
    if (message.kind !== 'batch') return true;
    assert.deepEqual([to, message.base, message.claims], [idOf(2), at(1, 1), []]);
    probes.push(cores.nowMs - startMs);
    return true;
  });
  assert.deepEqual(probes, [100, 300, 700, 1500, 2500, 3500]);
});

test('a replica that hangs costs its window and then only probes; the others are told all', () => {
  const cores = master({ windowClaimsMax: 10, batchBytesMax: 550 });
  let claims = 0;
  let probes = 0;
  const answers = ({ to, message }: Sent): boolean => {
    if (message.kind !== 'batch') return true;
    if (to === idOf(3)) {
      applied(cores, 3, at(1, message.base.offset + message.claims.length));
    } else if (message.claims.length === 0) probes++;
    else claims += message.claims.length;
    return true;
  };
  for (let round = 0; round < 50; round++) {
    cores.claim(1, ...functions(3, `r${round}-`));
    cores.run(100, answers);
  }
  assert.ok(claims >= 10 && claims < 20, `${claims} claims`);
  assert.ok(probes <= 9, `${probes} probes in 5 s`);
  applied(cores, 2, at(1, 9));
  let told = 0;
  cores.deliver(({ message }) => {
    if (message.kind === 'batch') told += message.claims.length;
    return true;
  });
  assert.ok(told > 0, 'goes on once it answers');
});

test('a replica that has fallen behind the history takes a snapshot, in parts, each after the one before', () => {
  const cores = master({ historyClaimsMax: 4, windowClaimsMax: 4, batchBytesMax: 550 });
  for (let round = 0; round < 5; round++) {
    cores.claim(1, ...functions(5, `r${round}-`));
    applied(cores, 3, at(1, 5 * (round + 1)));
    wait(cores, 100);
  }
  cores.sent.splice(0);
  cores.receive(2, 1, { kind: 'follow', position: at(1, 3) });
  const read: string[] = [];
  for (let part = 0; ; part++) {
    const parts = cores.take('snapshot');
    assert.equal(parts.length, 1);
    const [taken] = parts;
    assert(taken?.part === part);
    assert.deepEqual(taken.position, at(1, 25));
    for (const { key } of taken.claims) read.push(key);
    if (taken.last) break;
    if (part === 1) cores.claim(1, ...functions(2, 'later'));
    applied(cores, 2, at(1, 3));
    cores.receive(2, 1, { kind: 'part-taken', id: taken.id, part: taken.part });
    cores.receive(2, 1, { kind: 'part-taken', id: taken.id, part: taken.part });
  }
  assert.equal(read.length, 25);
  cores.nowMs += 100;
  cores.sent.splice(0);
  applied(cores, 2, at(1, 25));
  assert.deepEqual(batches(cores), [[2, 25, 2]], 'and then what came meanwhile');
});

test('a part of a snapshot that is not taken is sent again', () => {
  const cores = master({ batchBytesMax: 300 });
  cores.claim(1, ...functions(9));
  cores.sent.splice(0);
  cores.receive(2, 1, { kind: 'follow', position: null });
  const [part] = cores.take('snapshot');
  wait(cores, 100);
  assert.deepEqual(cores.take('snapshot'), [part]);
  cores.receive(2, 1, { kind: 'follow', position: null });
  assert.deepEqual(cores.take('snapshot'), [part], 'also when asked before it has arrived');
});

test('whoever follows from a known place is told what it lacks, and whoever does not takes all', () => {
  const cores = master();
  cores.claim(1, warm('a'), warm('b'), warm('c'));
  cores.sent.splice(0);
  cores.receive(2, 1, { kind: 'follow', position: at(1, 1) });
  assert.deepEqual(batches(cores), [[2, 1, 2]]);
  cores.receive(3, 1, { kind: 'follow', position: at(0, 1, 7) });
  assert.equal(cores.take('snapshot').length, 1);
});

test('a master that hears of a later epoch begins one above it, and asks all replicas where they stand', () => {
  const cores = master();
  cores.claim(1, warm('a'));
  cores.sent.splice(0);
  cores.receive(3, 1, { kind: 'follow', position: at(7, 40, 9) });
  assert.deepEqual(cores.of(1).position, at(8, 1));
  assert.deepEqual(batches(cores).sort(), [
    [2, 1, 0],
    [3, 1, 0],
  ]);
  applied(cores, 2, at(1, 1));
  cores.claim(1, warm('b'));
  wait(cores, 100);
  assert.deepEqual(
    batches(cores).filter(([, , claims]) => claims > 0),
    [],
    'a word of the epoch before does not count',
  );
});

test('only replicas are served', () => {
  const cores = master();
  cores.receive(5, 1, { kind: 'follow', position: null });
  cores.receive(5, 1, { kind: 'applied', position: at(1, 0) });
  cores.receive(5, 1, { kind: 'part-taken', id: 1, part: 0 });
  assert.deepEqual(cores.sent, []);
});

test('a replica that becomes a worker is told nothing more, and the next one is invited', () => {
  const cores = master();
  const rest = [1, 2, 4, 5].map((number) => memberOf(number));
  cores.tell(1, ...rest, memberOf(3, { status: 'dead' }));
  assert.deepEqual(batches(cores), [[4, 0, 0]]);
  cores.claim(1, warm('a'));
  assert.deepEqual(batches(cores), [[2, 0, 1]]);
});
