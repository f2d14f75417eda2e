/** The machines that the log replicates: what they answer, and that a snapshot holds all of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KafkaMachine } from './kafka-machine.js';
import { LinKvMachine } from './lin-kv-machine.js';
import { linesOf, type StateMachine, valuesOf } from './machine.js';

async function copied<Machine extends StateMachine>(from: Machine, to: Machine): Promise<Machine> {
  await to.restore(from.snapshot());
  return to;
}

function codeOf(machine: LinKvMachine, operation: unknown): unknown {
  const { type, code } = machine.apply(operation);
  return type === 'error' ? code : type;
}

test('records get the offsets in which they were sent, by key', () => {
  const machine = new KafkaMachine();
  const offsets = ['a', 'a', 'b', 'a'].map((key, value) => machine.apply(['send', key, value]));
  assert.deepEqual(
    offsets.map(({ offset }) => offset),
    [0, 1, 0, 2],
  );
  assert.deepEqual(machine.poll({ a: 1, b: 0, c: 0 }), {
    type: 'poll_ok',
    msgs: {
      a: [
        [1, 1],
        [2, 3],
      ],
      b: [[0, 2]],
    },
  });
});

test('committed offsets only rise, and keys without one are not listed', () => {
  const machine = new KafkaMachine();
  machine.apply(['commit', { a: 7 }]);
  machine.apply(['commit', { a: 5, b: 0 }]);
  const { offsets } = machine.apply(['list', ['a', 'b', 'c']]);
  assert.deepEqual(offsets, { a: 7, b: 0 });
});

test('a snapshot of the records restores them and the committed offsets, and nothing else', async () => {
  const machine = new KafkaMachine();
  for (let value = 0; value < 20_000; value++) machine.apply(['send', `k${value % 3}`, value]);
  machine.apply(['commit', { k1: 17 }]);
  const other = new KafkaMachine();
  other.apply(['send', 'old', 1]);
  await copied(machine, other);
  assert.equal(other.length('old'), 0);
  assert.equal(other.length('k0'), 6667);
  assert.deepEqual(other.poll({ k2: 6600 }), machine.poll({ k2: 6600 }));
  assert.deepEqual(other.apply(['list', ['k1']]), machine.apply(['list', ['k1']]));
  assert.deepEqual(other.apply(['send', 'k2', 1]), machine.apply(['send', 'k2', 1]));
});

test('a compare-and-set says whether there was nothing or something else', () => {
  const machine = new LinKvMachine();
  assert.equal(codeOf(machine, ['cas', 1, 2, 3]), 20);
  assert.equal(codeOf(machine, ['cas', 1, 2, 3, true]), 'cas_ok');
  assert.equal(codeOf(machine, ['cas', 1, 2, 4]), 22);
  assert.equal(codeOf(machine, ['cas', 1, 3, { deep: [4] }]), 'cas_ok');
  assert.equal(codeOf(machine, ['cas', 1, { deep: [4] }, null]), 'cas_ok');
  assert.deepEqual(machine.read(1), { type: 'read_ok', value: null });
  assert.equal(machine.read(9).code, 20);
});

test('a snapshot of the values restores them, whatever the JSON of keys and values', async () => {
  const machine = new LinKvMachine();
  machine.apply(['write', 'a', 'ü\n']);
  machine.apply(['write', [1], { b: null }]);
  const other = await copied(machine, new LinKvMachine());
  assert.deepEqual(other.read('a'), { type: 'read_ok', value: 'ü\n' });
  assert.deepEqual(other.read([1]), { type: 'read_ok', value: { b: null } });
});

test('what is no operation is refused and changes nothing', () => {
  for (const machine of [new KafkaMachine(), new LinKvMachine()]) {
    for (const wrong of [null, {}, [], ['drop', 1], 'send']) {
      assert.equal(machine.apply(wrong).type, 'error');
    }
  }
});

test('lines are read wherever the parts were cut, in the midst of a character too', async () => {
  async function* cut(): AsyncGenerator<Uint8Array> {
    for await (const part of linesOf(['ä€😀', [1, 2]])) {
      for (const byte of part) yield Uint8Array.of(byte);
    }
  }
  const values: unknown[] = [];
  for await (const value of valuesOf(cut())) values.push(value);
  assert.deepEqual(values, ['ä€😀', [1, 2]]);
});
