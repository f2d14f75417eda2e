/** A bare `node:http` server that answers what it is sent. */
import { nodeProgram } from './node-program.js';

export const bare = nodeProgram('bare node:http', 'bare-echo');
