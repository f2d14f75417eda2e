/** The Master gives its whole table to the node that is to rule next. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { TableMember } from '../../../src/cluster/table/index.js';
import { Cores, cold, idOf, memberOf, type Sent, warm } from './cores.js';

/** Six members: 1 rules, 2 and 3 follow, and the youngest, which is of the next release, is a Worker. */
const six = (change: Partial<TableMember> = {}): TableMember[] => [
  ...[1, 2, 3, 4, 5].map((number) => memberOf(number)),
  memberOf(6, change),
];
const led = six({ cohort: 1 });

function started(): Cores {
  const cores = new Cores([1, 2, 3, 4, 5, 6]);
  cores.tellAll(...six());
  cores.claim(4, warm('f'), warm('g'));
  cores.claim(2, warm('h'));
  cores.run(300);
  return cores;
}

test('the heir holds the whole table, and all changes after it, in the first moment of its reign', () => {
  const cores = started();
  assert.equal(cores.of(6).position, null, 'a worker has none');
  assert.equal(cores.handOver(1, 6), true);
  assert.deepEqual(cores.table(6), ['2:h', '4:f', '4:g']);
  cores.tellAll(...six({ degraded: true }));
  cores.tellAll(...six());
  cores.claim(5, warm('i'));
  cores.claim(4, cold('g'), warm('k'));
  cores.run(300);
  assert.deepEqual(cores.of(6).position, cores.of(1).position);
  cores.tell(6, ...led);
  cores.lookup(6, 1, 'i');
  assert.deepEqual(cores.answers.get(1), [{ node: idOf(5), load: 0 }]);
  assert.deepEqual(cores.table(6), ['2:h', '4:f', '4:k', '5:i']);
  cores.tellAll(...led);
  const isAsked = ({ message }: Sent): boolean => message.kind === 'collect';
  let asked = 0;
  cores.run(1000, (sent) => {
    if (isAsked(sent)) asked++;
    return false;
  });
  assert.equal(asked, 0, 'it has to ask nobody');
  assert.deepEqual(cores.of(1).position, cores.of(6).position, 'the old one follows');
  assert.deepEqual(cores.of(1).role, 'replica');
});

test('a heir that is a replica already misses nothing and repeats nothing, however often it is given the table', () => {
  const cores = started();
  const { position } = cores.of(2);
  assert.equal(cores.handOver(1, 2), true);
  assert.equal(cores.handOver(1, 2), true);
  assert.deepEqual(cores.of(2).position, position);
  const loses = ({ message, to }: Sent): boolean => message.kind === 'batch' && to === idOf(2);
  cores.claim(4, warm('i'));
  cores.deliver(loses);
  assert.equal(cores.handOver(1, 2), true);
  assert.deepEqual(cores.of(2).position, cores.of(1).position);
  cores.run(300);
  assert.deepEqual(cores.table(2), ['2:h', '4:f', '4:g', '4:i']);
});

test('a heir that is passed over is a worker again, and one whose master is another takes nothing', () => {
  const cores = started();
  assert.equal(cores.handOver(1, 6), true);
  const without = six().map((member) =>
    member.id === idOf(1) ? memberOf(1, { status: 'dead' }) : member,
  );
  cores.tell(6, ...without);
  assert.equal(cores.of(6).position, null);
  assert.equal(cores.handOver(1, 6), false);
  assert.equal(cores.handOver(2, 6), false, 'who does not rule gives nothing');
  assert.equal(cores.handOver(1, 7), false, 'nor to a stranger');
});

test('what is reported to the former master reaches the new one, and is lost on no way', () => {
  const cores = started();
  cores.handOver(1, 6);
  cores.run(50);
  for (const number of [1, 2, 3, 6]) cores.tell(number, ...led);
  // 4 and 5 have not heard of it
  cores.claim(4, warm('i'), cold('f'));
  cores.claim(5, warm('j'));
  cores.run(150);
  assert.deepEqual(cores.table(6), ['2:h', '4:g', '4:i', '5:j']);
  cores.tellAll(...led);
  cores.run(300);
  for (const number of [1, 2, 6])
    assert.deepEqual(cores.table(number), ['2:h', '4:g', '4:i', '5:j']);
});
