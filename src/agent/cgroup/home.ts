/** The groups under which a node's sandboxes have theirs. */
import { join } from 'node:path';
import { errnoOf } from '../../lib/index.js';
import { KernelGroup } from './group.js';
import { limitWrites } from './limit-writes.js';
import { controllers, type Place, placeBelow, placeFor } from './place.js';
import { type RemovalDeps, removePlaces } from './removal.js';
import type { Controller, GroupHome, GroupLimits, SandboxGroup } from './types.js';

export class KernelHome implements GroupHome {
  readonly paths: readonly string[];
  readonly controllers: ReadonlySet<Controller>;
  readonly freezes: boolean;
  readonly summary: string;

  constructor(
    private readonly places: readonly Place[],
    private readonly deps: RemovalDeps,
    /** The disk that can be slowed down, or null. */
    private readonly disk: string | null,
    /** Takes back what was done to the node's own group. */
    private readonly undo: () => Promise<void>,
  ) {
    this.paths = places.map((place) => place.path);
    this.freezes = placeFor('freezer', places) !== null;
    this.controllers = new Set(
      controllers.filter(
        (name) => placeFor(name, places) !== null && (name !== 'io' || disk !== null),
      ),
    );
    this.summary = this.#describe();
  }

  async create(name: string, limits: GroupLimits): Promise<SandboxGroup> {
    const places = this.places
      .filter((place) => isWanted(place, limits, this.disk))
      .map((place) => placeBelow(place, name));
    const { lane, system } = this.deps;
    try {
      return await lane.run(async () => {
        for (const place of places) {
          await system.mkdir(place.path);
          for (const { file, text, tolerates } of limitWrites(place, limits, this.disk)) {
            await system.write(join(place.path, file), text).catch((error: unknown) => {
              if (tolerates !== 'all' && tolerates !== errnoOf(error)) throw error;
            });
          }
        }
        return new KernelGroup(places, this.deps, true);
      });
    } catch (error) {
      await removePlaces(places, this.deps);
      throw new Error(`the sandbox's control group could not be made: ${(error as Error).message}`);
    }
  }

  async remove(): Promise<void> {
    await removePlaces(this.places, this.deps);
    await this.undo();
  }

  #describe(): string {
    const freezer = placeFor('freezer', this.places);
    const ends = freezer === null ? 'freezing nothing' : `frozen by v${freezer.version}`;
    const versions = ([1, 2] as const).flatMap((version) => {
      const names = controllers.filter(
        (name) => this.controllers.has(name) && placeFor(name, this.places)?.version === version,
      );
      return names.length === 0 ? [] : [`cgroup v${version} (${names.join(', ')})`];
    });
    const missing = controllers.filter((name) => !this.controllers.has(name));
    const without = missing.length === 0 ? [] : [`no limit of ${missing.join(', ')}`];
    return [...versions, ends, ...without].join(', ');
  }
}

/** A hierarchy that would only limit what is not to be limited is not worth a group. */
function isWanted({ uses }: Place, limits: GroupLimits, disk: string | null): boolean {
  return [...uses].some((use) => {
    if (use === 'pids') return limits.pidsMax !== null;
    if (use === 'io') return limits.ioBytesPerS !== null && disk !== null;
    return true;
  });
}
