/**
 * The same question answered without any cleverness: every order of every subset that contains what is
 * known to have happened. For histories of a handful of operations of one key, to check the checker.
 */
import type { Operation } from './history.js';
import type { SequentialModel } from './linearizable.js';

export function isLinearizableByForce<State, Input, Output>(
  model: SequentialModel<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): boolean {
  const goesOn = (state: State, left: readonly Operation<Input, Output>[]): boolean => {
    if (left.every(({ output }) => output === null)) return true;
    return left.some((operation) => {
      const others = left.filter((other) => other !== operation);
      if (others.some(({ returnedAt }) => returnedAt < operation.calledAt)) return false;
      const after = model.step(state, operation.input, operation.output);
      return after !== null && goesOn(after, others);
    });
  };
  return goesOn(model.initial(), history);
}
