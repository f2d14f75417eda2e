/**
 * Where a request runs. This release takes the last line of the design's decision for every request:
 * the node that was asked runs the function itself, and no lookup can fail it. Warm tables and forwards
 * come in front of that line, inside this class.
 */
import type { Catalog, FunctionRecord } from '../catalog/index.js';
import {
  functionNotFound,
  HearthError,
  type Invocation,
  type InvocationOutcome,
  limits,
  type NodeId,
} from '../types/index.js';

/** An outcome with its way: who ran it, and how many forwards it took to get there. */
export interface RoutedOutcome extends InvocationOutcome {
  readonly node: NodeId;
  readonly hops: number;
}

export interface RouterDeps {
  readonly catalog: Pick<Catalog, 'get' | 'catchUp'>;
  readonly self: () => NodeId;
  /** False while the node may not know all functions yet: it is starting. */
  readonly ready: () => boolean;
  readonly runHere: (record: FunctionRecord, invocation: Invocation) => Promise<InvocationOutcome>;
}

export class Router {
  constructor(private readonly deps: RouterDeps) {}

  /**
   * Runs an invocation. Throws `function-not-found`, `too-many-requests`, `draining` (also while the
   * node starts) and what else the executor throws; what the function does wrong is an outcome.
   */
  invoke(invocation: Invocation): Promise<RoutedOutcome> {
    const record = this.deps.catalog.get(invocation.functionName);
    if (record === undefined || invocation.qualifier !== record.version) {
      return this.#invokeUnknown(invocation);
    }
    return this.#run(record, invocation);
  }

  /** Another node may have acknowledged the function a moment ago. */
  async #invokeUnknown(invocation: Invocation): Promise<RoutedOutcome> {
    await this.deps.catalog.catchUp();
    const { functionName, qualifier } = invocation;
    const record = this.deps.catalog.get(functionName);
    if (record !== undefined && qualifier === record.version) return this.#run(record, invocation);
    if (record === undefined && !this.deps.ready()) {
      throw new HearthError('draining', 'This node is still starting; ask another, or try again.', {
        retryAfterS: 1,
      });
    }
    throw functionNotFound(functionName, qualifier === '$LATEST' ? undefined : qualifier);
  }

  async #run(record: FunctionRecord, invocation: Invocation): Promise<RoutedOutcome> {
    const { hops } = invocation;
    if (hops > limits.hopsMax) {
      throw new HearthError(
        'invalid-parameter',
        `The request was forwarded ${hops} times, more than ${limits.hopsMax}.`,
      );
    }
    const outcome = await this.deps.runHere(record, invocation);
    return { ...outcome, node: this.deps.self(), hops };
  }
}
