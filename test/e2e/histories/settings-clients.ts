/** Who writes and publishes: clients that do one thing at a time, each what chance tells it. */
import type { Random } from '../../../src/lib/index.js';
import type { Known, Settings } from './settings.js';

/** Reads, writes, and compares and sets what it has seen before. */
export class Writer {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly name: string,
    private readonly settings: Settings,
    private readonly registers: readonly string[],
    private readonly random: Random,
  ) {}

  async step(): Promise<void> {
    const register = oneOf(this.registers, this.random);
    const next = await this.#next(register);
    if (next === null) this.#known.delete(register);
    else this.#known.set(register, next);
  }

  #next(register: string): Promise<Known | null> {
    const present = this.#known.get(register);
    const dice = this.random.next();
    if (present === undefined || dice < 0.3) return this.settings.read(this.name, register);
    if (dice < 0.85 && present.value !== null) {
      return this.settings.compareAndSet(this.name, register, present);
    }
    return this.settings.write(this.name, register);
  }
}

/** Appends to lists, and reads one now and then. */
export class Publisher {
  constructor(
    private readonly name: string,
    private readonly settings: Settings,
    private readonly lists: readonly string[],
    private readonly random: Random,
  ) {}

  async step(): Promise<void> {
    const list = oneOf(this.lists, this.random);
    if (this.random.next() < 0.1) await this.settings.list(this.name, list);
    else await this.settings.append(this.name, list);
  }
}

export function oneOf<Item>(items: readonly Item[], random: Random): Item {
  return items[random.below(items.length)] as Item;
}
