/**
 * A sandbox as a plain child process: whole in life and death, but free to see what the node sees. A stem cell
 * looks for libraries and modules through links of its own, which lead to its function's once it has one.
 */
import { mkdir, rename, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock, DeadlineQueue } from '../../lib/index.js';
import type { BodyEvents, SandboxPaths } from '../body.js';
import type { SandboxGroup } from '../cgroup/types.js';
import type { SandboxSpec } from '../driver.js';
import { launch } from '../launch.js';
import { LaunchedBody } from '../launched-body.js';
import { lowerPriority } from '../priority.js';
import { killGroup } from '../process-tree.js';
import type { RuntimeCommand } from '../runtimes.js';

export interface ProcessBodyDeps {
  readonly clock: Clock;
  readonly deadlines: DeadlineQueue;
  /** Makes the sandbox's groups; null where there are none. */
  readonly makeGroup: (() => Promise<SandboxGroup>) | null;
}

export interface ProcessBodyOptions {
  readonly id: string;
  /** Null of a stem cell. */
  readonly spec: SandboxSpec | null;
  readonly directory: string;
  readonly command: RuntimeCommand;
  /** Put before the command, such as `setpriv --pdeathsig KILL --`; keeps the pid. */
  readonly prefix: readonly string[];
}

/** Where the links of a stem cell lead at first. The loader looks for this directory of libraries only once. */
const nothingYet = 'nothing-yet';

export class ProcessBody extends LaunchedBody {
  #paths: SandboxPaths;

  constructor(
    private readonly deps: ProcessBodyDeps,
    private readonly options: ProcessBodyOptions,
  ) {
    super(deps.clock, options.id, deps.makeGroup, options.spec === null);
    const { spec, directory, command } = options;
    this.#paths = {
      socket: join(directory, 's'),
      taskRoot: spec === null ? join(directory, 'task') : spec.taskRoot,
      layersRoot: spec === null ? join(directory, 'opt') : spec.layersRoot,
      temporary: join(directory, 'tmp'),
      interpreters: [dirname(command.command)],
    };
  }

  override get paths(): SandboxPaths {
    return this.#paths;
  }

  override async become({ taskRoot, layersRoot }: SandboxSpec, directory: string): Promise<void> {
    await Promise.all([
      relink(directory, 'task', taskRoot),
      layersRoot === null ? null : relink(directory, 'opt', layersRoot),
    ]);
    this.#paths = { ...this.#paths, taskRoot, layersRoot };
  }

  protected override async start(
    directory: string,
    environment: Readonly<Record<string, string>>,
    events: BodyEvents,
  ): Promise<void> {
    const { command, prefix, spec } = this.options;
    const { clock, deadlines } = this.deps;
    const { temporary } = this.paths;
    await mkdir(temporary, { mode: 0o700 });
    if (spec === null) await linkToNothing(directory);
    this.group = (await this.makeGroup?.()) ?? null;
    if (this.removing) return;
    const plan = {
      command: [...prefix, command.command, ...command.args],
      directory: temporary,
      environment,
      procsFiles: this.group?.quickProcsFiles ?? [],
    };
    this.launched = await launch(plan, events, clock, deadlines);
    lowerPriority(this.launched.pid);
    await this.group?.complete(this.launched.pid);
  }

  protected override kill(): void {
    super.kill();
    if (this.launched !== null) killGroup(this.launched.pid);
  }
}

async function linkToNothing(directory: string): Promise<void> {
  await mkdir(join(directory, nothingYet, 'lib'), { recursive: true, mode: 0o700 });
  for (const name of ['task', 'opt']) await symlink(nothingYet, join(directory, name));
}

async function relink(directory: string, name: string, target: string): Promise<void> {
  const fresh = join(directory, `${name}-new`);
  await symlink(target, fresh);
  await rename(fresh, join(directory, name));
}
