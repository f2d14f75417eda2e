import { strict as assert } from 'node:assert';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { noLogs } from '../../src/agent/index.js';
import { NamespaceDriver, probeNamespaces } from '../../src/agent/namespace/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { missing } from '../e2e/cluster-harness.js';
import { answerOf, callOf, nodeSandbox } from './fixture.js';

const deadline = { timeout: 30_000 };
const probe = await probeNamespaces();
const skip = probe.works
  ? process.getuid?.() === 0
    ? missing('ip', 'nsenter', 'unshare', 'slirp4netns')
    : 'root only'
  : probe.reason;

/** Connects to each, and says what it hears, or why it hears nothing. */
const connecting = `
const { connect } = require('node:net');
exports.handler = (targets) => Promise.all(targets.map(([host, port]) => new Promise((resolve) => {
  const socket = connect({ host, port, timeout: 3000 });
  socket.on('data', (data) => { resolve(String(data)); socket.destroy(); });
  socket.on('error', (error) => resolve(error.code));
  socket.on('timeout', () => { resolve('timeout'); socket.destroy(); });
})));`;
const refusals = ['EACCES', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED', 'timeout'];
const outsidePort = 8080;
const outsideServer = `require('node:net').createServer((socket) => socket.end('outside'))
  .listen(${outsidePort}, () => console.log('up'))`;

describe('network of a namespace sandbox', { skip }, () => {
  const data = mkdtempSync(join(tmpdir(), 'hearth-test-'));
  const driver = new NamespaceDriver(
    { clock: systemClock, logger: silentLogger, logs: noLogs },
    { manifestPath: join(data, 'sandboxes.json') },
  );
  const device = `hv${process.pid}`;
  const subnet = `10.213.${process.pid % 256}`;
  const host = createServer((socket) => socket.end('host'));
  let outside: ReturnType<typeof spawn>;

  before(async () => {
    await driver.start();
    await listening(host);
    outside = spawn('unshare', ['--net', process.execPath, '-e', outsideServer], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(outside.stdout ?? outside, 'data');
    const there = ['-t', String(outside.pid), '-n', 'ip'];
    for (const [program, ...args] of [
      ['ip', 'link', 'add', device, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', outside.pid],
      ['ip', 'addr', 'add', `${subnet}.1/30`, 'dev', device],
      ['ip', 'link', 'set', device, 'up'],
      ['nsenter', ...there, 'addr', 'add', `${subnet}.2/30`, 'dev', 'eth0'],
      ['nsenter', ...there, 'link', 'set', 'eth0', 'up'],
    ]) {
      execFileSync(String(program), args.map(String));
    }
  });
  after(async () => {
    outside?.kill('SIGKILL');
    host.close();
    await driver.stop();
    rmSync(data, { recursive: true, force: true });
  });

  const targets = (): [string, number][] => {
    const { port } = host.address() as AddressInfo;
    return [
      [`${subnet}.2`, outsidePort],
      [`${subnet}.1`, port],
      ['10.0.2.2', port],
      ['127.0.0.1', port],
    ];
  };

  it('is nothing but a loopback of its own by default', deadline, async (t) => {
    const sandbox = await nodeSandbox(t, driver, connecting);
    const heard = answerOf(await sandbox.invoke(callOf(targets()))) as string[];
    for (const answer of heard) assert.ok(refusals.includes(answer), answer);
  });

  it('leads outside where it is asked for, and never to the host itself', deadline, async (t) => {
    const sandbox = await nodeSandbox(t, driver, connecting, { network: 'outbound' });
    const result = await sandbox.invoke(callOf(targets()));
    const [far, ...own] = answerOf(result) as string[];
    assert.equal(far, 'outside');
    for (const answer of own) assert.ok(refusals.includes(answer), answer);
  });

  it('ends with its sandbox', deadline, async (t) => {
    const code = 'exports.handler = async () => 1;';
    const sandbox = await nodeSandbox(t, driver, code, { network: 'outbound' });
    const helpers = (): string =>
      execFileSync(
        'sh',
        ['-c', `grep -lz 'HEARTH_SANDBOX_ID=${sandbox.id}' /proc/[0-9]*/environ; :`],
        {
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      ).toString();
    assert.notEqual(helpers(), '');
    await sandbox.end();
    assert.equal(helpers(), '');
  });
});

function listening(server: Server): Promise<unknown> {
  server.listen(0, '0.0.0.0');
  return once(server, 'listening');
}
