/**
 * The time between a node's word that it stops and the end of its listener. Whoever looks at the health page hears
 * it first, and sends new requests elsewhere; those that come all the same are served as ever, each on a connection
 * that ends with its answer. Without it, balancers would go on sending into a closing door.
 */
import type { Clock } from '../lib/index.js';

/** Balancers ask every 30 s at the least often: who has not asked for so long does not look. */
const watchedMs = 60_000;
/** Where nobody looks: time for connections that are in use to end with an answer. */
const unwatchedNoticeMs = 500;
/**
 * Idle connections outlive the listener until nobody has asked on any for so long: a balancer that looks at no health page
 * uses up those it keeps, for each answer ends one, and then is refused and leaves the node out for a while. What it
 * sends on one that is just being closed is lost.
 */
const idleQuietMs = 500;

export class DrainNotice {
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    /** Where somebody looks: longer than balancers take to believe it. */
    private readonly noticeMs: number,
  ) {}

  /** Somebody has looked at the health page. */
  healthAsked(): void {
    this.#askedMs = this.clock.nowMs();
  }

  /** How long it would be now. */
  get ms(): number {
    const isWatched = this.clock.nowMs() - this.#askedMs <= watchedMs;
    return isWatched ? this.noticeMs : Math.min(this.noticeMs, unwatchedNoticeMs);
  }

  /** For how long nobody must have asked before idle connections end. */
  get idleQuietMs(): number {
    return Math.min(this.noticeMs, idleQuietMs);
  }

  /** Resolves when it is over. */
  over(): Promise<void> {
    return new Promise((resolve) => this.clock.after(this.ms, resolve));
  }
}
