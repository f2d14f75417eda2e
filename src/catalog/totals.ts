/** What is counted over the whole catalogue, kept with every change: nobody searches 100,000 functions for it. */
import type { BundleHash } from '../types/index.js';
import { attachmentCount } from './attachment-steps.js';
import { codeOf } from './code-of.js';
import type { FunctionState } from './function-state.js';
import type { LayerVersion } from './layer-state.js';
import type { FunctionRecord } from './types.js';

export class Totals {
  /** How many functions, versions and layers need each bundle: asked for all when a node starts. */
  readonly #codeUses = new Map<BundleHash, number>();
  #versions = 0;
  #attachments = 0;
  #codeBytes = 0;
  #reserved = 0;

  /** Published versions. */
  get versions(): number {
    return this.#versions;
  }

  get attachments(): number {
    return this.#attachments;
  }

  /** Of the zips of all functions, versions and layer versions, each for itself: as AWS counts them. */
  get codeBytes(): number {
    return this.#codeBytes;
  }

  get reservedConcurrency(): number {
    return this.#reserved;
  }

  /** Whether some function, version or layer needs this bundle. */
  references(codeHash: BundleHash): boolean {
    return this.#codeUses.has(codeHash);
  }

  /** A function was set, made (before is undefined) or removed (after is null). */
  put(before: FunctionState | undefined, after: FunctionState | null): void {
    const versionsToo = before?.versions !== after?.versions;
    if (after !== null) this.#count(after, versionsToo, 1);
    if (before !== undefined) this.#count(before, versionsToo, -1);
  }

  putLayerVersion({ codeHash, codeBytes }: LayerVersion, by: 1 | -1): void {
    this.#codeBytes += by * codeBytes;
    this.#countUse(codeHash, by);
  }

  #count(state: FunctionState, versionsToo: boolean, by: 1 | -1): void {
    this.#attachments += by * attachmentCount(state);
    this.#reserved += by * (state.reservedConcurrency ?? 0);
    this.#countRecord(state.latest, by);
    if (!versionsToo) return;
    this.#versions += by * state.versions.size;
    for (const version of state.versions.values()) this.#countRecord(version, by);
  }

  #countRecord(record: FunctionRecord, by: 1 | -1): void {
    this.#codeBytes += by * record.codeBytes;
    for (const hash of codeOf(record)) this.#countUse(hash, by);
  }

  #countUse(codeHash: BundleHash, by: 1 | -1): void {
    const uses = (this.#codeUses.get(codeHash) ?? 0) + by;
    if (uses > 0) this.#codeUses.set(codeHash, uses);
    else this.#codeUses.delete(codeHash);
  }
}
