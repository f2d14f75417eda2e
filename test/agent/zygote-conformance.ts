/** What the zygotes of every driver that has them must do, run with real processes. */

import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import {
  NoSnapshotError,
  type Sandbox,
  type SandboxDriver,
  SandboxInitError,
  type SandboxSpec,
  type Zygote,
} from '../../src/agent/index.js';
import { until } from './cgroup/fixture.js';
import {
  answerOf,
  bundle,
  callOf,
  directoryOf,
  type ErrorAnswer,
  ended,
  isRunning,
  processesOf,
  specOf,
} from './fixture.js';

const deadline = { timeout: 30_000 };
const copiesAtOnce = 10;

/** Whatever depends on how the driver runs a process. */
export function zygoteConformance(title: string, driver: SandboxDriver, copyCount = 20): void {
  describe(`${title}: zygotes`, () => {
    before(() => driver.start());
    after(() => driver.stop());
    copyConformance(driver);
    zygoteLimits(driver);
    zygoteEndings(driver, copyCount);
  });
}

/** The ends of copies where there are no cgroups. */
export function endingsWithoutGroups(title: string, driver: SandboxDriver): void {
  describe(`${title}: zygotes`, () => {
    before(() => driver.start());
    after(() => driver.stop());
    zygoteEndings(driver, 5);
    it('kills what a copy had forked away when it exits', deadline, async (t) => {
      const code = `
import os
def handler(event, context):
    if event == "exit":
        os._exit(1)
    pid = os.fork()
    if pid == 0:
        os.read(os.pipe()[0], 1)
        os._exit(0)
    return pid
`;
      const zygote = await pythonZygote(t, driver, code);
      const [copy] = (await forks(t, zygote, 1)) as [Sandbox];
      const pid = (await asked(copy)) as number;
      assert.equal(isRunning(pid), true);
      await asked(copy, 'exit');
      await copy.end();
      assert.equal(isRunning(pid), false);
    });
  });
}

/** What depends on the runtime alone, whatever the driver is. */
export function zygoteRefusals(title: string, driver: SandboxDriver): void {
  describe(`${title}: refused copies`, () => {
    before(() => driver.start());
    after(() => driver.stop());
    refusalConformance(driver);
  });
}

