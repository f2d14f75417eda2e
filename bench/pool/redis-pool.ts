/** The other side: the idle sandboxes are a list in Redis. All else is as in the executor. */
import { RedisList } from '../reference/redis-list/list.js';
import { runIn } from './request.js';
import { IdleSandbox, type MeasuredPool } from './sandbox.js';

export async function redisPool(socketPath: string, sandboxes: number): Promise<MeasuredPool> {
  const idle = await RedisList.open<IdleSandbox>(socketPath);
  for (let number = 0; number < sandboxes; number++) idle.add(new IdleSandbox(`s${number}`));
  const run = (): Promise<unknown> =>
    new Promise((resolve) => {
      idle.take((sandbox, name) => resolve(runIn(sandbox, () => idle.give(name))));
    });
  return {
    run,
    close: () => {
      idle.close();
      return Promise.resolve();
    },
  };
}
