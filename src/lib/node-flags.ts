/**
 * How Node.js is started for a node; `bin/hearth` says the same. Requests that wait are many young objects which live for
 * some milliseconds: in V8's 16 MB they would be copied again and again, by threads that take the functions' cores. And
 * bodies count as garbage long before they are: below 128 MB the old generation is not searched for what they left.
 */
export const nodeFlags: readonly string[] = [
  '--max-semi-space-size=64',
  '--no-parallel-scavenge',
  '--initial-old-space-size=128',
];
