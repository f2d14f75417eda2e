/** Where a reader of the whole cluster's logs has come: a place in the log of each node. */
import type { NodeId } from '../../types/index.js';
import { badCursor } from './node-log.js';

/** Beyond so many nodes the cursor does not fit in a request; then the others go on from a time. */
const nodesMax = 250;
/** Enough of an id to tell the members of a cluster apart. */
const idChars = 12;

export class ClusterCursor {
  readonly #places = new Map<string, string>();
  /** Up to here the lines of all nodes have been told; null where that is not known. */
  toldMs: number | null = null;

  /** `timeMs`: where reading begins on nodes that have no place here. */
  constructor(readonly timeMs: number) {}

  /** Throws `invalid-parameter`. */
  static parse(text: string): ClusterCursor {
    const [time = '', ...places] = text.split('_');
    const timeMs = parseInt(time, 36);
    if (!/^[0-9a-z]{1,11}$/.test(time) || !Number.isSafeInteger(timeMs)) throw badCursor(text);
    const cursor = new ClusterCursor(timeMs);
    for (const each of places) {
      const match = /^([0-9a-f]{12})~([0-9a-z.-]{1,40})$/.exec(each);
      if (match === null) throw badCursor(text);
      cursor.#places.set(match[1] ?? '', match[2] ?? '');
    }
    return cursor;
  }

  get(node: NodeId): string | undefined {
    return this.#places.get(node.slice(0, idChars));
  }

  set(node: NodeId, place: string): void {
    this.#places.set(node.slice(0, idChars), place);
  }

  toString(): string {
    const places = [...this.#places].slice(0, nodesMax).map(([id, place]) => `${id}~${place}`);
    const isWhole = this.#places.size <= nodesMax;
    const timeMs = isWhole ? this.timeMs : (this.toldMs ?? this.timeMs);
    return [timeMs.toString(36), ...places].join('_');
  }
}
