/**
 * A sandbox as namespaces of the kernel, made by bubblewrap. From the outside in:
 *
 *     /bin/sh      joins the sandbox's groups                        |
 *     prlimit      files, core dumps                                 | one process, one
 *     nsenter      sees the stage (root only)                        | after the other
 *     setpriv      becomes the sandbox's user (root only)            |
 *     bwrap        makes the namespaces, waits for the end
 *       bwrap      process 1 inside: reaps what nobody waits for
 *         runtime
 */
import { chown, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Clock, DeadlineQueue } from '../../lib/index.js';
import type { BodyEvents, SandboxPaths } from '../body.js';
import type { SandboxGroup } from '../cgroup/types.js';
import type { SandboxSpec } from '../driver.js';
import { exitInside } from '../exit-status.js';
import { temporaryMbOf } from '../group-limits.js';
import { type Launched, launch } from '../launch.js';
import { LaunchedBody } from '../launched-body.js';
import { lowerPriority } from '../priority.js';
import type { RuntimeCommand } from '../runtimes.js';
import type { Birth } from '../stem-kind.js';
import type { Cell, Cells } from './cells.js';
import { bubblewrapArguments, type SandboxLayout, type View } from './command-line.js';
import type { NamespaceHost } from './host.js';
import { commandInside, type Interpreter } from './interpreter.js';
import { heard, type OutboundTools, outboundPrefix, slirpCommand } from './outbound.js';
import { startCommand } from './start-command.js';
import { innerVariables, outerVariables } from './variables.js';
import { layersInside, sourcesOf, viewsOf } from './views.js';

export interface NamespaceBodyDeps {
  readonly clock: Clock;
  readonly deadlines: DeadlineQueue;
  readonly host: NamespaceHost;
  /** Makes the sandbox's groups; null where there are none. */
  readonly makeGroup: (() => Promise<SandboxGroup>) | null;
  /** Null where there are no stem cells. */
  readonly cells: Cells | null;
}

export interface NamespaceBodyOptions {
  readonly id: string;
  /** Null of a stem cell. */
  readonly spec: SandboxSpec | null;
  /** What it is born with and keeps. */
  readonly birth: Birth;
  readonly command: RuntimeCommand;
  readonly interpreter: Interpreter;
  /** What gives it a way out; null where it has no network. */
  readonly outbound: OutboundTools | null;
}

const MiB = 1024 * 1024;
/** Where memory is short on the whole host, functions go before anything else of the same size does. */
const outOfMemoryScore = '500';
const firstDescriptor = 3;
const complaintCharsMax = 500;

export class NamespaceBody extends LaunchedBody {
  readonly paths: SandboxPaths;
  #cell: Cell | null = null;
  #slirp: Launched | null = null;
  #uid: number | null = null;

  constructor(
    private readonly deps: NamespaceBodyDeps,
    private readonly options: NamespaceBodyOptions,
  ) {
    super(deps.clock, options.id, deps.makeGroup, options.spec === null);
    this.paths = {
      socket: '/run/hearth/s',
      taskRoot: '/var/task',
      layersRoot: layersInside,
      temporary: '/tmp',
      interpreters: options.interpreter.programs,
    };
  }

  /** Gives it its code where it has seen empty directories so far. */
  override async become(spec: SandboxSpec): Promise<void> {
    const { cells } = this.deps;
    const cell = this.#cell;
    if (cells === null || cell === null) throw new Error('it was not made as a stem cell');
    const { task, layers } = await sourcesOf(spec);
    await cells.give(cell, task, layers);
  }

  override get owner(): number | null {
    return this.#uid;
  }

