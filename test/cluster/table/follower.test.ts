/** One Replica, fed by hand. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Claim } from '../../../src/cluster/table/index.js';
import type { Position } from '../../../src/cluster/table/messages.js';
import { Cores, idOf, key, type MessageOf, memberOf, warm } from './cores.js';

const epoch = (number: number) => ({ number, master: idOf(1), generation: 1 });
const at = (number: number, offset: number): Position => ({ epoch: epoch(number), offset });
const claim = (sequence: number): Claim => ({
  ...warm(`f${sequence}`),
  node: idOf(1),
  generation: 1,
  sequence,
});

function part(
  number: number,
  position: Position,
  claims: readonly Claim[],
  change: Partial<MessageOf<'snapshot'>> = {},
): MessageOf<'snapshot'> {
  return { kind: 'snapshot', id: 1, position, part: number, last: false, claims, ...change };
}

const batch = (
  base: Position,
  claims: readonly Claim[],
  inEpoch = base.epoch,
): MessageOf<'batch'> => {
  return { kind: 'batch', epoch: inEpoch, base, claims };
};

/** Node 2 as Replica of node 1, which is played by the test. */
function replica(): Cores {
  const cores = new Cores([2]);
  cores.tell(2, memberOf(1), memberOf(2));
  assert.deepEqual(cores.take('follow'), [{ kind: 'follow', position: null }]);
  cores.sent.splice(0);
  return cores;
}

/** ... that has taken in a snapshot of one claim, at offset 10 of epoch 1. */
function settled(): Cores {
  const cores = replica();
  cores.receive(1, 2, part(0, at(1, 10), [claim(1)], { last: true }));
  assert.deepEqual(cores.take('applied'), [{ kind: 'applied', position: at(1, 10) }]);
  cores.sent.splice(0);
  return cores;
}

const position = (cores: Cores) => cores.of(2).position;
const table = (cores: Cores): string[] => cores.table(2).map((name) => name.slice(2));

test('a batch that follows on is applied and confirmed', () => {
  const cores = settled();
  cores.receive(1, 2, batch(at(1, 10), [claim(2), claim(3)]));
  assert.deepEqual(cores.take('applied'), [{ kind: 'applied', position: at(1, 12) }]);
  assert.deepEqual(table(cores), ['f1', 'f2', 'f3']);
});

test('a gap is never applied but asked about, once in a while', () => {
  const cores = settled();
  cores.nowMs += 100;
  cores.receive(1, 2, batch(at(1, 11), [claim(3)]));
  cores.receive(1, 2, batch(at(1, 12), [claim(4)]));
  assert.deepEqual(cores.take('follow'), [{ kind: 'follow', position: at(1, 10) }]);
  assert.deepEqual(table(cores), ['f1']);
  cores.nowMs += 20;
  cores.receive(1, 2, batch(at(1, 13), [claim(5)]));
  assert.equal(cores.take('follow').length, 1);
  assert.equal(cores.of(2).counters().gaps, 3);
});

test('a question about a gap that is not answered is asked again, more and more rarely', () => {
  const cores = settled();
  cores.nowMs += 100;
  cores.receive(1, 2, batch(at(1, 11), [claim(3)]));
  const askedMs: number[] = [];
  cores.run(1800, ({ message }) => {
    if (message.kind === 'follow') askedMs.push(cores.nowMs);
    return true;
  });
  const first = askedMs[0] ?? 0;
  assert.deepEqual(
    askedMs.map((ms) => ms - first),
    [0, 100, 300, 700, 1500],
  );
});

test('of a batch that is known in part only the rest is applied, and a repeat is confirmed again', () => {
  const cores = settled();
  cores.receive(1, 2, batch(at(1, 10), [claim(2)]));
  cores.receive(1, 2, batch(at(1, 10), [claim(2), claim(3)]));
  cores.receive(1, 2, batch(at(1, 10), [claim(2)]));
  assert.deepEqual(
    cores.take('applied').map(({ position: { offset } }) => offset),
    [11, 12, 12],
  );
  assert.deepEqual(table(cores), ['f1', 'f2', 'f3']);
});

test('batches and snapshots of an ended epoch are refused by naming the newer one', () => {
  const cores = replica();
  cores.receive(1, 2, part(0, at(5, 10), [claim(1)], { last: true }));
  cores.sent.splice(0);
  cores.nowMs += 100;
  cores.receive(1, 2, batch(at(4, 10), [claim(2)]));
  assert.deepEqual(cores.take('follow'), [{ kind: 'follow', position: at(5, 10) }]);
  cores.nowMs += 100;
  cores.receive(1, 2, part(0, at(4, 20), [claim(2)], { last: true }));
  assert.deepEqual(cores.take('follow'), [{ kind: 'follow', position: at(5, 10) }]);
  assert.deepEqual([table(cores), position(cores)], [['f1'], at(5, 10)]);
  assert.equal(cores.of(2).counters().refusedBatches, 2);
});

test('a new epoch that begins where this replica stood goes on without a snapshot', () => {
  const cores = settled();
  cores.receive(1, 2, batch(at(1, 10), [claim(2)], epoch(2)));
  assert.deepEqual([position(cores), table(cores)], [at(2, 11), ['f1', 'f2']]);
});

test('what is of nobody or of somebody else than the master is not taken', () => {
  const cores = settled();
  cores.receive(3, 2, batch(at(1, 10), [claim(2)]));
  cores.receive(3, 2, part(0, at(1, 20), [claim(2)], { last: true }));
  assert.deepEqual([table(cores), cores.sent.length], [['f1'], 0]);
});

