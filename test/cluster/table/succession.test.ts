/** Masters that follow one another: what each knows, and what the Replicas have heard beyond it. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Cores, idOf, memberOf, type Sent, warm } from './cores.js';

const dead = (number: number) => memberOf(number, { status: 'dead' });
const is =
  (kind: string, from: number, to: number) =>
  ({ message, ...sent }: Sent): boolean =>
    message.kind === kind && sent.from === idOf(from) && sent.to === idOf(to);

test('a replica whose snapshot is newer than what the new master knows takes another, and misses nothing', () => {
  const cores = new Cores([1, 2, 3]);
  cores.tellAll(memberOf(1), memberOf(2));
  cores.run(300);
  const loses = is('batch', 1, 2);
  cores.claim(1, warm('a'), warm('b'), warm('c'));
  cores.deliver(loses);
  cores.tellAll(memberOf(1), memberOf(2), memberOf(3));
  cores.run(20, loses);
  assert.deepEqual(cores.of(3).position?.offset, 3);
  assert.deepEqual(cores.of(2).position?.offset, 0);
  cores.cores.delete(idOf(1));
  cores.tellAll(dead(1), memberOf(2), memberOf(3));
  cores.claim(2, warm('d'), warm('e'));
  cores.run(300);
  assert.deepEqual(cores.table(3), ['2:d', '2:e']);
  assert.deepEqual(cores.of(3).position, cores.of(2).position);
});

test('what only one replica had heard when its master died reaches all, also where the next master dies too', () => {
  const cores = new Cores([1, 2, 3, 4, 5]);
  const all = [3, 4, 5].map((number) => memberOf(number));
  cores.tellAll(memberOf(1), memberOf(2), ...all);
  cores.run(300);
  cores.claim(5, warm('f'));
  cores.deliver(is('batch', 1, 2));
  assert.deepEqual([cores.table(2), cores.table(3)], [[], ['5:f']]);
  cores.cores.delete(idOf(1));
  cores.tellAll(dead(1), memberOf(2), ...all);
  cores.run(20, is('report', 5, 2));
  assert.deepEqual([cores.table(3), cores.table(4)], [[], []], 'they hold what the new one holds');
  cores.cores.delete(idOf(2));
  cores.tellAll(dead(1), dead(2), ...all);
  cores.run(300);
  assert.deepEqual([cores.table(3), cores.table(4)], [['5:f'], ['5:f']]);
});

test('a new master serves at once what it held, and tells the others what they lack without a snapshot', () => {
  const cores = new Cores([1, 2, 3, 4]);
  const rest = [2, 3, 4].map((number) => memberOf(number));
  cores.tellAll(memberOf(1), ...rest);
  cores.claim(4, warm('f'));
  cores.run(300);
  const { snapshots } = cores.of(3).counters();
  cores.claim(4, warm('g'));
  cores.deliver(is('batch', 1, 3));
  assert.deepEqual([cores.table(2), cores.table(3)], [['4:f', '4:g'], ['4:f']]);
  cores.cores.delete(idOf(1));
  cores.tellAll(dead(1), ...rest);
  cores.lookup(2, 7, 'g');
  assert.deepEqual(cores.answers.get(7), [{ node: idOf(4), load: 0 }]);
  cores.run(20);
  assert.deepEqual(cores.table(3), ['4:f', '4:g']);
  assert.equal(cores.of(3).counters().snapshots, snapshots);
  assert.deepEqual(cores.of(3).position?.epoch, { number: 2, master: idOf(2), generation: 1 });
});

test('batches of a master whose reign is over change nothing at a replica that has another', () => {
  const cores = new Cores([1, 2, 3]);
  cores.tellAll(memberOf(1), memberOf(2), memberOf(3));
  cores.run(300);
  for (const number of [2, 3]) cores.tell(number, dead(1), memberOf(2), memberOf(3));
  cores.run(300);
  const { position } = cores.of(3);
  cores.claim(1, warm('f'));
  cores.run(300);
  assert.deepEqual(cores.table(3), []);
  assert.deepEqual(cores.of(3).position, position);
});

test('a master that returns from a false death is refused by epoch, and reigns above those who followed it', () => {
  const cores = new Cores([1, 2, 3]);
  cores.tellAll(memberOf(1), memberOf(2), memberOf(3));
  cores.run(300);
  for (const number of [2, 3]) cores.tell(number, dead(1), memberOf(2), memberOf(3));
  cores.claim(3, warm('f'));
  cores.run(300);
  assert.equal(cores.of(3).position?.epoch.number, 2);
  for (const number of [2, 3]) cores.tell(number, memberOf(1), memberOf(2), memberOf(3));
  cores.run(400);
  for (const number of [1, 2, 3]) {
    assert.deepEqual(cores.of(number).position?.epoch, {
      number: 3,
      master: idOf(1),
      generation: 1,
    });
    assert.deepEqual(cores.table(number), ['3:f']);
  }
});

test('the epochs of two lives of a master are told apart, though both begin with one', () => {
  const cores = new Cores([1, 2]);
  cores.tellAll(memberOf(1), memberOf(2));
  cores.claim(1, warm('f'), warm('g'));
  cores.run(300);
  assert.deepEqual(cores.table(2), ['1:f', '1:g']);
  cores.add(1, 2);
  cores.tellAll(memberOf(1, { generation: 2 }), memberOf(2));
  cores.claim(1, warm('h'));
  cores.run(400);
  assert.deepEqual(cores.table(2), ['1:h']);
  assert.deepEqual(cores.of(2).position, cores.of(1).position);
});
