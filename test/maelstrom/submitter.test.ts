/** Operations into the log: what is definite is said, what is not is not, and nothing happens twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedClock } from '../../src/lib/index.js';
import type { ProposeOutcome } from './engine.js';
import type { Item } from './outbox.js';
import type { Body } from './protocol.js';
import { Submitter } from './submitter.js';

/** A node `n2` whose leader, log and network are in our hands. */
function fixture(leader: string | null) {
  const clock = new SimulatedClock();
  const engine = {
    leader,
    outcome: 'committed' as ProposeOutcome,
    proposed: [] as string[],
    get leads(): boolean {
      return this.leader === 'n2';
    },
    async propose(data: Uint8Array): Promise<ProposeOutcome> {
      this.proposed.push(Buffer.from(data).toString());
      return this.outcome;
    },
  };
  const sent: { to: string; item: unknown[] }[] = [];
  const waiting: { to: string; item: Item }[] = [];
  const outbox = { send: (to: string, item: Item) => void waiting.push({ to, item }) };
  /** The window ends. */
  const flush = (): void => {
    for (const { to, item } of waiting.splice(0)) {
      sent.push({ to, item: JSON.parse(typeof item === 'string' ? item : item()) });
    }
  };
  const submitter = new Submitter({ clock, engine, outbox }, { self: 'n2', windowMs: 5 });
  const answers: Body[] = [];
  const submit = (operation: unknown): void =>
    submitter.submit(operation, (answer) => answers.push(answer));
  return { clock, engine, sent, flush, submitter, answers, submit };
}

const apply = (operation: unknown): Body => ({ type: 'done', operation });
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

test('operations gathered until the message leaves are one batch, answered by the entry', () => {
  const { sent, flush, submitter, answers, submit } = fixture('n1');
  submit('a');
  submit('b');
  flush();
  const [{ to = '', item = [] } = {}] = sent;
  const [kind, tag, operations] = item;
  assert.deepEqual([to, kind, operations], ['n1', 'forward', ['a', 'b']]);
  const entry = [
    ['n3/other/0', ['x']],
    [tag, operations],
  ];
  submitter.applied(Buffer.from(JSON.stringify(entry)), apply);
  submitter.applied(Buffer.from(JSON.stringify(entry)), apply);
  assert.deepEqual(
    answers.map(({ operation }) => operation),
    ['a', 'b'],
  );
});

test('the leader proposes its own batches with those of others', async () => {
  const { clock, engine, submitter, submit } = fixture('n2');
  submit('a');
  submitter.forwarded('n1', 'n1/x/0', ['b']);
  await turns();
  clock.advance(5);
  const [entry = ''] = engine.proposed;
  const batches = JSON.parse(entry) as [string, string[]][];
  assert.deepEqual(
    batches.map(([, operations]) => operations),
    [['a'], ['b']],
  );
  assert.equal(engine.proposed.length, 1);
});

test('without a leader an operation waits, and is then refused for good', () => {
  const { clock, engine, sent, flush, submitter, answers, submit } = fixture(null);
  submit('a');
  clock.advance(500);
  engine.leader = 'n1';
  submitter.leaderChanged();
  flush();
  assert.equal(sent.length, 1);
  engine.leader = null;
  submit('b');
  clock.advance(1100);
  assert.deepEqual(
    answers.map(({ code }) => code),
    [11],
  );
});

test('what a node that does not lead refuses is sent to the one that does', () => {
  const { engine, clock, sent, flush, submitter, submit } = fixture('n1');
  submit('a');
  flush();
  const tag = String(sent[0]?.item[1]);
  engine.leader = 'n3';
  submitter.refused(tag);
  clock.advance(100);
  flush();
  assert.equal(sent[1]?.to, 'n3');
  assert.notEqual(sent[1]?.item[1], tag);
});

test('a batch that comes to a node that does not lead is refused by its tag', () => {
  const { sent, flush, submitter } = fixture('n1');
  submitter.forwarded('n3', 'n3/x/0', ['b']);
  flush();
  assert.deepEqual(sent, [{ to: 'n3', item: ['refused', 'n3/x/0'] }]);
});

test('of an unknown outcome the client hears nothing, unless the entry comes after all', async () => {
  const { clock, engine, submitter, answers, submit } = fixture('n2');
  engine.outcome = 'unknown';
  submit('a');
  await turns();
  clock.advance(3000);
  assert.deepEqual(answers, []);
  submitter.applied(Buffer.from(engine.proposed[0] ?? ''), apply);
  assert.deepEqual(answers, [{ type: 'done', operation: 'a' }]);
});

test('what the log refuses to propose is tried again', async () => {
  const { clock, engine, answers, submit } = fixture('n2');
  engine.outcome = 'refused';
  submit('a');
  await turns();
  clock.advance(50);
  await turns();
  clock.advance(50);
  await turns();
  assert.ok(engine.proposed.length > 1);
  assert.deepEqual(answers, []);
});
