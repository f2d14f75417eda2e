/** The checker is checked: histories with a known verdict, and random ones against brute force. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/lib/index.js';
import { seedsOf } from '../seeds.js';
import { type AppendInput, type AppendOutput, appendModel, checkAppends } from './append-order.js';
import { isLinearizableByForce } from './brute-force.js';
import { HistoryRecorder, type Operation } from './history.js';
import {
  appendHistory,
  registerHistory,
  withOneAnswerChanged,
  withTwoAnswersExchanged,
} from './random-history.js';
import {
  checkRegisters,
  type RegisterInput,
  type RegisterOutput,
  registerModel,
} from './register.js';

type Register = Operation<RegisterInput, RegisterOutput>;
type List = Operation<AppendInput, AppendOutput>;

let processes = 0;

/** `[from, to]` in time; without `to` the answer never came. */
type Span = readonly [number, number?];

function during<Input, Output>(
  [calledAt, to]: Span,
  input: Input,
  output: Output,
  key = 'k',
): Operation<Input, Output> {
  const process = `p${processes++}`;
  const open = { process, key, input, output: null, calledAt, returnedAt: Infinity };
  return to === undefined ? open : { ...open, output, returnedAt: to };
}

const write = (span: Span, value: number, key?: string): Register =>
  during(span, { kind: 'write', value }, { kind: 'done' }, key);
const read = (span: Span, value: number | null, key?: string): Register =>
  during(span, { kind: 'read' }, { kind: 'value', value }, key);
const cas = (span: Span, from: number, to: number, kind: 'done' | 'mismatch' = 'done'): Register =>
  during(span, { kind: 'cas', from, to }, { kind });
const append = (span: Span, value: number, offset?: number): List =>
  during(
    span,
    { kind: 'append', value },
    offset === undefined ? { kind: 'done' } : { kind: 'offset', offset },
  );
const list = (span: Span, ...values: number[]): List =>
  during(span, { kind: 'read' }, { kind: 'list', values });

const ofRegisters = (history: readonly Register[]) => checkRegisters(history);
const ofLists = (history: readonly List[]) => checkAppends(history);

const goodRegisters: Record<string, Register[]> = {
  'a key that was never written is read as nothing': [read([0, 1], null)],
  'reads see what was written before': [write([0, 1], 1), read([2, 3], 1), read([2, 4], 1)],
  'a read beside a write sees the old or the new value': [
    write([0, 1], 1),
    write([2, 9], 2),
    read([3, 4], 1),
    read([5, 6], 2),
  ],
  'a compare-and-set that another one passed by fails': [
    write([0, 1], 1),
    cas([2, 5], 1, 2),
    cas([2, 5], 1, 3, 'mismatch'),
    read([6, 7], 2),
  ],
  'an unknown write is seen later': [
    write([0, 1], 1),
    write([2], 2),
    read([3, 4], 1),
    read([5, 6], 2),
  ],
  'an unknown write is never seen': [write([0, 1], 1), write([2], 2), read([9, 10], 1)],
  'an unknown compare-and-set explains a value': [
    write([0, 1], 1),
    cas([2], 1, 7),
    read([3, 4], 7),
  ],
  'an unknown write explains a mismatch': [
    write([0, 1], 1),
    write([2], 5),
    cas([3, 4], 1, 2, 'mismatch'),
    read([5, 6], 5),
  ],
  'two unknown writes take effect in either order': [
    write([0], 1),
    write([0], 2),
    read([1, 2], 2),
    read([3, 4], 1),
  ],
  'keys do not depend on each other': [
    write([0, 9], 1, 'a'),
    read([1, 2], 1, 'a'),
    write([3, 4], 2, 'b'),
    read([5, 6], 2, 'b'),
  ],
};