  protected override async start(
    directory: string,
    environment: Readonly<Record<string, string>>,
    events: BodyEvents,
  ): Promise<void> {
    const { cells, clock, deadlines, host } = this.deps;
    const { birth, spec } = this.options;
    if (host.root !== null) await this.#becomeSomebody(directory, host.root.uids.take());
    if (spec === null) this.#cell = (await cells?.make()) ?? null;
    const wanted = { ...this.options, cell: this.#cell, paths: this.paths, directory };
    const views = await viewsOf(wanted, host);
    this.group = (await this.makeGroup?.()) ?? null;
    if (this.removing) return;
    const { outbound } = this.options;
    const filter = host.seccompFile === null ? null : await open(host.seccompFile, 'r');
    const descriptors = filter === null ? [] : [filter.fd];
    const gate = firstDescriptor + descriptors.length;
    try {
      const plan = {
        command: [
          ...startCommand(host, this.#uid),
          ...(outbound === null ? [] : outboundPrefix(outbound, gate)),
          ...this.#bubblewrapCommand(views, environment, filter === null ? null : firstDescriptor),
        ],
        directory: '/',
        environment: outerVariables(environment, birth.runtime),
        procsFiles: this.group?.quickProcsFiles ?? [],
        descriptors: host.inherited.covered(
          outbound === null ? descriptors : [...descriptors, 'pipe' as const],
        ),
      };
      const exited: BodyEvents['exited'] = (exit) => events.exited(exitInside(exit));
      this.launched = await launch(plan, { ...events, exited }, clock, deadlines);
    } finally {
      await filter?.close();
    }
    const { pid, pipes } = this.launched;
    lowerPriority(pid);
    const completed = this.group?.complete(pid);
    // one that has ended has no score
    await writeFile(`/proc/${pid}/oom_score_adj`, outOfMemoryScore).catch(() => undefined);
    const [pipe] = pipes;
    if (outbound !== null && pipe !== undefined) await this.#openGate(outbound, pid, pipe);
    await completed;
  }

  protected override kill(): void {
    super.kill();
    this.#slirp?.kill();
  }

  protected override async gone(): Promise<void> {
    await Promise.all([super.gone(), this.#slirp?.gone()]);
  }

  /** A user who may still have processes is never another's. */
  protected override release(emptied: boolean): void {
    if (this.#uid !== null && emptied) this.deps.host.root?.uids.giveBack(this.#uid);
    this.#uid = null;
    if (this.#cell !== null) void this.deps.cells?.release(this.#cell, emptied);
    this.#cell = null;
  }

  /** Lets the sandbox go on as soon as it has its way out. */
  async #openGate(tools: OutboundTools, pid: number, gate: Duplex): Promise<void> {
    await heard(gate, () => 'its network namespace could not be made');
    if (this.removing) return;
    const { clock, deadlines, host } = this.deps;
    let complaint = '';
    const plan = {
      command: slirpCommand(tools, pid, host.root !== null),
      directory: '/',
      environment: { HEARTH_SANDBOX_ID: this.options.id },
      procsFiles: this.group?.procsFiles ?? [],
      descriptors: host.inherited.covered(['pipe' as const, 'pipe' as const]),
    };
    const events: BodyEvents = {
      exited: () => undefined,
      drained: () => undefined,
      output: (chunk) => {
        complaint = (complaint + Buffer.from(chunk).toString()).slice(-complaintCharsMax);
      },
    };
    this.#slirp = await launch(plan, events, clock, deadlines);
    const [, ready] = this.#slirp.pipes;
    if (ready !== undefined) await heard(ready, () => `slirp4netns failed: ${complaint.trim()}`);
    gate.end('\n');
  }

  /** The sandbox's directory and socket are for its own user alone. */
  async #becomeSomebody(directory: string, uid: number | null): Promise<void> {
    if (uid === null) throw new Error('all users for sandboxes are taken');
    this.#uid = uid;
    await Promise.all([chown(directory, uid, uid), chown(join(directory, 's'), uid, uid)]);
  }

  #bubblewrapCommand(
    views: readonly View[],
    environment: Readonly<Record<string, string>>,
    seccomp: number | null,
  ): string[] {
    const { tools, systemDirectories, hidden } = this.deps.host;
    const { birth, command, interpreter, outbound } = this.options;
    const layout: SandboxLayout = {
      systemDirectories,
      views,
      hidden,
      temporaryBytes: temporaryMbOf(birth) * MiB,
      ownNetwork: outbound === null,
      environment: innerVariables(environment, interpreter),
      seccomp,
      forbidUserNamespaces: tools.forbidsUserNamespaces,
      command: commandInside(interpreter, command),
    };
    return [tools.bubblewrap, ...bubblewrapArguments(layout)];
  }
}
