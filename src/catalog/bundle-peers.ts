/**
 * Code bundles between nodes, on the connections of the data thread: pushed to a majority of the
 * voters before a deploy is acknowledged, fetched from whoever holds one on first need.
 */
import {
  type BundleHash,
  type ClusterView,
  HearthError,
  limits,
  type NodeView,
  type PeerFetch,
} from '../types/index.js';
import { Arrivals } from './arrivals.js';
import { BundleStore } from './bundle-store.js';

/** How long one node may take to send or take one bundle. */
const transferTimeoutMs = 20_000;
/** How long a node may take to begin its answer. */
const answerTimeoutMs = 5000;
/** So many nodes are asked together whether they hold a bundle. */
const askedAtOnce = 5;

export class BundlePeers {
  constructor(
    private readonly view: () => ClusterView,
    private readonly peerFetch: PeerFetch,
  ) {}

  /**
   * Resolves once a majority of the voters holds the bundle, this node counted where it votes. Rejects
   * with `no-quorum` as soon as that cannot be reached. `signal` ends it, also what goes on to the other voters.
   */
  async push(hash: BundleHash, zip: Uint8Array, signal?: AbortSignal): Promise<void> {
    const { self, voters, nodes } = this.view();
    const needed = Math.floor(voters.length / 2) + 1 - (voters.includes(self) ? 1 : 0);
    const others = nodes.filter((node) => voters.includes(node.id) && node.id !== self);
    if (needed <= 0) {
      // enough already; the other voters still get it, so that its loss needs more than one death
      for (const node of others) this.#put(node, hash, zip, signal).catch(() => {});
      return;
    }
    await firstOf(
      needed,
      others.map((node) => this.#put(node, hash, zip, signal)),
    );
  }

  /** The zip from the nearest other node that has it: who says so first. Rejects with `bundle-missing`. */
  async fetch(hash: BundleHash): Promise<Uint8Array> {
    const { self, nodes, voters } = this.view();
    const others = nodes.filter((node) => node.id !== self && node.status !== 'left');
    // asked last: who is likely not to answer before its time is up
    const answers = (node: NodeView): number => (node.status === 'alive' && !node.degraded ? 0 : 1);
    const votes = (node: NodeView): number => (voters.includes(node.id) ? 0 : 1);
    others.sort((a, b) => answers(a) - answers(b) || votes(a) - votes(b));
    for (let at = 0; at < others.length; at += askedAtOnce) {
      const holders = new Arrivals<NodeView>();
      for (const node of others.slice(at, at + askedAtOnce)) holders.expect(this.#has(node, hash));
      for await (const node of holders) {
        const zip = await this.#get(node, hash).catch(() => undefined);
        if (zip !== undefined && BundleStore.hashOf(zip) === hash) return zip;
      }
    }
    throw new HearthError(
      'bundle-missing',
      `None of the ${others.length} other nodes answered with the code bundle ${hash}; try again.`,
    );
  }

  /** The node itself where it holds the bundle, else null. */
  async #has(node: NodeView, hash: BundleHash): Promise<NodeView | null> {
    const path = pathOf(hash);
    const answer = await this.peerFetch(node, { method: 'HEAD', path, answerMs: answerTimeoutMs });
    await answer.body.dump();
    return answer.statusCode === 200 ? node : null;
  }

  async #put(
    node: NodeView,
    hash: BundleHash,
    zip: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const answer = await this.peerFetch(node, {
      method: 'PUT',
      path: pathOf(hash),
      headers: { 'content-type': 'application/zip' },
      body: zip,
      ...(signal === undefined ? {} : { signal }),
      answerMs: transferTimeoutMs,
    });
    await answer.body.dump();
    if (answer.statusCode !== 204) throw new Error(`${node.http} answered ${answer.statusCode}`);
  }

  async #get(node: NodeView, hash: BundleHash): Promise<Uint8Array | undefined> {
    const answer = await this.peerFetch(node, {
      path: pathOf(hash),
      answerMs: answerTimeoutMs,
      silenceMs: transferTimeoutMs,
    });
    const bytes = Number(answer.headers['content-length'] ?? 0);
    if (answer.statusCode !== 200 || bytes > limits.zipBytesMax) {
      await answer.body.dump();
      return undefined;
    }
    return answer.body.bytes();
  }
}

function pathOf(hash: BundleHash): string {
  return `/_hearth/bundles/${hash}`;
}

/** Resolves when `needed` of the promises have; rejects once too many have failed. */
async function firstOf(needed: number, promises: readonly Promise<void>[]): Promise<void> {
  let done = 0;
  let failed = 0;
  await new Promise<void>((resolve, reject) => {
    const settle = (): void => {
      if (done >= needed) resolve();
      else if (promises.length - failed < needed) {
        const message = `Only ${done} of the ${needed} other voters that must hold the code took it; nothing was changed, try again.`;
        reject(new HearthError('no-quorum', message));
      }
    };
    for (const promise of promises) {
      promise.then(
        () => {
          done += 1;
          settle();
        },
        () => {
          failed += 1;
          settle();
        },
      );
    }
    settle();
  });
}