function copyConformance(driver: SandboxDriver): void {
  it(
    'initialises once, and its copies share what came of it but nothing since',
    deadline,
    async (t) => {
      const code = `
import os
loaded_by, n = os.getpid(), 0
def handler(event, context):
    global n
    n += 1
    return [n, loaded_by, os.getpid(), context.log_stream_name, os.environ["HEARTH_SANDBOX_ID"]]
`;
      const zygote = await pythonZygote(t, driver, code);
      const copies = await forks(t, zygote, 3);
      const answers = (await Promise.all(copies.map((copy) => asked(copy)))) as [
        number,
        number,
        number,
        string,
        string,
      ][];
      for (const [at, [n, loadedBy, pid, stream, id]] of answers.entries()) {
        assert.deepEqual([n, stream, id], [1, copies[at]?.logStream, copies[at]?.id]);
        assert.notEqual(pid, loadedBy);
      }
      assert.equal(new Set(answers.map(([, loadedBy]) => loadedBy)).size, 1);
      assert.equal(new Set(answers.map(([, , pid]) => pid)).size, 3);
      const [copy] = copies as [Sandbox];
      assert.equal(((await asked(copy)) as number[])[0], 2);
    },
  );

  it('gives each copy random numbers and names of files of its own', deadline, async (t) => {
    const code = `
import random, tempfile, uuid, os
from numpy import random as numpy_random
own = random.Random(7)
drawn = own.random(), random.random(), uuid.uuid4(), tempfile.mktemp(), numpy_random.legacy.number
def handler(event, context):
    return [own.random(), random.random(), str(uuid.uuid4()), numpy_random.legacy.number,
        tempfile.mktemp(), os.path.basename(tempfile.mktemp())]
`;
    const numpy = `
import os
class RandomState:
    number = 1
    def seed(self):
        self.number = int.from_bytes(os.urandom(6), "big")
legacy = RandomState()
`;
    const files = { 'index.py': code, 'numpy/__init__.py': '', 'numpy/random.py': numpy };
    const zygote = await zygoteOf(t, driver, files);
    const copies = await forks(t, zygote, 3);
    const drawn = (await Promise.all(copies.map((copy) => asked(copy)))) as unknown[][];
    const count = new Set(drawn.flat()).size;
    assert.equal(count, drawn.flat().length, JSON.stringify(drawn));
  });

  it(
    'runs hooks before the snapshot last first, and in each copy first first',
    deadline,
    async (t) => {
      const code = `
from snapshot_restore_py import register_before_snapshot, register_after_restore
import os
done = []
for name in ("a", "b"):
    register_before_snapshot(done.append, "before " + name)
    register_after_restore(lambda name, at: done.append("after " + name + at), name, at="!")
@register_after_restore
def last():
    done.append(os.environ["HEARTH_SANDBOX_ID"])
def handler(event, context):
    return done
`;
      const zygote = await pythonZygote(t, driver, code);
      for (const copy of await forks(t, zygote, 2)) {
        const expected = ['before b', 'before a', 'after a!', 'after b!', copy.id];
        assert.deepEqual(await asked(copy), expected);
      }
      const spec = specOf(bundle(t, { 'index.py': code }), { runtime: 'python3.11' });
      const plain = await driver.create(spec);
      t.after(() => plain.end());
      assert.deepEqual(await asked(plain), []);
    },
  );

  it('fails a copy whose hook raises, and goes on', deadline, async (t) => {
    const code = `
from snapshot_restore_py import register_after_restore
import os
@register_after_restore
def sometimes():
    if not os.path.exists(os.environ["MARK"]):
        open(os.environ["MARK"], "w").close()
        raise ValueError("not this time")
def handler(event, context):
    return "fine"
`;
    const mark = join(bundle(t, {}), 'mark');
    const zygote = await pythonZygote(t, driver, code, {
      environment: { MARK: driver.kind === 'process' ? mark : '/tmp/mark' },
    });
    await assert.rejects(zygote.fork(), (error) => {
      assert(error instanceof SandboxInitError, String(error));
      const { errorMessage, errorType } = errorOf(error);
      assert.equal(errorType, 'Runtime.AfterRestoreError');
      assert.match(errorMessage, /ValueError: not this time/);
      return true;
    });
    const [copy] = (await forks(t, zygote, 1)) as [Sandbox];
    assert.equal(await asked(copy), 'fine');
  });

  it('lets every copy read a file that was open from where it was', deadline, async (t) => {
    const code = `
import os
book = open(os.path.join(os.path.dirname(__file__), "book.txt"))
os.read(book.fileno(), 2)
def handler(event, context):
    return os.read(book.fileno(), 3).decode()
`;
    const zygote = await zygoteOf(t, driver, { 'index.py': code, 'book.txt': 'abcdefgh' });
    const [first, second] = (await forks(t, zygote, 2)) as [Sandbox, Sandbox];
    const read = [await asked(first), await asked(second), await asked(first)];
    assert.deepEqual(read, ['cde', 'cde', 'fgh']);
  });

  it(
    'has no connection in a copy but its own, and a directory for its own files',
    deadline,
    async (t) => {
      const code = `
import os, stat, tempfile
def handler(event, context):
    if event == "write":
        tempfile.NamedTemporaryFile(delete=False).write(b"mine")
    if isinstance(event, str) and event.startswith("/"):
        return os.path.exists(event)
    sockets = 0
    for name in os.listdir("/proc/self/fd"):
        if int(name) <= 2:
            continue
        try:
            sockets += stat.S_ISSOCK(os.fstat(int(name)).st_mode)
        except OSError:
            pass
    return [sockets, os.environ["TMPDIR"], os.listdir(os.environ["HOME"])]
`;
      const zygote = await pythonZygote(t, driver, code);
      const [first, second] = (await forks(t, zygote, 2)) as [Sandbox, Sandbox];
      const [sockets, directory, files] = (await asked(first, 'write')) as [
        number,
        string,
        string[],
      ];
      assert.deepEqual([sockets, files.length], [1, 1]);
      assert.notEqual(((await asked(second)) as unknown[])[1], directory);
      await first.end();
      // its files are removed by a process of the zygote's, which nobody waits for
      while ((await asked(second, directory)) === true);
    },
  );

  it('makes as many copies at once as it is asked for', deadline, async (t) => {
    const zygote = await pythonZygote(t, driver, hello);
    const copies = await Promise.all(Array.from({ length: 8 }, () => zygote.fork()));
    assert.ok(copies.every(({ isCopy }) => isCopy));
    const answers = await Promise.all(copies.map((copy) => asked(copy, copy.id)));
    assert.deepEqual(
      answers,
      copies.map((copy) => copy.id),
    );
    await Promise.all(copies.map((copy) => copy.end()));
  });
}

