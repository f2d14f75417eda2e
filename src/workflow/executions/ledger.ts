/** How executions reach the log, and what it has made of them: for whoever drives them or answers for them. */
import type { NodeId } from '../../types/index.js';
import type { ExecutionCommand, ExecutionResult } from './command.js';
import type { ExecutionsCore } from './core.js';

export interface Ledger {
  readonly self: () => NodeId;
  /** For reads; another object after a snapshot was restored. */
  readonly core: () => ExecutionsCore;
  /** Throws HearthError: `no-quorum`, `too-many-requests`, `draining`; then the command may still take effect, and can be repeated. */
  readonly ask: (command: ExecutionCommand) => Promise<ExecutionResult>;
  /** Waits until this node knows all that was acknowledged; false where no majority confirms that in time. */
  readonly catchUp: () => Promise<boolean>;
}
