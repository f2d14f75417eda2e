/**
 * The classic of this field as a program: sandboxes that are idle are a list in Redis, and whoever wants to run something
 * pops one of them, or waits for one in BLPOP, and pushes it back. It has Hearth's front and Hearth's sandboxes, and is as
 * quick as we could make it. In its favour:
 *
 * - Redis saves nothing, does nothing else, and is spoken to over a Unix socket by a client that writes all commands of
 *   one turn of the event loop in one piece;
 * - last in, first out, so that few sandboxes stay in the caches, and none is ever frozen or ended;
 * - no request waits for its sandbox to be back in the list; who finds that others wait does not try to pop first;
 * - connections that wait are kept open for the next who waits;
 * - Node.js has the flags of a node of Hearth;
 * - no authentication, catalogue, routing, logs, records of executions, or limits of any kind.
 *
 * usage: main.js --port N --redis SOCKET --sandboxes N --data DIR
 *
 * It listens when all sandboxes are there, and ends when it is told to or its parent has gone.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeDriver, noLogs, pickSandboxKind, type Sandbox } from '../../../src/agent/index.js';
import { silentLogger, systemClock } from '../../../src/lib/index.js';
import { sandboxManifest } from '../../../src/types/index.js';
import { record } from '../../pool/request.js';
import { redisListFront } from './front.js';
import { RedisList } from './list.js';

const startsAtOnce = 2;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '' },
    redis: { type: 'string', default: '' },
    sandboxes: { type: 'string', default: '' },
    data: { type: 'string', default: '' },
  },
});

const taskRoot = join(values.data, 'code');
await mkdir(taskRoot, { recursive: true, mode: 0o755 });
await writeFile(join(taskRoot, 'index.js'), 'exports.handler = async (event) => event;\n');
const driver = makeDriver(
  await pickSandboxKind('auto', { logger: silentLogger }),
  { clock: systemClock, logger: silentLogger, logs: noLogs },
  { manifestPath: join(values.data, sandboxManifest), lingerMs: 0 },
);
await driver.start();
const idle = await RedisList.open<Sandbox>(values.redis);
const server = redisListFront(idle, Number(values.port));

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await server.stop(0);
  await driver.stop();
  process.exit(0);
}
for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(event, () => void stop());

let left = Number(values.sandboxes);
async function start(): Promise<void> {
  while (left-- > 0) idle.add(await driver.create(specIn(taskRoot)));
}
await Promise.all(Array.from({ length: startsAtOnce }, start));
await server.start();

function specIn(taskRoot: string): Parameters<typeof driver.create>[0] {
  return {
    functionName: record.name,
    functionVersion: record.version,
    runtime: record.runtime,
    handler: record.handler,
    taskRoot,
    layersRoot: null,
    environment: {},
    memoryMb: record.memoryMb,
    ephemeralMb: record.ephemeralMb,
    network: 'none',
    image: null,
    concurrency: 1,
    initialization: 'on-demand',
  };
}
