/** The composition root: one Hearth node in one process. */
export { type RunningNode, runNode } from './node.js';
