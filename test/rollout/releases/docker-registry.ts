/** A real registry (Docker's, as Debian packages it) on loopback, for one test. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../free-ports.js';

const startTimeoutMs = 20_000;

/** Why there can be none on this machine, for tests to be skipped by; false where there can. */
export function noDockerRegistry(): string | false {
  const { error } = spawnSync('docker-registry', ['--version'], { stdio: 'ignore' });
  return error === undefined ? false : 'no docker-registry';
}

/** Resolves with `127.0.0.1:PORT` when it answers; ends with the test. */
export async function dockerRegistry(context: Pick<TestContext, 'after'>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-registry-'));
  const host = `127.0.0.1:${await freePorts()}`;
  const config = join(directory, 'config.json');
  // YAML is a superset of JSON
  const settings = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, 'data') } },
    http: { addr: host },
  };
  await writeFile(config, JSON.stringify(settings));
  const registry = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  const ended = once(registry, 'exit');
  context.after(async () => {
    registry.kill('SIGKILL');
    await ended;
    await rm(directory, { recursive: true, force: true });
  });
  const untilMs = Date.now() + startTimeoutMs;
  while (!(await answers(host))) {
    if (Date.now() > untilMs || registry.exitCode !== null) throw new Error('no registry started');
    await sleep(50);
  }
  return host;
}

async function answers(host: string): Promise<boolean> {
  return fetch(`http://${host}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );
}
