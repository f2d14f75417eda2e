/** One phase of the benchmark: `apply` makes a catalogue and writes its snapshot, `restore` reads it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { type Command, EnvironmentSealer, encodeCommand } from '../../src/catalog/index.js';
import { CatalogReplica } from '../../src/catalog/replica.js';
import { nextTurn, systemClock } from '../../src/lib/index.js';
import { bundleHash, limits } from '../../src/types/index.js';

type Turn = <Value>(step: () => Value) => Value;

const functions = limits.functionsMax;
const [phase, file = ''] = process.argv.slice(2);
const replica = new CatalogReplica({
  clock: systemClock,
  nextTurn,
  codeWanted: () => {},
  changed: () => {},
  concurrencyChanged: () => {},
});
if (phase === 'apply') await applyAndWrite();
else await restore();

async function applyAndWrite(): Promise<void> {
  const commands = makeCommands();
  await timed(`apply ${functions} creations`, async (turn) => {
    for (const [at, command] of commands.entries()) {
      turn(() => replica.apply(at + 1, command));
      if (at % 100 === 99) await nextTurn();
    }
  });
  const parts: Uint8Array[] = [];
  await timed('write a snapshot', async (turn) => {
    const iterator = turn(() => replica.snapshot()[Symbol.asyncIterator]());
    for (;;) {
      // a part is made before the call returns
      const { value, done } = await turn(() => iterator.next());
      if (done) return;
      parts.push(value);
    }
  });
  writeFileSync(file, Buffer.concat(parts));
}

async function restore(): Promise<void> {
  const bytes = readFileSync(file);
  console.log(`a snapshot of ${(bytes.length / 1e6).toFixed(1)} MB`);
  for (const what of ['read it into an empty catalogue', 'read it into one that has it']) {
    await timed(what, async (turn) => {
      replica.restoreBegin(functions);
      for (let from = 0; from < bytes.length; from += limits.snapshotPartBytesMax) {
        turn(() => replica.restorePart(bytes.subarray(from, from + limits.snapshotPartBytesMax)));
        await nextTurn();
      }
      await turn(() => replica.restoreEnd());
    });
  }
  await timed('list the first page', async (turn) => void turn(() => replica.core.list('', 51)));
  const middle = 'orders-service-handler-5';
  await timed('list a later page', async (turn) => void turn(() => replica.core.list(middle, 51)));
}

/** Runs `work`, and says how long it took, in processor time too, and how long its longest turn was. */
async function timed(what: string, work: (turn: Turn) => Promise<void>): Promise<void> {
  let longestMs = 0;
  const usage = process.cpuUsage();
  const started = performance.now();
  await work((step) => {
    const before = performance.now();
    const value = step();
    longestMs = Math.max(longestMs, performance.now() - before);
    return value;
  });
  const tookMs = performance.now() - started;
  const { user, system } = process.cpuUsage(usage);
  const cpuMs = (user + system) / 1000;
  console.log(
    `${what.padEnd(34)} ${tookMs.toFixed(0).padStart(6)} ms, processors ${cpuMs.toFixed(0).padStart(6)} ms, longest turn ${longestMs.toFixed(2)} ms`,
  );
}

function makeCommands(): Uint8Array[] {
  const sealer = new EnvironmentSealer(() => Buffer.alloc(32, 1));
  return Array.from({ length: functions }, (_, at) => encodeCommand(createCommand(at, sealer)));
}

/** A function as people have them: 730 bytes in a snapshot. */
function createCommand(at: number, sealer: EnvironmentSealer): Command {
  const name = `orders-service-handler-${at}`;
  const variables = { TABLE: `orders-${at}`, STAGE: 'production', LEVEL: 'info' };
  const record = {
    name,
    version: '$LATEST',
    runtime: 'nodejs20.x',
    handler: 'index.handler',
    role: 'arn:aws:iam::123456789012:role/orders-service',
    description: 'Takes an order and puts it where it belongs',
    timeoutS: 30,
    memoryMb: 256,
    ephemeralMb: 512,
    snapStart: false,
    tracing: 'PassThrough' as const,
    logging: null,
    deadLetterTarget: '',
    sealedEnvironment: sealer.seal(name, variables),
    architecture: 'x86_64' as const,
    layers: [],
    image: null,
    codeHash: bundleHash((at % 5000).toString(16).padStart(64, '0')),
    codeBytes: 12_345,
    tags: { team: 'orders', cost: 'c-17' },
    revisionId: `00000000-0000-4000-8000-${at.toString().padStart(12, '0')}`,
    lastModified: '2026-01-01T00:00:00.000+0000',
  };
  return { id: `id-${at}`, kind: 'create', record };
}
