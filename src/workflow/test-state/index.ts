/** TestState: one state, run or mocked, with a look inside. */
export { type TestState, testStateWith } from './test-state.js';
export type { TestStateParts } from './trial.js';
export type { TestStateAnswer, TestStateRequest } from './types.js';