function refusalConformance(driver: SandboxDriver): void {
  it('refuses, with the reason, what a copy would not have or would share', deadline, async (t) => {
    const cases: Readonly<Record<string, RegExp>> = {
      'import threading, time\nthreading.Thread(target=time.sleep, args=(9,), name="clock", daemon=True).start()':
        /has started threads while it was initialised: clock\.$/,
      'import socket\nkept = socket.socketpair()': /holds a connection, a pipe or the like/,
      'import os\nkept = os.pipe()': /holds a connection, a pipe or the like.*pipe:/,
      'import select\nkept = select.epoll()': /holds a connection, a pipe or the like.*eventpoll/,
      'import tempfile\nkept = tempfile.TemporaryFile()': /holds a file open for writing/,
      'import subprocess\nkept = subprocess.Popen(["/bin/sleep", "9"])': /has started processes/,
      'import mmap\nkept = mmap.mmap(-1, 4096)': /holds memory that all copies would write to/,
    };
    for (const [code, reason] of Object.entries(cases)) {
      await assert.rejects(pythonZygote(t, driver, `${code}\n${hello}`), (error) => {
        assert(error instanceof NoSnapshotError, String(error));
        assert.match(error.message, reason);
        return true;
      });
    }
  });

  it('tells an initialisation that fails from one that cannot be copied', deadline, async (t) => {
    const hook = `
from snapshot_restore_py import register_before_snapshot
register_before_snapshot(int, "x")
`;
    const cases = [
      ['raise ValueError("at load")', 'ValueError'],
      [hook, 'Runtime.BeforeSnapshotError'],
    ] as const;
    for (const [code, type] of cases) {
      await assert.rejects(pythonZygote(t, driver, `${code}\n${hello}`), (error) => {
        assert(error instanceof SandboxInitError, String(error));
        assert.equal(errorOf(error).errorType, type);
        return true;
      });
    }
  });

  it('copies no process of another runtime than Python', deadline, async (t) => {
    for (const runtime of ['nodejs20.x', 'provided.al2023']) {
      const spec = specOf(bundle(t, {}), { runtime });
      await assert.rejects(driver.createZygote(spec), NoSnapshotError);
    }
  });
}

function zygoteLimits(driver: SandboxDriver): void {
  it('limits each copy by itself', deadline, async (t) => {
    const code = `
def handler(event, context):
    kept = [bytearray(1 << 20) for _ in range(event)]
    return len(kept)
`;
    const zygote = await pythonZygote(t, driver, code);
    const [hog, modest, other] = (await forks(t, zygote, 3)) as [Sandbox, Sandbox, Sandbox];
    // together they have more than one may have
    assert.deepEqual(await Promise.all([asked(modest, 90), asked(other, 90)]), [90, 90]);
    const { errorType } = (await asked(hog, 200)) as ErrorAnswer;
    assert.equal(errorType, 'Runtime.OutOfMemory');
    assert.deepEqual([hog.alive, modest.alive, zygote.alive], [false, true, true]);
    assert((modest.usage(true).memoryPeakBytes ?? 0) > 80 << 20);
    assert.equal(await asked(modest, 1), 1);
  });
}

