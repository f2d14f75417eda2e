/** What a command makes of one function: pure, so that every node comes to the same. */
import type { FunctionState } from './function-state.js';
import type { CommandResult } from './result.js';

export interface Step {
  /** As it is then: the same object where nothing changed, null where the function is gone. */
  readonly state: FunctionState | null;
  readonly result: CommandResult;
}
