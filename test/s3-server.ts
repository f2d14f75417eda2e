/**
 * A real server that speaks S3 for tests: versitygw over a directory. `npm run test:s3` builds it, which takes minutes,
 * so that its tests are no part of the usual ones.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { freePorts } from './free-ports.js';

const program = process.env.HEARTH_S3_SERVER ?? 'versitygw';
const secret = 'a-secret-of-the-test';

export interface S3TestServer {
  readonly endpoint: string;
  /** Each bucket is a directory in it, each object a file. */
  readonly root: string;
  /** Of the test, for files of its own. */
  readonly directory: string;
  /** Right ones. */
  readonly credentialsFile: string;
}

export async function startS3(
  context: TestContext,
  buckets: readonly string[],
): Promise<S3TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-s3-'));
  const root = join(directory, 'root');
  for (const bucket of buckets) await mkdir(join(root, bucket), { recursive: true });
  const credentialsFile = join(directory, 'credentials');
  await writeFile(credentialsFile, credentials(secret));
  const port = await freePorts();
  const args = ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', root];
  const env = { ...process.env, ROOT_ACCESS_KEY: 'tester', ROOT_SECRET_KEY: secret };
  const server = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(server, 'exit');
  context.after(async () => {
    server.kill();
    await ended;
    await rm(directory, { recursive: true });
  });
  await listens(port);
  return { endpoint: `http://127.0.0.1:${port}`, root, directory, credentialsFile };
}

/** The text of a file that holds them. */
export function credentials(key: string): string {
  return `[default]\naws_access_key_id = tester\naws_secret_access_key = ${key}\n`;
}

async function listens(port: number): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => 'connected'),
      once(socket, 'error').then(() => 'refused'),
    ]).catch(() => 'refused');
    socket.destroy();
    if (outcome === 'connected') return;
    if (performance.now() > deadlineMs) throw new Error(`${program} does not listen on ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
