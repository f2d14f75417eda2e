/** A Redis server of the benchmark's own: on a Unix socket, in memory only. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Place, startChild } from '../../harness/index.js';

export interface RunningRedis {
  readonly socketPath: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const startTriesMax = 200;
const tryEveryMs = 25;

/** Throws `NotHere` where it is not installed. */
export async function startRedis(place: Place): Promise<RunningRedis> {
  const socketPath = join(place.directory, `redis-${place.port()}`);
  const options = { port: '0', unixsocket: socketPath, save: '', appendonly: 'no' };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const { pid, stop } = await startChild(place, 'redis-server', words);
  for (let tries = 0; tries < startTriesMax; tries++) {
    const there = await stat(socketPath).then(
      () => true,
      () => false,
    );
    if (there) return { socketPath, pid, stop };
    await delay(tryEveryMs);
  }
  throw new Error('redis-server did not open its socket; run it by hand to see why');
}
