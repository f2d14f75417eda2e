/** The groups of one sandbox, one in each hierarchy in use, as one thing. */
import { join } from 'node:path';
import type { Usage } from '../body.js';
import { noUsage, readUsage } from './counters.js';
import { Freezer } from './freezer.js';
import { listedPids } from './kill.js';
import { type Place, placeFor } from './place.js';
import { emptyPlaces, type RemovalDeps, removePlaces } from './removal.js';
import type { SandboxGroup } from './types.js';

/** Rounds of moving what was forked meanwhile. Before any code of the function there is little of it. */
const completionRoundsMax = 10;

export class KernelGroup implements SandboxGroup {
  readonly procsFiles: readonly string[];
  readonly quickProcsFiles: readonly string[];
  readonly #freezer: Freezer | null;
  #lastUsage: Usage = noUsage;
  #removal: Promise<boolean> | null = null;
  #isGone = false;

  /**
   * Opens what freezes it. `owned` groups are removed with it, others only emptied. Throws where a group
   * that has the freezer is not there.
   */
  constructor(
    private readonly places: readonly Place[],
    private readonly deps: RemovalDeps,
    private readonly owned: boolean,
  ) {
    const v1 = places.filter((place) => place.version === 1).map(entryFile);
    const v2 = places.filter((place) => place.version === 2).map(entryFile);
    this.procsFiles = owned ? [...v1, ...v2] : [];
    this.quickProcsFiles = v1.length > 0 ? v1 : v2;
    const freezer = placeFor('freezer', places);
    this.#freezer = freezer === null ? null : new Freezer(freezer);
  }

  async complete(pid: number): Promise<void> {
    const from = this.places.find((place) => place.version === 1);
    const to = this.places.find((place) => place.version === 2);
    if (from === undefined || to === undefined || !this.owned) return;
    let missing = [pid];
    for (let round = 0; round < completionRoundsMax && missing.length > 0; round++) {
      if (this.#removal !== null) return;
      await this.#move(missing, join(to.path, 'cgroup.procs'));
      const there = new Set(await listedPids(to.path));
      missing = (await listedPids(from.path)).filter((each) => !there.has(each));
    }
  }

  async adopt(pid: number): Promise<void> {
    const { lane, system } = this.deps;
    // in one turn: the kernel's wait for the first is good for the others
    await lane.run(async () => {
      for (const { path } of this.places) {
        await system.write(join(path, 'cgroup.procs'), String(pid));
      }
    });
  }

  freeze(): void {
    this.#freezer?.freeze();
  }

  thaw(): void {
    this.#freezer?.thaw();
  }

  isFrozen(): boolean {
    return this.#freezer?.isFrozen() ?? false;
  }

  usage(): Usage {
    return this.#isGone ? this.#lastUsage : readUsage(this.places);
  }

  remove(): Promise<boolean> {
    this.#removal ??= this.#remove();
    return this.#removal;
  }

  async #move(pids: readonly number[], procs: string): Promise<void> {
    const { lane, system } = this.deps;
    for (const pid of pids) {
      // who has ended meanwhile cannot be moved, and need not
      await lane.run(() => system.write(procs, String(pid))).catch(() => undefined);
    }
  }

  async #remove(): Promise<boolean> {
    const remove = this.owned ? removePlaces : emptyPlaces;
    const isGone = await remove(this.places, this.deps, () => this.#keepUsage());
    this.#freezer?.close();
    this.#isGone = true;
    return isGone;
  }

  /** What was counted up to the end is still asked for afterwards. */
  #keepUsage(): void {
    const usage = readUsage(this.places);
    const { memoryPeakBytes, cpuMs, memoryKills } = usage;
    this.#lastUsage = {
      memoryPeakBytes: memoryPeakBytes ?? this.#lastUsage.memoryPeakBytes,
      cpuMs: cpuMs ?? this.#lastUsage.cpuMs,
      memoryKills: Math.max(memoryKills, this.#lastUsage.memoryKills),
    };
  }
}

/**
 * By `tasks`, which v2 does not have, the kernel moves the one thread that asks, and need not wait until
 * nobody on the whole machine forks: 0.05 ms for 10.
 */
function entryFile({ version, path }: Place): string {
  return join(path, version === 1 ? 'tasks' : 'cgroup.procs');
}
