/** Workflows on the log of the cluster: registry and executions as one replicated machine, and what drives it on a node. */
export { workflowBatchLevel, workflowBatchTag } from './command.js';
export type { WorkflowsReplica } from './replica.js';
export { Workflows, type WorkflowsDeps, type WorkflowsOptions } from './workflows.js';
