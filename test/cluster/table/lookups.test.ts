/** What a Worker asks its two Replicas, and what becomes of those that do not answer. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { replicasFor } from '../../../src/roles/index.js';
import { type Holder, limits } from '../../../src/types/index.js';
import { Cores, idOf, key, memberOf, warm } from './cores.js';

const members = [1, 2, 3, 4, 5].map((number) => memberOf(number));
const [first, spare] = replicasFor(idOf(5), [idOf(2), idOf(3)]).map((id) =>
  Number.parseInt(id, 16),
) as [number, number];
const holders: readonly Holder[] = [{ node: idOf(4), load: 30 }];

/** Node 5, a Worker; its Replicas are played by the test. */
function worker(): Cores {
  const cores = new Cores([5]);
  cores.tell(5, ...members);
  assert.equal(cores.of(5).role, 'worker');
  cores.sent.splice(0);
  return cores;
}

/** Whom it has asked since, with the numbers of the questions. */
function asked(cores: Cores): [number, number][] {
  const questions = cores.sent.filter(({ message }) => message.kind === 'lookup');
  cores.sent.splice(0);
  return questions.map(({ to, message }) => [
    Number.parseInt(to, 16),
    message.kind === 'lookup' ? message.id : 0,
  ]);
}

function wait(cores: Cores, forMs: number): void {
  cores.nowMs += forMs;
  cores.step(5, (core) => core.tick(cores.nowMs));
}

const answer = (cores: Cores, from: number, id: number, said: readonly Holder[] | null): void =>
  cores.receive(from, 5, { kind: 'holders', id, holders: said });

test('the first replica is asked alone, and its answer is the answer', () => {
  const cores = worker();
  cores.lookup(5, 1, 'f');
  assert.deepEqual(asked(cores), [[first, 1]]);
  answer(cores, first, 1, holders);
  assert.deepEqual(cores.answers.get(1), holders);
});

test('a replica that knows of nobody is an answer too', () => {
  const cores = worker();
  cores.lookup(5, 1, 'f');
  answer(cores, first, 1, []);
  assert.deepEqual(cores.answers.get(1), []);
});

test('where the first does not answer within its time the spare is asked, and then nobody any more', () => {
  const cores = worker();
  cores.lookup(5, 1, 'f');
  asked(cores);
  wait(cores, 19);
  assert.deepEqual(asked(cores), []);
  wait(cores, 1);
  assert.deepEqual(asked(cores), [[spare, 1]]);
  wait(cores, 19);
  assert.equal(cores.answers.has(1), false);
  wait(cores, 1);
  assert.equal(cores.answers.get(1), null);
  assert.equal(cores.of(5).counters().lookupTimeouts, 2);
  assert.equal(cores.of(5).dueMs > cores.nowMs, true);
});

test('a replica without a table sends the question on to the spare at once', () => {
  const cores = worker();
  cores.lookup(5, 1, 'f');
  asked(cores);
  answer(cores, first, 1, null);
  assert.deepEqual(asked(cores), [[spare, 1]]);
  answer(cores, spare, 1, null);
  assert.equal(cores.answers.get(1), null);
});

test('a replica that hangs costs the requests of one deadline: later ones ask the spare at once', () => {
  const cores = worker();
  cores.lookup(5, 1, 'f');
  cores.nowMs += 15;
  cores.lookup(5, 2, 'g');
  asked(cores);
  wait(cores, 5);
  assert.deepEqual(asked(cores), [
    [spare, 1],
    [spare, 2],
  ]);
  cores.lookup(5, 3, 'h');
  assert.deepEqual(asked(cores), [[spare, 3]]);
});

test('while both hang every question is answered at once, by nobody', () => {
  const cores = worker();
  cores.lookup(5, 1, 'f');
  wait(cores, 20);
  wait(cores, 20);
  asked(cores);
  cores.lookup(5, 2, 'f');
  assert.equal(cores.answers.get(2), null);
  assert.deepEqual(asked(cores), []);
});

