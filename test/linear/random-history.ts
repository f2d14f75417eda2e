/**
 * Random histories that are linearizable by construction: every operation takes effect at one moment
 * between its call and its return, in the order of those moments. And ways to spoil them.
 */
import type { Random } from '../../src/lib/index.js';
import type { AppendInput, AppendOutput } from './append-order.js';
import type { Operation } from './history.js';
import type { RegisterInput, RegisterOutput } from './register.js';

export interface HistoryPlan {
  readonly processes: number;
  readonly operations: number;
  readonly keys: number;
  /** Share of operations whose answer never comes. */
  readonly unknownShare: number;
  /** Values written are below. */
  readonly values: number;
}

/** What a key does in the moment in which the operation takes effect. */
type Perform<Input, Output> = (key: string, value: number) => { input: Input; output: Output };

/** Processes work at their own pace: call, effect and return are each some random time apart. */
function history<Input, Output>(
  random: Random,
  plan: HistoryPlan,
  perform: Perform<Input, Output>,
): Operation<Input, Output>[] {
  const moments: { process: string; calledAt: number; effectAt: number; returnedAt: number }[] = [];
  const freeAt = new Array<number>(plan.processes).fill(0);
  let names = plan.processes;
  const nameOf = freeAt.map((_, index) => `p${index}`);
  const unknown = new Set<number>();
  for (let count = 0; count < plan.operations; count++) {
    const slot = random.below(plan.processes);
    const calledAt = (freeAt[slot] ?? 0) + random.next();
    const effectAt = calledAt + random.next();
    const returnedAt = effectAt + random.next();
    moments.push({ process: nameOf[slot] ?? '', calledAt, effectAt, returnedAt });
    freeAt[slot] = returnedAt;
    if (random.next() >= plan.unknownShare) continue;
    unknown.add(effectAt);
    // As in life: who waits in vain goes on as somebody else, and the old operation stays open.
    nameOf[slot] = `p${names++}`;
  }
  moments.sort((a, b) => a.effectAt - b.effectAt);
  return moments.flatMap(({ process, calledAt, effectAt, returnedAt }) => {
    const key = `k${random.below(plan.keys)}`;
    const isUnknown = unknown.has(effectAt);
    // Half of what is unknown has never happened.
    if (isUnknown && random.next() < 0.5) return [];
    const { input, output } = perform(key, random.below(plan.values));
    const answer = isUnknown ? { output: null, returnedAt: Infinity } : { output, returnedAt };
    return [{ process, key, input, calledAt, ...answer }];
  });
}

export function registerHistory(
  random: Random,
  plan: HistoryPlan,
): Operation<RegisterInput, RegisterOutput>[] {
  const values = new Map<string, number>();
  return history<RegisterInput, RegisterOutput>(random, plan, (key, value) => {
    const present = values.get(key) ?? null;
    const dice = random.below(3);
    if (dice === 0) return { input: { kind: 'read' }, output: { kind: 'value', value: present } };
    if (dice === 1) {
      values.set(key, value);
      return { input: { kind: 'write', value }, output: { kind: 'done' } };
    }
    const from = random.below(plan.values);
    if (from === present) values.set(key, value);
    const kind = from === present ? 'done' : 'mismatch';
    return { input: { kind: 'cas', from, to: value }, output: { kind } };
  });
}

/** Values are never repeated, so that every list tells its own story. */
export function appendHistory(
  random: Random,
  plan: HistoryPlan,
): Operation<AppendInput, AppendOutput>[] {
  const lists = new Map<string, number[]>();
  let appended = 0;
  return history<AppendInput, AppendOutput>(random, plan, (key) => {
    const list = lists.get(key) ?? [];
    lists.set(key, list);
    if (random.below(4) === 0) {
      return { input: { kind: 'read' }, output: { kind: 'list', values: [...list] } };
    }
    const value = appended++;
    list.push(value);
    const offset = list.length - 1;
    const output: AppendOutput =
      random.below(2) === 0 ? { kind: 'offset', offset } : { kind: 'done' };
    return { input: { kind: 'append', value }, output };
  });
}

/** The same history with one answer changed to one that its operation could have had at another time. */
export function withOneAnswerChanged(
  random: Random,
  operations: readonly Operation<RegisterInput, RegisterOutput>[],
  values: number,
): Operation<RegisterInput, RegisterOutput>[] {
  const changeable = operations.filter(
    ({ input, output }) => output !== null && input.kind !== 'write',
  );
  const victim = changeable[random.below(changeable.length)];
  return operations.map((operation) => {
    if (operation !== victim || operation.output === null) return operation;
    return { ...operation, output: changed(operation.output, random.below(values)) };
  });
}

/** The same history with the lists and offsets of two answers exchanged. */
export function withTwoAnswersExchanged(
  random: Random,
  operations: readonly Operation<AppendInput, AppendOutput>[],
): Operation<AppendInput, AppendOutput>[] {
  const kind = random.below(2) === 0 ? 'list' : 'offset';
  const answered = operations.filter(({ output }) => output?.kind === kind);
  const [one, other] = random.shuffled(answered);
  if (one === undefined || other === undefined) return [...operations];
  return operations.map((operation) => {
    if (operation === one) return { ...operation, output: other.output };
    if (operation === other) return { ...operation, output: one.output };
    return operation;
  });
}

function changed(output: RegisterOutput, value: number): RegisterOutput {
  if (output.kind === 'value') return { kind: 'value', value };
  return { kind: output.kind === 'done' ? 'mismatch' : 'done' };
}
