import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { noLogs, SandboxInitError, sweepLeftovers } from '../../src/agent/index.js';
import { NamespaceDriver, probeNamespaces } from '../../src/agent/namespace/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import {
  answerOf,
  bundle,
  callOf,
  directoryOf,
  nodeSandbox,
  specOf,
  temporaryDirectory,
} from './fixture.js';

const deadline = { timeout: 30_000 };
const probe = await probeNamespaces();
const skip = probe.works ? false : probe.reason;
const isRoot = process.getuid?.() === 0;
const rootOnly = { ...deadline, skip: isRoot ? false : 'root only' };
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const memberPath = 'dist/test/agent/namespace-member.js';
const nobody = 65_534;
/** Puts this program and its interpreter where nobody, too, can read them, for nobody else to see. */
const becomeNobody = `
place=$1 root=$2 node=$3; shift 3
for name in dist src node_modules; do
  mkdir "$place/$name" && mount --bind "$(readlink -f "$root/$name")" "$place/$name" || exit 1
done
cp "$root/package.json" "$place" && : >"$place/node" && mount --bind "$node" "$place/node" || exit 1
exec setpriv --reuid ${nobody} --regid ${nobody} --clear-groups \\
  "$place/node" "$place/${memberPath}" "$@"`;

describe('namespace sandbox', { skip }, () => {
  const data = mkdtempSync(join(tmpdir(), 'hearth-test-'));
  const driver = new NamespaceDriver(
    { clock: systemClock, logger: silentLogger, logs: noLogs },
    { manifestPath: join(data, 'sandboxes.json') },
  );
  before(() => driver.start());
  after(async () => {
    await driver.stop();
    rmSync(data, { recursive: true, force: true });
  });

  it('sees of the host what its runtime needs, and nothing else', deadline, async (t) => {
    const sandbox = await nodeSandbox(
      t,
      driver,
      `const { readdirSync } = require('node:fs');
       const os = require('node:os');
       exports.handler = async () => ({
         root: readdirSync('/').filter((name) => !name.startsWith('lib') && !name.endsWith('bin')),
         var: readdirSync('/var'), run: readdirSync('/run'), opt: readdirSync('/opt'),
         tmp: readdirSync('/tmp'), task: readdirSync('/var/task'), cwd: process.cwd(),
         user: os.userInfo().username, uid: process.getuid(), host: os.hostname(),
         processes: readdirSync('/proc').filter((name) => /^\\d+$/.test(name)),
         networks: Object.keys(os.networkInterfaces()), home: process.env.HOME,
       });`,
    );
    const answer = answerOf(await sandbox.invoke(callOf({}))) as Record<string, unknown>;
    const { var: seenVar, ...rest } = answer as { var: string[] };
    // the interpreter is in /var/lang where it is not below /usr
    assert.deepEqual(new Set([...seenVar, 'lang']), new Set(['lang', 'runtime', 'task']));
    assert.deepEqual(rest, {
      root: ['dev', 'etc', 'opt', 'proc', 'run', 'tmp', 'usr', 'var'],
      run: ['hearth'],
      opt: [],
      tmp: [],
      task: ['index.js'],
      cwd: '/var/task',
      user: 'sbx_user',
      uid: 993,
      host: 'sandbox',
      processes: ['1', '2'],
      networks: ['lo'],
      home: '/tmp',
    });
  });

  it('gets its layers at /opt, and their programs and modules found', deadline, async (t) => {
    const layersRoot = bundle(t, {
      'bin/tool': '#!/bin/sh\necho tool\n',
      'nodejs/node_modules/dep/index.js': 'module.exports = "dep";',
    });
    chmodSync(join(layersRoot, 'bin/tool'), 0o755);
    const sandbox = await nodeSandbox(
      t,
      driver,
      `const { execFileSync } = require('node:child_process');
       exports.handler = async () => [require('dep'), execFileSync('tool').toString()];`,
      { layersRoot },
    );
    assert.deepEqual(answerOf(await sandbox.invoke(callOf({}))), ['dep', 'tool\n']);
  });

  it('holds no more in /tmp than it may, and less than its memory', deadline, async (t) => {
    const code = `const { writeFileSync, rmSync } = require('node:fs');
      exports.handler = async () => {
        for (let mb = 1; ; mb++) {
          try { writeFileSync('/tmp/file', Buffer.alloc(1 << 20), { flag: 'a' }); }
          catch (error) { rmSync('/tmp/file'); return [error.code, mb]; }
        }
      };`;
    for (const [memoryMb, ephemeralMb, limit] of [
      [256, 16, 16],
      [128, 512, 64],
    ] as const) {
      const sandbox = await nodeSandbox(t, driver, code, { memoryMb, ephemeralMb });
      assert.deepEqual(answerOf(await sandbox.invoke(callOf({}))), ['ENOSPC', limit + 1]);
    }
  });

  it('is somebody of its own on the host, each of them', rootOnly, async (t) => {
    const code = 'exports.handler = async () => 1;';
    const sandboxes = [await nodeSandbox(t, driver, code), await nodeSandbox(t, driver, code)];
    const uids = sandboxes.map(({ id }) => {
      const pids = pidsOf(id);
      assert.ok(pids.length >= 3, `${pids.length} processes`);
      return new Set(pids.map((pid) => statSync(`/proc/${pid}`).uid));
    });
    const [first = 0, second = 0] = uids.flatMap((some) => [...some]);
    assert.deepEqual(
      uids.map((some) => some.size),
      [1, 1],
    );
    assert.ok(first >= 1_900_000_000 && second >= 1_900_000_000 && first !== second);
  });

  it('reads its code where nobody but the node can enter', rootOnly, async (t) => {
    const closed = temporaryDirectory(t);
    const taskRoot = join(closed, 'code', 'abc');
    mkdirSync(taskRoot, { recursive: true });
    writeFileSync(join(taskRoot, 'index.js'), 'exports.handler = async () => __filename;');
    assert.equal(statSync(closed).mode & 0o777, 0o700);
    for (let round = 0; round < 2; round++) {
      const sandbox = await driver.create(specOf(taskRoot));
      assert.equal(answerOf(await sandbox.invoke(callOf({}))), '/var/task/index.js');
      // bound for sandboxes only: the host sees no mount, and can remove what was bound
      const runtimeDir = dirname(directoryOf(sandbox));
      assert.ok(!readFileSync('/proc/self/mountinfo', 'utf8').includes(runtimeDir));
      await sandbox.end();
    }
    rmSync(taskRoot, { recursive: true });
  });

  it('says which code it cannot read', rootOnly, async (t) => {
    const taskRoot = bundle(t, { 'index.js': '' });
    chmodSync(taskRoot, 0o700);
    await assert.rejects(driver.create(specOf(taskRoot)), (error) => {
      assert.ok(error instanceof SandboxInitError);
      assert.ok(error.message.includes(`${taskRoot} cannot be read by other users`), error.message);
      return true;
    });
  });

  it('works for a node that is an ordinary user', rootOnly, async (t) => {
    const taskRoot = bundle(t, {
      'index.js': `exports.handler = async () => [process.getuid(), __dirname,
        require('node:fs').readdirSync('/var/task')];`,
    });
    const { answer } = await runMember(t, taskRoot, { asNobody: true });
    assert.deepEqual(answer, [993, '/var/task', ['index.js']]);
  });

  it('hands on no descriptor that the node was started with', deadline, async (t) => {
    const taskRoot = bundle(t, {
      'index.js': `const { readdirSync, readlinkSync } = require('node:fs');
        exports.handler = async () => readdirSync('/proc/self/fd').flatMap((fd) => {
          try { return [readlinkSync('/proc/self/fd/' + fd)]; } catch { return []; }
        });`,
    });
    const leak = openSync('/etc', 'r');
    t.after(() => closeSync(leak));
    const { answer } = await runMember(t, taskRoot, { leak });
    const links = answer as string[];
    for (const link of links) {
      assert.match(link, /^(\/dev\/null|\/proc\/\d+\/fd|(socket|pipe|anon_inode):.*)$/);
    }
  });

  it('leaves no process behind when its node is killed', deadline, async (t) => {
    const taskRoot = bundle(t, {
      'index.js': `const { spawn } = require('node:child_process');
        exports.handler = async () => spawn('sleep', ['1000'], { detached: true, env: {} }).pid;`,
    });
    const { id, child, data } = await runMember(t, taskRoot, { stay: true });
    const pids = pidsOf(id);
    assert.ok(pids.length >= 3, `${pids.length} processes`);
    const sleeping = childrenOf(pids).filter((pid) => commandOf(pid).startsWith('sleep'));
    assert.equal(sleeping.length, 1);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await gone([...pids, ...sleeping]);
    await sweepLeftovers(join(data, 'sandboxes.json'));
  });
});

