/** Asynchronous invocation: accepted when a majority has it on disk, run until it has ended. */
export { batchLevel, batchTag } from './command.js';
export type { EventsReplica } from './replica.js';
export { defaultSettings, type EventSettings } from './retry-policy.js';
export { Events, type EventsDeps, type EventsOptions } from './service.js';
export { settingsOf } from './settings.js';
export type * from './types.js';
