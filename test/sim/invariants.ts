/**
 * What must hold in every view at every moment, whatever the network does. Only what has changed is
 * looked at, so that a thousand nodes can be watched all the time.
 */
import { strict as assert } from 'node:assert';
import type { GossipMember } from '../../src/gossip/index.js';
import type { NodeId } from '../../src/types/index.js';
import type { SimulatedNode } from './node.js';

export class Invariants {
  /** The highest incarnation that a node has given itself, by id and generation. */
  readonly #spoken = new Map<string, number>();
  /** The latest life of each node. */
  readonly #lives = new Map<NodeId, SimulatedNode>();

  started(node: SimulatedNode): void {
    this.#lives.set(node.id, node);
  }

  /** `viewer` believes something else about one member than before. */
  news(
    viewer: SimulatedNode,
    before: GossipMember | undefined,
    after: GossipMember | undefined,
  ): void {
    if (after === undefined) {
      assert(before?.id !== viewer.id, `${viewer.address} has forgotten itself`);
      return;
    }
    const about = (): string => `${viewer.address}: ${describe(before)} became ${describe(after)}`;
    if (after.id === viewer.id) this.#self(viewer, after, about);
    else this.#nobodyElseSpeaks(after, about);
    if (before === undefined) return;
    assert(after.generation >= before.generation, `a generation went back: ${about()}`);
    if (after.generation > before.generation) return;
    assert(after.incarnation >= before.incarnation, `an incarnation went back: ${about()}`);
    assert(before.status !== 'left' || after.status === 'left', `left was not final: ${about()}`);
  }

  #self(viewer: SimulatedNode, me: GossipMember, about: () => string): void {
    assert(me.generation === viewer.generation, `another life of its own: ${about()}`);
    const expected = viewer.leaving ? 'left' : 'alive';
    assert(me.status === expected, `somebody else spoke for a live node: ${about()}`);
  }

  /** An incarnation that the member itself has not reached was made up by somebody else. */
  #nobodyElseSpeaks(member: GossipMember, about: () => string): void {
    const key = `${member.id} ${member.generation}`;
    const spoken = this.#spoken.get(key);
    if (spoken !== undefined && member.incarnation <= spoken) return;
    const life = this.#lives.get(member.id);
    if (life === undefined || life.generation !== member.generation) return;
    const now = life.member(member.id)?.incarnation ?? 0;
    this.#spoken.set(key, Math.max(spoken ?? 0, now));
    assert(member.incarnation <= Math.max(spoken ?? 0, now), `beyond its own word: ${about()}`);
  }
}

function describe(member: GossipMember | undefined): string {
  if (member === undefined) return 'unknown';
  const { id, generation, incarnation, status } = member;
  return `${Number.parseInt(id.slice(-8), 16)} ${status} ${generation}.${incarnation}`;
}
