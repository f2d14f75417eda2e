/**
 * The data thread's end of the message channel: calls with their answers, and the events that the
 * control thread sends on its own.
 */
import { type Clock, Paced } from '../lib/index.js';
import {
  type ClusterView,
  type FunctionKey,
  HearthError,
  type Holder,
  limits,
  type NodeId,
  type NodeLoad,
  type WarmClaim,
} from '../types/index.js';
import { CatalogParts, type SnapshotSource } from './catalog-parts.js';
import type { ControlCounters, ProposalWait, ToControl, ToData } from './messages.js';

export interface ControlEvents extends SnapshotSource {
  started(): void;
  failed(error: HearthError): void;
  view(view: ClusterView): void;
  counters(counters: ControlCounters): void;
  member(index: number | null): void;
  committed(
    entries: readonly { readonly index: number; readonly command: Uint8Array | null }[],
  ): void;
  /** What seals secrets in the catalogue. */
  sealingKey(key: Uint8Array): void;
  stopped(): void;
}

interface PendingCall {
  resolve(index: number | null): void;
  reject(error: HearthError): void;
}

/** Another thread is woken by it. */
const appliedEveryMs = 10;

export class ControlClient {
  readonly #calls = new Map<number, PendingCall>();
  readonly #lookups = new Map<number, (holders: readonly Holder[] | null) => void>();
  readonly #parts: CatalogParts;
  readonly #tellApplied: Paced;
  #applied = 0;
  #lastCall = 0;

  constructor(
    clock: Pick<Clock, 'nowMs' | 'after'>,
    private readonly post: (message: ToControl) => void,
    private readonly events: ControlEvents,
  ) {
    this.#parts = new CatalogParts(post, events);
    this.#tellApplied = new Paced(clock, appliedEveryMs, () =>
      this.post({ kind: 'applied', index: this.#applied }),
    );
  }

  /** Resolves with the index of the committed command. Throws `no-quorum`, `too-many-requests`. */
  async propose(command: Uint8Array, wait: ProposalWait = 'everywhere'): Promise<number> {
    // bytes that are part of a pool take all of it with them, and the log would keep that
    const own = Uint8Array.from(command);
    const index = await this.#call((call) => ({ kind: 'propose', call, command: own, wait }));
    return index as number;
  }

  /** Null where no leader answers in time. */
  async readIndex(): Promise<number | null> {
    try {
      return await this.#call((call) => ({ kind: 'read-index', call }));
    } catch {
      return null;
    }
  }

  /** Who holds a function warm; null where nobody who could know answers. Never rejects. */
  lookup(key: FunctionKey): Promise<readonly Holder[] | null> {
    if (this.#lookups.size >= limits.lookupsPendingMax) return Promise.resolve(null);
    const call = ++this.#lastCall;
    return new Promise((resolve) => {
      this.#lookups.set(call, resolve);
      this.post({ kind: 'lookup', call, key });
    });
  }

  /** What this node holds warm has changed. */
  claim(claims: readonly WarmClaim[]): void {
    this.post({ kind: 'claims', claims });
  }

  applied(index: number): void {
    this.#applied = index;
    this.#tellApplied.ask();
  }

  /** How busy this node is: said to the others now and then, in coarse steps. */
  load(load: NodeLoad): void {
    this.post({ kind: 'load', load });
  }

  /** The number of the last decision by which this node's release leads: it ranks before all with lower ones. */
  cohort(number: number): void {
    this.post({ kind: 'cohort', number });
  }

  /**
   * On the Master: gives the whole routing table to `to`, which then follows until it rules or another Master does.
   * Resolves once it has said that it is ready. Throws `no-quorum` where this node is not the Master, or where
   * `to` does not take it within 10 s; to be repeated then, as at any time.
   */
  async handOver(to: NodeId): Promise<void> {
    await this.#call((call) => ({ kind: 'hand-over', call, to }));
  }

  leave(): void {
    this.post({ kind: 'leave' });
  }

  secrets(secrets: readonly Uint8Array[]): void {
    this.post({ kind: 'secrets', secrets });
  }

  stop(): void {
    this.post({ kind: 'stop' });
  }

  receive(message: ToData): void {
    switch (message.kind) {
      case 'started':
        this.events.started();
        return;
      case 'failed':
        this.events.failed(new HearthError(message.code, message.message));
        return;
      case 'view':
        this.events.view(message.view);
        return;
      case 'counters':
        this.events.counters(message.counters);
        return;
      case 'holders':
        this.#lookups.get(message.call)?.(message.holders);
        this.#lookups.delete(message.call);
        return;
      case 'member':
        this.events.member(message.index);
        return;
      case 'committed':
        this.events.committed(message.entries);
        return;
      case 'answer':
        this.#take(message.call)?.resolve(message.index);
        return;
      case 'refused':
        this.#take(message.call)?.reject(new HearthError(message.code, message.message));
        return;
      case 'snapshot':
        void this.#parts.snapshot(message);
        return;
      case 'restore':
        void this.#parts.restore(message);
        return;
      case 'sealing-key':
        this.events.sealingKey(message.key);
        return;
      case 'stopped':
        this.events.stopped();
        return;
      default:
        throw new Error(`an unknown message: ${JSON.stringify(message satisfies never)}`);
    }
  }

  /** The control thread is gone: nothing will be answered any more. */
  close(): void {
    this.#tellApplied.stop();
    const error = new HearthError('draining', 'The node is stopping; ask another.');
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
    for (const resolve of this.#lookups.values()) resolve(null);
    this.#lookups.clear();
  }

  #call(message: (call: number) => ToControl): Promise<number | null> {
    if (this.#calls.size >= limits.proposalsPendingMax) {
      return Promise.reject(
        new HearthError(
          'too-many-requests',
          `${limits.proposalsPendingMax} changes wait at this node already; try again.`,
          { retryAfterS: 1 },
        ),
      );
    }
    const call = ++this.#lastCall;
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject });
      this.post(message(call));
    });
  }

  #take(call: number): PendingCall | undefined {
    const pending = this.#calls.get(call);
    this.#calls.delete(call);
    return pending;
  }
}
