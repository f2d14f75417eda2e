/**
 * The same question to three complete nodes, as `hearth up` starts them: one is killed with SIGKILL, and
 * the other two are asked over HTTP, every few milliseconds, until their view shows it dead. Then it
 * starts again on its data, and another one's turn comes.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { columns } from '../harness/quantiles.js';
import { nowMs } from './messages.js';

const hearth = fileURLToPath(new URL('../../../bin/hearth', import.meta.url));
const numbers = [1, 2, 3] as const;
const portBase = 21_080;
const askEveryMs = 5;
const waitMs = 30_000;
const restMs = 1500;
const restSpreadMs = 400;

interface Page {
  readonly self: string;
  readonly quorum: boolean;
  readonly nodes: readonly { readonly id: string; readonly status: string }[];
}

export async function printNodeKillDetection(kills: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
  const nodes = new Map<number, ChildProcess>();
  const first: number[] = [];
  const all: number[] = [];
  try {
    await writeFile(join(directory, 'secret'), `${'0123456789abcdef'.repeat(2)}\n`);
    for (const number of numbers) nodes.set(number, await startNode(directory, number));
    for (let kill = 0; kill < kills; kill++) {
      const victim = numbers[kill % numbers.length] ?? 1;
      const others = numbers.filter((number) => number !== victim);
      const { self } = await page(victim);
      for (const number of numbers) await untilView(number, settled);
      await delay(restMs + Math.random() * restSpreadMs);
      const killMs = nowMs();
      nodes.get(victim)?.kill('SIGKILL');
      const times = await Promise.all(
        others.map(async (number) => {
          const isDead = (view: Page) => statusOf(view, self) === 'dead';
          return (await untilView(number, isDead)) - killMs;
        }),
      );
      first.push(Math.min(...times));
      all.push(Math.max(...times));
      nodes.set(victim, await startNode(directory, victim));
    }
  } finally {
    await Promise.all([...nodes.values()].map(stopNode));
    await rm(directory, { recursive: true, force: true });
  }
  console.log(`\nA killed node of three complete ones, ${kills} kills: ms until the views show it`);
  console.log('first: p50   p99   max |    all: p50   p99   max');
  const [a, b, c, d, e, f] = [...columns(first), ...columns(all)].map((cell) => cell.padStart(5));
  console.log(`     ${a} ${b} ${c} |       ${d} ${e} ${f}`);
}

async function startNode(directory: string, number: number): Promise<ChildProcess> {
  const cluster = (i: number): string => `127.0.0.1:${portBase + 1000 + i}`;
  const args = ['node', '--data', join(directory, String(number))];
  args.push('--http', `127.0.0.1:${portBase + number}`, '--cluster', cluster(number));
  args.push('--secret-file', join(directory, 'secret'));
  if (number > 1) args.push('--join', cluster(1));
  const log = await open(join(directory, `${number}.log`), 'a');
  const node = fork(hearth, args, {
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    env: { ...process.env, HEARTH_UP: '1', TMPDIR: directory },
  });
  await log.close();
  const ended = once(node, 'exit').then(() => Promise.reject(new Error('a node has ended')));
  await Promise.race([once(node, 'message'), ended]);
  ended.catch(() => {});
  return node;
}

async function stopNode(node: ChildProcess): Promise<void> {
  if (node.exitCode !== null || node.signalCode !== null) return;
  const gone = once(node, 'exit');
  node.kill('SIGTERM');
  await gone;
}

async function page(number: number): Promise<Page> {
  const signal = AbortSignal.timeout(1000);
  const url = `http://127.0.0.1:${portBase + number}/_hearth/cluster`;
  return (await (await fetch(url, { signal })).json()) as Page;
}

/** The moment at which the answer that is wanted was there. */
async function untilView(number: number, wanted: (view: Page) => boolean): Promise<number> {
  const deadlineMs = nowMs() + waitMs;
  for (;;) {
    if (wanted(await page(number))) return nowMs();
    if (nowMs() > deadlineMs) throw new Error(`node ${number}: not within ${waitMs} ms`);
    await delay(askEveryMs);
  }
}

function settled(view: Page): boolean {
  const alive = view.nodes.filter(({ status }) => status === 'alive');
  return view.quorum && alive.length === numbers.length;
}

function statusOf(view: Page, id: string): string | undefined {
  return view.nodes.find((node) => node.id === id)?.status;
}
