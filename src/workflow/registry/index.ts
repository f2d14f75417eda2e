/** State machines, versions, aliases, activities and tags: what a cluster can run. */
export type { RegistryCommand, RegistryResult } from './command.js';
export { RegistryCore } from './core.js';
export type { RegistryImagePart } from './image.js';
export { withTags } from './tag-steps.js';
export type {
  Activity,
  RegistryReader,
  Runnable,
  StateMachine,
  StateMachineAlias,
  StateMachineVersion,
  Tag,
} from './types.js';
