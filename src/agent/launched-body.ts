/**
 * What bodies that are processes of this host have in common: a group, a first process within it, and an end
 * that takes along whatever came of that process.
 */
import type { Clock } from '../lib/index.js';
import type { Body, BodyEvents, SandboxPaths, Usage } from './body.js';
import type { SandboxGroup } from './cgroup/types.js';
import type { SandboxSpec } from './driver.js';
import type { Launched } from './launch.js';
import { sweepByEnvironment } from './process-tree.js';

/** Tells a runtime that it has time to get ready for any function; it forgets that it was told. */
const stemVariable = 'HEARTH_STEM';
const unknownUsage: Usage = { memoryPeakBytes: null, cpuMs: null, memoryKills: 0 };

export abstract class LaunchedBody implements Body {
  abstract readonly paths: SandboxPaths;
  readonly freezes: boolean;
  protected launched: Launched | null = null;
  protected group: SandboxGroup | null = null;
  protected removing = false;
  #launching: Promise<void> | null = null;

  /** `makeGroup` makes the sandbox's groups; null where there are none. */
  constructor(
    private readonly clock: Clock,
    private readonly id: string,
    protected readonly makeGroup: (() => Promise<SandboxGroup>) | null,
    private readonly isStem: boolean,
  ) {
    this.freezes = makeGroup !== null;
  }

  launch(
    directory: string,
    environment: Readonly<Record<string, string>>,
    events: BodyEvents,
  ): Promise<void> {
    const told = this.isStem ? { ...environment, [stemVariable]: '1' } : environment;
    this.#launching = this.start(directory, told, events);
    return this.#launching;
  }

  become(_spec: SandboxSpec, _directory: string): Promise<void> {
    return Promise.reject(new Error('it was not made as a stem cell'));
  }

  get pid(): number | null {
    return this.launched?.pid ?? null;
  }

  /** Who the sandbox is on the host; null where it is the node's own user. */
  get owner(): number | null {
    return null;
  }

  freeze(): void {
    this.group?.freeze();
  }

  thaw(): void {
    this.group?.thaw();
  }

  holdOutput(held: boolean): void {
    this.launched?.holdOutput(held);
  }

  usage(): Usage {
    return this.group?.usage() ?? unknownUsage;
  }

  async remove(): Promise<void> {
    this.removing = true;
    // the launch may be waiting for one of them
    this.kill();
    await this.#launching?.catch(() => undefined);
    this.kill();
    let emptied = true;
    if (this.group !== null) emptied = await this.group.remove();
    else if (this.launched !== null) await sweepByEnvironment(this.clock, (id) => id === this.id);
    await this.gone();
    this.release(emptied);
  }

  /** Sets `group` and `launched`; stops where `removing` has become true. */
  protected abstract start(
    directory: string,
    environment: Readonly<Record<string, string>>,
    events: BodyEvents,
  ): Promise<void>;

  protected kill(): void {
    this.launched?.kill();
  }

  protected async gone(): Promise<void> {
    await this.launched?.gone();
  }

  /** Nothing is left of it; or, where it could not be `emptied`, perhaps something is. */
  protected release(_emptied: boolean): void {}
}
