import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Cores, cold, idOf, memberOf, warm } from './cores.js';

test('claims of a node that a replica has not heard of yet are kept until it has', () => {
  const cores = new Cores([1, 2, 3]);
  cores.tellAll(memberOf(1), memberOf(2));
  cores.tell(1, memberOf(1), memberOf(2), memberOf(3));
  cores.tell(3, memberOf(1), memberOf(2), memberOf(3));
  cores.claim(3, warm('f'));
  cores.run(300);
  assert.deepEqual(cores.table(2), [], 'hidden');
  cores.tell(2, memberOf(1), memberOf(2, { degraded: true }));
  cores.tell(2, memberOf(1), memberOf(2), memberOf(3));
  assert.deepEqual(cores.table(2), ['3:f']);
});

test('the goodbye of an earlier life does not end the claims of the present one', () => {
  const cores = new Cores([1, 2]);
  cores.add(3, 2);
  const reborn = memberOf(3, { generation: 2, joinedAt: 9 });
  cores.tell(1, memberOf(1), memberOf(2), reborn);
  cores.tell(3, memberOf(1), memberOf(2), reborn);
  const left = memberOf(3, { status: 'left' });
  cores.tell(2, memberOf(1), memberOf(2), left);
  cores.claim(3, warm('f'));
  cores.run(300);
  cores.tell(2, memberOf(1), memberOf(2, { degraded: true }), left);
  cores.tell(2, memberOf(1), memberOf(2), reborn);
  assert.deepEqual(cores.table(2), ['3:f']);
});

test('the claims of a member that has left or was forgotten are gone for good', () => {
  for (const end of [[memberOf(3, { status: 'left' })], []]) {
    const cores = new Cores([1, 2, 3]);
    cores.tellAll(memberOf(1), memberOf(2), memberOf(3));
    cores.claim(3, warm('f'));
    cores.run(300);
    assert.deepEqual(cores.table(2), ['3:f']);
    cores.tellAll(memberOf(1), memberOf(2), ...end);
    assert.equal(cores.of(1).counters().claims, 0);
    assert.equal(cores.of(2).counters().claims, 0);
    assert.equal(cores.of(1).self.id, idOf(1));
  }
});

test('a master that was a worker in between reigns under a new epoch, though it has forgotten its table', () => {
  const cores = new Cores([4, 5]);
  const older = [memberOf(1), memberOf(2), memberOf(3)];
  cores.tellAll(memberOf(4), memberOf(5));
  cores.claim(4, warm('f'));
  cores.run(300);
  assert.equal(cores.of(4).position?.epoch.number, 1);
  cores.tell(4, ...older, memberOf(4), memberOf(5));
  assert.equal(cores.of(4).role, 'worker');
  assert.equal(cores.of(4).position, null);
  cores.tell(4, memberOf(4), memberOf(5));
  cores.claim(4, warm('g'));
  cores.run(300);
  assert.equal(cores.of(5).position?.epoch.number, 2);
  assert.deepEqual(cores.table(5), ['4:f', '4:g']);
});

test('a master publishes each end of a claim of its own once, whatever the members do meanwhile', () => {
  const cores = new Cores([1, 2]);
  cores.tellAll(memberOf(1), memberOf(2));
  cores.claim(1, warm('f'), warm('g'));
  cores.claim(1, cold('f'));
  cores.tellAll(memberOf(1), memberOf(2), memberOf(3));
  cores.claim(1, cold('g'));
  cores.run(300);
  assert.equal(cores.of(2).position?.offset, 4);
});

test('a lone node answers its own lookups at once and sends nothing, ever', () => {
  const cores = new Cores([1]);
  cores.lookup(1, 1, 'f');
  assert.equal(cores.answers.get(1), null, 'before it is admitted, nobody knows');
  cores.tell(1, memberOf(1, { joinedAt: 0 }));
  assert.equal(cores.of(1).role, null);
  cores.claim(1, warm('f'));
  cores.tell(1, memberOf(1));
  assert.equal(cores.of(1).role, 'master');
  cores.lookup(1, 2, 'f');
  assert.deepEqual(cores.answers.get(2), [], 'itself is not named to itself');
  assert.deepEqual(cores.table(1), ['1:f']);
  cores.claim(1, cold('f'), warm('g'));
  cores.run(20_000, () => assert.fail('something was sent'));
  assert.deepEqual(cores.table(1), ['1:g']);
  assert.equal(cores.of(1).dueMs, Number.POSITIVE_INFINITY);
});

test('of two nodes one is master and one replica, and each finds what the other holds', () => {
  const cores = new Cores([1, 2]);
  cores.tellAll(memberOf(1), memberOf(2));
  assert.deepEqual([cores.of(1).role, cores.of(2).role], ['master', 'replica']);
  cores.claim(1, warm('f', 10));
  cores.claim(2, warm('g', 20));
  cores.run(300);
  cores.lookup(1, 1, 'g');
  cores.lookup(2, 2, 'f');
  assert.deepEqual(cores.answers.get(1), [{ node: idOf(2), load: 20 }]);
  assert.deepEqual(cores.answers.get(2), [{ node: idOf(1), load: 10 }]);
});

test('a node is worker, replica and master as the older ones go, and worker again when they return', () => {
  const cores = new Cores([5]);
  const all = [1, 2, 3, 4, 5].map((number) => memberOf(number));
  cores.tell(5, ...all);
  cores.claim(5, warm('f'));
  const roles: (string | null)[] = [];
  const epochs: (number | undefined)[] = [];
  for (const gone of [0, 3, 4, 0, 4, 3]) {
    cores.tell(
      5,
      ...all.map((member, at) => (at < gone ? { ...member, status: 'dead' as const } : member)),
    );
    roles.push(cores.of(5).role);
    epochs.push(cores.of(5).position?.epoch.number);
  }
  assert.deepEqual(roles, ['worker', 'replica', 'master', 'worker', 'master', 'replica']);
  assert.deepEqual(epochs, [undefined, undefined, 1, undefined, 2, 2]);
});

test('a master of many stays silent while nothing changes, and its replicas ask it now and then', () => {
  const cores = new Cores([1, 2, 3, 4, 5]);
  cores.tellAll(...[1, 2, 3, 4, 5].map((number) => memberOf(number)));
  cores.claim(4, warm('f'));
  cores.run(1000);
  let messages = 0;
  cores.run(60_000, () => {
    messages++;
    return false;
  });
  assert.ok(messages <= 3 * 2 * 13, `${messages} messages in a minute`);
});
