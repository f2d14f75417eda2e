/**
 * How Node.js is started for a node; `bin/hearth` says the same. Requests that wait are many young objects which live for
 * some milliseconds: in V8's 16 MB they would be copied again and again, by threads that take the functions' cores.
 */
export const nodeFlags: readonly string[] = ['--max-semi-space-size=64', '--no-parallel-scavenge'];
