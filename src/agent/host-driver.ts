/**
 * What drivers have in common whose sandboxes are processes of this host: how sandboxes, stem cells and
 * zygotes are made of bodies, and the groups that these get. Each says how it makes a body.
 */
import type { SandboxGroup } from './cgroup/types.js';
import type { Sandbox, SandboxDriver, SandboxSpec, StemCell, StemKind, Zygote } from './driver.js';
import { groupLimitsOf } from './group-limits.js';
import { needsDocker } from './needs-docker.js';
import type { Place } from './place.js';
import {
  Sandboxes,
  type SandboxesDeps,
  type SandboxesOptions,
  type SandboxPlace,
} from './sandboxes.js';
import { type Birth, birthOf, stemKindOf } from './stem-kind.js';
import { copyGroupsOf } from './zygote/copy-groups.js';
import { refuseOthersThanPython } from './zygote/no-snapshot.js';
import type { ForkingBody } from './zygote/open-zygote.js';

export abstract class HostDriver implements SandboxDriver {
  abstract readonly kind: SandboxDriver['kind'];
  protected readonly sandboxes: Sandboxes;
  /** Null while it does not run. */
  protected place: Place | null = null;

  constructor(deps: SandboxesDeps, options: SandboxesOptions) {
    this.sandboxes = new Sandboxes(deps, options);
  }

  abstract start(): Promise<void>;
  abstract stop(): Promise<void>;

  async create(spec: SandboxSpec): Promise<Sandbox> {
    if (spec.image !== null) throw needsDocker();
    return this.sandboxes.create(spec, await this.bodyMaker(spec, spec));
  }

  stemKindOf(spec: SandboxSpec): StemKind | null {
    return stemKindOf(spec);
  }

  async createStem(kind: StemKind): Promise<StemCell> {
    return this.sandboxes.createStem(kind, await this.bodyMaker(birthOf(kind), null));
  }

  async createZygote(spec: SandboxSpec): Promise<Zygote> {
    refuseOthersThanPython(spec);
    const makeBody = await this.bodyMaker(spec, spec);
    return this.sandboxes.createZygote(spec, makeBody, copyGroupsOf(spec, this.place));
  }

  /** `spec` is null of a stem cell. */
  protected abstract bodyMaker(
    birth: Birth,
    spec: SandboxSpec | null,
  ): Promise<(place: SandboxPlace) => ForkingBody>;

  /** What makes the groups of one sandbox; null where there are none. */
  protected groupMaker(birth: Birth, number: number): (() => Promise<SandboxGroup>) | null {
    const home = this.place?.home ?? null;
    return home === null ? null : () => home.create(String(number), groupLimitsOf(birth));
  }
}
