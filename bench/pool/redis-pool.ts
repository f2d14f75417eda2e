/**
 * The other side: the idle sandboxes are a list in Redis, last in first out. A request pops one; where there is
 * none it waits in BLPOP, in Redis's own order, on a connection that it has to itself meanwhile. All else is as in the executor.
 */
import { strict as assert } from 'node:assert';
import { encodeCommand, RedisClient } from './redis-client.js';
import { runIn } from './request.js';
import { IdleSandbox, type MeasuredPool } from './sandbox.js';

const key = 'idle';

export async function redisPool(
  socketPath: string,
  sandboxes: number,
  callers: number,
): Promise<MeasuredPool> {
  const client = await RedisClient.connect(socketPath);
  const waiters = await Promise.all(
    Array.from({ length: callers }, () => RedisClient.connect(socketPath)),
  );
  const all = [client, ...waiters];
  const byId = new Map<string, IdleSandbox>();
  const give = new Map<string, string>();
  const ask = (of: RedisClient, command: string): Promise<string | number | null> =>
    new Promise((resolve) => of.send(command, resolve));
  await ask(client, encodeCommand('DEL', key));
  for (let number = 0; number < sandboxes; number++) {
    const sandbox = new IdleSandbox(`s${number}`);
    byId.set(sandbox.id, sandbox);
    give.set(sandbox.id, encodeCommand('LPUSH', key, sandbox.id));
    await ask(client, give.get(sandbox.id) ?? '');
  }
  const pop = encodeCommand('LPOP', key);
  const wait = encodeCommand('BLPOP', key, '30');
  const nothing = (): void => undefined;

  const waitFor = async (): Promise<string> => {
    const waiter = waiters.pop();
    assert(waiter !== undefined, 'no more wait than call');
    const id = await ask(waiter, wait);
    waiters.push(waiter);
    return String(id);
  };
  const run = async (): Promise<unknown> => {
    const popped = await ask(client, pop);
    const id = popped === null ? await waitFor() : (popped as string);
    const sandbox = byId.get(id);
    assert(sandbox !== undefined, 'the list holds what was put there');
    return runIn(sandbox, () => client.send(give.get(id) ?? '', nothing));
  };
  const close = async (): Promise<void> => {
    await ask(client, encodeCommand('DEL', key));
    for (const each of all) each.close();
  };
  return { run, close };
}