function zygoteEndings(driver: SandboxDriver, copyCount: number): void {
  it('tells how a copy has ended, and goes on', deadline, async (t) => {
    const code = `
import os
def handler(event, context):
    os._exit(event) if event > 0 else os.kill(os.getpid(), -event)
`;
    const zygote = await pythonZygote(t, driver, code);
    for (const [event, text] of [
      [7, 'exit status 7'],
      [-6, 'signal: aborted'],
    ] as const) {
      const [copy] = (await forks(t, zygote, 1)) as [Sandbox];
      const { errorType, errorMessage } = (await asked(copy, event)) as ErrorAnswer;
      assert.equal(errorType, 'Runtime.ExitError');
      assert(errorMessage.endsWith(text), errorMessage);
      assert.equal(copy.alive, false);
    }
  });

  it('kills what a copy has forked away', deadline, async (t) => {
    const code = `
import os, subprocess
def handler(event, context):
    subprocess.Popen(["/bin/sleep", "60"])
    if os.fork() == 0:
        os.read(os.pipe()[0], 1)
        os._exit(0)
`;
    const zygote = await pythonZygote(t, driver, code);
    const [copy] = (await forks(t, zygote, 1)) as [Sandbox];
    await asked(copy);
    // a process that has just begun its program shows its environment a moment later
    await until('the program of the copy is seen', () => processesOf(copy).length === 1);
    await copy.end();
    assert.deepEqual(processesOf(copy), []);
    await zygote.end();
    assert.deepEqual(processesOf(zygote), []);
  });

  it('leaves nothing of many copies', deadline, async (t) => {
    const zygote = await pythonZygote(t, driver, hello);
    const before = groupsOf(zygote);
    for (let made = 0; made < copyCount; made += copiesAtOnce) {
      const length = Math.min(copiesAtOnce, copyCount);
      const copies = await Promise.all(Array.from({ length }, () => zygote.fork()));
      assert.equal(await asked(copies[3] as Sandbox, made), made);
      await Promise.all(copies.map((copy) => copy.end()));
    }
    const directory = directoryOf(zygote);
    await zygote.end();
    assert.deepEqual(processesOf(zygote), []);
    assert.equal(existsSync(directory), false);
    for (const group of before) assert.deepEqual(groupsBelow(group), []);
  });

  it('lives on as a parent until its last copy has ended', deadline, async (t) => {
    const zygote = await pythonZygote(t, driver, hello);
    const [copy] = (await forks(t, zygote, 1)) as [Sandbox];
    let told = 0;
    zygote.onEnded(() => told++);
    let gone = false;
    const end = zygote.end().then(() => {
      gone = true;
    });
    assert.deepEqual([told, zygote.alive, copy.alive], [1, false, true]);
    await assert.rejects(zygote.fork(), { code: 'sandbox-unavailable' });
    assert.equal(await asked(copy, 'still'), 'still');
    assert.equal(gone, false);
    await copy.end();
    await end;
    assert.deepEqual(processesOf(zygote), []);
  });

  it('takes its copies along when it is killed', deadline, async (t) => {
    const zygote = await pythonZygote(t, driver, hello);
    const copies = await forks(t, zygote, 2);
    let told = 0;
    const toldOf = new Promise<void>((resolve) => {
      zygote.onEnded(() => {
        told++;
        resolve();
      });
    });
    // the copies die of it, so that the node may hear of their ends first
    const gone = [...copies.map(ended), toldOf];
    const parent = processesOf(zygote).find(isZygote);
    assert(parent !== undefined);
    process.kill(parent, 'SIGKILL');
    await Promise.all(gone);
    assert.deepEqual([told, zygote.alive], [1, false]);
    await Promise.all([zygote.end(), ...copies.map((copy) => copy.end())]);
    assert.deepEqual(processesOf(zygote), []);
  });
}

const hello = 'def handler(event, context):\n    return event\n';

function pythonZygote(
  t: TestContext,
  driver: SandboxDriver,
  code: string,
  changes: Partial<SandboxSpec> = {},
): Promise<Zygote> {
  return zygoteOf(t, driver, { 'index.py': code }, changes);
}

async function zygoteOf(
  t: TestContext,
  driver: SandboxDriver,
  files: Readonly<Record<string, string>>,
  changes: Partial<SandboxSpec> = {},
): Promise<Zygote> {
  const spec = specOf(bundle(t, files), { runtime: 'python3.11', ...changes });
  const zygote = await driver.createZygote(spec);
  // it waits for its copies, whose turn to end comes later
  t.after(() => void zygote.end());
  return zygote;
}

/** One after another, so that each finds the one that was made ready. They end before the zygote. */
async function forks(t: TestContext, zygote: Zygote, count: number): Promise<Sandbox[]> {
  const copies: Sandbox[] = [];
  for (let made = 0; made < count; made++) copies.push(await zygote.fork());
  t.after(() => Promise.all(copies.map((copy) => copy.end())));
  return copies;
}

async function asked(sandbox: Sandbox, event: unknown = {}): Promise<unknown> {
  return answerOf(await sandbox.invoke(callOf(event)));
}

function errorOf({ payload }: SandboxInitError): ErrorAnswer {
  return JSON.parse(Buffer.from(payload).toString()) as ErrorAnswer;
}

/** Among the processes of its sandbox and its copies it is the runtime that has children. */
function isZygote(pid: number): boolean {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  return command.includes('bootstrap.py') && !command.includes('bwrap') && text.trim() !== '';
}

/** The directories in which the groups of all sandboxes of the driver are. */
function groupsOf(zygote: Zygote): string[] {
  const [pid] = processesOf(zygote);
  const own = zygote.id.replace(/-(\d+)$/, '/$1');
  return readFileSync(`/proc/${pid}/cgroup`, 'latin1')
    .split('\n')
    .filter((line) => line.endsWith(own))
    .map((line) => line.split(':'))
    .map(([id, names = '', path = '']) =>
      ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', join('/sys/fs/cgroup', names)]
        .map((mount) => join(mount, path, '..'))
        .find((directory) => existsSync(directory) && (id !== '0' || names === '')),
    )
    .filter((directory) => directory !== undefined);
}

function groupsBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}
