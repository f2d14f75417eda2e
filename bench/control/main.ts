/**
 * Whether the control thread holds while the data thread cannot, and what the low CPU weight of functions
 * is good for, with real processes. As root it runs in a network namespace of its own, so that no port is
 * taken. Ends with an error where a promised bound did not hold.
 *
 * usage: npm run bench:control [-- all|strain|blocked|saturated|starting|weight [RUNS]]
 */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { printCpuWeight } from './cpu-weight.js';
import { printStrain, type StrainName, strainNames } from './strain.js';

const parts: Readonly<Record<string, readonly StrainName[]>> = {
  all: strainNames,
  strain: ['blocked', 'saturated'],
  ...Object.fromEntries(strainNames.map((name) => [name, [name]])),
  weight: [],
};
const insideVariable = 'HEARTH_BENCH_INSIDE';
const loopbackUp = 'PATH="$PATH:/usr/sbin:/sbin"; ip link set lo up';

const [part = 'all', runsText = '1'] = process.argv.slice(2);
const wanted = parts[part];
const runs = Number(runsText);
if (wanted === undefined || !(runs >= 1)) {
  console.error(`usage: npm run bench:control [-- ${Object.keys(parts).join('|')} [RUNS]]`);
  process.exit(2);
}
if (process.env[insideVariable] !== '1' && unshare(loopbackUp, [], 'ignore') === 0) {
  const again = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  process.exit(unshare(`${loopbackUp} && exec "$@"`, again, 'inherit') ?? 1);
}

const load = loadavg()[0]?.toFixed(2);
console.log(`Node.js ${process.version}, ${cpus().length} cores, load before ${load}`);
if (part === 'all' || part === 'weight') await printCpuWeight();
const held = await printStrain(wanted, runs);
process.exit(held ? 0 : 1);

function unshare(script: string, args: readonly string[], stdio: 'ignore' | 'inherit') {
  return spawnSync('unshare', ['--net', 'sh', '-c', script, 'sh', ...args], {
    stdio,
    env: { ...process.env, [insideVariable]: '1' },
  }).status;
}
