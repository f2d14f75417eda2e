/** Nodes of two releases in one cluster: which is which, and everything tried through each of them. */
import assert from 'node:assert/strict';
import { Cluster, eventually } from '../e2e/cluster-harness.js';
import { deploy } from '../e2e/functions.js';
import type { Nodes } from '../e2e/nodes.js';
import { ask, keptState, recordsOf, submit } from './kept-state.js';

export interface Member {
  readonly id: string;
  readonly http: string;
  readonly release: string;
  readonly status: string;
  readonly role: string;
}

interface ClusterPage {
  readonly self: string;
  readonly master: string | null;
  readonly quorum: boolean;
  readonly nodes: readonly Member[];
}

const forwardRounds = 60;

export class Mixed {
  #made = 0;

  constructor(
    private readonly nodes: Nodes,
    private readonly releases: Map<number, string>,
  ) {}

  get urls(): string[] {
    return [...this.releases.keys()].map((i) => this.nodes.url(i));
  }

  /** Stops a node and starts the other release on its data; the others see it and agree. */
  async replace(i: number, release: string, bin: string): Promise<void> {
    await this.nodes.stop(i);
    await this.nodes.run(i, bin);
    this.releases.set(i, release);
    await this.agreed();
  }

  /** All see the releases that run, and one Master. Resolves with the Master's release. */
  async agreed(): Promise<string> {
    const wanted = [...this.releases.values()].sort().join();
    const pages = await eventually(
      () =>
        Promise.all(this.urls.map((url) => ask(url, '/_hearth/cluster') as Promise<ClusterPage>)),
      (seen) =>
        new Set(seen.map(({ master }) => master)).size === 1 &&
        seen.every(({ quorum, nodes }) => {
          const alive = nodes.filter(({ status }) => status === 'alive');
          return (
            quorum &&
            alive
              .map(({ release }) => release)
              .sort()
              .join() === wanted
          );
        }),
    );
    const [{ master, nodes } = { master: null, nodes: [] }] = pages;
    return nodes.find(({ id }) => id === master)?.release ?? 'none';
  }

  /** What was kept is as it was, and every node takes all kinds of work and knows what the others were given. */
  async works(kept: unknown): Promise<void> {
    const records = (await recordsOf(this.urls[0] ?? '')).length;
    for (const url of this.urls) {
      const name = `made-${++this.#made}`;
      await deploy(clientOf(url), name, `exports.handler = async () => '${name}';`);
      for (const other of this.urls) assert.equal(await invoke(other, name), name);
    }
    const ids = await Promise.all(this.urls.map((url, n) => submit(url, 'kept-later', { n })));
    for (const url of this.urls) {
      for (const id of ids) await done(url, id);
      await eventually(
        () => recordsOf(url),
        (seen) => seen.length === records + ids.length,
      );
      assert.deepEqual(await keptState(url), kept);
    }
  }

  /** A node of each release forwards to one of the other, whole answers and streams. */
  async forwards(): Promise<void> {
    const missing = new Set(['whole', 'stream'].flatMap((way) => this.#pairs(way)));
    const owners = new Map<string, string>();
    for (const [i, release] of this.releases) {
      const { self } = (await ask(this.nodes.url(i), '/_hearth/cluster')) as ClusterPage;
      owners.set(self, release);
    }
    // on a busy machine a node may not wait for the other, and run it itself: then another function is tried
    for (let round = 0; missing.size > 0; round++) {
      assert.ok(round < forwardRounds, `never seen: ${[...missing].join(', ')}`);
      const name = `far-${++this.#made}`;
      const holder = this.urls[round % this.urls.length] ?? '';
      await deploy(clientOf(holder), name, streams);
      await fetch(`${holder}/_hearth/warm/${name}`, { method: 'POST' });
      for (const [i, release] of this.releases) {
        for (const way of ['whole', 'stream']) {
          const path = way === 'whole' ? wholePath(name) : streamPath(name);
          const answer = await fetch(this.nodes.url(i) + path, { method: 'POST', body: '{}' });
          assert.equal(answer.status, 200);
          assert.match(await answer.text(), /a.*b/s);
          if (answer.headers.get('x-hearth-hops') !== '1') continue;
          const ran = owners.get(answer.headers.get('x-hearth-node') ?? '');
          missing.delete(`${way} from ${release} to ${ran}`);
        }
      }
    }
  }

  #pairs(way: string): string[] {
    const [one, other] = [...new Set(this.releases.values())];
    assert.ok(one !== undefined && other !== undefined);
    return [`${way} from ${one} to ${other}`, `${way} from ${other} to ${one}`];
  }
}

const streams = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.write('a');
  await new Promise((resolve) => setTimeout(resolve, 5));
  stream.end('b');
});`;

const wholePath = (name: string): string => `/2015-03-31/functions/${name}/invocations`;
const streamPath = (name: string): string =>
  `/2021-11-15/functions/${name}/response-streaming-invocations`;

export function clientOf(url: string) {
  return Cluster.prototype.client.call(null, url);
}

function invoke(url: string, name: string): Promise<unknown> {
  return ask(url, wholePath(name), { method: 'POST', body: '{}' });
}

function done(url: string, id: string): Promise<unknown> {
  return eventually(
    () => ask(url, `/_hearth/events/${id}`),
    (event) => (event as { status: string }).status === 'done',
  );
}
