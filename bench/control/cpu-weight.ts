/**
 * What a low weight of the sandboxes does for the node: functions that never yield keep all cores busy,
 * and the node answers requests of its own and warm invocations. With the sandboxes as they are; with them
 * out of their cgroup, so that only niceness holds them down; and with their sessions not nice either,
 * which leaves the niceness of processes alone.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Helper } from './helper.js';
import type { LoadReport } from './load.js';
import type { NodeProcess } from './node-process.js';
import { withNodes } from './nodes.js';
import { spread } from './spread.js';

const measureMs = 4000;
const settleMs = 1500;
const connections = 32;
const echo = 'exports.handler = async (event) => event;';
const burn = `exports.handler = async ({ untilMs }) => { while (Date.now() < untilMs); };`;

export async function printCpuWeight(): Promise<void> {
  await withNodes(1, {}, async ([node]) => {
    if (node === undefined) return;
    await node.deploy('echo', echo);
    await node.deploy('burn', burn);
    const sessionsCount = await readFile('/proc/sys/kernel/sched_autogroup_enabled', 'utf8').catch(
      () => '0',
    );
    console.log(`\nA node beside functions that never yield; autogroup ${sessionsCount.trim()}`);
    await print(node, 'no such functions');
    const place = JSON.parse(await readFile(join(node.data, 'sandboxes.json'), 'utf8'));
    const groups = place.groups as readonly string[];
    const cpuGroup = groups.find((group) => existsSync(join(group, 'cpu.shares'))) ?? null;
    const whileMs = 20 * (measureMs + settleMs);
    const event = JSON.stringify({ untilMs: Date.now() + whileMs });
    for (let i = 0; i < 2 * cpus().length; i++) {
      void fetch(node.invocation('burn'), { method: 'POST', body: event }).catch(() => {});
    }
    await delay(settleMs);
    await print(node, `as it is (${cpuGroup === null ? 'no v1 group' : 'cgroup v1'})`);
    if (cpuGroup === null) {
      console.log('the rest needs the cpu controller on cgroup v1 and the right to move processes');
      return;
    }
    await print(node, 'niceness of sessions', () => moveOut(cpuGroup, '10'));
    await print(node, 'niceness of processes', () => moveOut(cpuGroup, '0'));
  });
}

async function print(node: NodeProcess, title: string, prepare?: () => Promise<void>) {
  console.log(`  ${title}`);
  for (const url of [`${node.url}/_hearth/health`, node.invocation('echo')]) {
    for (const count of [1, connections]) {
      const load = await Helper.start<LoadReport>('./load.js', [String(count), url]);
      await delay(settleMs);
      await prepare?.();
      load.reset();
      const before = await node.cpuS();
      await delay(measureMs);
      const after = await node.cpuS();
      const { replyMs, durationMs } = await load.end();
      const times = replyMs[url] ?? [];
      const share = Math.round(((after - before) / durationMs) * 100_000);
      const what = url.endsWith('health') ? 'own requests' : 'invocations';
      console.log(
        `    ${what}, ${String(count).padStart(2)} at a time: ` +
          `${String(Math.round((times.length / durationMs) * 1000)).padStart(6)}/s  ${spread(times)}  ` +
          `node has ${share} % of a core`,
      );
    }
  }
}

/** Takes all sandboxes out of their group, and gives their sessions this niceness. */
async function moveOut(cpuGroup: string, niceness: string): Promise<void> {
  for (const name of await readdir(cpuGroup)) {
    // there are files as well
    const inside = await readFile(join(cpuGroup, name, 'cgroup.procs'), 'utf8').catch(() => '');
    for (const pid of inside.split('\n').filter(Boolean)) {
      await writeFile(join(dirname(cpuGroup), 'cgroup.procs'), pid);
      moved.add(pid);
    }
  }
  for (const pid of moved) await writeFile(`/proc/${pid}/autogroup`, niceness).catch(() => {});
}

const moved = new Set<string>();
