/** Node.js functions: parsed by acorn in a thread of bounded memory and time. */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../lib/index.js';
import { bounds, type CodeInspector, type CodeToInspect, type Finding, unseen } from './types.js';

export class JavaScriptInspector implements CodeInspector {
  constructor(private readonly clock: Clock) {}

  inspect(code: CodeToInspect): Promise<readonly Finding[]> {
    return new Promise((resolve) => {
      const worker = new Worker(new URL('./javascript-worker.js', import.meta.url), {
        workerData: code,
        env: {},
        resourceLimits: { maxOldGenerationSizeMb: bounds.memoryMb, stackSizeMb: 4 },
      });
      const ended = (findings: readonly Finding[]): void => {
        cancel();
        void worker.terminate();
        resolve(findings);
      };
      const cancel = this.clock.after(bounds.timeoutMs, () =>
        ended([unseen(`it could not be looked at within ${bounds.timeoutMs / 1000} s`)]),
      );
      worker.once('message', ended);
      worker.once('error', ({ message }) =>
        ended([unseen(`it could not be looked at: ${message.slice(0, 200)}`)]),
      );
      worker.once('exit', () => ended([unseen('it could not be looked at')]));
    });
  }
}
