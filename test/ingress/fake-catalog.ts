/** The real catalogue over a log in memory: one node, every write acknowledged at once, no disk. */
import { createHash } from 'node:crypto';
import { Catalog, type FunctionRecord } from '../../src/catalog/index.js';
import { SimulatedClock } from '../../src/lib/index.js';
import { type BundleHash, bundleHash, HearthError } from '../../src/types/index.js';

export class FakeCatalog extends Catalog {
  readonly bundles: Map<BundleHash, Uint8Array>;
  /** Only its waits ask it for the time. */
  readonly clock: SimulatedClock;
  /** All bytes of the key that environments are sealed with. */
  keyByte = 1;
  /** How large every bundle is when it is unpacked. */
  unpackedBytes = 10;
  /** Whether somebody confirms what is to be read. */
  hasMajority = true;
  /** Functions that another node has acknowledged, known here only after `catchUp`. */
  readonly #behind = new Set<string>();

  constructor() {
    const bundles = new Map<BundleHash, Uint8Array>();
    const clock = new SimulatedClock();
    let index = 0;
    super({
      log: {
        propose: async (command) => {
          index += 1;
          this.apply(index, command);
          return index;
        },
        readIndex: async () => index,
      },
      bundles: {
        add: async (zip) => {
          if (zip[0] !== 0x50 || zip[1] !== 0x4b) {
            throw new HearthError('invalid-parameter', 'Could not unzip uploaded file.');
          }
          const hash = bundleHash(createHash('sha256').update(zip).digest('hex'));
          bundles.set(hash, zip);
          return hash;
        },
        get: async (hash) => bundles.get(hash),
        unpacked: async () => '/',
        unpackedBytes: async () => this.unpackedBytes,
        merged: async () => '/',
      },
      peers: {
        push: async () => {},
        fetch: async (hash) => {
          throw new HearthError('bundle-missing', `No node holds ${hash}.`);
        },
      },
      sealingKey: () => Buffer.alloc(32, this.keyByte),
      clock,
      nextTurn: async () => {},
      codeWanted: () => {},
      changed: () => {},
      concurrencyChanged: () => {},
    });
    this.bundles = bundles;
    this.clock = clock;
  }

  override get(name: string, version?: string): FunctionRecord | undefined {
    return this.#behind.has(name) ? undefined : super.get(name, version);
  }

  override async catchUp(): Promise<boolean> {
    if (this.hasMajority) this.#behind.clear();
    return this.hasMajority;
  }

  /** Makes a function known to the cluster, but not to this node yet. */
  hide(name: string): void {
    this.#behind.add(name);
  }
}
