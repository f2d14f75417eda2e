import { strict as assert } from 'node:assert';
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { it, type TestContext } from 'node:test';
import type { FramedSandbox } from '../../../src/agent/framed-sandbox.js';
import {
  type Sandbox,
  type SandboxDriver,
  SandboxInitError,
  type SandboxSpec,
  type StemCell,
} from '../../../src/agent/index.js';
import { answerOf, bundle, callOf, directoryOf, frozen, processesOf, specOf } from '../fixture.js';

const deadline = { timeout: 30_000 };
const environments = {
  'nodejs20.x': {
    'index.js': `exports.handler = async () =>
      ({ ...process.env, cwd: process.cwd(), file: __filename, own: Object.keys(require.cache) });`,
  },
  'python3.11': {
    'index.py':
      'import os, sys\ndef handler(event, context):\n' +
      '    return dict(os.environ, cwd=os.getcwd(), file=__file__, path=sys.path)\n',
  },
};
const echo = { 'index.js': 'exports.handler = async (event) => event;' };
/** Where a process finds its libraries, programs and modules; through links where it is not alone. */
const searchPaths = ['PATH', 'LD_LIBRARY_PATH', 'NODE_PATH'];

/** `freezes`: as for `driverConformance`. */
export function stemCellConformance(driver: SandboxDriver, freezes: boolean): void {
  const isRoot = process.getuid?.() === 0;
  const skip = driver.kind === 'namespace' && !isRoot ? 'root only' : false;
  const options = { ...deadline, skip };

  it('makes of a stem cell what a new sandbox is, to the last variable', options, async (t) => {
    for (const runtime of Object.keys(environments) as (keyof typeof environments)[]) {
      const taskRoot = bundle(t, environments[runtime]);
      for (const layersRoot of [null, bundle(t, { 'nodejs/node_modules/dep/index.js': '' })]) {
        const environment = { MY_SETTING: 'mine' };
        const spec = specOf(taskRoot, { runtime, layersRoot, environment });
        const seen = [];
        for (const sandbox of [await driver.create(spec), await taken(t, driver, spec)]) {
          const text = Buffer.from((await sandbox.invoke(callOf(0))).payload).toString();
          seen.push(JSON.parse(text.replaceAll(ownIn(sandbox), 'OWN')) as Record<string, unknown>);
          await sandbox.end();
        }
        const [made = {}, became = {}] = seen;
        for (const one of [made, became]) {
          delete one.AWS_LAMBDA_LOG_STREAM_NAME;
          for (const name of driver.kind === 'process' ? searchPaths : []) delete one[name];
        }
        assert.deepEqual(became, made);
      }
    }
  });

  it('loads modules of layers, and libraries of both by their names', options, async (t) => {
    const [taskRoot, layersRoot] = [
      bundle(t, {
        'index.py':
          'import dep\ntry:\n    import ctypes\nexcept ImportError:\n    ctypes = None\n' +
          'def handler(names, context):\n    for name in names:\n' +
          '        if ctypes is not None:\n            ctypes.CDLL(name)\n    return dep.name\n',
        'lib/README': '',
      }),
      bundle(t, { 'python/dep.py': 'name = "dep"\n', 'lib/README': '' }),
    ];
    copyFileSync(someLibrary(), join(taskRoot, 'lib', 'libofcode.so'));
    copyFileSync(someLibrary(), join(layersRoot, 'lib', 'liboflayer.so'));
    const sandbox = await taken(t, driver, specOf(taskRoot, { runtime: 'python3.11', layersRoot }));
    const result = await sandbox.invoke(callOf(['libofcode.so', 'liboflayer.so']));
    assert.equal(answerOf(result), 'dep');
  });

  it('runs a runtime that a function brings, too', options, async (t) => {
    const bootstrap = `#!/bin/sh\nexec node "$LAMBDA_TASK_ROOT/loop.js"\n`;
    const loop = `
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
(async () => {
  for (;;) {
    const next = await fetch(api + 'next');
    const path = api + next.headers.get('lambda-runtime-aws-request-id') + '/response';
    const body = JSON.stringify([await next.json(), process.env.HEARTH_STEM ?? null]);
    await fetch(path, { method: 'POST', body });
  }
})();`;
    const taskRoot = bundle(t, { bootstrap, 'loop.js': loop });
    chmodSync(join(taskRoot, 'bootstrap'), 0o755);
    const sandbox = await taken(t, driver, specOf(taskRoot, { runtime: 'provided.al2023' }));
    assert.deepEqual(answerOf(await sandbox.invoke(callOf(7))), [7, null]);
  });

  it('tells a function that came of a stem cell why it is initialised', options, async (t) => {
    const code = 'exports.handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE;';
    const initialization = 'provisioned-concurrency';
    const spec = specOf(bundle(t, { 'index.js': code }), { initialization });
    const sandbox = await taken(t, driver, spec);
    assert.equal(answerOf(await sandbox.invoke(callOf(0))), initialization);
  });

  it('leaves nothing of a stem cell whose function cannot be loaded', options, async (t) => {
    const spec = specOf(bundle(t, { 'index.js': 'throw new TypeError("no");' }));
    const stem = await stemOf(t, driver, spec);
    await assert.rejects(stem.become(spec), (error) => {
      assert(error instanceof SandboxInitError);
      assert.match(Buffer.from(error.payload).toString(), /"errorType":"TypeError"/);
      return true;
    });
    await nothingLeft(stem);
  });

  it('says what code it cannot find', options, async (t) => {
    const spec = specOf(`${bundle(t, echo)}/nowhere`);
    const stem = await stemOf(t, driver, spec);
    await assert.rejects(stem.become(spec), SandboxInitError);
    await nothingLeft(stem);
  });

  it('tells of a stem cell that dies, which becomes nothing any more', options, async (t) => {
    const spec = specOf(bundle(t, echo));
    const stem = await stemOf(t, driver, spec);
    const pids = processesOf(stem as unknown as Sandbox);
    const ended = new Promise<void>((resolve) => stem.onEnded(resolve));
    process.kill(Math.max(...pids), 'SIGKILL');
    await ended;
    assert.equal(stem.alive, false);
    await assert.rejects(stem.become(spec));
    await stem.end();
    await nothingLeft(stem);
  });

  it('ends a stem cell in whatever state it is', options, async (t) => {
    const spec = specOf(bundle(t, echo));
    const idle = await stemOf(t, driver, spec);
    await idle.end();
    const asleep = await stemOf(t, driver, spec);
    freeze(asleep);
    await asleep.end();
    const loading = await stemOf(t, driver, spec);
    const becoming = assert.rejects(loading.become(spec), SandboxInitError);
    await loading.end();
    await becoming;
    const became = await stemOf(t, driver, spec);
    const sandbox = await became.become(spec);
    assert.equal(became.alive, false);
    await assert.rejects(became.become(spec));
    await became.end();
    assert.equal(sandbox.alive, false);
    for (const stem of [idle, asleep, loading, became]) await nothingLeft(stem);
  });

  if (freezes) {
    it('wakes a frozen stem cell to become a function', options, async (t) => {
      for (const [runtime, files] of [
        ['nodejs20.x', echo],
        ['python3.11', { 'index.py': 'def handler(event, context):\n    return event\n' }],
      ] as const) {
        const spec = specOf(bundle(t, files), { runtime });
        const stem = await stemOf(t, driver, spec);
        freeze(stem);
        await frozen(stem as unknown as Sandbox);
        const sandbox = await stem.become(spec);
        assert.equal(answerOf(await sandbox.invoke(callOf('awake'))), 'awake');
        await sandbox.end();
      }
    });
  }

  it('leaves nothing of many stem cells, taken and not', options, async (t) => {
    const files = { 'index.py': 'def handler(event, context):\n    return event\n' };
    const spec = specOf(bundle(t, files), { runtime: 'python3.11' });
    const first = await stemOf(t, driver, spec);
    const runtimeDir = dirname(directoryOf(first as unknown as Sandbox));
    const groups = groupsBeside(first as unknown as Sandbox);
    assert.equal(groups.length > 0, freezes);
    await first.end();
    const before = hostState(runtimeDir, groups);
    for (let round = 0; round < 2; round++) {
      const stems = await Promise.all(Array.from({ length: 6 }, () => stemOf(t, driver, spec)));
      const sandboxes = await Promise.all(stems.slice(2 * round).map((stem) => stem.become(spec)));
      const answers = await Promise.all(sandboxes.map((sandbox) => sandbox.invoke(callOf(round))));
      for (const answer of answers) assert.equal(answerOf(answer), round);
      await Promise.all(stems.map((stem) => stem.end()));
    }
    assert.deepEqual(hostState(runtimeDir, groups), before);
  });
}

