/**
 * What the benchmark has to undo, whichever way it ends: processes, directories, groups of the kernel. Each
 * thing is noted when it is made, and undone in reverse order, once.
 */

type Undo = () => Promise<void>;

export class Cleanup {
  readonly #undos = new Set<Undo>();
  #ran = false;

  /** Returns a function that undoes this one thing now; later calls do nothing. What comes after `run` is undone at once. */
  add(undo: Undo): Undo {
    const once = async (): Promise<void> => {
      if (this.#undos.delete(once)) await undo();
    };
    this.#undos.add(once);
    if (this.#ran) void once().catch(told);
    return once;
  }

  /** Undoes all that is left; what fails is told, and does not keep the rest from being undone. */
  async run(): Promise<void> {
    this.#ran = true;
    for (const undo of [...this.#undos].reverse()) await undo().catch(told);
  }
}

function told(error: unknown): void {
  console.error('left behind:', error);
}
