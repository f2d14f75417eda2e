/** The code of functions and layers as files: durable before a command refers to it, fetched where it is missing. */
import type { BundleHash } from '../types/index.js';
import type { BundlePeers } from './bundle-peers.js';
import type { BundleStore } from './bundle-store.js';
import { imageHash } from './code-of.js';
import type { LayerUse } from './layer-state.js';
import { checkUnzippedBytes } from './layer-uses.js';
import type { Majority } from './majority.js';
import type { FunctionRecord, ImageSource, LookAtCode } from './types.js';

export interface CodeFilesDeps {
  readonly bundles: Pick<BundleStore, 'add' | 'get' | 'unpacked' | 'unpackedBytes' | 'merged'>;
  readonly peers: Pick<BundlePeers, 'push' | 'fetch'>;
}

export class CodeFiles {
  constructor(
    private readonly deps: CodeFilesDeps,
    private readonly majority: Majority,
  ) {}

  /**
   * On disk here, and on a majority of the voters, before the command that refers to it. Throws `no-quorum` where there
   * is none, in time for who has asked at `startMs`.
   */
  async keep(
    zip: Uint8Array,
    layers: readonly LayerUse[],
    look: LookAtCode | undefined,
    startMs: number,
  ): Promise<BundleHash> {
    return this.majority.during(async (signal) => {
      const hash = await this.deps.bundles.add(zip);
      await this.checkSize(hash, layers);
      await look?.(await this.taskRoot(hash));
      await this.deps.peers.push(hash, zip, signal);
      return hash;
    }, startMs);
  }

  /**
   * The hash of code that is checked only. It goes from the disk like any other that nothing refers to: somebody may
   * be about to keep the same.
   */
  async dryHash(
    code: Uint8Array | ImageSource,
    layers: readonly LayerUse[],
    look: LookAtCode | undefined,
  ): Promise<BundleHash> {
    if (!(code instanceof Uint8Array)) return imageHash(code.imageUri);
    const hash = await this.deps.bundles.add(code);
    await this.checkSize(hash, layers);
    await look?.(await this.taskRoot(hash));
    return hash;
  }

  /** Throws `invalid-parameter` where code that is on this node and layers are too large together. */
  async checkSize(codeHash: BundleHash, layers: readonly LayerUse[]): Promise<void> {
    if (layers.length === 0) return;
    checkUnzippedBytes(await this.unpackedBytes(codeHash), layers);
  }

  unpackedBytes(codeHash: BundleHash): Promise<number> {
    return this.deps.bundles.unpackedBytes(codeHash);
  }

  /** The zip as uploaded, from this node or another that holds it. */
  async read(hash: BundleHash): Promise<Uint8Array> {
    return (await this.deps.bundles.get(hash)) ?? this.deps.peers.fetch(hash);
  }

  /** The directory with a function's unpacked code, fetched from another node where need be. */
  taskRoot(hash: BundleHash): Promise<string> {
    return this.deps.bundles.unpacked(hash, () => this.deps.peers.fetch(hash));
  }

  /** The directory that is to stand at /opt, made of a function's layers; null where it has none. */
  layersRoot({ layers }: Pick<FunctionRecord, 'layers'>): Promise<string | null> {
    if (layers.length === 0) return nothing;
    const hashes = layers.map(({ codeHash }) => codeHash);
    return this.deps.bundles.merged(hashes, (hash) => this.deps.peers.fetch(hash));
  }
}

const nothing = Promise.resolve(null);
