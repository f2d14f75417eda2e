/**
 * Membership in place of gossip: tells every node of every change, each after a delay of its own. What one
 * is told may differ from what another is told, and may be taken back.
 */
import type { TableMember } from '../../../src/cluster/table/index.js';
import type { NodeId } from '../../../src/types/index.js';
import type { TableNode } from './node.js';

export interface OracleHost {
  nodes(): Iterable<TableNode>;
  plan(afterMs: number, run: () => void): void;
  /** Hands the core the view that the node now has. */
  viewChanged(node: TableNode): void;
}

export class Oracle {
  /** What everybody should believe in the end. */
  readonly facts = new Map<NodeId, TableMember>();
  /** News on their way, or waiting at a node that stands still. */
  underWay = 0;
  #version = 0;

  constructor(
    private readonly host: OracleHost,
    private readonly delayMs: () => number,
  ) {}

  /** A new fact, told to all whom the network lets know. */
  announce(member: TableMember, reaches: (observer: TableNode) => boolean = () => true): void {
    this.facts.set(member.id, member);
    this.rumour(member, reaches);
  }

  /** Told to some, true or not; about a node itself, only what it knows itself is believed. */
  rumour(member: TableMember, reaches: (observer: TableNode) => boolean): void {
    const version = ++this.#version;
    for (const observer of this.host.nodes()) {
      if (observer.alive && reaches(observer))
        this.#tell(observer, member, version, this.delayMs());
    }
  }

  /** A node that starts has the whole list from the one it joined; itself, it knows best. */
  introduce(newcomer: TableNode): void {
    const version = ++this.#version;
    for (const member of this.facts.values()) this.#learn(newcomer, member, version);
    this.host.viewChanged(newcomer);
  }

  /** Tells everybody the facts again. */
  repeat(): void {
    for (const member of this.facts.values()) this.rumour(member, () => true);
  }

  #tell(observer: TableNode, member: TableMember, version: number, afterMs: number): void {
    if (observer.id === member.id && member.status !== 'left' && !isAlive(member)) return;
    this.underWay++;
    this.host.plan(afterMs, () => {
      if (!observer.alive) this.underWay--;
      observer.input(() => {
        this.underWay--;
        if (this.#learn(observer, member, version)) this.host.viewChanged(observer);
      });
    });
  }

  #learn(observer: TableNode, member: TableMember, version: number): boolean {
    if ((observer.viewVersions.get(member.id) ?? 0) > version) return false;
    observer.viewVersions.set(member.id, version);
    observer.view.set(member.id, member);
    return true;
  }
}

function isAlive({ status }: TableMember): boolean {
  return status === 'alive' || status === 'suspect';
}
