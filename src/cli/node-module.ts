/**
 * What the command needs of `src/node`, loaded only when a node is started: the other commands talk
 * HTTP and should not pay for loading the cluster.
 */
import type { NodeConfig } from '../types/index.js';

export interface RunningNode {
  /** `host:port` in use. */
  readonly httpAddress: string;
  readonly clusterAddress: string;
  /** Drains and releases everything; `withNotice`: after balancers have had time to hear of it. */
  stop(withNotice?: boolean): Promise<void>;
  /** Ends every sandbox, whatever it runs; then the process may end at any moment. */
  endNow(): Promise<void>;
  /** Resolves when the node is a member that takes requests; rejects when it cannot become one. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when the node cannot go on by itself; it should then be stopped. */
  readonly failed: Promise<Error>;
}

export type RunNode = (config: NodeConfig) => Promise<RunningNode>;

export async function loadRunNode(): Promise<RunNode> {
  const { runNode } = await import('../node/index.js');
  return runNode;
}