const badRegisters: Record<string, Register[]> = {
  'a stale read': [write([0, 1], 1), write([2, 3], 2), read([4, 5], 1)],
  'a read from nowhere': [write([0, 1], 1), read([2, 3], 4)],
  'a lost write': [write([0, 1], 1), read([2, 3], null)],
  'a value that goes back': [write([0, 1], 1), write([2, 9], 2), read([3, 4], 2), read([5, 6], 1)],
  'a lost update: two compare-and-sets from one value': [
    write([0, 1], 1),
    cas([2, 5], 1, 2),
    cas([2, 5], 1, 3),
  ],
  'a compare-and-set from a value that was never there': [write([0, 1], 1), cas([2, 3], 9, 2)],
  'a mismatch where the value was the expected one': [
    write([0, 1], 1),
    cas([2, 3], 1, 2, 'mismatch'),
  ],
  'a read of a write that was called later': [read([0, 1], 1), write([2, 3], 1)],
  'two readers who see two writes in two orders': [
    write([0, 99], 1),
    write([0, 99], 2),
    read([1, 2], 1),
    read([3, 4], 2),
    read([5, 6], 1),
  ],
  'an unknown write that is seen, gone, and seen again': [
    write([0, 1], 1),
    write([2], 2),
    read([3, 4], 2),
    write([5, 6], 1),
    read([7, 8], 2),
  ],
  'one bad key among good ones': [
    write([0, 1], 1, 'a'),
    read([2, 3], 1, 'a'),
    write([0, 1], 1, 'b'),
    read([2, 3], 2, 'b'),
  ],
};

const goodLists: Record<string, List[]> = {
  'offsets follow the order of the appends': [append([0, 1], 7, 0), append([2, 3], 8, 1)],
  'appends beside each other come in any order': [
    append([0, 9], 7),
    append([0, 9], 8),
    list([10, 11], 8, 7),
  ],
  'an unknown append appears late': [
    append([0], 7),
    append([1, 2], 8, 0),
    list([3, 4], 8),
    list([5, 6], 8, 7),
  ],
};

const badLists: Record<string, List[]> = {
  'an append that is there twice': [append([0, 1], 7), list([2, 3], 7, 7)],
  'appends in another order than they returned': [
    append([0, 1], 7),
    append([2, 3], 8),
    list([4, 5], 8, 7),
  ],
  'one offset given twice': [append([0, 1], 7, 0), append([0, 1], 8, 0)],
  'a gap between offsets': [append([0, 1], 7, 0), append([2, 3], 8, 2)],
  'a list that lost its end': [
    append([0, 1], 7),
    append([2, 3], 8),
    list([4, 5], 7, 8),
    list([6, 7], 7),
  ],
  'lists that disagree on their beginning': [
    append([0, 9], 7),
    append([0, 9], 8),
    list([1, 2], 7),
    list([3, 4], 8, 7),
  ],
};

for (const [name, history] of Object.entries(goodRegisters)) {
  test(`a register is linearizable where ${name}`, () => {
    assert.deepEqual(ofRegisters(history), { kind: 'linearizable', key: null, stuckAt: [] });
  });
}

for (const [name, history] of Object.entries(badRegisters)) {
  test(`a register is not linearizable with ${name}`, () => {
    const verdict = ofRegisters(history);
    assert.equal(verdict.kind, 'not-linearizable');
    assert.ok(verdict.stuckAt.length > 0, 'it says where it is stuck');
  });
}

for (const [name, history] of Object.entries(goodLists)) {
  test(`a list is linearizable where ${name}`, () => {
    assert.equal(ofLists(history).kind, 'linearizable');
  });
}

for (const [name, history] of Object.entries(badLists)) {
  test(`a list is not linearizable with ${name}`, () => {
    assert.equal(ofLists(history).kind, 'not-linearizable');
  });
}

test('a hundred appends beside each other take no time, seen or not', () => {
  const values = Array.from({ length: 100 }, (_, value) => value);
  const appends = values.map((value) => append([0, 200 - value], value));
  assert.equal(ofLists([...appends, list([300, 301], ...values)]).kind, 'linearizable');
  assert.equal(ofLists([...appends, append([300, 301], 100, 100)]).kind, 'linearizable');
  assert.equal(ofLists([...appends, append([300, 301], 100, 99)]).kind, 'not-linearizable');
});

test('the bad key is named', () => {
  assert.equal(ofRegisters(badRegisters['one bad key among good ones'] ?? []).key, 'b');
});

