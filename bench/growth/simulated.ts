/** Clusters larger than a machine can hold: what the simulator of the tests (`npm run sim`) finds, as a child. */
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { NotHere, progress } from '../harness/index.js';
import type { Found } from './found.js';

interface Row {
  readonly what: string;
  readonly nodes: number;
  readonly samples: number;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p99: number | null;
}

const simulator = fileURLToPath(new URL('../../test/sim/report.js', import.meta.url));
const outputBytesMax = 16 * 1024 * 1024;

/** Of each size in turn, for so many simulated seconds. Throws NotHere where the tests are not compiled. */
export async function simulate(sizes: readonly number[], seconds: number): Promise<Found[]> {
  await access(simulator).catch(() => {
    throw new NotHere('the simulator is not compiled: scripts/build all');
  });
  progress(`simulated: ${sizes.join(', ')} nodes, ${seconds} s each`);
  const args = ['routing', 'traffic', '--n', sizes.join(','), '--trials', `${seconds}`, '--json'];
  const rows = JSON.parse(await output([simulator, ...args])) as Row[];
  return sizes.map((nodes) => foundIn(rows.filter((row) => row.nodes === nodes)));
}

/** Also where the simulator says by its exit code that one of its own promises did not hold: the rows tell. */
function output(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: outputBytesMax };
    execFile(process.execPath, args, options, (error, stdout) => {
      if (stdout === '') reject(error ?? new Error('the simulator said nothing'));
      else resolve(stdout);
    });
  });
}

function foundIn(rows: readonly Row[]): Found {
  const row = (what: string): Row => {
    const found = rows.find((each) => each.what === what);
    if (found === undefined) throw new Error(`the simulator does not tell of '${what}'`);
    return found;
  };
  const nodes = row('traffic at rest: sent').nodes;
  const tableBytesPerS = ['master', 'replica', 'worker'].reduce((total, role) => {
    const { samples, mean } = row(`routing: ${role}, bytes sent`);
    return total + samples * (mean ?? 0);
  }, 0);
  const gossipBytesPerS = row('traffic at rest: sent').mean ?? Number.NaN;
  const core = row('routing: master, time of its core').p50 ?? Number.NaN;
  const lookup = row("routing: a lookup in a Replica's table");
  return {
    nodes,
    masterCores: [core / 1000],
    controlCores: [],
    messagesPerChange: [row('routing: master, messages per change').mean ?? Number.NaN],
    changesPerS: [row('routing: master, changes').mean ?? Number.NaN],
    bytesPerS: [gossipBytesPerS + tableBytesPerS / nodes],
    gossipBytesPerS: [gossipBytesPerS],
    lookupMs: [(lookup.p50 ?? Number.NaN) / 1000],
    lookupP99Ms: [(lookup.p99 ?? Number.NaN) / 1000],
  };
}
