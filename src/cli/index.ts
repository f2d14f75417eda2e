/** The `hearth` command as a library: for the composition root and for tests. */
export { LambdaClient } from './api-client.js';
export { Balancer, type BalancerOptions } from './balancer.js';
export { CommandFailure } from './failure.js';
export { type Io, processIo } from './io.js';
export type { RunNode, RunningNode } from './node-module.js';
export type { NodeExit, NodeProcess, StartNodeProcess } from './node-process.js';
export { type CliHooks, runCli } from './program.js';
export { Up, type UpCollaborators, type UpSettings } from './up.js';
export { type PlannedNode, planUp, type UpPlan } from './up-plan.js';
