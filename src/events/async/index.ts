/** Asynchronous invocation: accepted when a majority has it on disk, run until it has ended. */
export type * from './types.js';
