/**
 * Stops and resumes a group by one write to a file that is kept open: `cgroup.freeze` of v2, or
 * `freezer.state` of v1. The kernel stops each process at its next return to user mode, so a write is an
 * order and no confirmation. What was written last is remembered, so that saying it again costs nothing.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fieldOf, readControl } from './counters.js';
import { keyFile, type Place } from './place.js';

const words = {
  1: { frozen: Buffer.from('FROZEN'), thawed: Buffer.from('THAWED') },
  2: { frozen: Buffer.from('1'), thawed: Buffer.from('0') },
} as const;

export class Freezer {
  #descriptor: number | null;
  #isToBeFrozen = false;

  /** Throws where the group has no such file. */
  constructor(private readonly place: Place) {
    this.#descriptor = openSync(join(place.path, keyFile('freezer', place.version)), 'r+');
  }

  freeze(): void {
    if (!this.#isToBeFrozen) this.#write(true);
  }

  thaw(): void {
    if (this.#isToBeFrozen) this.#write(false);
  }

  /** Asks the kernel. */
  isFrozen(): boolean {
    const { version, path } = this.place;
    if (version === 2) return fieldOf(readControl(join(path, 'cgroup.events')), 'frozen') === '1';
    return readControl(join(path, 'freezer.state'))?.trim() === 'FROZEN';
  }

  /** From here on it does nothing. */
  close(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #write(frozen: boolean): void {
    if (this.#descriptor === null) return;
    const { frozen: freeze, thawed } = words[this.place.version];
    const word = frozen ? freeze : thawed;
    try {
      writeSync(this.#descriptor, word, 0, word.length, 0);
      this.#isToBeFrozen = frozen;
    } catch {
      // ENODEV: the group has been removed, and nothing is left to stop
    }
  }
}
