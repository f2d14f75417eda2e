/**
 * What the log's storage costs beside the embedded stores it could have been built on, and beside the floor:
 * as many bytes at the end of one file, and a sync. All on the same disk in one run; short rounds alternate,
 * and each way is compared with the floor within each round.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { type EngineName, engineNames } from './storage-engines.js';
import type { FromHost, ToHost } from './storage-host.js';
import { describePeer, installPeer } from './storage-peers.js';

const batches = [1, 8, 64, 512];
const roundMs = 400;
const recoveredEntries = 1_000_000;
const recoveries = 3;
const answerTimeoutMs = 300_000;

/** Lists of results by engine and by what was measured. */
type Results = Map<EngineName, Map<string, number[]>>;

export async function printStorage(rounds: number): Promise<void> {
  const { there, missing } = installAll();
  const root = await mkdtemp(join(tmpdir(), 'hearth-bench-log-'));
  console.log(
    `Node.js ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(2)}, in ${root}; ` +
      `${rounds} rounds of ${roundMs} ms, median (least-most), x: of the floor in the same round`,
  );
  const results: Results = new Map(there.map((name) => [name, new Map()]));
  try {
    await measureAppends(results, root, rounds);
    await measureRecovery(results, root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  print(results, missing);
  console.log(`load after: ${loadavg()[0]?.toFixed(2)}`);
}

function installAll() {
  const missing: string[] = [];
  const there = engineNames.filter((name) => {
    const reason = name === 'floor' || name === 'segments' ? null : installPeer(name);
    if (reason !== null) missing.push(`${name}: ${reason}`);
    return reason === null;
  });
  return { there, missing };
}

async function measureAppends(results: Results, root: string, rounds: number): Promise<void> {
  const hosts = new Map<EngineName, ChildProcess>();
  for (const name of results.keys()) hosts.set(name, await startHost(name));
  for (let round = 0; round < rounds; round++) {
    for (const batch of batches) {
      for (const [name, host] of hosts) {
        const directory = join(root, `${name}-${batch}`);
        const perS = await ask(host, { kind: 'append', directory, batch, ms: roundMs });
        note(results, name, `${batch}`, perS);
      }
    }
  }
  for (const host of hosts.values()) host.disconnect();
}

/** Each time in a fresh process, the files being in the page cache. */
async function measureRecovery(results: Results, root: string): Promise<void> {
  const run = async (name: EngineName, kind: 'fill' | 'recover'): Promise<number> => {
    const host = await startHost(name);
    const directory = join(root, `${name}-recovery`);
    const tookMs = await ask(host, { kind, directory, entries: recoveredEntries });
    host.disconnect();
    return tookMs;
  };
  for (const name of results.keys()) await run(name, 'fill');
  for (let round = 0; round < recoveries; round++) {
    for (const name of results.keys()) note(results, name, 'recovery', await run(name, 'recover'));
  }
}

async function startHost(name: EngineName): Promise<ChildProcess> {
  const host = fork(fileURLToPath(new URL('./storage-host.js', import.meta.url)), [name]);
  await heard(host);
  return host;
}

async function ask(host: ChildProcess, message: ToHost): Promise<number> {
  const answer = heard(host);
  host.send(message);
  const found = await answer;
  if (found.kind === 'result') return found.value;
  console.error(`${host.spawnargs.at(-1)}: ${found.kind === 'failed' ? found.reason : found.kind}`);
  return Number.NaN;
}

/** The host's next word, or that it has ended. */
async function heard(host: ChildProcess): Promise<FromHost> {
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, AbortSignal.timeout(answerTimeoutMs)]);
  const ended = once(host, 'exit', { signal }).then(([code, by]): FromHost => {
    return { kind: 'failed', reason: `the process ended (${code ?? by})` };
  });
  const answer = once(host, 'message', { signal }).then(([message]) => message as FromHost);
  try {
    return await Promise.race([answer, ended]);
  } finally {
    for (const either of [answer, ended]) either.catch(() => undefined);
    enough.abort();
  }
}

function note(results: Results, name: EngineName, what: string, value: number): void {
  const values = results.get(name);
  values?.set(what, [...(values.get(what) ?? []), value]);
}

function print(results: Results, missing: readonly string[]): void {
  const columns = [...batches.map(String), 'recovery'];
  const table = new Table({
    head: [
      'durable appends/s of 200 B',
      ...batches.map((batch) => `${batch} per sync`),
      '1,000,000 entries read, ms',
    ],
    style: { head: [], border: [] },
  });
  for (const [name, values] of results) {
    const label = name === 'floor' || name === 'segments' ? name : describePeer(name);
    const cells = columns.map((column) => {
      const mine = values.get(column) ?? [];
      const floor = results.get('floor')?.get(column) ?? [];
      const ratio = median(mine.map((value, round) => value / (floor[round] ?? Number.NaN)));
      return `${rounded(median(mine))} (${rounded(Math.min(...mine))}-${rounded(Math.max(...mine))})\n${ratio.toFixed(2)} x`;
    });
    table.push([label, ...cells]);
  }
  for (const name of missing) table.push([name, ...columns.map(() => 'not there')]);
  console.log(table.toString());
}

function rounded(value: number): string {
  return Math.round(value).toString();
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
