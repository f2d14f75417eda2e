/** The design with a list in Redis, of which the header of its program says more. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sweepLeftovers } from '../../src/agent/index.js';
import { nodeFlags } from '../../src/lib/index.js';
import { sandboxManifest } from '../../src/types/index.js';
import { answers, type Contestant, startChild } from '../harness/index.js';
import { startRedis } from '../reference/redis-list/server.js';

const program = fileURLToPath(new URL('../reference/redis-list/main.js', import.meta.url));
const path = '/2015-03-31/functions/f/invocations';
const headers = { 'content-type': 'application/json' };
/** Of 4, 8, 16 and 64 what 64 connections get the most of: more sandboxes cost more changes between processes. */
const sandboxesBest = 8;

export const redisList = redisListOf(sandboxesBest);

export function redisListOf(sandboxes: number): Contestant {
  return {
    name: `Redis list, ${sandboxes} sandboxes`,
    async start(place) {
      const redis = await startRedis(place);
      const port = place.port();
      const data = join(place.directory, `redis-list-${port}`);
      place.cleanup.add(() => sweepLeftovers(join(data, sandboxManifest)));
      const words = [...nodeFlags, program, '--port', String(port), '--redis', redis.socketPath];
      words.push('--sandboxes', String(sandboxes), '--data', data);
      const child = await startChild(place, process.execPath, words, {
        // it ends when the benchmark does, by whatever death
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        env: { NODE_ENV: 'production' },
      });
      const origin = `http://127.0.0.1:${port}`;
      await answers(`${origin}${path}`, child, { method: 'POST', headers, body: '{}' });
      const stop = async (): Promise<void> => {
        await child.stop();
        await redis.stop();
      };
      return { origin, path, headers, pids: [child.pid, redis.pid], stop };
    },
  };
}
