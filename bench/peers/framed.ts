/** The physical limit of Hearth's design: as it is, and with the rule that a sandbox has one request at a time. */
import { nodeProgram } from './node-program.js';

/** On two cores 2 to 16 answer about as many requests, one alone two thirds of that, 64 a third: they displace each other. */
const processes = 8;

export const framed = nodeProgram('framed socket, one process', 'framed-front', ['1', 'any']);
export const framedOneAtATime = nodeProgram(
  `framed sockets, ${processes} processes, one request at a time each`,
  'framed-front',
  [String(processes), 'one'],
);
