/** What a Master does with what nodes say about themselves. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Cores, cold, idOf, type MessageOf, memberOf, type Sent, warm } from './cores.js';

type Claims = MessageOf<'report'>['claims'];

/** Node 1 of three, whose others are played by the test. */
function master(): Cores {
  const cores = new Cores([1]);
  cores.tell(1, memberOf(1), memberOf(2), memberOf(3));
  cores.sent.splice(0);
  return cores;
}

function report(since: number, sequence: number, claims: Claims, change = {}): MessageOf<'report'> {
  return { kind: 'report', generation: 1, since, sequence, complete: false, claims, ...change };
}

const one = { ...warm('a'), sequence: 1 };
const two = { ...warm('b'), sequence: 2 };

test('a report is confirmed up to its number, also when it is repeated or late', () => {
  const cores = master();
  cores.receive(3, 1, report(0, 2, [one, two]));
  cores.receive(3, 1, report(0, 1, [one]));
  cores.receive(3, 1, report(2, 3, [{ ...cold('a'), sequence: 3 }]));
  cores.receive(3, 1, report(0, 2, [one, two]));
  assert.deepEqual(
    cores.take('reported').map(({ sequence }) => sequence),
    [2, 2, 3, 3],
  );
  assert.deepEqual(cores.table(1), ['3:b']);
});

test('a report about more than follows on is not taken: the master asks for what it lacks', () => {
  const cores = master();
  cores.receive(3, 1, report(1, 2, [two]));
  assert.deepEqual(cores.take('collect'), [{ kind: 'collect', generation: 1, since: 0 }]);
  assert.deepEqual([cores.table(1), cores.take('reported')], [[], []]);
});

test('of a report that is known in part only the rest is published', () => {
  const cores = master();
  cores.receive(3, 1, report(0, 1, [one]));
  cores.receive(3, 1, report(0, 2, [one, two]));
  assert.equal(cores.of(1).position?.offset, 2);
});

test('a complete report ends what it does not name', () => {
  const cores = master();
  cores.receive(3, 1, report(0, 2, [one, two]));
  cores.receive(3, 1, report(0, 9, [{ ...warm('c'), sequence: 9 }], { complete: true }));
  assert.deepEqual(cores.table(1), ['3:c']);
});

test('a replica that has heard only the ends of a complete report does not claim to know it all', () => {
  const cores = new Cores([1, 2], { batchBytesMax: 10 });
  const members = [memberOf(1), memberOf(2), memberOf(3)];
  cores.tellAll(...members);
  cores.receive(3, 1, report(0, 2, [one, two]));
  cores.run(300);
  const claims = [{ ...warm('c'), sequence: 8 }];
  let passed = 0;
  cores.receive(3, 1, report(0, 9, claims, { complete: true }));
  const loses = ({ message }: Sent): boolean =>
    message.kind === 'batch' && (message.claims.length === 0 || ++passed > 2);
  cores.deliver(loses);
  cores.run(90, loses);
  assert.deepEqual([cores.table(1), cores.table(2)], [['3:c'], []]);
  cores.cores.delete(idOf(1));
  cores.tell(2, memberOf(1, { status: 'dead' }), memberOf(2), memberOf(3));
  cores.sent.splice(0);
  cores.receive(3, 2, report(9, 9, []));
  assert.deepEqual(cores.take('collect'), [{ kind: 'collect', generation: 1, since: 2 }]);
});

test('a member that says nothing by itself is asked, again and again, more and more rarely', () => {
  const cores = master();
  const asks: number[] = [];
  const startMs = cores.nowMs;
  cores.receive(2, 1, report(0, 0, []));
  cores.run(4000, ({ to, message }) => {
    if (message.kind === 'collect' && to === idOf(3)) asks.push(cores.nowMs - startMs);
    assert.ok(message.kind !== 'collect' || to !== idOf(2), 'who has spoken is not asked');
    return true;
  });
  assert.deepEqual(asks, [100, 300, 700, 1500, 2500, 3500]);
  cores.receive(3, 1, report(0, 1, [one]));
  cores.sent.splice(0);
  cores.run(3000, ({ message }) => assert.notEqual(message.kind, 'collect') === undefined);
});

test('the next life of a member is expected to speak up anew, and begins with nothing', () => {
  const cores = master();
  cores.receive(3, 1, report(0, 1, [one]));
  cores.receive(2, 1, report(0, 0, []));
  cores.tell(1, memberOf(1), memberOf(2), memberOf(3, { generation: 2, joinedAt: 8 }));
  assert.equal(cores.of(1).counters().claims, 0);
  cores.sent.splice(0);
  cores.receive(3, 1, report(0, 2, [one, two]));
  assert.deepEqual([cores.sent, cores.table(1)], [[], []], 'the last life is over');
  cores.run(100, ({ message }) => {
    if (message.kind === 'collect') {
      assert.deepEqual(message, { kind: 'collect', generation: 2, since: 0 });
    }
    return true;
  });
});

test('claims of the dead are hidden, and back when the death was false', () => {
  const cores = master();
  cores.receive(3, 1, report(0, 1, [one]));
  cores.tell(1, memberOf(1), memberOf(2), memberOf(3, { status: 'dead' }));
  cores.lookup(1, 1, 'a');
  cores.tell(1, memberOf(1), memberOf(2), memberOf(3, { degraded: true }));
  cores.lookup(1, 2, 'a');
  cores.tell(1, memberOf(1), memberOf(2), memberOf(3, { status: 'suspect' }));
  cores.lookup(1, 3, 'a');
  assert.deepEqual(
    [1, 2, 3].map((call) => cores.answers.get(call)),
    [[], [], [{ node: idOf(3), load: 0 }]],
  );
});

test('who is not the master takes no reports and passes them on to it, once', () => {
  const cores = new Cores([1, 2]);
  const [first, ...rest] = [1, 2, 3].map((number) => memberOf(number));
  assert.ok(first !== undefined);
  cores.tell(2, first, ...rest);
  cores.sent.splice(0);
  cores.receive(3, 2, report(0, 1, [one]));
  assert.deepEqual(cores.table(2), []);
  const [passedOn] = cores.take('passed-on');
  assert.deepEqual(passedOn, { kind: 'passed-on', origin: idOf(3), report: report(0, 1, [one]) });
  cores.receive(1, 2, passedOn);
  assert.equal(cores.sent.length, 0, 'not twice');
  cores.tell(1, first, ...rest);
  cores.sent.splice(0);
  cores.receive(2, 1, { ...passedOn, report: { ...passedOn.report, generation: 2 } });
  assert.deepEqual([cores.sent, cores.table(1)], [[], []], 'of another life');
  cores.receive(2, 1, passedOn);
  assert.deepEqual(cores.table(1), ['3:a']);
  const answers = cores.sent.filter(({ message }) => message.kind === 'reported');
  assert.deepEqual(answers, [
    { from: idOf(1), to: idOf(3), message: { kind: 'reported', generation: 1, sequence: 1 } },
  ]);
});
