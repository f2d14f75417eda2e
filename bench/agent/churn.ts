/** Sandboxes made, asked once and ended, a thousand times: what of them is left. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { systemClock } from '../../src/lib/index.js';
import { type Line, lineOf } from '../harness/report.js';
import { type Bench, callOf, openBench } from './sandboxes.js';

const roundsAtOnce = 2;

/** Whatever of a kind is there; all are of this benchmark's own, for other programs run here too. */
type Census = Readonly<Record<string, number>>;

export async function measureChurn(rounds: number): Promise<Line[]> {
  const bench = await openBench(1000);
  try {
    const title = `create, invoke and destroy, ${roundsAtOnce} at a time`;
    return await countLeft(bench, rounds, title, () => round(bench));
  } finally {
    await bench.close();
  }
}

/** `round` makes one, uses it, ends it, and gives the milliseconds that it took. */
export async function countLeft(
  bench: Bench,
  rounds: number,
  title: string,
  round: () => Promise<number>,
): Promise<Line[]> {
  for (let warmup = 0; warmup < roundsAtOnce; warmup++) await round();
  const before = census(bench);
  const tookMs: number[] = [];
  let left = rounds;
  const churn = async (): Promise<void> => {
    while (left > 0) {
      left--;
      tookMs.push(await round());
    }
  };
  await Promise.all(Array.from({ length: roundsAtOnce }, churn));
  const after = census(bench);
  const differences = Object.keys(before).map((kind) =>
    lineOf(
      `${kind} left after ${rounds} rounds, of ${before[kind]} before`,
      '',
      [(after[kind] ?? 0) - (before[kind] ?? 0)],
      ['<=', 0],
    ),
  );
  return [lineOf(title, 'ms', tookMs), ...differences];
}

async function round({ driver, spec }: Bench): Promise<number> {
  const startMs = systemClock.nowMs();
  const sandbox = await driver.create(spec);
  const { functionError } = await sandbox.invoke(callOf(Buffer.from('{}')));
  if (functionError) throw new Error('the function failed');
  await sandbox.end();
  return systemClock.nowMs() - startMs;
}

function census({ data }: Bench): Census {
  const manifest = JSON.parse(readFileSync(join(data, 'sandboxes.json'), 'utf8')) as {
    readonly runtimeDir: string;
    readonly groups: readonly string[];
  };
  const { runtimeDir, groups } = manifest;
  const name = basename(runtimeDir);
  const naming = (path: string): number =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.includes(name)).length;
  return {
    processes: processesOf(name),
    mounts: naming('/proc/self/mountinfo'),
    cgroups: groups.reduce((sum, path) => sum + directoriesIn(path), 0),
    sockets: naming('/proc/net/unix'),
    files: entriesIn(runtimeDir) + entriesIn(data),
    'open descriptors': readdirSync('/proc/self/fd').length,
  };
}

/**
 * Of this process's sandboxes: by their groups, their environments, and their parents. Those that are dead and
 * wait for the host's first process to take note of it are nobody's any more.
 */
function processesOf(name: string): number {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    const read = (file: string): string => {
      try {
        return readFileSync(join('/proc', pid, file), 'latin1');
      } catch {
        return '';
      }
    };
    const status = read('status');
    if (status.includes(`\nPPid:\t${process.pid}\n`)) return true;
    if (status.includes('\nState:\tZ')) return false;
    return read('environ').includes(name) || read('cgroup').includes(name);
  }).length;
}

function directoriesIn(path: string): number {
  if (!existsSync(path)) return 0;
  const below = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return below.reduce((sum, entry) => sum + 1 + directoriesIn(join(path, entry.name)), 0);
}

function entriesIn(path: string): number {
  return readdirSync(path, { recursive: true }).length;
}
