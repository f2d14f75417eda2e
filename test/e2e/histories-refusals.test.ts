/**
 * Data directories that a node must not begin with: each is refused in a sentence that says what to
 * do.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { sweepLeftovers } from '../../src/agent/index.js';
import { sandboxManifest } from '../../src/types/index.js';
import { Command, freePorts } from './cluster-harness.js';

class Place {
  readonly #nodes: Command[] = [];

  private constructor(
    readonly data: string,
    private readonly port: number,
  ) {}

  /** Everything in it ends with the test. */
  static async of(t: TestContext): Promise<Place> {
    const place = new Place(await mkdtemp(join(tmpdir(), 'hearth-refusals-')), await freePorts());
    t.after(() => place.close());
    return place;
  }

  log(i: number): string {
    return join(this.data, String(i), 'log');
  }

  /** A founder, or one that joins where `more` says so. */
  node(i: number, ...more: string[]): Command {
    const node = Command.node(i, this.port, this.data, '--sandbox', 'process', ...more);
    this.#nodes.push(node);
    return node;
  }

  async started(i: number, ...more: string[]): Promise<Command> {
    const node = this.node(i, ...more);
    await node.untilPrinted(/^ready /m);
    return node;
  }

  /** A cluster of one node that has been, and is stopped. */
  async founded(i: number): Promise<void> {
    await (await this.started(i)).stop();
  }

  cluster(i: number): string {
    return `127.0.0.1:${this.port + 1000 + i}`;
  }

  async segment(i: number): Promise<string> {
    const names = await readdir(this.log(i));
    const name = names.filter((one) => /^segment-\d+$/.test(one)).sort()[0];
    assert.ok(name !== undefined);
    return join(this.log(i), name);
  }

  async close(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.stop('SIGKILL')));
    for (const i of [1, 2, 3]) await sweepLeftovers(join(this.data, String(i), sandboxManifest));
    await rm(this.data, { recursive: true });
  }
}

/** It ends by itself, with the reason on standard error. */
async function refuses(node: Command, reason: RegExp): Promise<void> {
  const { code } = await node.ended();
  assert.notEqual(code, 0);
  const printed = node.stderr.split('\n').filter((line) => !line.startsWith('{'));
  assert.match(printed.join('\n'), reason);
}

test('one that a running node has', async (t) => {
  const place = await Place.of(t);
  const first = await place.started(1);
  const second = Command.hearth([
    'node',
    ...['--data', join(place.data, '1'), '--http', '127.0.0.1:0', '--cluster', place.cluster(2)],
  ]);
  await refuses(second, new RegExp(`in use by the node with process id ${first.child.pid}; stop`));
  assert.equal((await first.stop()).code, 0);
});

test('a log and an identity of a newer release', async (t) => {
  const place = await Place.of(t);
  await place.founded(1);
  const segment = await place.segment(1);
  const content = await readFile(segment);
  const end = content.indexOf('\n');
  const text = content
    .subarray(0, end - 8)
    .toString()
    .replace(/^(\S+) \d+ /, '$1 77 ');
  const line = `${text}${crc32(Buffer.from(text)).toString(16).padStart(8, '0')}`;
  await writeFile(segment, Buffer.concat([Buffer.from(line), content.subarray(end)]));
  await refuses(place.node(1), /segment-\d+ was written by a newer release; start that one/);

  const identity = join(place.data, '1', 'node.json');
  const json = JSON.parse(await readFile(identity, 'utf8'));
  await writeFile(identity, JSON.stringify({ ...json, format: 77 }));
  await refuses(place.node(1), /format 77, of a newer release; start that release/);
});

test('the log of another cluster', async (t) => {
  const place = await Place.of(t);
  await place.founded(1);
  await place.founded(2);
  await rm(place.log(1), { recursive: true });
  await cp(place.log(2), place.log(1), { recursive: true });
  await refuses(
    place.node(1),
    /belongs to cluster [0-9a-f]{32}, and this node is of cluster [0-9a-f]{32}; give the node/,
  );
  // nothing of it was thrown away
  assert.deepEqual(await readdir(place.log(1)), await readdir(place.log(2)));
});

test('one of another cluster than the node is to join', async (t) => {
  const place = await Place.of(t);
  await place.founded(2);
  await place.started(1);
  await refuses(place.node(2, '--join', place.cluster(1)), /Cannot join the cluster: .*cluster/);
});

test('a damaged log that nobody else has', async (t) => {
  const place = await Place.of(t);
  await place.founded(1);
  const segment = await place.segment(1);
  const content = await readFile(segment);
  const at = content.indexOf('\n') + 30;
  content.writeUInt8(content.readUInt8(at) ^ 1, at);
  await writeFile(segment, content);
  await refuses(
    place.node(1),
    new RegExp(`${segment} is damaged at byte \\d+ .*needs its data directory back from a copy`),
  );
  assert.deepEqual(await readFile(segment), content);
});
