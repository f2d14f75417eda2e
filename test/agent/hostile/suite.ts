/**
 * Functions that mean harm, tried for real over a driver that isolates. Each stays inside, the caller is told
 * what happened, and a neighbour, which runs all along, goes on answering from the same process.
 */
import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Sandbox, SandboxDriver, SandboxResult } from '../../../src/agent/index.js';
import {
  answerOf,
  bundle,
  callOf,
  directoryOf,
  type ErrorAnswer,
  nodeSandbox,
  processesOf,
  pythonSandbox,
  specOf,
} from '../fixture.js';
import * as attacks from './attacks.js';

const deadline = { timeout: 60_000 };
const shortTimeoutS = 1;
const tailBytesMax = 4096;
const growthBytesMax = 100 * 1024 * 1024;
const pidsMax = 1024;
const callsMeanwhile = 20;

export interface HostilePlace {
  readonly driver: SandboxDriver;
  /** The node's data directory: a function must not find it. */
  readonly data: string;
  /** Process 1 passes on to the function what signals it gets: it can end itself so. */
  readonly firstPassesSignals?: boolean;
}

export function hostileSuite(
  title: string,
  { driver, data, firstPassesSignals = false }: HostilePlace,
): void {
  describe(`${title}: hostile functions`, () => {
    let neighbour: Sandbox;
    const neighbourCode = join(data, 'neighbour');
    let answers = 0;

    before(async () => {
      await driver.start();
      mkdirSync(neighbourCode, { mode: 0o755 });
      writeFileSync(join(neighbourCode, 'index.js'), attacks.counter);
      neighbour = await driver.create(specOf(neighbourCode));
    });
    after(async () => {
      await neighbour?.end();
      await driver.stop();
    });

    /** The neighbour answers, and is the one that it was. */
    const askNeighbour = async (): Promise<void> => {
      assert.equal(answerOf(await neighbour.invoke(callOf({}, { timeoutS: 20 }))), ++answers);
    };

    /** Runs an attack, asks the neighbour again and again meanwhile, and once more at the end. */
    const attack = async (
      sandbox: Sandbox,
      event: unknown,
      timeoutS = 30,
    ): Promise<SandboxResult> => {
      const result = sandbox.invoke(callOf(event, { timeoutS }));
      for (let call = 0; call < callsMeanwhile; call++) await askNeighbour();
      await result;
      await askNeighbour();
      return result;
    };

    const errorOf = (result: SandboxResult): ErrorAnswer => {
      assert.equal(result.functionError, true);
      return answerOf(result) as ErrorAnswer;
    };

    /** The error that the node wrote. */
    const endedBy = (result: SandboxResult, ...types: string[]): void => {
      const { errorType } = errorOf(result);
      assert.ok(types.includes(errorType), errorType);
      assert.equal(result.errorType, errorType);
    };

    const nothingLeft = async (sandbox: Sandbox): Promise<void> => {
      await sandbox.end();
      assert.deepEqual(processesOf(sandbox), []);
      assert.equal(existsSync(directoryOf(sandbox)), false);
    };

    it('has so many processes and threads and no more', deadline, async (t) => {
      const sandbox = await pythonSandbox(t, driver, attacks.threadCount, { memoryMb: 1024 });
      const [error, count] = answerOf(await attack(sandbox, {})) as [string, number];
      assert.equal(error, "can't start new thread");
      assert.ok(count > pidsMax / 2 && count < pidsMax, String(count));
    });

    it('ends a fork bomb at its deadline, whole', deadline, async (t) => {
      const sandbox = await pythonSandbox(t, driver, attacks.forkBomb, { memoryMb: 512 });
      const result = await attack(sandbox, {}, shortTimeoutS);
      endedBy(result, 'Sandbox.Timedout', 'Runtime.OutOfMemory');
      await nothingLeft(sandbox);
      await askNeighbour();
    });

    it('ends what takes more memory than it may, and says so', deadline, async (t) => {
      const sandbox = await nodeSandbox(t, driver, attacks.memoryHog);
      const result = await attack(sandbox, {});
      endedBy(result, 'Runtime.OutOfMemory');
      assert.match(errorOf(result).errorMessage, /signal: killed \(out of memory/);
      assert.ok(sandbox.usage().memoryKills > 0);
      await nothingLeft(sandbox);
    });

    it('counts the memory of files without content', deadline, async (t) => {
      const sandbox = await pythonSandbox(t, driver, attacks.inodeHog);
      endedBy(await attack(sandbox, {}), 'Runtime.OutOfMemory');
      await nothingLeft(sandbox);
    });

    it('ends what burns the processor at its deadline', deadline, async (t) => {
      const sandbox = await nodeSandbox(t, driver, attacks.busy);
      endedBy(await attack(sandbox, {}, shortTimeoutS), 'Sandbox.Timedout');
      await nothingLeft(sandbox);
    });

    it('neither keeps endless output nor is held up by it', deadline, async (t) => {
      for (const event of ['native', 'printed']) {
        const sandbox = await pythonSandbox(t, driver, attacks.endlessOutput);
        const rssBefore = process.memoryUsage.rss();
        const result = await attack(sandbox, event, shortTimeoutS);
        endedBy(result, 'Sandbox.Timedout');
        assert.ok(result.log.length <= tailBytesMax);
        assert.ok(process.memoryUsage.rss() - rssBefore < growthBytesMax);
        await nothingLeft(sandbox);
      }
    });

    it('reads neither other functions nor the node', deadline, async (t) => {
      writeFileSync(join(data, 'secret'), 'x');
      const { pid } = process;
      const paths = [
        ...[data, join(data, 'secret'), neighbourCode, join(neighbourCode, 'index.js')],
        ...[directoryOf(neighbour), join(directoryOf(neighbour), 's')],
        ...[`/proc/${pid}/environ`, `/proc/${pid}/root`, `/proc/${pid}/cwd`, process.cwd()],
        ...['/root', '/home', '/sys', '/sys/fs/cgroup', '/boot', '/etc/shadow', '/proc/kcore'],
        ...['/proc/kmsg', '/var/lib', '/var/run', '/dev/mem', '/dev/kmsg', '/dev/vda', '/dev/sda'],
      ];
      const sandbox = await nodeSandbox(t, driver, attacks.readHost);
      assert.deepEqual(answerOf(await attack(sandbox, paths)), []);
    });

    it('finds nothing of the node anywhere', deadline, async (t) => {
      const name = `secret-${process.pid}`;
      writeFileSync(join(data, name), 'x');
      process.env.HEARTH_TEST_SECRET = `${name}-in-the-environment`;
      t.after(() => {
        delete process.env.HEARTH_TEST_SECRET;
      });
      const sandbox = await pythonSandbox(t, driver, attacks.search);
      const event = { name, secret: `${name}-in` };
      // its own copy of the event is in no file, environment or command line
      assert.deepEqual(answerOf(await attack(sandbox, event)), []);
    });

    it('connects to no socket, not even a second time to its own', deadline, async (t) => {
      const sandbox = await nodeSandbox(t, driver, attacks.connectSockets);
      const own = ['/run/hearth/s', '/var/run/docker.sock', '/run/docker.sock'];
      const others = [neighbour, sandbox].map((one) => join(directoryOf(one), 's'));
      assert.deepEqual(answerOf(await attack(sandbox, [...own, ...others])), []);
    });

    it('writes nowhere but in /tmp', deadline, async (t) => {
      const sandbox = await pythonSandbox(t, driver, attacks.writeAnywhere);
      assert.deepEqual(answerOf(await attack(sandbox, {})), []);
    });

    it('signals nobody but itself', deadline, async (t) => {
      let sandbox = await pythonSandbox(t, driver, attacks.killAll);
      const pids = [process.pid, process.ppid, ...processesOf(neighbour)];
      const outcome = await attack(sandbox, pids);
      if (firstPassesSignals) {
        // before it has answered, or after
        if (outcome.functionError) endedBy(outcome, 'Runtime.ExitError');
        await nothingLeft(sandbox);
        sandbox = await pythonSandbox(t, driver, attacks.killAll);
      } else {
        const result = answerOf(outcome) as { node: string[]; first: string[] };
        for (const answer of result.node) assert.ok(['ESRCH', 'EPERM'].includes(answer), answer);
        // process 1 of its own takes no signal from within
        assert.equal(sandbox.alive, true);
        assert.equal((await attack(sandbox, [])).functionError, false);
      }
      const last = await attack(sandbox, 'child', 5);
      endedBy(last, 'Runtime.ExitError');
      assert.match(errorOf(last).errorMessage, /signal: killed$/);
      await nothingLeft(sandbox);
    });

    it('reaches no network, and has no sockets but ordinary ones', deadline, async (t) => {
      const server = createServer((socket) => socket.end());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      t.after(() => server.close());
      const { port } = server.address() as AddressInfo;
      const targets = [
        ['127.0.0.1', port],
        ['10.0.2.2', port],
        ['169.254.169.254', 80],
        ['172.17.0.1', port],
        ['192.0.2.1', 443],
      ];
      const sandbox = await pythonSandbox(t, driver, attacks.network);
      const { connects, ...rest } = answerOf(await attack(sandbox, targets)) as {
        connects: string[];
      } & Record<string, string>;
      assert.equal(connects.length, targets.length);
      for (const answer of [...connects, ...Object.values(rest)]) assert.notEqual(answer, 'done');
    });

    it('has links followed by nobody', deadline, async (t) => {
      const victim = bundle(t, { file: 'here' });
      mkdirSync(join(victim, 'directory'));
      const sandbox = await nodeSandbox(t, driver, attacks.links);
      assert.equal(answerOf(await attack(sandbox, victim)), 'ENOENT');
      await nothingLeft(sandbox);
      assert.equal(readFileSync(join(victim, 'file'), 'utf8'), 'here');
      assert.ok(existsSync(join(victim, 'directory')));
    });

    it('is refused every call that a way out begins with', deadline, async (t) => {
      const sandbox = await pythonSandbox(t, driver, attacks.calls);
      const result = await attack(sandbox, {});
      assert.equal(result.functionError, false, Buffer.from(result.payload).toString());
      const { user, ...said } = answerOf(result) as Record<string, string>;
      const { 'set-user-id program': asProgram, su, ...calls } = said;
      assert.notEqual(user, '0');
      assert.deepEqual([asProgram, su], [user, '']);
      for (const [name, answer] of Object.entries(calls)) {
        // a user namespace does not even know of user 0
        const refusals = ['EPERM', 'ENOSYS', 'EACCES', ...(name === 'setuid' ? ['EINVAL'] : [])];
        assert.ok(refusals.includes(answer), `${name}: ${answer}`);
      }
    });
  });
}
