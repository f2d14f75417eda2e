/** Control groups: what limits, counts, freezes and kills the processes of a sandbox. */
export { type ContainerGroupDeps, groupOfContainer } from './container-group.js';
export { findGroupHome, type GroupHomeDeps, type GroupHomeOptions } from './find-home.js';
export { findAllHierarchies } from './hierarchies.js';
export { Lane } from './lane.js';
export { homeWeightWrite } from './limit-writes.js';
export { removeCgroupTree } from './removal.js';
export { type GroupSystem, linuxSystem } from './system.js';
export type { Controller, GroupHome, GroupLimits, SandboxGroup } from './types.js';
