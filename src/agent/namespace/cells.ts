/**
 * Where stem cells get their code from. A sandbox's mounts are its own once it has started, but what is mounted
 * on the stage below a directory that hands on its mounts appears in the sandbox that has bound it:
 *
 *     stage/cells/N         hands on its mounts
 *     stage/cells/N/task    /var/task in the sandbox, empty; the function's code is mounted here, and so there
 *     stage/cells/N/opt     /opt, likewise with the layers
 *
 * Right after that the cell is taken off the stage again, mounts and all, for the sandbox has its own: whoever
 * is born next copies and reads every mount of the stage. The directories stay, for the kernel takes
 * mounts along with their directory, wherever they are; they are used again when the sandbox has ended.
 */
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { CodeBinds } from './code-binds.js';
import { Mounter, type MounterDeps } from './mounter.js';
import type { Stage } from './stage.js';

/** A directory of the host, which the sandbox's user can read. */
export interface Source {
  readonly path: string;
  readonly stats: Stats;
}

export interface Cell {
  /** On the stage, to be bound at /var/task and /opt. Both have a directory `lib`, for the loader looks only once. */
  readonly task: string;
  readonly layers: string;
  readonly place: string;
}

export class Cells {
  readonly #mounter: Mounter;
  readonly #binds: CodeBinds;
  readonly #free: string[] = [];
  /** Cells that have been given their code: whether they could be taken off the stage. */
  readonly #leaving = new Map<Cell, Promise<boolean>>();
  #made = 0;

  constructor(
    private readonly stage: Stage,
    program: readonly string[],
    deps: MounterDeps,
  ) {
    this.#mounter = new Mounter([...stage.prefix, ...program, stage.directory], deps);
    this.#binds = new CodeBinds(this.#mounter);
  }

  /** An empty one. Rejects with an Error that says what is wrong. */
  async make(): Promise<Cell> {
    const place = this.#free.pop() ?? `cells/${this.#made++}`;
    await this.#mounter.ask('make', place);
    const directory = join(this.stage.directory, place);
    return { task: join(directory, 'task'), layers: join(directory, 'opt'), place };
  }

  /** Once: mounts code and layers in the sandbox that has bound the cell. Rejects with an Error that says what is wrong. */
  give(cell: Cell, task: Source, layers: Source | null): Promise<void> {
    const given = Promise.all([
      this.#mount(task, `${cell.place}/task`),
      layers === null ? null : this.#mount(layers, `${cell.place}/opt`),
    ]).then(() => undefined);
    // what is under way has to be over before the cell is left
    const left = given.then(
      () => this.#leave(cell),
      () => this.#leave(cell),
    );
    this.#leaving.set(cell, left);
    return given;
  }

  /** The sandbox has ended; or, where it could not be `emptied`, perhaps not. */
  async release(cell: Cell, emptied: boolean): Promise<void> {
    const left = await (this.#leaving.get(cell) ?? this.#leave(cell));
    this.#leaving.delete(cell);
    if (left && emptied) this.#free.push(cell.place);
  }

  close(): Promise<void> {
    return this.#mounter.close();
  }

  #leave(cell: Cell): Promise<boolean> {
    return this.#mounter.ask('let-go', cell.place).then(
      () => true,
      () => false,
    );
  }

  #mount({ path, stats }: Source, place: string): Promise<void> {
    return this.#binds.use(path, stats, (bound) => this.#mounter.ask('give', place, bound));
  }
}
