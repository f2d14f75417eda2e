/**
 * The numbers of gossip with real processes, as tables. As root it runs in a network namespace of its own,
 * so that no port is taken and the bytes on loopback are its own.
 *
 * usage: npm run bench:gossip [-- all|kill|nodes|rest [SIZE,SIZE... [KILLS]]]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { printAtRest } from './at-rest.js';
import { printKillDetection } from './kill-detection.js';
import { printNodeKillDetection } from './node-kill-detection.js';

const parts = ['all', 'kill', 'nodes', 'rest'];
const atRestMs = 30_000;
const insideVariable = 'HEARTH_BENCH_INSIDE';

const [part = 'all', sizesText = '3,10,30,100', killsText = '40'] = process.argv.slice(2);
const sizes = sizesText.split(',').map(Number);
const kills = Number(killsText);

if (!parts.includes(part) || !sizes.every((size) => size >= 2) || !(kills >= 1)) {
  console.error(`usage: npm run bench:gossip [-- ${parts.join('|')} [SIZE,SIZE... [KILLS]]]`);
  process.exit(2);
}
const inside = process.env[insideVariable] === '1';
if (!inside && mayUnshare()) {
  const script = 'PATH="$PATH:/usr/sbin:/sbin"; ip link set lo up && exec "$@"';
  const again = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const { status } = spawnSync('unshare', ['--net', 'sh', '-c', script, 'sh', ...again], {
    stdio: 'inherit',
    env: { ...process.env, [insideVariable]: '1' },
  });
  process.exit(status ?? 1);
}

console.log(`Node.js ${process.version}, ${cpus().length} cores`);
const wants = (name: string): boolean => part === 'all' || part === name;
if (wants('kill')) await printKillDetection(sizes, kills);
if (wants('nodes')) await printNodeKillDetection(kills);
if (wants('rest')) await printAtRest(sizes, atRestMs, inside);

function mayUnshare(): boolean {
  try {
    execFileSync(
      'unshare',
      ['--net', 'sh', '-c', 'PATH="$PATH:/usr/sbin:/sbin"; ip link set lo up'],
      {
        stdio: 'ignore',
      },
    );
    return true;
  } catch {
    return false;
  }
}
