/**
 * SIGTERM on a node of each role, behind the nginx of `deploy/` and under load: it leaves at once, finishes what it
 * has, hands on its events and ends well. A second one ends it at once, with nothing left behind.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { nginxCommand, nginxConf } from '../balancer-configs.js';
import { Command, eventually, freePorts, healthy, missing } from './cluster-harness.js';
import { deploy } from './functions.js';
import { Load } from './load.js';
import { Nodes } from './nodes.js';

const drainMs = 10_000;
const withSbin = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

interface Page {
  readonly self: string;
  readonly nodes: readonly {
    readonly id: string;
    readonly role: string;
    readonly status: string;
  }[];
}

test('a node of any role that gets SIGTERM behind nginx loses no request and no event', {
  skip: missing('nginx'),
}, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'sigterm-'));
  t.after(() => rm(directory, { recursive: true }));
  const nodes = await Nodes.start({ count: 4, config: { drainMs, drainNoticeMs: 3500 } });
  t.after(() => nodes.end());
  const ledger = join(directory, 'ledger');
  const writes = `const { appendFileSync } = require('node:fs');
    exports.handler = async ({ id }) => appendFileSync(process.env.LEDGER, id + '\\n');`;
  await deploy(clientOf(nodes), 'writes', writes, { environment: { LEDGER: ledger } });
  await deploy(
    clientOf(nodes),
    'waits',
    'exports.handler = () => new Promise((r) => setTimeout(r, 20, 1));',
  );
  const url = await nginx(t, directory, nodes);
  const load = Load.begin(url, ['waits']);
  const events: string[] = [];
  for (const role of ['worker', 'replica', 'master']) {
    await load.answered(100);
    const victim = await memberOf(nodes, role);
    const other = nodes.numbers.find((i) => i !== victim) ?? 0;
    const { self } = await pageOf(nodes, victim);
    // what it has accepted and not yet run is another's
    for (let count = 0; count < 20; count++) {
      const id = `${role}-${count}`;
      await submit(nodes.url(victim), id);
      events.push(id);
    }
    const toldMs = performance.now();
    const ended = nodes.stop(victim, 'SIGTERM');
    await eventually(
      () => pageOf(nodes, other),
      (page) => page.nodes.find(({ id }) => id === self)?.status === 'left',
    );
    const leftMs = performance.now() - toldMs;
    assert.ok(leftMs < 1000, `the ${role} has left after ${leftMs} ms`);
    assert.deepEqual(await ended, { code: 0, signal: null });
    const endedMs = performance.now() - toldMs;
    assert.ok(endedMs < drainMs, `the ${role} has ended after ${endedMs} ms`);
    await load.answered(100);
    await nodes.run(victim);
    await eventually(
      () => pageOf(nodes, other),
      (page) =>
        page.nodes.filter(({ status }) => status === 'alive').length === nodes.numbers.length,
    );
    // found again, as the spare place would be where a rollout starts a node
    await eventually(
      () => taken(nodes.url(victim)),
      (count) => count > 0,
    );
  }
  // the kernel resets a connection that waits to be accepted when the listener ends: rare, and on a busy machine less so
  const failed = await load.end();
  assert.ok(failed.length <= 1 && failed.every((text) => text.startsWith('502 ')), `${failed}`);
  await eventually(
    async () => (await readFile(ledger, 'utf8')).split('\n'),
    (ran) => events.every((id) => ran.includes(id)),
  );
});

test('a second SIGTERM ends a node within a second, and nothing of it is left', async (t) => {
  const nodes = await Nodes.start({
    count: 1,
    config: { sandbox: 'auto', drainMs: 60_000, drainNoticeMs: 3500 },
  });
  t.after(() => nodes.end());
  await deploy(clientOf(nodes), 'long', 'exports.handler = () => new Promise(() => {});', {
    timeoutS: 60,
  });
  const asked = invoke(nodes.url(1), 'long').catch(() => null);
  const pid = nodes.pid(1) ?? 0;
  await eventually(
    async () => (await fetch(`${nodes.url(1)}/_hearth/running`)).text(),
    (text) => text.includes(`"long"`),
  );
  const below = descendants(pid);
  const groups = below.flatMap(groupsOf);
  assert.ok(below.length > 0);
  process.kill(pid, 'SIGTERM');
  await eventually(
    () => fetch(`${nodes.url(1)}/_hearth/health`),
    ({ status }) => status === 503,
  );
  const toldMs = performance.now();
  const code = (await nodes.stop(1, 'SIGTERM'))?.code;
  const tookMs = performance.now() - toldMs;
  assert.equal(code, 1);
  assert.ok(tookMs < 1000, `it took ${tookMs} ms`);
  await asked;
  const left = await eventually(
    async () => ({
      processes: below.filter((one) => existsSync(`/proc/${one}`)),
      groups: groups.filter((path) => existsSync(path)),
    }),
    ({ processes, groups: paths }) => processes.length + paths.length === 0,
    2000,
  );
  assert.deepEqual(left, { processes: [], groups: [] });
});

async function nginx(t: TestContext, directory: string, nodes: Nodes): Promise<string> {
  const listen = `127.0.0.1:${await freePorts()}`;
  // the last is the spare place of rollouts, where nobody listens
  const spare = `127.0.0.1:${await freePorts()}`;
  const places = [...nodes.numbers.map((i) => new URL(nodes.url(i)).host), spare];
  const file = join(directory, 'nginx.conf');
  await writeFile(file, nginxConf({ listen, nodes: places, directory }));
  const [program = '', ...args] = nginxCommand(file);
  const balancer = new Command(spawn(program, args, { env: withSbin }));
  t.after(() => balancer.stop('SIGTERM'));
  await healthy(`http://${listen}`);
  return `http://${listen}`;
}

/** Invocations that a node has taken from callers since it started. */
async function taken(url: string): Promise<number> {
  const text = await (await fetch(`${url}/_hearth/metrics`)).text();
  return Number(/^hearth_invocations_total\{function="waits".* (\d+)$/m.exec(text)?.[1] ?? 0);
}

function clientOf(nodes: Nodes): LambdaClient {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  return new LambdaClient({ endpoint: nodes.url(1), region: 'us-east-1', credentials });
}

async function pageOf(nodes: Nodes, i: number): Promise<Page> {
  return (await (await fetch(`${nodes.url(i)}/_hearth/cluster`)).json()) as Page;
}

/** The number of a node that has the role, once one has it. */
async function memberOf(nodes: Nodes, role: string): Promise<number> {
  const roleOf = async (i: number) => {
    const { self, nodes: members } = await pageOf(nodes, i);
    return members.find(({ id }) => id === self)?.role;
  };
  const roles = await eventually(
    () => Promise.all(nodes.numbers.map(roleOf)),
    (all) => all.includes(role),
  );
  return roles.indexOf(role) + 1;
}

function invoke(url: string, name: string, headers = {}, event = {}): Promise<Response> {
  const path = `${url}/2015-03-31/functions/${name}/invocations`;
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(event) });
}

async function submit(url: string, id: string): Promise<void> {
  const { status } = await invoke(url, 'writes', { 'x-amz-invocation-type': 'Event' }, { id });
  assert.equal(status, 202);
}

/** All processes below one. */
function descendants(of: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const);
  const below = (pid: number): number[] =>
    parents.filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...below(child)]);
  return below(of);
}

function parentOf(pid: string): number {
  try {
    return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}

/** Hearth's own groups that a process is in. */
function groupsOf(pid: number): string[] {
  let text = '';
  try {
    text = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .map((line) => /^\d+:([^:]*):(.*hearth-.*)$/.exec(line))
    .flatMap((match) => {
      const [, controllers = '', path = ''] = match ?? [];
      return path === '' ? [] : [join('/sys/fs/cgroup', controllers || 'unified', path)];
    })
    .filter((path) => existsSync(path));
}
