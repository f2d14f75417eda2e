/**
 * Makes room on the disk for code: what no function refers to goes after a while, and where there is more
 * than the limit, what was used least recently. A voter keeps the zips of all functions, for it answers for
 * them; what it unpacked can be unpacked again.
 */
import type { Clock, Logger } from '../lib/index.js';
import type { BundleHash } from '../types/index.js';
import type { HeldBundle } from './bundle-store.js';

export interface BundleCollectorDeps {
  readonly bundles: {
    held(): Promise<readonly HeldBundle[]>;
    remove(hash: BundleHash): Promise<void>;
    removeUnpacked(hash: BundleHash): Promise<void>;
  };
  /** Whether some function runs this code. */
  readonly references: (hash: BundleHash) => boolean;
  /** Whether this node has applied all that was acknowledged before the call. */
  readonly caughtUp: () => Promise<boolean>;
  /** The code of the sandboxes here. */
  readonly inUse: () => ReadonlySet<BundleHash>;
  readonly votes: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Code that no function refers to is kept this long: a deploy under way may be about to. */
const unreferencedMs = 3_600_000;
/** Code that was asked for is kept this long: sandboxes of a function that has moved on may still run. */
const justUsedMs = 1_200_000;

export class BundleCollector {
  constructor(
    private readonly deps: BundleCollectorDeps,
    private readonly options: { readonly bytesMax: number },
  ) {}

  /**
   * Only after a confirmed read: by then every command that was proposed when a bundle came here is either
   * applied or will never be, so that nothing acknowledged loses a copy of its code, also not on a node
   * that was cut off for long.
   */
  async collect(): Promise<void> {
    const { bundles, references, caughtUp, inUse, clock, logger } = this.deps;
    if (!(await caughtUp())) return;
    const nowMs = clock.wallMs();
    const kept: HeldBundle[] = [];
    for (const bundle of await bundles.held()) {
      const { hash, usedWallMs } = bundle;
      const old = usedWallMs < nowMs - unreferencedMs;
      if (!old || references(hash) || inUse().has(hash)) kept.push(bundle);
      else await bundles.remove(hash);
    }
    let bytes = kept.reduce((sum, { zipBytes, codeBytes }) => sum + zipBytes + codeBytes, 0);
    kept.sort((a, b) => a.usedWallMs - b.usedWallMs);
    for (const bundle of kept) {
      if (bytes <= this.options.bytesMax) return;
      const isJustUsed = bundle.usedWallMs > nowMs - justUsedMs || inUse().has(bundle.hash);
      if (!isJustUsed) bytes -= await this.#drop(bundle);
    }
    const { bytesMax } = this.options;
    if (bytes > bytesMax) logger.warn({ bytes, bytesMax }, 'code in use is over the disk limit');
  }

  /** Returns how much room there is now. */
  async #drop({ hash, zipBytes, codeBytes }: HeldBundle): Promise<number> {
    if (this.deps.votes() && this.deps.references(hash)) {
      await this.deps.bundles.removeUnpacked(hash);
      return codeBytes;
    }
    await this.deps.bundles.remove(hash);
    return zipBytes + codeBytes;
  }
}
