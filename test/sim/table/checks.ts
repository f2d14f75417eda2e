/**
 * What must hold after every step, kept account of independently of the cores: no table holds a claim that its
 * author never made, or misses one older than the newest it holds; whoever stands at a position has the same
 * changes behind it; nobody moves on but by a change that follows on; nodes number their claims without gaps.
 */
import { strict as assert } from 'node:assert';
import type {
  Claim,
  TableEffect,
  TableMessage,
  TableParameters,
} from '../../../src/cluster/table/index.js';
import type { Epoch, Position } from '../../../src/cluster/table/messages.js';
import type { FunctionKey, NodeId } from '../../../src/types/index.js';
import type { TableNode } from './node.js';

type Batch = Extract<TableMessage, { kind: 'batch' }>;

/** The changes behind a position, by offset. */
type Line = Map<number, string>;

export class Checks {
  /** All lives of all nodes. */
  readonly #lives = new Map<string, TableNode>();
  /** The changes of every epoch, as its Master has sent them. */
  readonly #epochs = new Map<string, Line>();
  /** The changes that Replicas have taken in since their last snapshot. */
  readonly #lines = new Map<TableNode, Line>();
  /** How often each way of moving on was seen. */
  readonly counts = { batches: 0, newEpochs: 0, snapshots: 0, heirs: 0, tables: 0 };

  constructor(private readonly parameters: TableParameters) {}

  started(node: TableNode): void {
    this.#lives.set(lifeOf(node.id, node.generation), node);
  }

  /** What a node sends is true, and contradicts nothing that was sent before. */
  sent(node: TableNode, message: TableMessage): void {
    if (message.kind === 'report') this.#report(node, message);
    if (message.kind === 'snapshot') for (const claim of message.claims) this.#authentic(claim);
    if (message.kind !== 'batch') return;
    assert.equal(message.epoch.master, node.id, 'a batch is of its sender');
    const line = this.#lineOf(message.epoch);
    message.claims.forEach((claim, index) => {
      const offset = message.base.offset + index + 1;
      const text = describe(claim);
      assert.equal(line.get(offset) ?? text, text, `two changes at ${offset} of one epoch`);
      line.set(offset, text);
    });
  }

  encoded(message: TableMessage, bytes: number): void {
    if (message.kind !== 'batch' && message.kind !== 'snapshot') return;
    const bytesMax = 1.1 * this.parameters.batchBytesMax + 400;
    assert(bytes <= bytesMax, `a ${message.kind} of ${bytes} bytes`);
  }

  stepped(
    node: TableNode,
    before: Position | null,
    message: TableMessage | null,
    effects: readonly TableEffect[],
  ): void {
    const effectsMax = 200 + 4 * node.view.size;
    assert(effects.length <= effectsMax, `${effects.length} effects of one step`);
    const { position, role } = node.core;
    const follows = role === 'replica' || (role === 'worker' && node.isHeir);
    assert(position === null || role === 'master' || role === null || follows);
    if (!follows || position === null) this.#lines.delete(node);
    else this.#moved(node, before, position, message);
    if (role === 'worker' && position !== null) this.counts.heirs++;
    if (position !== null) this.#table(node);
  }

