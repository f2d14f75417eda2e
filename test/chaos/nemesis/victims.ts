/**
 * Who is hit: the faults of one step share this ledger, so that none hits a node that another one has. Roles are those of
 * the step's beginning: a node that becomes the Master because another fault killed the one before is not hunted.
 */
import type { Random } from '../../../src/lib/index.js';
import type { Arena, ArenaNode, Roles } from '../arena/types.js';

export type Wanted = 'master' | 'replica' | 'worker' | 'any';

export class Victims {
  readonly #taken = new Set<number>();

  constructor(
    private readonly arena: Pick<Arena, 'nodes' | 'node'>,
    readonly roles: Roles,
  ) {}

  /** A node of this role that nobody has; one of any role where there is none. Throws where all are taken. */
  take(wanted: Wanted, random: Random): ArenaNode {
    const free = this.#free(this.#inRole(wanted));
    const number = oneOf(free, random) ?? oneOf(this.#free(this.#inRole('any')), random);
    if (number === undefined) throw new Error('every node is taken already');
    return this.takeNode(number);
  }

  isTaken(number: number): boolean {
    return this.#taken.has(number);
  }

  takeNode(number: number): ArenaNode {
    if (this.isTaken(number)) throw new Error(`node ${number} is taken already`);
    this.#taken.add(number);
    return this.arena.node(number);
  }

  #inRole(wanted: Wanted): readonly number[] {
    const { master, replicas, workers } = this.roles;
    if (wanted === 'master') return master === null ? [] : [master];
    if (wanted === 'replica') return replicas;
    if (wanted === 'worker') return workers;
    return this.arena.nodes.map(({ number }) => number);
  }

  #free(numbers: readonly number[]): number[] {
    return numbers.filter((number) => !this.#taken.has(number) && this.arena.node(number).runs);
  }
}

/** Undefined of none. */
export function oneOf<Item>(items: readonly Item[], random: Random): Item | undefined {
  return items[random.below(items.length)];
}
