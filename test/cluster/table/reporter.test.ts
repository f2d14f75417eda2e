/** What a node tells its Master, and how it makes sure that it was heard. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Cores, cold, idOf, type MessageOf, memberOf, warm } from './cores.js';

const members = [1, 2, 3, 4].map((number) => memberOf(number));
const reported = (sequence: number): MessageOf<'reported'> => {
  return { kind: 'reported', generation: 1, sequence };
};

/** Node 4, a Worker whose Master 1 is played by the test, and has been greeted. */
function worker(): Cores {
  const cores = new Cores([4], { tombstonesMax: 2 });
  cores.tell(4, ...members);
  const [greeting] = cores.take('report');
  assert.deepEqual([greeting?.sequence, greeting?.claims], [0, []]);
  cores.receive(1, 4, reported(0));
  cores.nowMs += 500;
  return cores;
}

const told = (cores: Cores) =>
  cores
    .take('report')
    .map(({ since, claims }) => [since, ...claims.map(({ sequence }) => sequence)]);

test('the first change after a quiet time is told at once, those of the next 100 ms together', () => {
  const cores = worker();
  cores.claim(4, warm('a'));
  assert.deepEqual(told(cores), [[0, 1]]);
  cores.receive(1, 4, reported(1));
  cores.claim(4, warm('b'));
  cores.claim(4, warm('c'));
  cores.run(99, () => false);
  assert.deepEqual(told(cores), []);
  cores.step(4, (core) => core.tick(cores.nowMs + 1));
  assert.deepEqual(told(cores), [[1, 2, 3]]);
});

test('one report is on its way at a time, and is repeated with what came meanwhile, more and more rarely', () => {
  const cores = worker();
  const reports: [number, number][] = [];
  const startMs = cores.nowMs;
  cores.claim(4, warm('a'));
  cores.claim(4, warm('b'));
  cores.run(3600, ({ message }) => {
    if (message.kind === 'report') reports.push([cores.nowMs - startMs, message.sequence]);
    return true;
  });
  assert.deepEqual(reports, [
    [0, 1],
    [100, 2],
    [300, 2],
    [700, 2],
    [1500, 2],
    [2500, 2],
    [3500, 2],
  ]);
});

test('a claim that says nothing new is not told', () => {
  const cores = worker();
  cores.claim(4, warm('a', 5));
  cores.receive(1, 4, reported(1));
  cores.sent.splice(0);
  cores.nowMs += 500;
  cores.claim(4, warm('a', 5), cold('b'));
  assert.deepEqual(cores.sent, []);
});

test('a new master is greeted at once, with what the last one has not confirmed', () => {
  const cores = worker();
  cores.claim(4, warm('a'));
  cores.receive(1, 4, reported(1));
  cores.claim(4, warm('b'));
  cores.sent.splice(0);
  cores.tell(4, ...members.slice(1));
  const greetings = cores.sent.filter(({ message }) => message.kind === 'report');
  assert.deepEqual(
    greetings.map(({ to }) => to),
    [idOf(2)],
  );
  assert.deepEqual(told(cores), [[1, 2]]);
});

test('a master that lacks something is told all that it lacks', () => {
  const cores = worker();
  cores.claim(4, warm('a'), warm('b'));
  cores.receive(1, 4, reported(2));
  cores.sent.splice(0);
  cores.receive(1, 4, { kind: 'collect', generation: 1, since: 0 });
  assert.deepEqual(told(cores), [[0, 1, 2]]);
  cores.receive(1, 4, { kind: 'collect', generation: 7, since: 0 });
  cores.receive(2, 4, { kind: 'collect', generation: 1, since: 0 });
  assert.deepEqual(told(cores), [], 'another life, another node');
});

test('a master that lacks ends which nobody remembers is told everything instead', () => {
  const cores = worker();
  cores.claim(4, warm('a'), warm('b'), warm('c'), warm('d'));
  cores.claim(4, cold('a'), cold('b'), cold('c'));
  cores.receive(1, 4, reported(7));
  cores.sent.splice(0);
  cores.receive(1, 4, { kind: 'collect', generation: 1, since: 4 });
  const [report] = cores.take('report');
  assert.deepEqual([report?.complete, report?.sequence], [true, 7]);
  assert.deepEqual(
    report?.claims.map(({ sequence }) => sequence),
    [4],
  );
  cores.receive(1, 4, { kind: 'collect', generation: 1, since: 5 });
  assert.deepEqual(told(cores), [[5, 6, 7]]);
});

test('a late answer of a master that was another in between does not stop the greeting from being repeated', () => {
  const cores = worker();
  cores.claim(4, warm('a'));
  cores.receive(1, 4, reported(1));
  cores.tell(4, ...members.slice(1));
  cores.claim(4, warm('b'));
  cores.receive(2, 4, reported(1));
  cores.step(4, (core) => core.tick(cores.nowMs + 100));
  cores.receive(2, 4, reported(2));
  cores.tell(4, ...members);
  cores.sent.splice(0);
  cores.receive(1, 4, reported(1));
  cores.run(110, () => true);
  assert.equal(cores.of(4).dueMs < Number.POSITIVE_INFINITY, true);
  cores.step(4, (core) => core.tick(cores.nowMs + 200));
  assert.deepEqual(told(cores), [[2]]);
});

test('a master that can be reached again is told at once what it has not confirmed', () => {
  const cores = worker();
  cores.tell(4, memberOf(1, { status: 'suspect' }), ...members.slice(1));
  cores.claim(4, warm('a'));
  cores.run(800, () => true);
  cores.tell(4, ...members);
  assert.deepEqual(told(cores), [[0, 1]]);
});