test('a distrusted replica is tried beside the other from time to time, and trusted when it answers', () => {
  const cores = worker();
  cores.lookup(5, 1, 'f');
  wait(cores, 20);
  answer(cores, spare, 1, []);
  asked(cores);
  cores.nowMs += 999;
  cores.lookup(5, 2, 'f');
  assert.deepEqual(asked(cores), [[spare, 2]]);
  cores.nowMs += 1;
  cores.lookup(5, 3, 'f');
  assert.deepEqual(asked(cores), [
    [spare, 3],
    [first, 3],
  ]);
  cores.lookup(5, 4, 'f');
  assert.deepEqual(asked(cores), [[spare, 4]], 'not with every question');
  answer(cores, first, 3, holders);
  assert.deepEqual(cores.answers.get(3), holders, 'whoever answers first');
  cores.lookup(5, 5, 'f');
  assert.deepEqual(asked(cores), [[first, 5]]);
});

test('both that hang are tried again though nobody waits for them', () => {
  const cores = worker();
  cores.lookup(5, 1, 'f');
  wait(cores, 20);
  wait(cores, 20);
  asked(cores);
  cores.nowMs += 1000;
  cores.lookup(5, 2, 'f');
  assert.equal(cores.answers.get(2), null);
  assert.equal(asked(cores).length, 2);
  answer(cores, first, 2, []);
  cores.lookup(5, 3, 'f');
  assert.deepEqual(asked(cores), [[first, 3]]);
});

test('an answer that comes too late restores the trust, and answers nothing twice', () => {
  const cores = worker();
  cores.lookup(5, 1, 'f');
  wait(cores, 20);
  asked(cores);
  answer(cores, first, 1, holders);
  assert.deepEqual(cores.answers.get(1), holders);
  cores.answers.clear();
  answer(cores, spare, 1, []);
  assert.equal(cores.answers.size, 0);
  cores.lookup(5, 2, 'f');
  assert.deepEqual(asked(cores), [[first, 2]]);
});

test('whoever was not asked does not answer', () => {
  const cores = worker();
  cores.lookup(5, 1, 'f');
  answer(cores, spare, 1, holders);
  assert.equal(cores.answers.has(1), false);
});

test('no more questions are open at once than the limit says', () => {
  const cores = worker();
  for (let call = 0; call < limits.lookupsPendingMax; call++) cores.lookup(5, call, 'f');
  assert.equal(cores.answers.size, 0);
  cores.lookup(5, 9999, 'f');
  assert.equal(cores.answers.get(9999), null);
});

test('a replica that is none any more is neither distrusted nor tried', () => {
  const cores = worker();
  cores.lookup(5, 1, 'f');
  const rest = members.filter(({ id }) => id !== idOf(first));
  cores.tell(5, ...rest, memberOf(first, { joinedAt: 20 }), memberOf(6, { joinedAt: 30 }));
  asked(cores);
  wait(cores, 20);
  cores.nowMs += 2000;
  asked(cores);
  cores.lookup(5, 2, 'f');
  assert.ok(asked(cores).every(([to]) => to !== first));
});

test('of many holders some are named, each as likely, and never the one who asks', () => {
  const cores = new Cores([1, 2]);
  const many = Array.from({ length: 20 }, (_, index) => memberOf(index + 1));
  cores.tellAll(...many);
  for (let number = 2; number <= 20; number++) {
    const claims = [{ ...warm('f', number), sequence: 1 }];
    const report = { kind: 'report' as const, generation: 1, since: 0, sequence: 1 };
    cores.receive(number, 1, { ...report, complete: false, claims });
  }
  cores.claim(1, warm('f'));
  const named = new Map<string, number>();
  for (let id = 1; id <= 2000; id++) {
    cores.sent.splice(0);
    cores.receive(20, 1, { kind: 'lookup', id, key: key('f') });
    const [reply] = cores.take('holders');
    assert.equal(new Set(reply?.holders?.map(({ node }) => node)).size, limits.holdersPerAnswerMax);
    for (const { node } of reply?.holders ?? []) named.set(node, (named.get(node) ?? 0) + 1);
  }
  assert.equal(named.size, 19);
  assert.equal(named.has(idOf(20)), false);
  const expected = (2000 * limits.holdersPerAnswerMax) / 19;
  for (const count of named.values()) assert.ok(Math.abs(count - expected) < 150, `${count}`);
});
