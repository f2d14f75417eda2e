/**
 * The code of functions and layers on the stage, each directory bound once, read-only: what is mounted in a
 * sandbox later has to be read-only before. Those that are used stay, up to a number; a bind pins no file of
 * a deleted version, only its empty directory, and one that is found to be another directory by now is bound anew.
 */
import type { Stats } from 'node:fs';
import type { Mounter } from './mounter.js';

interface Bind {
  readonly place: string;
  /** Which directory it is, whatever becomes of its path. */
  readonly identity: string;
  readonly bound: Promise<void>;
  /** Who needs it to be there just now. */
  users: number;
  unwanted: boolean;
}

/** Each is in every mount table that a sandbox is born from. */
const bindsMax = 64;

export class CodeBinds {
  /** By path, the longest unused first. */
  readonly #binds = new Map<string, Bind>();
  #places = 0;

  constructor(private readonly mounter: Pick<Mounter, 'ask'>) {}

  get size(): number {
    return this.#binds.size;
  }

  /** Has `act` called with the place of the directory, which is there until `act` has settled. */
  async use(path: string, stats: Stats, act: (place: string) => Promise<void>): Promise<void> {
    const bind = this.#take(path, `${stats.dev}:${stats.ino}`);
    bind.users++;
    try {
      await bind.bound;
      await act(bind.place);
    } finally {
      bind.users--;
      if (bind.unwanted) this.#remove(bind);
    }
  }

  #take(path: string, identity: string): Bind {
    const known = this.#binds.get(path);
    if (known !== undefined) {
      this.#binds.delete(path);
      if (known.identity === identity) {
        this.#binds.set(path, known);
        return known;
      }
      this.#dismiss(known);
    }
    for (const [oldest, bind] of this.#binds) {
      if (this.#binds.size < bindsMax) break;
      this.#binds.delete(oldest);
      this.#dismiss(bind);
    }
    const place = `code/${this.#places++}`;
    const bound = this.mounter.ask('bind', place, path).catch((error: Error) => {
      if (this.#binds.get(path) === bind) this.#binds.delete(path);
      bind.unwanted = true;
      throw new Error(`${path} could not be bound: ${error.message}`);
    });
    const bind: Bind = { place, identity, bound, users: 0, unwanted: false };
    this.#binds.set(path, bind);
    return bind;
  }

  #dismiss(bind: Bind): void {
    bind.unwanted = true;
    this.#remove(bind);
  }

  /** Sandboxes that have it mounted keep it. */
  #remove(bind: Bind): void {
    if (bind.users > 0) return;
    void this.mounter.ask('unbind', bind.place).catch(() => undefined);
  }
}
