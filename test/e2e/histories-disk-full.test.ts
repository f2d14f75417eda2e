/**
 * A disk that is really full, under a node that runs: a small file system of its own, filled to the
 * end.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { sweepLeftovers } from '../../src/agent/index.js';
import { sandboxManifest } from '../../src/types/index.js';
import { Cluster, Command, eventually, freePorts } from './cluster-harness.js';
import { call, deploy } from './functions.js';
import { noSmallDisk, SmallDisk } from './small-disk.js';

const diskBytes = 6 * 1024 * 1024;
/** More small writes than fit into what a full file system still has in started blocks. */
const writesMax = 300;
const skip = noSmallDisk();

/** Some nodes, one of them with a small disk. */
class Nodes {
  readonly #running = new Map<number, Command>();
  #disk: SmallDisk | null = null;

  private constructor(
    private readonly data: string,
    private readonly port: number,
    private readonly small: number,
  ) {}

  static async of(t: TestContext, count: number, small: number): Promise<Nodes> {
    const data = await mkdtemp(join(tmpdir(), 'hearth-disk-full-'));
    const nodes = new Nodes(data, await freePorts(), small);
    t.after(() => nodes.#close());
    const directory = join(data, String(small));
    mkdirSync(directory);
    nodes.#disk = await SmallDisk.mount(directory, diskBytes);
    for (let i = 1; i <= count; i++) {
      const join = i > 1 ? ['--join', `127.0.0.1:${nodes.port + 1001}`] : [];
      const node = Command.node(i, nodes.port, data, '--sandbox', 'process', ...join);
      nodes.#running.set(i, node);
      await node.untilPrinted(/^ready /m);
    }
    for (let i = 1; i <= count; i++) await nodes.#settled(i, count);
    return nodes;
  }

  client(i: number): LambdaClient {
    return Cluster.prototype.client.call(null, this.#url(i));
  }

  /** The status of a small write through a node, and what it says. */
  async write(i: number, name: string, description: string) {
    const path = `${this.#url(i)}/2015-03-31/functions/${name}/configuration`;
    const body = JSON.stringify({ Description: description });
    const answer = await fetch(path, { method: 'PUT', body });
    const told = (await answer.json()) as { Message?: string };
    return { status: answer.status, message: told.Message ?? '' };
  }

  /** Starts a sandbox on this very node. */
  warm(i: number, name: string): Promise<Response> {
    return fetch(`${this.#url(i)}/_hearth/warm/${name}`, { method: 'POST' });
  }

  async kill(i: number): Promise<void> {
    await this.#running.get(i)?.stop('SIGKILL');
    this.#running.delete(i);
  }

  /** It has said so. */
  get isFull(): boolean {
    return /the disk is full/.test(this.#running.get(this.small)?.stderr ?? '');
  }

  async fill(): Promise<void> {
    await this.#disk?.fill();
  }

  async makeRoom(): Promise<void> {
    await this.#disk?.makeRoom();
  }

  #url(i: number): string {
    return `http://127.0.0.1:${this.port + i}`;
  }

  async #settled(i: number, count: number): Promise<void> {
    await eventually(
      async () => (await fetch(`${this.#url(i)}/_hearth/cluster`)).json() as Promise<Page>,
      ({ quorum, nodes }) => quorum && nodes.filter(isAlive).length === count,
    );
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((node) => node.stop()));
    for (const i of [1, 2, 3]) await sweepLeftovers(join(this.data, String(i), sandboxManifest));
    await this.#disk?.unmount();
    await rm(this.data, { recursive: true });
  }
}

interface Page {
  readonly quorum: boolean;
  readonly nodes: readonly { readonly status: string }[];
}

function isAlive({ status }: { readonly status: string }): boolean {
  return status === 'alive';
}

const source = 'exports.handler = async () => "here";';

for (const small of [1, 3]) {
  test(`the full disk of node ${small} of three stops nothing`, { skip }, async (t) => {
    const nodes = await Nodes.of(t, 3, small);
    await deploy(nodes.client(2), 'f', source);
    const invoke = async (i: number) => (await call(nodes.client(i), 'f')).value;
    // what it is to run with a full disk it must have: its code is unpacked before
    assert.equal((await nodes.warm(small, 'f')).status, 200);
    assert.equal(await invoke(small), 'here');

    const other = small === 1 ? 3 : 1;
    await nodes.fill();
    let count = 0;
    while (!nodes.isFull) {
      assert.ok(++count <= writesMax, 'its disk is never full');
      const { status, message } = await nodes.write(count % 2 === 0 ? 2 : other, 'f', `${count}`);
      assert.equal(status, 200, message);
    }
    for (const i of [2, other]) {
      assert.equal((await nodes.write(i, 'f', 'the last')).status, 200);
      const read = new GetFunctionConfigurationCommand({ FunctionName: 'f' });
      assert.equal((await nodes.client(i).send(read)).Description, 'the last');
      assert.equal(await invoke(i), 'here');
    }
    // this one follows no more, but runs what it has and says what it knows
    assert.equal(await invoke(small), 'here');
    await nodes.client(small).send(new GetFunctionConfigurationCommand({ FunctionName: 'f' }));

    // now it is needed for a majority
    await nodes.kill(2);
    const refused = await nodes.write(other, 'f', 'refused');
    assert.equal(refused.status, 503, JSON.stringify(refused));
    assert.match(refused.message, /try again|look before you repeat it|disk/);
    assert.equal(await invoke(small), 'here');
    assert.equal(await invoke(other), 'here');
    await nodes.makeRoom();
    for (const i of [other, small]) {
      await eventually(
        () => nodes.write(i, 'f', `after ${i}`),
        ({ status }) => status === 200,
      );
    }
  });
}

test('a lone node with a full disk refuses changes by its name, and runs functions', {
  skip,
}, async (t) => {
  const nodes = await Nodes.of(t, 1, 1);
  const client = nodes.client(1);
  await deploy(client, 'f', source);
  await nodes.fill();
  let last = { status: 200, message: '' };
  for (let count = 1; last.status === 200 && count <= writesMax; count++) {
    last = await nodes.write(1, 'f', String(count));
  }
  assert.equal(last.status, 503);
  assert.match(last.message, /^The disk under \S+ has no room for the log; make room/);
  // code is not even begun with while nobody leads
  await assert.rejects(deploy(client, 'g', source), /no room|nothing was changed; try again/);
  assert.equal((await call(client, 'f')).value, 'here');
  await nodes.makeRoom();
  await eventually(
    () => nodes.write(1, 'f', 'after'),
    ({ status }) => status === 200,
  );
  await deploy(client, 'g', source);
  assert.equal((await call(client, 'g')).value, 'here');
});
