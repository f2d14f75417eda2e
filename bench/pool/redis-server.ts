/** A Redis server of the benchmark's own: on a Unix socket, in memory only, gone afterwards. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunningRedis {
  readonly socketPath: string;
  /** Such as `redis-server 7.0.15`. */
  readonly version: string;
  stop(): Promise<void>;
}

const startTriesMax = 200;
const tryEveryMs = 25;

/** Null where it is not installed. */
export async function startRedis(): Promise<RunningRedis | null> {
  const version = installedVersion();
  if (version === null) return null;
  const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-redis-'));
  const socketPath = join(directory, 's');
  const options = { port: '0', unixsocket: socketPath, save: '', appendonly: 'no', dir: directory };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const server = spawn('redis-server', words, { stdio: 'ignore' });
  const exited = once(server, 'exit');
  const stop = async (): Promise<void> => {
    if (server.exitCode === null) server.kill('SIGKILL');
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
  for (let tries = 0; tries < startTriesMax; tries++) {
    const there = await stat(socketPath).then(
      () => true,
      () => false,
    );
    if (there) return { socketPath, version, stop };
    await sleep(tryEveryMs);
  }
  await stop();
  throw new Error('redis-server did not open its socket; run it by hand to see why');
}

function installedVersion(): string | null {
  try {
    const text = execFileSync('redis-server', ['--version'], { encoding: 'utf8' });
    return `redis-server ${/v=([\d.]+)/.exec(text)?.[1] ?? ''}`;
  } catch {
    return null;
  }
}
