/** The physical limit of Hearth's design: as it is, and with the rule that a sandbox has one request at a time. */
import { nodeProgram } from './node-program.js';

/** As many as answer the most on two cores: fewer are idle at times, more wait for each other's time on a core. */
const processes = 8;

export const framed = nodeProgram('framed socket, one process', 'framed-front', ['1', 'any']);
export const framedOneAtATime = nodeProgram(
  `framed sockets, ${processes} processes, one request at a time each`,
  'framed-front',
  [String(processes), 'one'],
);