describe('probe of namespaces', () => {
  const pathBefore = process.env.PATH ?? '';
  after(() => {
    process.env.PATH = pathBefore;
  });

  const withProgram = (t: TestContext, name: string, text: string): void => {
    const directory = bundle(t, {});
    writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    process.env.PATH = `${directory}:${pathBefore}`;
  };

  it('says in one sentence what bubblewrap says', { ...deadline, skip }, async (t) => {
    const help = 'case $1 in --help) echo --perms --size --remount-ro; exit;; esac';
    withProgram(
      t,
      'bwrap',
      `${help}; echo "bwrap: No permissions to create new namespace" >&2; exit 1`,
    );
    assert.deepEqual(await probeNamespaces(), {
      works: false,
      reason: 'bwrap: No permissions to create new namespace.',
    });
  });

  it('wants a bubblewrap that is new enough', deadline, async (t) => {
    withProgram(t, 'bwrap', 'echo --perms');
    const answer = await probeNamespaces();
    assert.match(answer.works ? '' : answer.reason, /--size, --remount-ro; install bubblewrap 0.5/);
  });

  it('leaves nothing behind', { ...deadline, skip }, async (t) => {
    process.env.PATH = pathBefore;
    const directory = bundle(t, {});
    const { TMPDIR } = process.env;
    process.env.TMPDIR = directory;
    t.after(() => {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    });
    assert.deepEqual(await probeNamespaces(), { works: true });
    assert.deepEqual(readdirSync(directory), []);
  });

  it('says which directory keeps other users out', { ...rootOnly, skip }, async (t) => {
    const directory = temporaryDirectory(t);
    const { TMPDIR } = process.env;
    process.env.TMPDIR = directory;
    const answer = await probeNamespaces();
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    assert.ok(!answer.works && answer.reason.startsWith(`${directory} cannot be entered by other`));
  });
});

