/**
 * Where a cold start belongs when nobody holds the function warm: rendezvous hashing of the function over the nodes
 * that have room for it, and of the first two the one where fewer requests wait (the power of two choices). So all
 * nodes agree, without a word, on the same two for the same code: few fetch and unpack it, a burst at all nodes does
 * not start a sandbox at each, and a node that is behind is left alone.
 *
 * What a burst has chosen is kept for a moment, so that it does not change sides with each news of a queue.
 */
import { LRUCache } from 'lru-cache';
import { type FunctionRecord, placementKey } from '../catalog/index.js';
import type { Clock } from '../lib/index.js';
import { rendezvous } from '../roles/index.js';
import {
  type ClusterView,
  coarseMemoryMb,
  coarseWaiting,
  type FunctionKey,
  limits,
  type NodeId,
  type NodeLoad,
} from '../types/index.js';
import { placementTtlMs } from './parameters.js';
import { hasShare, type Shares } from './reservation.js';

/** What is known of a node that a cold start could go to. */
export type Room = Omit<NodeLoad, 'load'>;

export interface PlacementDeps {
  readonly clock: Clock;
  readonly here: {
    hasRoom(record: FunctionRecord): boolean;
    load(): Room;
  };
  /** Whether another node takes work and answers. */
  readonly takes: (node: NodeId) => boolean;
  /** Requests that this node has under way to another. */
  readonly underWay: (node: NodeId) => number;
}

/** What a burst follows; the nodes change in place, so that it is forgotten in time. */
interface Chosen {
  nodes: readonly NodeId[];
  /** The number of the view that they were chosen from: many are remembered for long, and views are large. */
  view: number;
}

export class Placement {
  readonly #chosen: LRUCache<FunctionKey, Chosen>;
  #view: ClusterView | null = null;
  #viewNumber = 0;

  constructor(private readonly deps: PlacementDeps) {
    this.#chosen = new LRUCache({
      max: limits.warmCacheEntriesMax,
      // as in WarmCache
      ttl: placementTtlMs,
      ttlResolution: 0,
      perf: { now: () => deps.clock.nowMs() + 1 },
    });
  }

  /**
   * At most two nodes, the better first; this node may be one of them. None where nobody has room. With `shares`
   * only nodes that have one: there are few, so that they say themselves whether they have room.
   */
  nodesFor(
    key: FunctionKey,
    record: FunctionRecord,
    view: ClusterView,
    shares: Shares | null,
  ): readonly NodeId[] {
    const chosen = this.#chosen.get(key);
    const number = this.#numberOf(view);
    // nothing is new to the rest of a burst
    if (chosen?.view === number && shares === null && this.#fit(chosen.nodes, record, view)) {
      return chosen.nodes;
    }
    const rooms = this.#rooms(record, view, shares);
    const [one, two] = rendezvous(placementKey(record), [...rooms.keys()], 2);
    if (one === undefined || two === undefined) return one === undefined ? [] : [one];
    const kept = chosen?.nodes[0];
    const isOther = kept === one || kept === two ? kept === two : isBetter(two, one, rooms);
    const nodes = isOther ? [two, one] : [one, two];
    if (chosen === undefined || kept !== nodes[0]) {
      this.#chosen.set(key, { nodes, view: number });
    } else {
      // it stays as old as it is
      chosen.nodes = nodes;
      chosen.view = number;
    }
    return nodes;
  }

  /** A node that it was placed on had no room: the rest of the burst goes to the other one. */
  full(key: FunctionKey, node: NodeId): void {
    const chosen = this.#chosen.get(key);
    if (chosen?.nodes[0] === node) chosen.nodes = chosen.nodes.toReversed();
  }

  /** A node that it was placed on does not answer, or does not know the function: who comes next chooses anew. */
  failed(key: FunctionKey): void {
    this.#chosen.delete(key);
  }

  #numberOf(view: ClusterView): number {
    if (view === this.#view) return this.#viewNumber;
    this.#view = view;
    return ++this.#viewNumber;
  }

  #fit(nodes: readonly NodeId[], record: FunctionRecord, view: ClusterView): boolean {
    const { here, takes } = this.deps;
    return nodes.every((node) => (node === view.self ? here.hasRoom(record) : takes(node)));
  }

  /** The nodes that have room, with what is known of them, all figures in the same coarse steps. */
  #rooms(
    record: FunctionRecord,
    view: ClusterView,
    shares: Shares | null,
  ): ReadonlyMap<NodeId, Room> {
    const { here, takes, underWay } = this.deps;
    const rooms = new Map<NodeId, Room>();
    for (const { id, waiting, freeMemoryMb } of view.nodes) {
      if (shares !== null && !hasShare(shares, id)) continue;
      if (id === view.self) {
        if (here.hasRoom(record)) rooms.set(id, coarse(here.load()));
      } else if ((shares !== null || freeMemoryMb >= record.memoryMb) && takes(id)) {
        rooms.set(id, { waiting: waiting + underWay(id), freeMemoryMb });
      }
    }
    return rooms;
  }
}

function isBetter(node: NodeId, than: NodeId, rooms: ReadonlyMap<NodeId, Room>): boolean {
  const one = rooms.get(node);
  const other = rooms.get(than);
  if (one === undefined || other === undefined) return false;
  if (one.waiting !== other.waiting) return one.waiting < other.waiting;
  return one.freeMemoryMb > other.freeMemoryMb;
}

function coarse({ waiting, freeMemoryMb }: Room): Room {
  return { waiting: coarseWaiting(waiting), freeMemoryMb: coarseMemoryMb(freeMemoryMb) };
}
