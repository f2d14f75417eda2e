/**
 * A list per key that only grows: an append answers with the offset that it got (or with nothing but
 * "done"), a read with everything. Lists are nodes of one tree, each
 * knowing what it was before its last append, so that a state costs one object and compares by identity.
 */
import { byKey, type Operation } from './history.js';
import {
  checkLinearizable,
  type SearchLimits,
  type SequentialModel,
  type Verdict,
} from './linearizable.js';

export type AppendInput =
  | { readonly kind: 'append'; readonly value: number }
  | { readonly kind: 'read' };

export type AppendOutput =
  | { readonly kind: 'done' }
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'list'; readonly values: readonly number[] };

export interface ListState {
  readonly id: number;
  readonly length: number;
  readonly longer: Map<number, ListState>;
}

export type AppendOperation = Operation<AppendInput, AppendOutput>;

/** Whether the lists of a history are linearizable. */
export function checkAppends(history: readonly AppendOperation[], limits?: SearchLimits): Verdict {
  const alike = [...byKey(history).values()].flatMap(withUnseenAlike);
  return checkLinearizable((operations) => appendModel(longestList(operations)), alike, limits);
}

/**
 * `longest` is the longest list that anybody read: as lists only grow, every shorter one is its beginning,
 * which spares the search all other orders.
 */
export function appendModel(
  longest: readonly number[] = [],
): SequentialModel<ListState, AppendInput, AppendOutput> {
  let ids = 0;
  const empty: ListState = { id: ids++, length: 0, longer: new Map() };
  const lists = new WeakMap<AppendOutput, ListState>();
  const appended = (list: ListState, value: number): ListState => {
    const known = list.longer.get(value);
    if (known !== undefined) return known;
    const longer: ListState = { id: ids++, length: list.length + 1, longer: new Map() };
    list.longer.set(value, longer);
    return longer;
  };
  const stateOf = (output: AppendOutput & { kind: 'list' }): ListState => {
    const known = lists.get(output);
    if (known !== undefined) return known;
    const list = output.values.reduce(appended, empty);
    lists.set(output, list);
    return list;
  };
  return {
    initial: () => empty,
    identity: ({ id }) => id,
    onlyLooks: ({ kind }) => kind === 'read',
    step(state, input, output) {
      if (input.kind === 'read') {
        if (output === null) return state;
        return output.kind === 'list' && stateOf(output) === state ? state : null;
      }
      if (output?.kind === 'list') return null;
      if (output?.kind === 'offset' && output.offset !== state.length) return null;
      const due = longest[state.length];
      return due === undefined || due === input.value ? appended(state, input.value) : null;
    },
  };
}

function longestList(operations: readonly AppendOperation[]): readonly number[] {
  let longest: readonly number[] = [];
  for (const { output } of operations) {
    if (output?.kind === 'list' && output.values.length > longest.length) longest = output.values;
  }
  return longest;
}

/** What nobody read differs in nothing: one value for all of it, so that no order of it is tried twice. */
function withUnseenAlike(operations: readonly AppendOperation[]): AppendOperation[] {
  const seen = new Set<number>();
  for (const { output } of operations) {
    if (output?.kind === 'list') for (const value of output.values) seen.add(value);
  }
  const unseen = [...seen].reduce((least, value) => Math.min(least, value), 0) - 1;
  return operations.map((operation) => {
    const { input } = operation;
    if (input.kind === 'read' || seen.has(input.value)) return operation;
    return { ...operation, input: { ...input, value: unseen } };
  });
}
