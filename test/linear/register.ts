/**
 * A register with compare-and-set, one value per key, null before the first write. A compare-and-set that
 * found another value than it expected is an answer as any other: it tells what the value was not.
 */
import { byKey, type Operation } from './history.js';
import {
  checkLinearizable,
  type SearchLimits,
  type SequentialModel,
  type Verdict,
} from './linearizable.js';

export type RegisterInput =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly value: number }
  | { readonly kind: 'cas'; readonly from: number; readonly to: number };

export type RegisterOutput =
  | { readonly kind: 'value'; readonly value: number | null }
  | { readonly kind: 'done' }
  /** A compare-and-set changed nothing: there was another value, or none. */
  | { readonly kind: 'mismatch' };

export type RegisterOperation = Operation<RegisterInput, RegisterOutput>;

/** States are wrapped, for null means "refused" to the search. */
export interface RegisterState {
  readonly value: number | null;
}

export function registerModel(): SequentialModel<RegisterState, RegisterInput, RegisterOutput> {
  return {
    initial: () => ({ value: null }),
    identity: ({ value }) => value ?? 'none',
    onlyLooks: (_input, { kind }) => kind !== 'done',
    step(state, input, output) {
      switch (input.kind) {
        case 'read':
          if (output === null) return state;
          return output.kind === 'value' && output.value === state.value ? state : null;
        case 'write':
          return output === null || output.kind === 'done' ? { value: input.value } : null;
        case 'cas': {
          const matches = state.value === input.from;
          const expected = matches ? 'done' : 'mismatch';
          if (output !== null && output.kind !== expected) return null;
          return matches ? { value: input.to } : state;
        }
      }
    },
  };
}

/** Whether the registers of a history are linearizable. */
export function checkRegisters(
  history: readonly RegisterOperation[],
  limits?: SearchLimits,
): Verdict {
  const alike = [...byKey(history).values()].flatMap(withUnseenAlike);
  return checkLinearizable(registerModel, alike, limits);
}

/**
 * The same history with one value for all that were written and that nobody mentions: such values differ
 * in nothing, and the search need not try one after the other.
 */
function withUnseenAlike(operations: readonly RegisterOperation[]): RegisterOperation[] {
  const mentioned = new Set<number>();
  for (const { input, output } of operations) {
    if (output?.kind === 'value' && output.value !== null) mentioned.add(output.value);
    if (input.kind === 'cas') mentioned.add(input.from);
  }
  const unseen = Math.min(0, ...mentioned) - 1;
  const named = (value: number): number => (mentioned.has(value) ? value : unseen);
  return operations.map((operation) => {
    const { input } = operation;
    if (input.kind === 'read') return operation;
    if (input.kind === 'cas') return { ...operation, input: { ...input, to: named(input.to) } };
    return { ...operation, input: { ...input, value: named(input.value) } };
  });
}
