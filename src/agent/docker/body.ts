/**
 * A sandbox as a Docker container. The daemon makes it, tells how it ended, and removes it; whatever has to be
 * fast (freezing, thawing, counting, killing) goes past the daemon, to the control groups that it has made.
 */
import { strict as assert } from 'node:assert';
import { chmod, chown } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Clock } from '../../lib/index.js';
import type { Body, BodyEvents, SandboxPaths, Usage } from '../body.js';
import { groupOfContainer, type Lane, type SandboxGroup } from '../cgroup/index.js';
import { exitInside } from '../exit-status.js';
import type { DockerDaemon } from './daemon.js';
import { MultiplexedOutput } from './multiplexed-output.js';
import type { Removals } from './removals.js';

export interface DockerBodyDeps {
  readonly clock: Clock;
  readonly lane: Lane;
  readonly daemon: DockerDaemon;
  readonly removals: Removals;
}

export interface DockerBodyOptions {
  /** The container's, unique on this host. */
  readonly name: string;
  readonly paths: SandboxPaths;
  /** Its limit, null for none. */
  readonly memoryBytes: number | null;
  /** Who the socket is for; null: it stays the node's own. */
  readonly owner: number | null;
  /** What the daemon is asked for. */
  options(
    socketPath: string,
    environment: Readonly<Record<string, string>>,
  ): Docker.ContainerCreateOptions;
  /** Called once, when none of its processes is left. */
  gone(): void;
}

/** Where only the daemon can kill: how long a removal waits for it. */
const removalWaitMs = 30_000;

export const socketInside = '/run/hearth/s';

export class DockerBody implements Body {
  /** Why `launch` has failed. */
  launchError: unknown = null;
  /** The daemon has said that its processes run. */
  isStarted = false;
  readonly #ending = new AbortController();
  #launching: Promise<void> | null = null;
  #created = false;
  #output: Readable | null = null;
  #group: SandboxGroup | null = null;
  #usage: Usage = { memoryPeakBytes: null, cpuMs: null, memoryKills: 0 };
  #removal: Promise<void> | null = null;

  constructor(
    private readonly deps: DockerBodyDeps,
    private readonly options: DockerBodyOptions,
  ) {}

  get paths(): SandboxPaths {
    return this.options.paths;
  }

  get freezes(): boolean {
    return this.#group !== null;
  }

  launch(
    directory: string,
    environment: Readonly<Record<string, string>>,
    events: BodyEvents,
  ): Promise<void> {
    assert(this.#launching === null, 'a body is launched once');
    this.#launching = this.#launch(directory, environment, events).catch((error: unknown) => {
      this.launchError = error;
      throw error;
    });
    return this.#launching;
  }

  become(): Promise<void> {
    return Promise.reject(new Error('it was not made as a stem cell'));
  }

  freeze(): void {
    this.#group?.freeze();
  }

  thaw(): void {
    this.#group?.thaw();
  }

  holdOutput(held: boolean): void {
    if (held) this.#output?.pause();
    else this.#output?.resume();
  }

  /** The last that is known: the groups go with the container. */
  usage(): Usage {
    const now = this.#group?.usage();
    if (now === undefined) return this.#usage;
    this.#usage = {
      memoryPeakBytes: now.memoryPeakBytes ?? this.#usage.memoryPeakBytes,
      cpuMs: now.cpuMs ?? this.#usage.cpuMs,
      memoryKills: Math.max(now.memoryKills, this.#usage.memoryKills),
    };
    return this.#usage;
  }

  remove(): Promise<void> {
    this.#removal ??= this.#remove();
    return this.#removal;
  }

  async #remove(): Promise<void> {
    const { removals } = this.deps;
    this.#ending.abort();
    this.#output?.destroy();
    await this.#kill();
    // it may have come to be only now
    await this.#launching?.catch(() => undefined);
    this.#output?.destroy();
    const killed = await this.#kill();
    const removed = this.#created ? removals.add(this.options.name) : Promise.resolve();
    if (killed) this.options.gone();
    else await this.#atMost(removed.then(() => this.options.gone()));
  }

  /** Waits for the daemon, but not for ever. */
  #atMost(removed: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.deps.clock.after(removalWaitMs, resolve);
      void removed.then(() => {
        cancel();
        resolve();
      });
    });
  }

  /** False where it is left to the daemon. */
  async #kill(): Promise<boolean> {
    if (this.#group === null) return false;
    this.usage();
    return this.#group.remove();
  }

  async #launch(
    directory: string,
    environment: Readonly<Record<string, string>>,
    events: BodyEvents,
  ): Promise<void> {
    const { clock, daemon, lane } = this.deps;
    const { name, owner } = this.options;
    const socketPath = join(directory, 's');
    if (owner !== null) {
      await chmod(socketPath, 0o600);
      await chown(socketPath, owner, owner);
    }
    const options = this.options.options(socketPath, environment);
    this.#goOn();
    this.#created = true;
    const { id } = await daemon.call('create a container', (docker, abortSignal) =>
      docker.createContainer({ ...options, abortSignal }),
    );
    this.#goOn();
    await this.#attach(name, events);
    this.#goOn();
    await daemon.call('start a container', (docker, abortSignal) =>
      docker.getContainer(name).start({ abortSignal }),
    );
    this.isStarted = true;
    const { State } = await daemon.call('inspect a container', (docker, abortSignal) =>
      docker.getContainer(name).inspect({ abortSignal }),
    );
    if (State.Pid > 0) this.#group = await groupOfContainer(id, State.Pid, { clock, lane });
  }

  /** Before the start, so that nothing it prints is missed. The end of its output is the sign of its end. */
  async #attach(name: string, events: BodyEvents): Promise<void> {
    const { daemon } = this.deps;
    // the stream is as long as the container's life: only getting it has a deadline
    const stream = await daemon.call('attach to a container', (docker) =>
      docker.getContainer(name).attach({ stream: true, stdout: true, stderr: true }),
    );
    const output = stream as unknown as Readable;
    const split = new MultiplexedOutput((chunk) => events.output(chunk));
    output.on('data', (chunk: Buffer) => split.push(chunk));
    // an error is always followed by `close`
    output.on('error', () => undefined);
    output.on('close', () => void this.#conclude(name, events));
    this.#output = output;
  }

  async #conclude(name: string, events: BodyEvents): Promise<void> {
    if (this.#ending.signal.aborted) return;
    // while its groups are there
    this.usage();
    const { daemon } = this.deps;
    const abortSignal = this.#ending.signal;
    try {
      const ended = await daemon.watch('wait for a container', (docker) =>
        docker.getContainer(name).wait({ abortSignal }),
      );
      const { State } = await daemon.call('inspect a container', (docker) =>
        docker.getContainer(name).inspect({ abortSignal }),
      );
      if (State.OOMKilled) this.#usage = killedForMemory(this.#usage, this.options.memoryBytes);
      const { StatusCode } = ended as { StatusCode: number };
      events.exited(exitInside({ code: StatusCode, signal: null }));
      events.drained();
    } catch {
      // removed by us; or the daemon has gone, and the closed socket will tell when it ends
    }
  }

  #goOn(): void {
    if (this.#removal !== null) throw new Error('the sandbox was ended while it was made');
  }
}

/** The groups have gone before they could be read: who was killed for memory has had all of it. */
function killedForMemory(usage: Usage, memoryBytes: number | null): Usage {
  return {
    ...usage,
    memoryPeakBytes: memoryBytes ?? usage.memoryPeakBytes,
    memoryKills: Math.max(1, usage.memoryKills),
  };
}
