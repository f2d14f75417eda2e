/** Hearth's side: the whole executor, over sandboxes that do nothing. */
import type { SandboxDriver } from '../../src/agent/index.js';
import { type ExecutionSink, Executor, noExecutions } from '../../src/executor/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { invocation, record } from './request.js';
import { IdleSandbox, type MeasuredPool } from './sandbox.js';

/** As many sandboxes as said, all of them warm. */
export async function executorPool(
  sandboxes: number,
  executions: ExecutionSink = noExecutions,
): Promise<MeasuredPool> {
  let made = 0;
  const driver: SandboxDriver = {
    kind: 'process',
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    create: () => Promise.resolve(new IdleSandbox(String(++made))),
    stemKindOf: () => null,
    createStem: () => Promise.reject(new Error('none')),
    createZygote: () => Promise.reject(new Error('none')),
  };
  const executor = new Executor(
    {
      driver,
      clock: systemClock,
      logger: silentLogger,
      logs: { output: () => undefined, report: () => undefined },
      executions,
      catalog: {
        taskRoot: () => Promise.resolve('/code'),
        layersRoot: () => Promise.resolve(null),
        environment: () => ({}),
      },
      claims: { changed: () => undefined },
      memory: () => null,
      spareTime: () => false,
    },
    {
      sandboxesMax: sandboxes,
      startsMax: sandboxes,
      sandboxIdleMs: 600_000,
      queueWaitMs: 30_000,
      functionArn: (name) => name,
    },
  );
  const run = () => executor.invoke(record, invocation);
  executor.keep(record, { total: sandboxes, spare: 0 });
  while (executor.figures(record).idle < sandboxes) await run();
  return { run, close: () => executor.stop() };
}
