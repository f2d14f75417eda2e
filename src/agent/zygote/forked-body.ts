/**
 * The body of a copy: a process that a zygote has forked. It has limits of its own, and is frozen, counted and
 * killed by its own groups; the zygote's namespaces, user and standard streams it shares.
 */
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type DeadlineQueue, processStart } from '../../lib/index.js';
import type { ProcessExit } from '../../wire/index.js';
import type { Body, BodyEvents, SandboxPaths, Usage } from '../body.js';
import type { SandboxGroup } from '../cgroup/types.js';
import { lowerPriority } from '../priority.js';
import { killGroup, sweepByEnvironment } from '../process-tree.js';
import type { ForkLine } from './fork-line.js';

export interface ForkedBodyDeps {
  readonly clock: Clock;
  readonly deadlines: DeadlineQueue;
  readonly line: ForkLine;
  /** Makes the sandbox's groups; null where there are none. */
  readonly makeGroup: (() => Promise<SandboxGroup>) | null;
}

export interface ForkedBodyOptions {
  readonly id: string;
  readonly paths: SandboxPaths;
  /** Who the zygote is on the host; null where it is the node's own user. */
  readonly owner: number | null;
}

const unknownUsage: Usage = { memoryPeakBytes: null, cpuMs: null, memoryKills: 0 };
const goneWaitMs = 1000;

export class ForkedBody implements Body {
  readonly paths: SandboxPaths;
  readonly freezes: boolean;
  #group: SandboxGroup | null = null;
  /** As the host counts, with what tells it from a later process of the same number. */
  #process: { readonly pid: number; readonly start: string } | null = null;
  #removing = false;
  #launching: Promise<void> | null = null;
  #hasExited = false;
  #announceExit: () => void = () => undefined;

  constructor(
    private readonly deps: ForkedBodyDeps,
    private readonly options: ForkedBodyOptions,
  ) {
    this.paths = options.paths;
    this.freezes = deps.makeGroup !== null;
  }

  launch(
    directory: string,
    environment: Readonly<Record<string, string>>,
    events: BodyEvents,
  ): Promise<void> {
    this.#launching = this.#start(directory, environment, events);
    return this.#launching;
  }

  /** It has been its function's from the beginning. */
  become(): Promise<void> {
    return Promise.resolve();
  }

  freeze(): void {
    this.#group?.freeze();
  }

  thaw(): void {
    this.#group?.thaw();
  }

  /** What it prints past the protocol comes through the zygote. */
  holdOutput(): void {}

  usage(): Usage {
    return this.#group?.usage() ?? unknownUsage;
  }

  async remove(): Promise<void> {
    this.#removing = true;
    await this.#launching?.catch(() => undefined);
    if (this.#group !== null) await this.#group.remove();
    else await this.#killWithoutGroup();
    await this.#gone();
  }

  async #start(
    directory: string,
    environment: Readonly<Record<string, string>>,
    events: BodyEvents,
  ): Promise<void> {
    const { line, makeGroup } = this.deps;
    const { owner, paths } = this.options;
    if (owner !== null) {
      await Promise.all([
        chown(directory, owner, owner),
        chown(join(directory, 's'), owner, owner),
      ]);
    }
    this.#group = (await makeGroup?.()) ?? null;
    if (this.#removing) return;
    const { HEARTH_TOKEN: token = '' } = environment;
    const order = { socket: paths.socket, token, temporary: paths.temporary };
    const { pid } = await line.fork(order, (exit) => this.#exited(exit, events));
    this.#process = { pid, start: await processStart(pid) };
    // it leads a session of its own
    lowerPriority(pid);
    await this.#group?.adopt(pid);
  }

  #exited(exit: ProcessExit, events: BodyEvents): void {
    this.#hasExited = true;
    this.#announceExit();
    events.exited(exit);
    events.drained();
  }

  /** The zygote kills its process group before it lets go of the number, and nobody else may be hit meanwhile. */
  async #killWithoutGroup(): Promise<void> {
    const forked = this.#process;
    if (forked === null) return;
    if (!this.#hasExited && (await processStart(forked.pid)) === forked.start) {
      killGroup(forked.pid);
    }
    await sweepByEnvironment(this.deps.clock, (id) => id === this.options.id);
  }

  /** Until the zygote has reaped it, or for a bounded time. */
  #gone(): Promise<void> {
    if (this.#hasExited || this.#process === null) return Promise.resolve();
    const { clock, deadlines } = this.deps;
    return new Promise((resolve) => {
      const deadline = deadlines.add(clock.nowMs() + goneWaitMs, resolve);
      this.#announceExit = () => {
        deadlines.remove(deadline);
        resolve();
      };
    });
  }
}
