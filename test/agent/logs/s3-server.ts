/**
 * The shipping of logs against a real server that speaks S3: versitygw over a directory. `npm run test:s3` builds
 * it, which takes minutes, so this is no part of the usual tests; `signed-bucket.ts` stands in for it there.
 */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { S3Bucket } from '../../../src/agent/logs/bucket.js';
import { LogShipper } from '../../../src/agent/logs/shipper.js';
import { seededRandom, silentLogger, systemClock } from '../../../src/lib/index.js';
import { freePorts } from '../../free-ports.js';
import { report, StoreFixture, source } from './fixture.js';

const program = process.env.HEARTH_S3_SERVER ?? 'versitygw';
const node = 'a'.repeat(32);
const secret = 'a-secret-of-the-test';

interface Server {
  readonly endpoint: string;
  /** Of the bucket `logs`. */
  readonly objects: string;
  readonly directory: string;
}

async function serve(context: TestContext): Promise<Server> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-s3-'));
  const root = join(directory, 'root');
  await mkdir(join(root, 'logs'), { recursive: true });
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
  return { endpoint: `http://127.0.0.1:${port}`, objects: join(root, 'logs'), directory };
}

test('a real server takes what is shipped, and refuses what is signed wrongly', async (context) => {
  const { endpoint, objects, directory } = await serve(context);
  const credentialsFile = join(directory, 'credentials');
  const credentials = (key: string): string =>
    `[default]\naws_access_key_id = tester\naws_secret_access_key = ${key}\n`;
  await writeFile(credentialsFile, credentials('wrong'));
  const options = { bucket: 'logs', endpoint, region: 'us-east-1', credentialsFile };
  const wrong = new S3Bucket(options, systemClock);
  await assert.rejects(wrong.put('a', Buffer.from('b')), { name: 'SignatureDoesNotMatch' });
  wrong.close();
  await writeFile(credentialsFile, credentials(secret));

  const logs = await StoreFixture.make(context);
  const { store, reader, clock } = logs;
  const deps = { store, reader, clock, random: seededRandom(1), logger: silentLogger };
  const bucket = new S3Bucket(options, systemClock);
  const shipper = new LogShipper(
    { ...deps, bucket, node: () => node },
    { directory: logs.directory, prefix: 'hearth' },
  );
  await shipper.start();
  for (let number = 0; number < 2000; number++) {
    logs.print(source('one'), `request-${number}`, `line ${number}\n`);
    store.report(source('one'), report(`request-${number}`));
  }
  await logs.written();
  clock.advance(60_000);
  await logs.until(() => store.counters.shippedObjects === 1 || store.counters.shipRetries > 0);
  assert.equal(store.counters.shipRetries, 0);
  await logs.done(shipper.stop());
  const [day = ''] = await readdir(join(objects, 'hearth', node));
  const [name = ''] = await readdir(join(objects, 'hearth', node, day));
  const text = gunzipSync(await readFile(join(objects, 'hearth', node, day, name))).toString();
  assert.equal(text.trimEnd().split('\n').length, 8000);
  assert.match(text, /"text":"line 1999"/);
});

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
