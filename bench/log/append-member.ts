/**
 * One voter of three with the real log, disk and transport between nodes, and nothing else of a
 * node. The one that leads lets writers propose, one entry at a time each.
 *
 * usage: append-member.js NUMBER DIRECTORY; told `{writers, bytes, runMs, warmMs}`, it answers
 * `Told`, or null where another leads
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Peers, Security } from '../../src/cluster/index.js';
import { fromEnvelope, toEnvelope } from '../../src/cluster/log-envelope.js';
import { type ClusterHandlers, ClusterServer } from '../../src/cluster/server.js';
import { silentLogger, systemClock, systemRandom } from '../../src/lib/index.js';
import { encodeVoters, RaftLog, realDisk, SegmentStorage } from '../../src/log/index.js';
import { nodeId } from '../../src/types/index.js';

export interface Ask {
  readonly writers: number;
  readonly bytes: number;
  readonly warmMs: number;
  readonly runMs: number;
}

export interface Told {
  readonly perSecond: number;
  /** Of one file, appended to and synced with everything that all writers have. */
  readonly floorPerSecond: number;
  readonly latencyMs: number;
}

const portBase = 23_280;
const ids = [1, 2, 3].map((number) => nodeId(String(number).repeat(32)));
const cluster = 'c'.repeat(32);
const floorMs = 2000;

const number = Number(process.argv[2]);
const directory = String(process.argv[3]);
const self = ids[number - 1] ?? nodeId('0'.repeat(32));
const addressOf = (at: number): string => `127.0.0.1:${portBase + at}`;

const storageAt = () =>
  new SegmentStorage(
    { disk: realDisk, logger: silentLogger },
    { directory: join(directory, 'log'), clusterId: cluster },
  );
const peers = new Peers(systemClock, new Security([]));
await begin();
const log = new RaftLog(
  {
    clock: systemClock,
    random: systemRandom(),
    logger: silentLogger,
    storage: storageAt(),
    replaceStorage: null,
    machine: {
      committed: () => {},
      snapshot: async function* () {
        yield Buffer.from('nothing');
      },
      restore: async () => {},
    },
    events: {
      send: (message) => {
        peers.sendRaft(addressOf(ids.indexOf(message.to) + 1), toEnvelope(cluster, message));
      },
      statusChanged: () => {},
      failed: (error) => {
        throw error;
      },
    },
  },
  { self, found: false },
);
const handlers: Pick<ClusterHandlers, 'raft'> = {
  raft: (envelope) => {
    const message = fromEnvelope(envelope);
    if (message !== null) log.receive(message);
  },
};
const server = new ClusterServer(handlers as ClusterHandlers, new Security([]), silentLogger);
await server.start({ host: '127.0.0.1', port: portBase + number });
await log.start();
log.setPreference(ids);
process.on('message', (ask: Ask) => {
  measure(ask).then(
    (told) => process.send?.(told),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

/** All begin with the same entry, which says who votes. */
async function begin(): Promise<void> {
  const storage = storageAt();
  await storage.open();
  const data = encodeVoters({ voters: ids, outgoing: [] });
  await storage.append({
    hardState: { term: 1, votedFor: null, commitIndex: 1, mute: false },
    entries: [{ index: 1, term: 1, kind: 'voters', data }],
    install: null,
  });
  await storage.close();
}

/** Null: another one leads. */
async function measure({ writers, bytes, warmMs, runMs }: Ask): Promise<Told | null> {
  while (log.status().leader === null) await delay(50);
  if (log.status().leader !== self) return null;
  const data = Buffer.alloc(bytes, 'x');
  let done = 0;
  let stopping = false;
  const writer = async (): Promise<void> => {
    while (!stopping) {
      await log.propose('command', data);
      done++;
    }
  };
  const working = Array.from({ length: writers }, writer);
  await delay(warmMs);
  const before = done;
  const startMs = performance.now();
  await delay(runMs);
  const perSecond = ((done - before) * 1000) / (performance.now() - startMs);
  stopping = true;
  await Promise.all(working);
  const floorPerSecond = await floor(writers, bytes);
  return { perSecond, floorPerSecond, latencyMs: (writers * 1000) / perSecond };
}

async function floor(writers: number, bytes: number): Promise<number> {
  const batch = Buffer.alloc(writers * bytes, 'x');
  const file = await open(join(directory, 'floor'), 'w');
  let done = 0;
  const startMs = performance.now();
  while (performance.now() - startMs < floorMs) {
    await file.write(batch);
    await file.datasync();
    done += writers;
  }
  const tookMs = performance.now() - startMs;
  await file.close();
  return (done * 1000) / tookMs;
}