  /** A Replica moves on by a batch that follows on from where it stood, or by a snapshot: nothing else. */
  #moved(
    node: TableNode,
    before: Position | null,
    after: Position,
    message: TableMessage | null,
  ): void {
    if (before !== null && samePosition(before, after)) return;
    if (message?.kind === 'snapshot') {
      assert(
        message.last && samePosition(message.position, after),
        'a snapshot ends at its position',
      );
      this.#lines.set(node, new Map());
      this.counts.snapshots++;
      return;
    }
    assert(message?.kind === 'batch' && before !== null, `moved by ${message?.kind}`);
    const { epoch, base, claims } = message;
    assert(nameOf(base.epoch) === nameOf(before.epoch), 'a batch that follows on from elsewhere');
    assert(base.offset <= before.offset, `a gap from ${before.offset} to ${base.offset}`);
    const end = base.offset + claims.length;
    const same = nameOf(epoch) === nameOf(before.epoch);
    const shouldBe = same ? Math.max(before.offset, end) : end;
    assert(
      samePosition(after, { epoch, offset: shouldBe }),
      `stands at ${after.offset}, not ${end}`,
    );
    this.#follow(node, before, message, same);
  }

  #follow(node: TableNode, before: Position, { epoch, base, claims }: Batch, same: boolean): void {
    const line = this.#lines.get(node) ?? new Map<number, string>();
    this.#lines.set(node, line);
    this.counts.batches++;
    if (!same) {
      this.counts.newEpochs++;
      assert.equal(base.offset, before.offset, 'nothing that was heard is taken back');
    }
    claims.forEach((claim, index) => {
      const offset = base.offset + index + 1;
      const text = describe(claim);
      if (same) assert.equal(line.get(offset) ?? text, text, `another change at ${offset}`);
      line.set(offset, text);
    });
    const master = this.#lineOf(epoch);
    for (const [offset, text] of line) {
      assert.equal(master.get(offset) ?? text, text, `not the Master's change at ${offset}`);
      // the tail is enough from one step to the next
      if (line.size > 200) line.delete(offset);
    }
  }

  /** Every claim held was made, and none older than the newest held of its author is missing or outdated. */
  #table(node: TableNode): void {
    this.counts.tables++;
    const held = new Map<TableNode, Map<FunctionKey, Claim>>();
    const newest = new Map<TableNode, number>();
    for (const claim of node.core.visibleClaims()) {
      const author = this.#authentic(claim);
      assert.equal(claim.state, 'warm', 'tables hold what is warm');
      const claims = held.get(author) ?? new Map<FunctionKey, Claim>();
      held.set(author, claims.set(claim.key, claim));
      newest.set(author, Math.max(newest.get(author) ?? 0, claim.sequence));
    }
    for (const [author, claims] of held) {
      for (const latest of author.latest.values()) {
        if (latest.sequence > (newest.get(author) ?? 0)) continue;
        const present = claims.get(latest.key);
        const shouldBe = latest.state === 'warm' ? latest.sequence : undefined;
        const where = `${node.id} about ${latest.key} of ${author.id}`;
        assert.equal(present?.sequence, shouldBe, `${where}: knows up to ${newest.get(author)}`);
      }
    }
  }

  #report(node: TableNode, report: Extract<TableMessage, { kind: 'report' }>): void {
    assert.equal(report.generation, node.generation);
    assert.equal(report.sequence, node.made.length, 'a report goes up to the newest claim');
    let last = 0;
    for (const claim of report.claims) {
      assert(claim.sequence > last, 'a report is in order');
      last = claim.sequence;
      this.#authentic({ ...claim, node: node.id, generation: node.generation });
    }
    if (report.complete) {
      assert.deepEqual(
        report.claims.map(({ key }) => key).sort(),
        [...node.warm()].map(({ key }) => key).sort(),
      );
    }
  }

  #authentic(claim: Claim): TableNode {
    const author = this.#lives.get(lifeOf(claim.node, claim.generation));
    const made = author?.made[claim.sequence - 1];
    assert(author !== undefined && made !== undefined, `nobody made ${describe(claim)}`);
    const { key, state, load } = made;
    // what a complete report leaves out is ended under the report's number
    if (claim.state === 'cold' && claim.key !== key) return author;
    assert.deepEqual([claim.key, claim.state, claim.load], [key, state, load]);
    return author;
  }

  #lineOf(epoch: Epoch): Line {
    const name = nameOf(epoch);
    const line = this.#epochs.get(name) ?? new Map<number, string>();
    this.#epochs.set(name, line);
    return line;
  }
}

function samePosition(one: Position, other: Position): boolean {
  return one.offset === other.offset && nameOf(one.epoch) === nameOf(other.epoch);
}

function nameOf({ number, master, generation }: Epoch): string {
  return `${number} ${master} ${generation}`;
}

function lifeOf(node: NodeId, generation: number): string {
  return `${node} ${generation}`;
}

function describe({ node, generation, sequence, key, state, load }: Claim): string {
  return `${node} ${generation} ${sequence} ${key} ${state} ${load}`;
}
