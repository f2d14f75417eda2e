/** A few cores that a test connects by hand: every message is delivered when the test says so. */
import {
  decodeTableMessage,
  encodeTableMessage,
  type SnapshotPart,
  TableCore,
  type TableEffect,
  type TableMember,
  type TableMessage,
  type TableParameters,
} from '../../../src/cluster/table/index.js';
import { seededRandom } from '../../../src/lib/index.js';
import {
  type FunctionKey,
  functionKey,
  type NodeId,
  nodeId,
  type WarmClaim,
} from '../../../src/types/index.js';

export type Kind = TableMessage['kind'];
export type MessageOf<Name extends Kind> = Extract<TableMessage, { kind: Name }>;

export interface Sent {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: TableMessage;
}

export const idOf = (number: number): NodeId => nodeId(number.toString(16).padStart(32, '0'));
export const key = (name: string): FunctionKey => functionKey(name, '1', 1);
export const warm = (name: string, load = 0): WarmClaim => ({
  key: key(name),
  state: 'warm',
  load,
});
export const cold = (name: string): WarmClaim => ({ key: key(name), state: 'cold', load: 0 });

/** Node `number` was admitted as number `number`. */
export function memberOf(number: number, change: Partial<TableMember> = {}): TableMember {
  const alive = { joinedAt: number, status: 'alive' as const, degraded: false, cohort: 0 };
  return { id: idOf(number), generation: 1, ...alive, ...change };
}

export class Cores {
  nowMs = 1000;
  readonly cores = new Map<NodeId, TableCore>();
  /** On their way, oldest first. */
  readonly sent: Sent[] = [];
  readonly answers = new Map<number, Extract<TableEffect, { kind: 'answer' }>['holders']>();

  constructor(
    numbers: readonly number[],
    private readonly parameters: Partial<TableParameters> = {},
  ) {
    for (const number of numbers) this.add(number);
  }

  /** Starts a node, its next life if it has had one. */
  add(number: number, generation = 1): TableCore {
    const id = idOf(number);
    const core = new TableCore({ id, generation }, seededRandom(number), this.parameters);
    this.cores.set(id, core);
    return core;
  }

  of(number: number): TableCore {
    const core = this.cores.get(idOf(number));
    if (core === undefined) throw new Error(`no core ${number}`);
    return core;
  }

  /** Tells one node who is there. */
  tell(number: number, ...members: readonly TableMember[]): void {
    this.step(number, (core) => core.membersChanged(members, this.nowMs));
  }

  /** Tells all nodes. */
  tellAll(...members: readonly TableMember[]): void {
    for (const number of this.numbers()) this.tell(number, ...members);
  }

  claim(number: number, ...claims: readonly WarmClaim[]): void {
    this.step(number, (core) => core.claim(claims, this.nowMs));
  }

  lookup(number: number, call: number, name: string): void {
    this.step(number, (core) => core.lookup(call, key(name), this.nowMs));
  }

  receive(from: number, to: number, message: TableMessage): void {
    this.step(to, (core) => core.receive(idOf(from), message, this.nowMs));
  }

  /** The Master gives its whole table to another node: whether that takes it. */
  handOver(from: number, to: number): boolean {
    let parts: readonly SnapshotPart[] = [];
    this.step(from, (core) => {
      parts = [...(core.handOver(idOf(to), this.nowMs) ?? [])];
    });
    const last = parts.at(-1);
    if (last === undefined) return false;
    const claims = parts.flatMap((part) => part.claims);
    let taken = false;
    this.step(to, (core) => {
      taken = core.inherit(idOf(from), last.position, claims, this.nowMs);
    });
    return taken;
  }

  /** Delivers everything that is and will be on its way, but what `loses` names; no time passes. */
  deliver(loses: (sent: Sent) => boolean = () => false): void {
    for (let count = 0; this.sent.length > 0; count++) {
      if (count > 10_000) throw new Error('messages without end');
      const next = this.sent.shift();
      if (next !== undefined && !loses(next)) this.#arrive(next);
    }
  }

  /** Lets time pass in steps of a millisecond, with everything delivered. */
  run(forMs: number, loses?: (sent: Sent) => boolean): void {
    const endMs = this.nowMs + forMs;
    this.deliver(loses);
    while (this.nowMs < endMs) {
      this.nowMs++;
      for (const number of this.numbers()) {
        const core = this.of(number);
        if (core.dueMs <= this.nowMs) this.step(number, () => core.tick(this.nowMs));
      }
      this.deliver(loses);
    }
  }

  /** Takes the messages of a kind that are on their way out of the network. */
  take<Name extends Kind>(kind: Name): MessageOf<Name>[] {
    const taken = this.sent.filter(({ message }) => message.kind === kind);
    for (const sent of taken) this.sent.splice(this.sent.indexOf(sent), 1);
    return taken.map(({ message }) => message as MessageOf<Name>);
  }

  /** `node:function` of every claim that a node's table shows, in order. */
  table(number: number): string[] {
    const claims = [...this.of(number).visibleClaims()];
    return claims.map((claim) => `${Number.parseInt(claim.node, 16)}:${nameOf(claim.key)}`).sort();
  }

  step(number: number, input: (core: TableCore) => void): void {
    const core = this.of(number);
    input(core);
    for (const effect of core.effects.splice(0)) {
      if (effect.kind === 'answer') this.answers.set(effect.call, effect.holders);
      else {
        const message = decodeTableMessage(encodeTableMessage(effect.message));
        if (message === null) throw new Error('a message that nobody knows');
        for (const to of effect.to) this.sent.push({ from: core.self.id, to, message });
      }
    }
  }

  numbers(): number[] {
    return [...this.cores.keys()].map((id) => Number.parseInt(id, 16));
  }

  #arrive({ from, to, message }: Sent): void {
    if (this.cores.has(to))
      this.receive(Number.parseInt(from, 16), Number.parseInt(to, 16), message);
  }
}

function nameOf(functionName: FunctionKey): string {
  return functionName.slice(0, functionName.indexOf(':'));
}