interface MemberOptions {
  readonly asNobody?: boolean;
  readonly leak?: number;
  readonly stay?: boolean;
}

/** Starts a member, which runs the function once, and gives what it says. */
async function runMember(t: TestContext, taskRoot: string, options: MemberOptions) {
  const { asNobody, leak, stay } = options;
  const data = temporaryDirectory(t);
  if (asNobody) chownSync(data, nobody, nobody);
  const [program = '', ...first] = asNobody
    ? ['unshare', '--mount', 'sh', '-c', becomeNobody, 'sh', bundle(t, {}), root, process.execPath]
    : [process.execPath, join(root, memberPath)];
  const child = spawn(program, [...first, data, taskRoot, ...(stay ? ['stay'] : [])], {
    stdio: ['pipe', 'pipe', 'inherit', ...leaking(leak)],
  });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout?.on('data', (text: Buffer) => {
    said += text;
  });
  if (stay) await once(child.stdout ?? child, 'data');
  else await once(child, 'close');
  return { ...(JSON.parse(said) as { id: string; answer: unknown }), child, data };
}

/** As a descriptor so high that Node.js does not look at it when it starts. */
function leaking(descriptor: number | undefined): (number | 'ignore')[] {
  if (descriptor === undefined) return [];
  return [...Array.from({ length: 40 }, () => 'ignore' as const), descriptor];
}

function pidsOf(sandboxId: string): number[] {
  return allPids().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1')
        .split('\0')
        .includes(`HEARTH_SANDBOX_ID=${sandboxId}`);
    } catch {
      return false;
    }
  });
}

function childrenOf(pids: readonly number[]): number[] {
  return allPids().filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      return pids.includes(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      return false;
    }
  });
}

function allPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
}

/** Resolves when none of them runs; the test runner's timeout is the deadline. */
async function gone(pids: readonly number[]): Promise<void> {
  const runs = (pid: number): boolean => {
    try {
      return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    } catch {
      return false;
    }
  };
  while (pids.some(runs)) await new Promise((resolve) => setImmediate(resolve));
}
