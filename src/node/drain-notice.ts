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
 * How long idle connections stay behind the end of the listener: a balancer that looks at no health page uses up those
 * it keeps, for each answer ends one, and then is refused and leaves the node out. What it sends on one that is just
 * being closed is lost.
 */
const idleGraceMs = 1000;

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

  /** What it leaves to idle connections afterwards. */
  get idleGraceMs(): number {
    return Math.min(this.noticeMs, idleGraceMs);
  }

  /** Resolves when it is over. */
  over(): Promise<void> {
    return new Promise((resolve) => this.clock.after(this.ms, resolve));
  }
}