test('a snapshot replaces the table with its last part, and lookups are answered from the old one till then', () => {
  const cores = settled();
  cores.receive(1, 2, part(0, at(1, 50), [claim(2)], { id: 2 }));
  cores.receive(1, 2, part(1, at(1, 50), [claim(3)], { id: 2 }));
  assert.deepEqual([table(cores), position(cores)], [['f1'], at(1, 10)]);
  cores.lookup(2, 1, 'f1');
  assert.deepEqual(cores.answers.get(1), [{ node: idOf(1), load: 0 }]);
  assert.deepEqual(
    cores.take('part-taken').map(({ part: taken }) => taken),
    [0, 1],
  );
  cores.receive(1, 2, part(2, at(1, 50), [claim(4)], { id: 2, last: true }));
  assert.deepEqual([table(cores), position(cores)], [['f2', 'f3', 'f4'], at(1, 50)]);
  assert.equal(cores.of(2).counters().snapshots, 2);
});

test('a part that is repeated is confirmed again and not taken twice', () => {
  const cores = replica();
  for (let times = 0; times < 2; times++) cores.receive(1, 2, part(0, at(1, 9), [claim(1)]));
  assert.equal(cores.take('part-taken').length, 2);
  cores.receive(1, 2, part(1, at(1, 9), [claim(2)], { last: true }));
  assert.deepEqual(table(cores), ['f1', 'f2']);
});

test('a last part that is repeated, because the word that it was taken was lost, is confirmed again', () => {
  const cores = replica();
  cores.receive(1, 2, part(0, at(1, 9), [claim(1)]));
  for (let times = 0; times < 2; times++) {
    cores.receive(1, 2, part(1, at(1, 9), [claim(2)], { last: true }));
    assert.deepEqual(cores.take('applied'), [{ kind: 'applied', position: at(1, 9) }]);
  }
});

test('a snapshot that comes late does not take a replica back to where it was', () => {
  const cores = settled();
  cores.receive(1, 2, batch(at(1, 10), [claim(2)]));
  cores.receive(1, 2, part(0, at(1, 10), [claim(1)], { last: true }));
  assert.deepEqual([table(cores), position(cores)], [['f1', 'f2'], at(1, 11)]);
});

test('a batch that is repeated while a snapshot is gathered does not end the gathering', () => {
  const cores = settled();
  cores.receive(1, 2, part(0, at(1, 50), [claim(2)], { id: 2 }));
  cores.receive(1, 2, batch(at(1, 9), [claim(1)]));
  cores.receive(1, 2, part(1, at(1, 50), [claim(3)], { id: 2, last: true }));
  assert.deepEqual(table(cores), ['f2', 'f3']);
});

test('parts of a snapshot that was given up do not disturb the next one', () => {
  const cores = replica();
  cores.receive(1, 2, part(0, at(1, 50), [claim(2)], { id: 2 }));
  cores.receive(1, 2, part(0, at(1, 40), [claim(9)], { id: 1 }));
  cores.receive(1, 2, part(1, at(1, 40), [claim(9)], { id: 1, last: true }));
  cores.receive(1, 2, part(1, at(1, 50), [claim(3)], { id: 2, last: true }));
  assert.deepEqual([table(cores), position(cores)], [['f2', 'f3'], at(1, 50)]);
});

test('nor do parts under the same number, of a reign before', () => {
  const cores = replica();
  cores.receive(1, 2, part(0, at(2, 50), [claim(2)]));
  cores.receive(1, 2, part(1, at(1, 40), [claim(9)], { last: true }));
  assert.equal(position(cores), null);
  cores.receive(1, 2, part(1, at(2, 50), [claim(3)], { last: true }));
  assert.deepEqual([table(cores), position(cores)], [['f2', 'f3'], at(2, 50)]);
});

test('a newer snapshot takes the place of one that is half gathered', () => {
  const cores = replica();
  cores.receive(1, 2, part(0, at(1, 40), [claim(9)], { id: 1 }));
  cores.receive(1, 2, part(0, at(1, 50), [claim(2)], { id: 2 }));
  cores.receive(1, 2, part(1, at(1, 50), [claim(3)], { id: 2, last: true }));
  assert.deepEqual([table(cores), position(cores)], [['f2', 'f3'], at(1, 50)]);
});

test('a replica that has lost the beginning of a snapshot asks for another', () => {
  const cores = replica();
  cores.nowMs += 50;
  cores.receive(1, 2, part(3, at(1, 50), [claim(2)]));
  assert.deepEqual(cores.take('follow'), [{ kind: 'follow', position: null }]);
});

test('a replica that hears nothing for long makes sure that the master knows it', () => {
  const cores = settled();
  const kinds: string[] = [];
  cores.run(5100, ({ message }) => {
    if (message.kind !== 'report') kinds.push(message.kind);
    return true;
  });
  assert.deepEqual(kinds, ['follow', 'follow'], 'and once more, as nobody has answered');
});

test('a worker holds no table and says so', () => {
  const cores = settled();
  const older = [3, 4, 5].map((number) => memberOf(number, { joinedAt: -number + 9 }));
  cores.tell(2, ...older, memberOf(1), memberOf(2, { joinedAt: 99 }));
  assert.equal(cores.of(2).role, 'worker');
  cores.sent.splice(0);
  cores.receive(1, 2, { kind: 'lookup', id: 7, key: key('f1') });
  assert.deepEqual(cores.take('holders'), [{ kind: 'holders', id: 7, holders: null }]);
  assert.equal(cores.of(2).counters().claims, 0);
});
