/**
 * A cluster of three machines: each node in a network namespace of its own, with HTTP on an address that the others
 * reach, and a wire between them that can be listened to. Root only.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Command, eventually, hearthBin } from './cluster-harness.js';
import { Network, noNetwork } from './netns/network.js';

const size = 3;
const httpPort = 8080;
const clusterPort = 7000;

interface Key {
  readonly id: string;
  readonly secret: string;
}

describe('three machines', { skip: noNetwork() }, () => {
  let network: Network;
  let secretFile = '';
  let admin: Key | undefined;
  const nodes: Command[] = [];
  const numbers = [1, 2, 3];
  const url = (i: number): string => `http://${network.address(i)}:${httpPort}`;

  /** Node.js where node `i` lives. */
  const inside = (i: number, args: readonly string[], env: NodeJS.ProcessEnv = {}): Command => {
    const [command = '', ...enter] = network.enter(i);
    return new Command(
      spawn(command, [...enter, process.execPath, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, TMPDIR: network.directory, ...env },
      }),
    );
  };

  /** A command on machine `at`, asking node `i`: with a key, or the cluster's secret where there is none yet. */
  const hearth = async (at: number, i: number, ...args: readonly string[]): Promise<string> => {
    const key = admin && {
      HEARTH_ACCESS_KEY_ID: admin.id,
      HEARTH_SECRET_ACCESS_KEY: admin.secret,
    };
    const by = key === undefined ? ['--secret-file', secretFile] : [];
    const command = inside(at, [hearthBin, ...args, ...by, '--endpoint', url(i)], key);
    const { code } = await command.ended();
    assert.equal(code, 0, `hearth ${args.join(' ')}: ${command.stderr}`);
    return command.stdout;
  };

  const start = async (i: number): Promise<void> => {
    // the first listens on all of its addresses; the others are told the one that its cluster port has
    const host = i === 1 ? '0.0.0.0' : network.address(i);
    const args = ['--data', join(network.directory, `node-${i}`), '--http', `${host}:${httpPort}`];
    args.push('--cluster', `${network.address(i)}:${clusterPort}`, '--secret-file', secretFile);
    args.push('--sandbox', 'process');
    if (i > 1) args.push('--join', `${network.address(1)}:${clusterPort}`);
    const node = inside(i, [hearthBin, 'node', ...args]);
    nodes.push(node);
    const ready = await node.untilPrinted(/^ready (\S+)$/m);
    assert.equal(ready[1], url(i));
  };

  before(async () => {
    network = await Network.open(size);
    secretFile = join(network.directory, 'secret');
    writeFileSync(secretFile, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
    for (const i of numbers) await start(i);
    await eventually(
      () => hearth(1, 1, 'nodes'),
      (text) => text.match(/ alive /g)?.length === size,
    );
    admin = JSON.parse(await hearth(1, 1, 'keys', 'new', '--allow', '*', '--json')) as Key;
  });

  after(async () => {
    if (network === undefined) return;
    await Promise.all(nodes.map((node) => node.stop()));
    network.close();
  });

  test('code is deployed through one, runs through each, and does not travel in plain text', async () => {
    const folder = join(network.directory, 'code');
    mkdirSync(folder);
    // what cannot be compressed stands in the zip as it is
    const noise = randomBytes(65_536);
    writeFileSync(join(folder, 'noise.bin'), noise);
    writeFileSync(
      join(folder, 'index.js'),
      `const size = require('node:fs').readFileSync(__dirname + '/noise.bin').length;
       exports.handler = async ({ text }) => { console.log(text); return [text.length, size]; };`,
    );
    await network.listenFor(noise.subarray(30_000, 30_016));
    await hearth(1, 1, 'deploy', folder, '--name', 'tells');
    for (const i of numbers) {
      const answer = await hearth(i, i, 'invoke', 'tells', '--data', '{"text":"hello"}');
      assert.deepEqual(JSON.parse(answer), [5, noise.length]);
    }
    assert.equal(await network.heard(), 0);
  });

  test('payloads and logs go from node to node, and not in plain text', async () => {
    const secret = randomBytes(16).toString('hex');
    const data = JSON.stringify({ text: secret });
    await network.listenFor(Buffer.from(secret));
    for (const i of numbers) await hearth(i, i, 'invoke', 'tells', '--data', data);
    for (const i of numbers) {
      await eventually(
        () => hearth(i, i, 'logs', 'tells'),
        (text) => text.split(secret).length - 1 === numbers.length,
      );
    }
    assert.equal(await network.heard(), 0);
    // who asks a node of another machine does so over the wire
    await hearth(1, 2, 'invoke', 'tells', '--data', data);
    assert.ok((await network.heard()) > 0, 'the wire is listened to');
  });

  test('pages between nodes are for nodes alone', async () => {
    const pages = [
      'node-logs/tells?order=newest&limit=1&since=0&until=1',
      `bundles/${'0'.repeat(64)}`,
    ];
    for (const page of pages) {
      const ask = `fetch('${url(2)}/_hearth/${page}').then(({ status }) => console.log(status))`;
      const command = inside(1, ['-e', ask]);
      await command.ended();
      assert.equal(command.stdout, '403\n', page);
    }
  });

  test('one that is told to stop is gone soon, and the others go on', async () => {
    const [, , third] = nodes;
    assert.deepEqual(await third?.stop(), { code: 0, signal: null });
    const answer = await hearth(2, 2, 'invoke', 'tells', '--data', '{"text":"hi"}');
    assert.deepEqual(JSON.parse(answer), [2, 65_536]);
  });
});
