/** The arena of chaos: each fault does what it says and can be mended, and nothing is left of it in the end. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { openArena } from '../chaos/arena/arena.js';
import type { Arena, ArenaNode } from '../chaos/arena/types.js';
import { eventually, pidsOf, root } from './cluster-harness.js';
import { createBody } from './histories/create-body.js';
import { exchangeDatagrams } from './netns/echo.js';
import { between, Network } from './netns/network.js';

const patienceMs = 10_000;
const settleMs = 30_000;
const hourMs = 3_600_000;
const skip = process.platform === 'linux' ? false : 'Linux only';

describe('an arena of three nodes', { skip }, () => {
  let arena: Arena;
  let directory = '';

  before(async () => {
    arena = await openArena({ nodes: 3, sandbox: 'process' });
    directory = arena.directory;
  });

  after(async () => {
    await arena?.close();
    await untilNothingOf(directory);
  });

  /** A node, where what is asked of it can be had here. */
  const nodeWith = (
    t: TestContext,
    number: number,
    reason: (node: ArenaNode) => string | false,
  ) => {
    const node = arena.node(number);
    const lacking = reason(node);
    if (lacking !== false) t.skip(lacking);
    return lacking === false ? node : null;
  };

  /** A network with the clients' machine as its fourth. */
  const network = (t: TestContext): Network | null => {
    if (arena.wire instanceof Network) return arena.wire;
    t.skip('no network namespaces here');
    return null;
  };

  for (const name of ['nginx', 'haproxy'] as const) {
    test(`${name} gives requests to nodes and names them, also after it was killed`, async (t) => {
      const balancer = arena.balancers[name];
      if (balancer.missing !== false) return t.skip(balancer.missing);
      await balancer.reload();
      await balancer.restart();
      const ask = `fetch('${balancer.url}/_hearth/health').then(({ status, headers }) =>
        console.log(status, 'http://' + headers.get('x-upstream')))`;
      const [program = '', ...args] = [...arena.enterClients, process.execPath, '-e', ask];
      const { stdout } = await promisify(execFile)(program, args);
      const [status, url] = stdout.trim().split(' ');
      assert.equal(status, '200');
      assert.ok(arena.nodes.some((node) => node.url === url));
    });
  }

  test('the others agree without a Master that was killed, and with it when it is back', async () => {
    const { master, replicas, workers } = await arena.roles();
    assert.ok(master !== null);
    assert.deepEqual([master, ...replicas, ...workers].sort(), [1, 2, 3]);
    await arena.node(master).kill();
    assert.ok(!arena.node(master).runs);
    assert.notEqual(await arena.agreed(settleMs), null);
    assert.notEqual((await arena.roles()).master, master);
    await arena.node(master).start();
    assert.notEqual(await arena.agreed(settleMs), null);
  });

  test('a node that stands still answers nothing, and goes on where it was', async () => {
    const node = arena.node(2);
    node.pause();
    await assert.rejects(health(node, 300));
    assert.equal(await arena.agreed(300), null);
    node.resume();
    assert.equal((await health(node, patienceMs)).status, 200);
  });

  test('a clock jumps by an hour and back, and the node goes on by that of the others', async (t) => {
    const node = nodeWith(t, 2, ({ noClockFaults }) => noClockFaults);
    if (node === null) return;
    for (const offsetMs of [hourMs, -hourMs, 0]) {
      node.setClock(offsetMs);
      await hasRightTime(node, 1000);
      await eventually(
        () => clockOffsetMs(node),
        (told) => Math.abs(told - offsetMs) < 60_000,
      );
    }
  });

  test('so does a node that starts with a wrong clock, as soon as it is ready', async (t) => {
    const node = nodeWith(t, 2, ({ noClockFaults }) => noClockFaults);
    if (node === null) return;
    node.setClock(-hourMs);
    try {
      await node.kill();
      await node.start();
      await hasRightTime(node, 1000);
      await eventually(
        async () => node.log,
        (log) => log.includes('the clock of this machine is 3600 s behind the other nodes'),
      );
    } finally {
      node.setClock(0);
    }
    assert.notEqual(await arena.agreed(settleMs), null);
  });

  test('what a node starts has the right time', async (t) => {
    const node = nodeWith(t, 2, ({ noClockFaults }) => noClockFaults);
    if (node === null) return;
    const loads = (pid: number) =>
      readFileSync(`/proc/${pid}/maps`, 'utf8').includes('libc-faults');
    assert.ok(node.pid !== null && loads(node.pid));
    const started = await eventually(
      async () => node.sandboxes(),
      (pids) => pids.length > 0,
    );
    assert.deepEqual(started.filter(loads), []);
  });

  test('a write takes as long as slow disks do', async (t) => {
    const node = nodeWith(t, 1, ({ noClockFaults }) => noClockFaults);
    if (node === null) return;
    const delayMs = 300;
    for (const each of arena.nodes) each.slowSync(delayMs);
    try {
      const beganMs = performance.now();
      assert.equal((await writeThrough(node)).status, 201);
      assert.ok(performance.now() - beganMs >= delayMs);
    } finally {
      for (const each of arena.nodes) each.slowSync(0);
    }
  });

  test('a full disk takes not one byte more until there is room', async (t) => {
    const node = nodeWith(t, 3, ({ noDiskFaults }) => noDiskFaults);
    if (node === null) return;
    const file = join(node.data, 'more');
    await node.fillDisk();
    await assert.rejects(writeFile(file, 'x'), { code: 'ENOSPC' });
    await node.makeRoom();
    await writeFile(file, 'x');
    await rm(file);
  });

  test('on a read-only disk only what is open can be written', async (t) => {
    const node = nodeWith(t, 3, ({ noDiskFaults }) => noDiskFaults);
    if (node === null) return;
    const file = join(node.data, 'open');
    const opened = await open(file, 'w');
    await node.setReadOnly(true);
    await opened.write('x');
    await opened.close();
    await assert.rejects(writeFile(file, 'x'), { code: 'EROFS' });
    await node.setReadOnly(false);
    await rm(file);
  });

  test('a node gets no more of a processor than its share', async (t) => {
    const node = nodeWith(t, 3, ({ noCpuFaults }) => noCpuFaults);
    if (node === null) return;
    const [share, slack] = [0.1, 1.5];
    await node.limitCpu(share);
    try {
      const [beganMs, usedMs] = [performance.now(), cpuMsOf(node)];
      while (performance.now() - beganMs < 1500) {
        await node.ask('GET', '/_hearth/metrics', undefined, patienceMs);
      }
      const used = (cpuMsOf(node) - usedMs) / (performance.now() - beganMs);
      assert.ok(used > 0 && used <= share * slack, `${used} of a processor`);
    } finally {
      await node.limitCpu(null);
    }
    assert.notEqual(await arena.agreed(settleMs), null);
  });

  test('packets between nodes overtake each other, get lost and are cut off, those of clients never', async (t) => {
    const wire = network(t);
    if (wire === null) return;
    const count = 60;
    const clients = 4;
    await wire.jitter(50);
    const [late, ours] = await Promise.all([
      exchangeDatagrams(wire, 1, 2, count),
      exchangeDatagrams(wire, clients, 3, count),
    ]);
    assert.ok(late.overtaken > 0 && late.maxMs > late.minMs + 20, JSON.stringify(late));
    assert.deepEqual([ours.overtaken, ours.lost], [0, 0]);
    await wire.jitter(0);
    await wire.lose(0.5);
    await wire.cut(between([1], [2, 3]));
    const [lossy, cut, whole] = await Promise.all([
      exchangeDatagrams(wire, 2, 3, count),
      exchangeDatagrams(wire, 3, 1, count),
      exchangeDatagrams(wire, clients, 2, count),
    ]);
    assert.ok(lossy.lost > 0 && lossy.lost < count, JSON.stringify(lossy));
    assert.equal(cut.lost, count);
    assert.equal(whole.lost, 0);
    assert.equal((await health(arena.node(1), patienceMs)).status, 200);
    await wire.lose(0);
    await wire.heal();
    assert.notEqual(await arena.agreed(settleMs), null);
  });

  test('one whose sandboxes are killed makes others', async () => {
    const node = arena.node(1);
    const body = await createBody('f');
    const made = await node.ask('POST', '/2015-03-31/functions', body, patienceMs);
    assert.equal(made.status, 201, made.text);
    const invoke = () => node.ask('POST', '/2015-03-31/functions/f/invocations', {}, patienceMs);
    assert.equal((await invoke()).status, 200);
    const pids = arena.nodes.flatMap((each) => each.sandboxes());
    assert.ok(pids.length > 0);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await eventually(
      async () => pids.filter((pid) => existsSync(`/proc/${pid}/root`)),
      (left) => left.length === 0,
    );
    await eventually(
      invoke,
      ({ status, headers }) => status === 200 && headers['x-amz-function-error'] === undefined,
    );
  });

  test('a node that is told to stop ends with code 0', async () => {
    const node = arena.node(3);
    assert.equal(await node.stop(), 0);
    assert.equal(node.pid, null);
  });
});

