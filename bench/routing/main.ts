/**
 * What routing promises, measured on nine real nodes, as tables. As root it runs in a network namespace of
 * its own, so that no port is taken. The exit code is 0 only where every promise held.
 *
 * RATE is in requests per second. COUNT is how many requests (zipf) or rounds (failover, hang).
 *
 * usage: npm run bench:routing [-- all|zipf|failover|hang [RATE [COUNT]]]
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Cleanup } from '../harness/cleanup.js';
import { printFailover } from './failover.js';
import { printHang } from './hang.js';
import { printWarmShare } from './warm-share.js';

const parts = ['all', 'zipf', 'failover', 'hang'];
/** What two cores carry without a queue while most requests start a sandbox, and while few do. */
const zipfPerS = 30;
const loadPerS = 150;
const zipfRequests = 10_000;
const failovers = [
  { how: 'killed', rounds: 10 },
  { how: 'silent', rounds: 5 },
] as const;
const hangsMs = [1000, 5000];
const hangRounds = 5;
const insideVariable = 'HEARTH_BENCH_INSIDE';
const upLoopback = 'PATH="$PATH:/usr/sbin:/sbin"; ip link set lo up';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const [part = 'all', rateText, countText] = process.argv.slice(2);
const rate = rateText === undefined ? undefined : Number(rateText);
const count = countText === undefined ? undefined : Number(countText);

if (!parts.includes(part) || !isPositive(rate) || !isPositive(count)) {
  console.error(`usage: npm run bench:routing [-- ${parts.join('|')} [RATE [COUNT]]]`);
  process.exit(2);
}
const inside = process.env[insideVariable] === '1';
process.exit(!inside && mayUnshare() ? await again() : await measure());

async function measure(): Promise<number> {
  const cleanup = new Cleanup();
  let ending = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      console.error(`${signal}: ending what was started ...`);
      void cleanup.run().then(() => process.exit(1));
    });
  }
  console.log(
    `Node.js ${process.version}, ${cpus().length} cores, load average ${loadavg()[0]?.toFixed(1)}`,
  );
  const wants = (name: string): boolean => part === 'all' || part === name;
  let held = true;
  try {
    if (wants('zipf')) {
      held = (await printWarmShare(cleanup, rate ?? zipfPerS, count ?? zipfRequests)) && held;
    }
    if (wants('failover')) {
      for (const { how, rounds } of failovers) {
        const plan = { how, rounds: count ?? rounds, ratePerS: rate ?? loadPerS };
        held = (await printFailover(cleanup, plan)) && held;
      }
    }
    if (wants('hang')) {
      for (const hangMs of hangsMs) {
        const plan = { hangMs, rounds: count ?? hangRounds, ratePerS: rate ?? loadPerS };
        held = (await printHang(cleanup, plan)) && held;
      }
    }
  } catch (error) {
    held = false;
    if (!ending) console.error(error);
  } finally {
    if (!ending) await cleanup.run();
  }
  // then the signal's own cleanup ends the process
  if (ending) return new Promise<never>(() => {});
  console.log(`load average ${loadavg()[0]?.toFixed(1)}; ${held ? 'all held' : 'NOT all held'}`);
  return held ? 0 : 1;
}

/** The same in a network namespace of its own. Signals of the terminal reach both: the inner one acts. */
async function again(): Promise<number> {
  const script = `${upLoopback} && exec "$@"`;
  const command = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn('unshare', ['--net', 'sh', '-c', script, 'sh', ...command], {
    stdio: 'inherit',
    env: { ...process.env, [insideVariable]: '1' },
  });
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

function isPositive(value: number | undefined): boolean {
  return value === undefined || value > 0;
}

function mayUnshare(): boolean {
  try {
    execFileSync('unshare', ['--net', 'sh', '-c', upLoopback], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