export async function stemOf(
  t: TestContext,
  driver: SandboxDriver,
  spec: SandboxSpec,
): Promise<StemCell> {
  const kind = driver.stemKindOf(spec);
  assert(kind !== null);
  const stem = await driver.createStem(kind);
  assert.equal(stem.alive, true);
  t.after(() => stem.end());
  return stem;
}

/** A sandbox that came of a stem cell. */
export async function taken(
  t: TestContext,
  driver: SandboxDriver,
  spec: SandboxSpec,
): Promise<Sandbox> {
  return (await stemOf(t, driver, spec)).become(spec);
}

/** Freezes at once, where the driver would after a linger. */
export function freeze(stem: StemCell): void {
  const { sandbox } = stem as unknown as { sandbox: FramedSandbox };
  sandbox.freezeIfIdleSince(Number.POSITIVE_INFINITY);
}

/** Any that this very process has loaded: small, and of the right machine. */
function someLibrary(): string {
  const found = /\/\S+\/libm[-.]\S+/.exec(readFileSync('/proc/self/maps', 'latin1'));
  assert(found !== null);
  return found[0];
}

/** What names a sandbox in all that it sees: its id, and its directory where it sees that. */
function ownIn(sandbox: Sandbox): RegExp {
  return new RegExp(`${sandbox.id}\\b|${directoryOf(sandbox)}\\b`, 'g');
}

async function nothingLeft(stem: StemCell): Promise<void> {
  await stem.end();
  assert(!existsSync(directoryOf(stem as unknown as Sandbox)));
  assert.deepEqual(processesOf(stem as unknown as Sandbox), []);
}

/** All that sandboxes could leave on the host. */
function hostState(runtimeDir: string, groups: readonly string[]) {
  const mark = `=${basename(runtimeDir)}-`;
  return {
    entries: [runtimeDir, ...groups].flatMap((path) => readdirSync(path).sort()),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(runtimeDir)).length,
    processes: readdirSync('/proc').filter((pid) => environmentOf(pid).includes(mark)).length,
    listening: readFileSync('/proc/net/unix', 'utf8').split(runtimeDir).length,
  };
}

/** The directories that have the control groups of a sandbox and of those beside it. */
function groupsBeside(sandbox: Sandbox): readonly string[] {
  const [pid] = processesOf(sandbox);
  const runtime = basename(dirname(directoryOf(sandbox)));
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  return lines
    .flatMap((line) => {
      const [, controllers = '', path = ''] = line.split(':');
      const roots = ['', 'unified', controllers].map((name) => join('/sys/fs/cgroup', name));
      return [...new Set(roots)].map((root) => join(root, dirname(path)));
    })
    .filter((path) => path.includes(runtime) && existsSync(path));
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
