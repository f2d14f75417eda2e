/** A sandbox as a plain child process: whole in life and death, but free to see what the node sees. */
import { mkdir } from 'node:fs/promises';
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
  readonly spec: SandboxSpec;
  readonly directory: string;
  readonly command: RuntimeCommand;
  /** Put before the command, such as `setpriv --pdeathsig KILL --`; keeps the pid. */
  readonly prefix: readonly string[];
}

export class ProcessBody extends LaunchedBody {
  readonly paths: SandboxPaths;

  constructor(
    private readonly deps: ProcessBodyDeps,
    private readonly options: ProcessBodyOptions,
  ) {
    super(options.id, deps.makeGroup);
    const { spec, directory, command } = options;
    this.paths = {
      socket: join(directory, 's'),
      taskRoot: spec.taskRoot,
      layersRoot: spec.layersRoot,
      temporary: join(directory, 'tmp'),
      interpreters: [dirname(command.command)],
    };
  }

  protected override async start(
    _directory: string,
    environment: Readonly<Record<string, string>>,
    events: BodyEvents,
  ): Promise<void> {
    const { command, prefix } = this.options;
    const { clock, deadlines } = this.deps;
    const { temporary } = this.paths;
    await mkdir(temporary, { mode: 0o700 });
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
