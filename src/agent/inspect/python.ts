/** Python functions: compiled, and never run, by Python itself in a process of bounded memory and time. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';
import { agentSource } from '../runtime-files.js';
import { findPython } from '../runtimes.js';
import { bounds, type CodeInspector, type CodeToInspect, type Finding, unseen } from './types.js';

const program = join(agentSource, 'inspect/inspect.py');
const outputBytesMax = 1024 * 1024;

const findingsShape = z.array(
  z.object({
    kind: z.enum(['broken', 'dangerous', 'unseen']),
    rule: z.string(),
    file: z.string(),
    line: z.number(),
    message: z.string(),
  }),
);

export class PythonInspector implements CodeInspector {
  async inspect(code: CodeToInspect): Promise<readonly Finding[]> {
    const python = await findPython();
    if (python === null) return [unseen('this node has no Python to read it with')];
    const output = await run(python, JSON.stringify({ ...code, bounds }));
    if (output === null) return [unseen('it could not be looked at in time, or in its memory')];
    return findingsShape.parse(JSON.parse(output));
  }
}

/** What the program prints; null where it does not come to an end. */
function run(python: string, input: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(python, ['-I', '-S', '-B', '-X', 'utf8', program], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
      timeout: bounds.timeoutMs,
      killSignal: 'SIGKILL',
    });
    const parts: Buffer[] = [];
    let bytes = 0;
    child.stdout.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > outputBytesMax) child.kill('SIGKILL');
      else parts.push(part);
    });
    child.on('error', () => resolve(null));
    child.on('close', (status) => resolve(status === 0 ? Buffer.concat(parts).toString() : null));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
