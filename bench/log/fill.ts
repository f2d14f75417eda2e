/**
 * Founds a cluster of one node and creates 100,000 functions in it: the control thread of a real
 * node with its log, and the catalogue, without HTTP.
 *
 * usage: fill.js DATA-DIRECTORY
 */
import { BundleStore, Catalog, type NewFunction } from '../../src/catalog/index.js';
import { Heartbeat, NodeTime, nextTurn, systemClock } from '../../src/lib/index.js';
import { ControlWorker } from '../../src/node/control-worker.js';
import { limits, resolveNodeConfig } from '../../src/types/index.js';
import { smallZip } from './small-zip.js';

const writers = 256;
const port = 23_381;
const data = String(process.argv[2]);
const config = resolveNodeConfig({
  data,
  http: `127.0.0.1:${port}`,
  cluster: `127.0.0.1:${port + 1}`,
  logLevel: 'error',
});
let sealingKey: Uint8Array = Buffer.alloc(0);
let joined = (): void => {};
const member = new Promise<void>((resolve) => {
  joined = resolve;
});
const control: ControlWorker = new ControlWorker(systemClock, {
  view: () => {},
  counters: () => {},
  committed: (entries) => {
    for (const { index, command } of entries) catalog.apply(index, command);
    control.client.applied(catalog.appliedIndex);
  },
  snapshot: () => catalog.snapshot(),
  restore: () => {},
  sealingKey: (key) => {
    sealingKey = key;
  },
  member: () => joined(),
  failed: (error) => {
    throw error;
  },
});
const bundles = new BundleStore(config.data, systemClock);
const catalog: Catalog = new Catalog({
  log: { propose: (command) => control.client.propose(command), readIndex: async () => null },
  bundles,
  peers: { push: async () => {}, fetch: async () => Promise.reject(new Error('nobody')) },
  clock: systemClock,
  codeWanted: () => {},
  changed: () => {},
  concurrencyChanged: () => {},
  sealingKey: () => sealingKey,
  nextTurn,
});
await bundles.start();
const heart = new Heartbeat(systemClock);
const stopHeart = heart.start();
const http = `127.0.0.1:${port}`;
const memories = { heartbeat: heart.memory, time: new NodeTime(systemClock).memory };
await control.start({ config, release: 'bench', http, secrets: [], ...memories });
await member;

const startMs = performance.now();
const zip = await smallZip();
await catalog.create(functionAt(0), zip);
const { codeHash } = catalog.get('f0') ?? {};
if (codeHash === undefined) throw new Error('the first function is not there');
let next = 1;
await Promise.all(
  Array.from({ length: writers }, async () => {
    while (next < limits.functionsMax) await catalog.create(functionAt(next++), zip);
  }),
);
console.log(
  `${limits.functionsMax} functions made in ${((performance.now() - startMs) / 1000).toFixed(1)} s`,
);
await control.stop();
stopHeart();
process.exit(0);

function functionAt(number: number): NewFunction {
  return {
    name: `f${number}`,
    runtime: 'nodejs20.x',
    handler: 'index.handler',
    role: 'arn:aws:iam::123456789012:role/any',
    description: `the function ${number}`,
    memoryMb: 128,
    ephemeralMb: 512,
    snapStart: false,
    tracing: 'PassThrough',
    logging: null,
    deadLetterTarget: '',
    timeoutS: 3,
    architecture: 'x86_64',
    tags: {},
    layers: [],
    environment: { STAGE: 'bench', NUMBER: String(number) },
  };
}
