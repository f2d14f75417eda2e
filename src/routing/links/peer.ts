/**
 * Another node as this one reaches it: which of the links to it is used, when a new one is dialled, and
 * whether it answers at all. Whoever asks for a link waits a few milliseconds at most: a node that hangs
 * takes connections and says nothing, and no request may pay for that.
 */
import type { Clock, DeadlineKey, DeadlineQueue } from '../../lib/index.js';
import { limits, type NodeId } from '../../types/index.js';
import type { Link } from './link.js';
import type { LinkTimings } from './timings.js';

export interface PeerDeps {
  readonly clock: Clock;
  readonly timings: LinkTimings;
  /** Of a fine tick: it holds the patience of those who wait. */
  readonly patience: DeadlineQueue;
  readonly self: NodeId;
  /** Dials, which ends in one `dialled` or `dialFailed` unless the returned function is called before. */
  readonly dial: (peer: LinkPeer, address: string) => () => void;
}

/** What the tick of the patience queue, and this node's own slowness, may add to a wait. */
const patienceSlackMs = 4;
/** Patience that ran out this late tells of this node's own standstill, and not of the other's silence. */
const lateMs = 10;

export class LinkPeer {
  /** In the view: alive, and takes work. */
  open = false;
  readonly links = new Set<Link>();
  #address: string | null = null;
  /** The one that is used: neither closed nor retiring. */
  #current: Link | null = null;
  #cancelDial: (() => void) | null = null;
  /** A dial has taken longer than anybody would wait. */
  #dialSlow = false;
  #restMs = 0;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  readonly #waiting: ((link: Link | null) => void)[] = [];
  /** Who dialled ahead of need, and waits for however long the dial takes. */
  readonly #reaching: (() => void)[] = [];
  #patience: DeadlineKey | null = null;
  #patienceMs = 0;

  constructor(
    readonly id: NodeId,
    private readonly deps: PeerDeps,
  ) {}

  /** The link that can be used at once; null where there is none of which that is certain. */
  trusted(nowMs: number): Link | null {
    const link = this.#current;
    return link?.trusted(nowMs) === true ? link : null;
  }

  /** False where it is known not to answer, or not to be reachable. */
  get usable(): boolean {
    if (!this.open) return false;
    if (this.#current !== null) return !this.#current.silent;
    if (this.#cancelDial !== null) return !this.#dialSlow;
    return this.#address !== null && this.deps.clock.nowMs() >= this.#restUntilMs;
  }

  /** The link to send over, once it is known to work; null where that takes too long. */
  link(): Promise<Link | null> {
    if (!this.usable || this.#waiting.length >= limits.linkStreamsMax) return Promise.resolve(null);
    const waited = new Promise<Link | null>((resolve) => this.#waiting.push(resolve));
    if (this.#patience !== null) return waited;
    const { clock, timings } = this.deps;
    this.#wait(clock.nowMs() + timings.patienceMs - patienceSlackMs);
    const link = this.#current;
    if (link !== null) {
      link.whenHeard = () => {
        if (this.#current === link) this.#settle(link);
      };
      link.ping();
    } else this.#dial();
    return waited;
  }

  /** Dials ahead of need, and resolves when there is a link, or can be none now. */
  reach(): Promise<void> {
    if (this.#current !== null || !this.usable) return Promise.resolve();
    const reached = new Promise<void>((resolve) => this.#reaching.push(resolve));
    this.#dial();
    return reached;
  }

  /** Where it is, `host:port`. Links that were dialled elsewhere belong to a process that is gone. */
  at(address: string): void {
    if (this.#address === address) return;
    const moved = this.#address !== null;
    this.#address = address;
    if (!moved) return;
    this.#stopDial();
    this.#restUntilMs = Number.NEGATIVE_INFINITY;
    for (const link of [...this.links]) if (link.isDialler) link.destroy();
  }

  dialled(link: Link): void {
    this.#cancelDial = null;
    this.#dialSlow = false;
    this.#restMs = 0;
    this.add(link);
  }

  /** True where it is the first failure since there was a link. */
  dialFailed(): boolean {
    const { clock, timings } = this.deps;
    const isFirst = this.#restMs === 0;
    this.#cancelDial = null;
    this.#dialSlow = false;
    this.#restMs = Math.min(Math.max(2 * this.#restMs, timings.restMs), timings.restMsMax);
    this.#restUntilMs = clock.nowMs() + this.#restMs;
    this.#reached();
    // one that the other side has dialled meanwhile is as good
    if (this.#current === null) this.#settle(null);
    return isFirst;
  }

  /** A link has come up, dialled by either side; of two, one is kept for new streams. */
  add(link: Link): void {
    this.links.add(link);
    this.#restUntilMs = Number.NEGATIVE_INFINITY;
    const old = this.#current;
    if (old !== null && this.#isBetter(old, link)) {
      link.retire();
      return;
    }
    this.#current = link;
    this.#settle(link);
    this.#reached();
    old?.retire();
  }

  retired(link: Link): void {
    if (this.#current !== link) return;
    this.#current = null;
    // those who wait for a sign of life on it go elsewhere
    this.#settle(null);
  }

  closed(link: Link): void {
    this.links.delete(link);
    this.retired(link);
  }

  /** No more is dialled, and the links end when their streams have. */
  retire(): void {
    this.open = false;
    this.#stopDial();
    for (const link of [...this.links]) link.retire();
    this.#settle(null);
  }

  /**
   * Both nodes come to the same: where both have dialled at the same time, the link that the smaller id dialled stays;
   * where one has dialled twice, or dials while there has been a link for long, it has lost the first.
   */
  #isBetter(old: Link, fresh: Link): boolean {
    if (old.silent || old.isDialler === fresh.isDialler) return false;
    // who dials has no link, and a dial takes no longer
    if (fresh.madeMs - old.madeMs > 2 * this.deps.timings.dialMs) return false;
    return old.isDialler === this.deps.self < this.id;
  }

  #dial(): void {
    if (this.#cancelDial !== null || this.#address === null) return;
    this.#cancelDial = this.deps.dial(this, this.#address);
  }

  #stopDial(): void {
    this.#cancelDial?.();
    this.#cancelDial = null;
    this.#dialSlow = false;
    this.#reached();
  }

  #wait(untilMs: number): void {
    this.#patienceMs = untilMs;
    this.#patience = this.deps.patience.add(untilMs, () => this.#runOut());
  }

  #runOut(): void {
    const nowMs = this.deps.clock.nowMs();
    if (nowMs > this.#patienceMs + lateMs) {
      // this node stood still: what the other has said may lie unread
      this.#wait(nowMs + patienceSlackMs);
      return;
    }
    if (this.#current === null) this.#dialSlow = true;
    else this.#current.silent = true;
    this.#settle(null);
  }

  #reached(): void {
    for (const tell of this.#reaching.splice(0)) tell();
  }

  /** Tells all who wait. */
  #settle(link: Link | null): void {
    if (this.#patience !== null) this.deps.patience.remove(this.#patience);
    this.#patience = null;
    for (const tell of this.#waiting.splice(0)) tell(link);
  }
}
