/** A way out of Docker sandboxes, tried in a network of the test's own: the host, a bridge, and an outside. */
import { strict as assert } from 'node:assert';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DockerDriver, noLogs } from '../../../src/agent/index.js';
import { silentLogger, systemClock, systemRandom } from '../../../src/lib/index.js';
import { DockerTestDaemon, noDockerDaemon } from '../../docker-daemon.js';
import { missing } from '../../e2e/cluster-harness.js';
import { answerOf, callOf, nodeSandbox } from '../fixture.js';

const skip = noDockerDaemon() || missing('ip', 'iptables', 'nsenter', 'unshare');
const deadline = { timeout: 60_000 };
const port = 8080;
/** Connects to each, and says what it hears, or that it hears nothing. */
const connecting = `
const { connect } = require('node:net');
exports.handler = (hosts) => Promise.all(hosts.map((host) => new Promise((resolve) => {
  const socket = connect({ host, port: ${port}, timeout: 700 });
  socket.on('data', (data) => { resolve(String(data)); socket.destroy(); });
  socket.on('error', () => resolve('nothing'));
  socket.on('timeout', () => { resolve('nothing'); socket.destroy(); });
})));`;
const serving = `
const { createServer } = require('node:net');
const { networkInterfaces } = require('node:os');
const server = createServer((socket) => socket.end('neighbour')).listen(${port}, '0.0.0.0');
exports.handler = async () => networkInterfaces().eth0[0].address;`;
const server = (word: string): string =>
  `require('node:net').createServer((socket) => socket.end('${word}')).listen(${port}, '0.0.0.0', () => console.log('up'))`;

describe('network of docker sandboxes', { skip }, () => {
  if (skip !== false) return;
  const data = mkdtempSync(join(tmpdir(), 'hearth-test-'));
  const daemon = new DockerTestDaemon('own');
  const within = (...command: readonly string[]): string[] => [
    'nsenter',
    ...['-t', String(daemon.pid), '-n', '--', ...command],
  ];
  const run = ([program = '', ...args]: readonly string[]): string =>
    execFileSync(program, args, {
      encoding: 'utf8',
      env: { ...process.env, PATH: sbinPath },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const sbinPath = `${process.env.PATH}:/usr/sbin:/sbin`;
  const driver = new DockerDriver(
    {
      clock: systemClock,
      logger: silentLogger,
      logs: noLogs,
      random: systemRandom(),
      firewall: async (args) => run(within('iptables', ...args)),
    },
    { manifestPath: join(data, 'm'), socketPath: daemon.socketPath },
  );
  const servers: ReturnType<typeof spawn>[] = [];

  before(async () => {
    await daemon.start();
    const serve = async (word: string, command: readonly string[]): Promise<number> => {
      const [program = '', ...args] = [...command, process.execPath, '-e', server(word)];
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      servers.push(child);
      await once(child.stdout, 'data');
      return child.pid ?? 0;
    };
    const outside = await serve('outside', ['unshare', '--net']);
    const there = ['nsenter', '-t', String(outside), '-n', '--'];
    const peer = ['peer', 'name', 'eth0', 'netns', String(outside)];
    run(within('ip', 'link', 'add', 'out0', 'type', 'veth', ...peer));
    for (const address of ['10.9.0.1/24', '169.254.9.1/24']) {
      run(within('ip', 'addr', 'add', address, 'dev', 'out0'));
    }
    run(within('ip', 'link', 'set', 'out0', 'up'));
    run(within('ip', 'link', 'set', 'lo', 'up'));
    for (const address of ['10.9.0.2/24', '169.254.9.2/24']) {
      run([...there, 'ip', 'addr', 'add', address, 'dev', 'eth0']);
    }
    run([...there, 'ip', 'link', 'set', 'eth0', 'up']);
    await serve('host', within());
    await driver.start();
  });
  after(async () => {
    await driver.stop();
    for (const child of servers) child.kill('SIGKILL');
    await daemon.remove();
    rmSync(data, { recursive: true, force: true });
  });

  it(
    'reaches outside, but neither the host, its neighbours nor its credentials',
    deadline,
    async (t) => {
      const neighbour = await nodeSandbox(t, driver, serving, { network: 'outbound' });
      const address = answerOf(await neighbour.invoke(callOf(0))) as string;
      const sandbox = await nodeSandbox(t, driver, connecting, { network: 'outbound' });
      const gateway = address.replace(/\d+$/, '1');
      const hosts = ['10.9.0.2', '10.9.0.1', gateway, '169.254.9.2', address, '127.0.0.1'];
      assert.deepEqual(answerOf(await sandbox.invoke(callOf(hosts))), [
        'outside',
        ...['nothing', 'nothing', 'nothing', 'nothing', 'nothing'],
      ]);
      const closed = await nodeSandbox(t, driver, connecting);
      assert.deepEqual(answerOf(await closed.invoke(callOf(['10.9.0.2']))), ['nothing']);
    },
  );

  it('is removed with its rules by who needs it last', deadline, async () => {
    const rules = (): string => run(within('iptables', '-t', 'mangle', '-S'));
    assert.match(rules(), /-A PREROUTING -i hearth0 .*LOCAL -j DROP/);
    await driver.stop();
    assert.doesNotMatch(rules(), /hearth0/);
    assert.doesNotMatch(run(within('ip', 'link')), /hearth0/);
  });

  it('is refused where the firewall cannot be set', deadline, async (t) => {
    const powerless = new DockerDriver(
      {
        clock: systemClock,
        logger: silentLogger,
        logs: noLogs,
        random: systemRandom(),
        firewall: () => Promise.reject(new Error('spawn iptables ENOENT')),
      },
      { manifestPath: join(data, 'p'), socketPath: daemon.socketPath },
    );
    await powerless.start();
    t.after(() => powerless.stop());
    await assert.rejects(nodeSandbox(t, powerless, connecting, { network: 'outbound' }), {
      code: 'sandbox-unavailable',
      message: /iptables ENOENT.*network of the function to none/,
    });
  });
});
