/** The cluster of `hearth up` brings itself to another release, and is found again by the next `hearth up`. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { newReleaseKeys } from '../../src/rollout/index.js';
import { formatLevel } from '../../src/types/index.js';
import { makeRelease } from '../release-maker.js';
import { laterVersion } from '../upgrade/field.js';
import { Cluster, Command, eventually, pidsOf } from './cluster-harness.js';
import { deploy } from './functions.js';

const settings = { rollout: { bakeMs: 1500, requestsMin: 20 } };
const version = laterVersion(1);
/** A rollout of three nodes takes a minute on a busy machine. */
const patienceMs = 120_000;

test('hearth up goes on while a rollout replaces all its nodes, and starts again where it ended', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-up-rollout-'));
  const releases = join(directory, 'offered');
  const config = join(directory, 'settings.json');
  await writeFile(config, JSON.stringify(settings));
  const keys = newReleaseKeys();
  await makeRelease({ version, directory: releases, key: keys.privateKey, fast: true });
  const data = join(directory, 'data');
  const options = ['--no-examples', '--restart', '--config', config, '--data', data];
  const up = () => Cluster.up([...options, '--release-key', keys.publicKey]);
  const first = await up();
  t.after(async () => {
    await first.stop();
    await rm(directory, { recursive: true, force: true });
  });
  await deploy(first.client(), 'one', 'exports.handler = async () => 1;');
  const trickle = new Trickle(first);

  const hearth = async (...args: string[]) => {
    const command = Command.hearth(['rollout', ...args, '--endpoint', first.url]);
    const { code } = await command.exited;
    return { code, out: command.stdout, said: command.stderr };
  };
  await eventually(
    async () => JSON.parse((await hearth('status', '--json')).out),
    ({ formatLevel: level }) => level === formatLevel,
    patienceMs,
  );
  const start = await hearth('start', releases);
  assert.equal(start.out, 'rollout 1 has begun\n', start.said);
  const watch = await hearth('status', '--watch');
  assert.deepEqual([watch.code, watch.said], [0, ''], watch.out);
  assert.match(watch.out, /\nrollout 1 is finalised after .*\n$/);
  assert.ok(watch.out.endsWith(`: the cluster runs ${version}.\n`), watch.out);
  assert.deepEqual(await trickle.end(), []);
  const said = first.command.stderr;
  assert.ok(said.includes(`node 4 of ${version} is up: HTTP `), said);
  for (const node of [1, 2, 3]) {
    assert.ok(said.includes(`node ${node} was drained by a rollout.\n`), said);
  }

  // nobody's child is started again as what it was
  const [killed = 0] = pidsOf(`${join(data, 'node-4')} `, ' node ');
  process.kill(killed, 'SIGKILL');
  const again = /node 4 ended .*it is started again\.\n(.*\n)*?node 4 .*is up/;
  await eventually(
    async () => first.command.stderr,
    (text) => again.test(text),
    patienceMs,
  );
  const page = await (await fetch(`${first.nodeUrl(4)}/_hearth/cluster`)).json();
  const { self, nodes } = page as { self: string; nodes: { id: string; release: string }[] };
  assert.equal(nodes.find(({ id }) => id === self)?.release, version);

  await first.stop();
  assert.deepEqual(pidsOf(data, ' node '), []);
  const second = await up();
  try {
    const asked = await fetch(invocations(second.url), { method: 'POST' });
    assert.equal(await asked.text(), '1');
  } finally {
    await second.stop();
  }
});

const invocations = (url: string): string => `${url}/2015-03-31/functions/one/invocations`;

/** A few requests, one after the other: enough to compare releases by. */
class Trickle {
  #ended = false;
  readonly #failures: string[] = [];
  readonly #working: Promise<void>;

  constructor(cluster: Cluster) {
    this.#working = this.#work(cluster);
  }

  async end(): Promise<readonly string[]> {
    this.#ended = true;
    await this.#working;
    return this.#failures;
  }

  async #work({ url }: Cluster): Promise<void> {
    while (!this.#ended) {
      await delay(20);
      const asked = fetch(invocations(url), { method: 'POST' });
      const text = await asked.then((answer) => answer.text()).catch(String);
      if (text !== '1') this.#failures.push(text);
    }
  }
}
