/**
 * Operations on their way into the log and their results on the way back. What is gathered until the next
 * message to the leader is a batch; it gets a tag that no other batch ever had, and goes into the log in
 * one proposal with the batches of others. Every node applies every entry; the one whose tag it is answers its clients
 * from that. So the log itself is the answer, and none can be lost on the way.
 *
 * What never reached a leader, or was refused by one, did not happen: it is tried again for a while and
 * then refused. What was proposed and is not seen again may have happened: its clients hear nothing.
 */
import { type Clock, randomHex32 } from '../../src/lib/index.js';
import { Batcher } from './batcher.js';
import type { Engine } from './engine.js';
import type { Outbox } from './outbox.js';
import { type Body, errorBody } from './protocol.js';

export type Settle = (answer: Body) => void;

interface Submitted {
  readonly operation: unknown;
  readonly settle: Settle;
  /** Until then it waits for a leader. */
  readonly refusedAtMs: number;
}

interface Pending {
  readonly submitted: readonly Submitted[];
  readonly forgottenAtMs: number;
}

interface Open {
  readonly leader: string;
  readonly submitted: Submitted[];
}

type Batch = readonly [tag: string, operations: readonly unknown[]];

const bounds = {
  /** How long an operation waits for a leader that takes it. */
  holdMs: 1000,
  /** After that long without a result the client has given up. */
  forgetMs: 15_000,
  sweepMs: 50,
  operationsMax: 100_000,
  /** Operations of one batch: its entry stays far below the limit of the log. */
  batchOperationsMax: 1000,
  proposalBytesMax: 256 * 1024,
} as const;

export class Submitter {
  readonly #tagPrefix: string;
  readonly #proposing: Batcher<() => Batch>;
  readonly #pending = new Map<string, Pending>();
  #held: Submitted[] = [];
  /** The batch that is being gathered. */
  #open: Open | null = null;
  #waiting = 0;
  #tags = 0;

  constructor(
    private readonly collaborators: {
      readonly clock: Clock;
      readonly engine: Pick<Engine, 'leader' | 'leads' | 'propose'>;
      readonly outbox: Pick<Outbox, 'send'>;
    },
    private readonly options: { readonly self: string; readonly windowMs: number },
  ) {
    const { clock } = collaborators;
    this.#tagPrefix = `${options.self}/${randomHex32().slice(0, 12)}/`;
    this.#proposing = new Batcher(clock, options.windowMs, (batches) =>
      this.#propose(batches.map((batch) => batch())),
    );
    clock.every(bounds.sweepMs, () => this.#sweep());
  }

  submit(operation: unknown, settle: Settle): void {
    if (this.#waiting >= bounds.operationsMax) {
      settle(errorBody('temporarilyUnavailable', 'too many operations wait for the log'));
      return;
    }
    this.#waiting++;
    const refusedAtMs = this.collaborators.clock.nowMs() + bounds.holdMs;
    this.#pass({ operation, settle, refusedAtMs });
  }

  /** Another node asks this one, as leader, to put a batch into the log. */
  forwarded(from: string, tag: string, operations: readonly unknown[]): void {
    if (this.collaborators.engine.leads) this.#proposing.add(() => [tag, operations]);
    else this.#refuse(from, tag);
  }

  /** The leader that was asked did not take the batch: it did not happen. */
  refused(tag: string): void {
    const pending = this.#pending.get(tag);
    if (pending === undefined) return;
    this.#pending.delete(tag);
    this.#held.push(...pending.submitted);
  }

  /** The data of a committed proposal; `apply` gives the answer to one operation. */
  applied(data: Uint8Array, apply: (operation: unknown) => Body): void {
    const batches = JSON.parse(Buffer.from(data).toString('utf8')) as readonly Batch[];
    for (const [tag, operations] of batches) {
      const pending = this.#pending.get(tag);
      this.#pending.delete(tag);
      operations.forEach((operation, place) => {
        const answer = apply(operation);
        if (pending === undefined) return;
        this.#waiting--;
        pending.submitted[place]?.settle(answer);
      });
    }
  }

  leaderChanged(): void {
    this.#sweep();
  }

  /** To the leader, or aside where none is known. */
  #pass(submitted: Submitted): void {
    const { engine, outbox } = this.collaborators;
    const { leader } = engine;
    if (leader === null) {
      this.#held.push(submitted);
      return;
    }
    const gathering = this.#open;
    const hasRoom =
      gathering?.leader === leader && gathering.submitted.length < bounds.batchOperationsMax;
    if (hasRoom) {
      gathering.submitted.push(submitted);
      return;
    }
    const open: Open = { leader, submitted: [submitted] };
    this.#open = open;
    if (leader === this.options.self) this.#proposing.add(() => this.#close(open));
    else outbox.send(leader, () => JSON.stringify(['forward', ...this.#close(open)]));
  }

  /** The batch leaves: from here on its outcome is not in our hands. */
  #close(open: Open): Batch {
    if (this.#open === open) this.#open = null;
    const { submitted } = open;
    const tag = `${this.#tagPrefix}${this.#tags++}`;
    const forgottenAtMs = this.collaborators.clock.nowMs() + bounds.forgetMs;
    this.#pending.set(tag, { submitted, forgottenAtMs });
    return [tag, submitted.map(({ operation }) => operation)];
  }

  #propose(batches: readonly Batch[]): void {
    let bytes = 0;
    let parts: string[] = [];
    let tags: string[] = [];
    const propose = (): void => {
      if (tags.length > 0) this.#proposeOne(`[${parts.join(',')}]`, tags);
      bytes = 0;
      parts = [];
      tags = [];
    };
    for (const batch of batches) {
      const part = JSON.stringify(batch);
      if (bytes + part.length > bounds.proposalBytesMax) propose();
      bytes += part.length;
      parts.push(part);
      tags.push(batch[0]);
    }
    propose();
  }

  async #proposeOne(data: string, tags: readonly string[]): Promise<void> {
    const outcome = await this.collaborators.engine.propose(Buffer.from(data, 'utf8'));
    if (outcome !== 'refused') return;
    for (const tag of tags) this.#refuse(tag.slice(0, tag.indexOf('/')), tag);
  }

  #refuse(origin: string, tag: string): void {
    if (origin === this.options.self) this.refused(tag);
    else this.collaborators.outbox.send(origin, JSON.stringify(['refused', tag]));
  }

  #sweep(): void {
    const nowMs = this.collaborators.clock.nowMs();
    for (const [tag, { submitted, forgottenAtMs }] of this.#pending) {
      if (forgottenAtMs > nowMs) break;
      this.#pending.delete(tag);
      this.#waiting -= submitted.length;
    }
    if (this.#held.length === 0) return;
    const held = this.#held;
    this.#held = [];
    for (const submitted of held) {
      if (submitted.refusedAtMs > nowMs) this.#pass(submitted);
      else {
        this.#waiting--;
        submitted.settle(errorBody('temporarilyUnavailable', 'no leader of the log is known'));
      }
    }
  }
}
