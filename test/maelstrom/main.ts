/**
 * `npm run maelstrom -- kafka|lin-kv [options]`: runs a cluster of Maelstrom nodes on this machine, puts it
 * under load and faults, checks what its clients saw, and prints the figures. Ends with 1 where that is
 * not what was promised.
 */
import { parseArgs } from 'node:util';
import { type LatencyShape, latencyShapes } from './harness/latency.js';
import { type FaultKind, faultKinds } from './harness/nemesis.js';
import { defaultRun, type RunReport, runMaelstrom } from './harness/run.js';

const usage = `npm run maelstrom -- kafka|lin-kv
  --nodes N           processes (${defaultRun.nodes})
  --rate N            sends (kafka) or operations (lin-kv) a second (${defaultRun.ratePerS})
  --time S            seconds of load (${defaultRun.timeMs / 1000})
  --keys N            keys in use at a time (${defaultRun.keys})
  --latency MS        mean time of a message between two nodes (${defaultRun.latencyMs})
  --latency-shape S   ${latencyShapes.join(', ')} (${defaultRun.latencyShape})
  --loss SHARE        share of messages between nodes that are lost (${defaultRun.lossShare})
  --nemesis KINDS     ${faultKinds.join(',')} or some of them (none)
  --fault MS          how long a fault lasts (${defaultRun.faultMs})
  --quiet MS          time between two faults (${defaultRun.quietMs})
  --timeout MS        how long a client waits (${defaultRun.requestTimeoutMs})
  --seed N            of the load and the faults (${defaultRun.seed})
  --profile DIR       every node writes a CPU profile there
`;

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    nodes: { type: 'string' },
    rate: { type: 'string' },
    time: { type: 'string' },
    keys: { type: 'string' },
    latency: { type: 'string' },
    'latency-shape': { type: 'string' },
    loss: { type: 'string' },
    nemesis: { type: 'string' },
    fault: { type: 'string' },
    quiet: { type: 'string' },
    timeout: { type: 'string' },
    seed: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const [program] = positionals;
if (given.help === true || (program !== 'kafka' && program !== 'lin-kv')) {
  process.stdout.write(usage);
  process.exit(given.help === true ? 0 : 2);
}

const shape = chosen(given['latency-shape'] ?? defaultRun.latencyShape, latencyShapes);
const faults = given.nemesis?.split(',').map((name) => chosen(name, faultKinds)) ?? [];
const report = await runMaelstrom({
  ...defaultRun,
  program,
  nodes: Number(given.nodes ?? defaultRun.nodes),
  ratePerS: Number(given.rate ?? defaultRun.ratePerS),
  timeMs: Number(given.time ?? defaultRun.timeMs / 1000) * 1000,
  keys: Number(given.keys ?? defaultRun.keys),
  latencyMs: Number(given.latency ?? defaultRun.latencyMs),
  latencyShape: shape satisfies LatencyShape,
  lossShare: Number(given.loss ?? defaultRun.lossShare),
  faults: faults satisfies FaultKind[],
  faultMs: Number(given.fault ?? defaultRun.faultMs),
  quietMs: Number(given.quiet ?? defaultRun.quietMs),
  requestTimeoutMs: Number(given.timeout ?? defaultRun.requestTimeoutMs),
  seed: Number(given.seed ?? defaultRun.seed),
  execArguments:
    given.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${given.profile}`],
  told: (text) => void process.stdout.write(`${text}\n`),
});
print(report);
process.exit(report.valid ? 0 : 1);

function print(run: RunReport): void {
  const { p50, p99, max } = run.latencyMs;
  const faultCounts = Object.entries(run.faults).map(([kind, count]) => `${kind} ${count}`);
  const lines = [
    ...run.lines,
    `faults ${faultCounts.join(', ')}`,
    `operations ${run.operations}, timeouts ${run.timeouts}, refused ${run.refusals}`,
    `server messages per operation ${run.serverMessagesPerOperation.toFixed(2)}`,
    `latency ms p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${max.toFixed(1)}`,
    `CPU ms per second: nodes ${run.nodesCpuMsPerS.toFixed(0)}, harness ${run.harnessCpuMsPerS.toFixed(0)}`,
    run.valid ? 'valid' : 'NOT VALID',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function chosen<Name extends string>(text: string, names: readonly Name[]): Name {
  const name = names.find((known) => known === text);
  if (name !== undefined) return name;
  process.stderr.write(`'${text}' is none of ${names.join(', ')}\n`);
  process.exit(2);
}