test('a read of a write that definitely failed is refused, and of one that is unknown is not', () => {
  for (const [outcome, kind] of [
    ['failed', 'not-linearizable'],
    ['unknown', 'linearizable'],
  ] as const) {
    const recorder = new HistoryRecorder<RegisterInput, RegisterOutput>();
    const written = recorder.called('p1', 'k', { kind: 'write', value: 3 });
    if (outcome === 'failed') recorder.failed(written);
    const asked = recorder.called('p2', 'k', { kind: 'read' });
    recorder.returned(asked, { kind: 'value', value: 3 });
    assert.equal(ofRegisters(recorder.operations()).kind, kind, outcome);
  }
});

test('a search that takes too long is given up and says so', () => {
  const history = Array.from({ length: 12 }, (_, value) => write([0, 9], value));
  const verdict = checkRegisters([...history, read([10, 11], 99)], { stepsMax: 5 });
  assert.equal(verdict.kind, 'undecided');
});

const plan = { firstSeed: 'HEARTH_LINEAR_FIRST_SEED', seedCount: 'HEARTH_LINEAR_SEEDS' };
const seeds = seedsOf({ ...plan, fixedSeeds: 300, freshSeeds: 300 });
const small = { processes: 3, operations: 8, keys: 1, values: 3 };

test('small random histories get the verdict of brute force, right or spoiled', () => {
  const rejected = { registers: 0, lists: 0 };
  for (const seed of seeds) {
    const random = seededRandom(seed);
    const unknownShare = (seed % 4) * 0.2;
    const registers = registerHistory(random, { ...small, unknownShare });
    assert.equal(ofRegisters(registers).kind, 'linearizable', `registers of seed ${seed}`);
    const spoiled = withOneAnswerChanged(random, registers, small.values);
    const truth = isLinearizableByForce(registerModel(), spoiled);
    assert.equal(ofRegisters(spoiled).kind === 'linearizable', truth, `registers of seed ${seed}`);
    if (!truth) rejected.registers++;

    const lists = appendHistory(random, { ...small, unknownShare });
    assert.equal(ofLists(lists).kind, 'linearizable', `lists of seed ${seed}`);
    const mixed = withTwoAnswersExchanged(random, lists);
    const listTruth = isLinearizableByForce(appendModel(), mixed);
    assert.equal(ofLists(mixed).kind === 'linearizable', listTruth, `lists of seed ${seed}`);
    if (!listTruth) rejected.lists++;
  }
  if (seeds.length < 100) return;
  assert.ok(rejected.registers > seeds.length * 0.2, `${rejected.registers} registers rejected`);
  assert.ok(rejected.lists > seeds.length * 0.2, `${rejected.lists} lists rejected`);
});

test('a thousand operations of which a fifth never returned are checked, right or spoiled', () => {
  const plan = { processes: 10, operations: 1000, keys: 5, unknownShare: 0.2, values: 50 };
  for (const seed of [1, 2, 3]) {
    const random = seededRandom(seed);
    const history = registerHistory(random, plan);
    assert.equal(ofRegisters(history).kind, 'linearizable');
    const spoiled = history.map((operation, index) =>
      index === 800
        ? { ...read([operation.calledAt, operation.calledAt + 1], 777, 'k0') }
        : operation,
    );
    assert.equal(ofRegisters(spoiled).kind, 'not-linearizable');
  }
});

test('ten thousand operations on ten keys are checked in seconds, right or spoiled', () => {
  const large = { processes: 10, operations: 10_000, keys: 10, unknownShare: 0.01, values: 5 };
  const startedMs = performance.now();
  const registers = registerHistory(seededRandom(1), large);
  assert.equal(ofRegisters(registers).kind, 'linearizable');
  const nowhere = registers.map((operation, index) =>
    index === 9_000
      ? {
          ...operation,
          input: { kind: 'read' as const },
          output: { kind: 'value' as const, value: 77 },
          returnedAt: operation.calledAt + 1,
        }
      : operation,
  );
  assert.equal(ofRegisters(nowhere).kind, 'not-linearizable');
  assert.equal(ofLists(appendHistory(seededRandom(2), large)).kind, 'linearizable');
  const tookMs = performance.now() - startedMs;
  assert.ok(tookMs < 10_000, `it took ${tookMs} ms`);
});