test('a process that is killed leaves nothing of its arena', { skip }, async () => {
  const module = join(root, 'dist/test/chaos/arena/arena.js');
  const program = `import { openArena } from ${JSON.stringify(module)};
    const arena = await openArena({ nodes: 1, sandbox: 'process' });
    while (arena.node(1).sandboxes().length === 0) await new Promise((wake) => setTimeout(wake, 50));
    console.log(arena.directory);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = await once(child.stdout, 'data');
  const directory = String(printed).trim();
  assert.notDeepEqual(tracesOf(directory), []);
  child.kill('SIGKILL');
  await untilNothingOf(directory);
});

async function untilNothingOf(directory: string): Promise<void> {
  await eventually(
    async () => tracesOf(directory),
    (traces) => traces.length === 0,
    settleMs,
  );
}

function health(node: ArenaNode, timeoutMs: number) {
  return node.ask('GET', '/_hearth/health', undefined, timeoutMs);
}

/** Signed requests are answered, and by the right time, for so long. */
async function hasRightTime(node: ArenaNode, forMs: number): Promise<void> {
  const untilMs = performance.now() + forMs;
  do {
    const path = '/2015-03-31/functions';
    const { status, headers, text } = await node.ask('GET', path, undefined, patienceMs);
    assert.equal(status, 200, text);
    const date = Date.parse(String(headers.date));
    assert.ok(Math.abs(date - Date.now()) < 60_000, String(headers.date));
  } while (performance.now() < untilMs);
}

/** How wrong the node finds the clock of its machine. */
async function clockOffsetMs(node: ArenaNode): Promise<number> {
  const { text } = await node.ask('GET', '/_hearth/metrics', undefined, patienceMs);
  return 1000 * Number(/^hearth_clock_offset_seconds (.+)$/m.exec(text)?.[1]);
}

/** A small change that needs the log. */
function writeThrough(node: ArenaNode) {
  return node.ask('POST', '/_hearth/keys', { actions: ['*'] }, patienceMs);
}

/** What its process has used so far, in all of its threads. */
function cpuMsOf({ pid }: ArenaNode): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const msPerTick = 10;
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}

/** Namespaces, mounts, groups, processes and files that are named after an arena's directory. */
function tracesOf(directory: string): string[] {
  const name = basename(directory);
  const list = (path: string) => (existsSync(path) ? readdirSync(path) : []);
  const ours = (names: string[]) =>
    names.filter((each) => each === name || each.startsWith(`${name}-`));
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const hierarchies = mounts.filter((line) => / - cgroup2? /.test(line));
  return [
    ...ours(list('/run/netns')),
    ...mounts.filter((line) => line.includes(`${directory}/`)),
    ...hierarchies.flatMap((line) => ours(list(line.split(' ')[4] ?? ''))),
    ...pidsOf(directory).map((pid) => `process ${pid}`),
    ...(existsSync(directory) ? [directory] : []),
  ];
}
