/**
 * Whether what a peer asks for is still wanted. What comes after a silence may have been on its way for long,
 * through a network that was cut or to a node that stood still, and may have been given up since. So a ping goes back,
 * and nothing is run before its answer: all that the peer has said before that, the end of the link too, has been
 * heard by then.
 */
export class Doubt {
  #pings = 0;
  #pongs = 0;
  /** The ping whose answer ends the doubt. */
  #decisive = 0;
  /** What waits for that; null where there is no doubt. */
  #waiting: (() => void)[] | null = null;

  get lasts(): boolean {
    return this.#waiting !== null;
  }

  pinged(): void {
    this.#pings++;
  }

  /** From now on, until the last ping so far is answered. */
  begin(): void {
    this.#waiting ??= [];
    this.#decisive = this.#pings;
  }

  ponged(): void {
    // one that nobody asked for answers nothing
    if (this.#pongs < this.#pings) this.#pongs++;
    const waiting = this.#waiting;
    if (waiting === null || this.#pongs < this.#decisive) return;
    this.#waiting = null;
    for (const callback of waiting) callback();
  }

  /** Calls back when there is no doubt; never where the link ends before. */
  whenOver(callback: () => void): void {
    if (this.#waiting === null) callback();
    else this.#waiting.push(callback);
  }

  /** The link has ended. */
  close(): void {
    this.#waiting = null;
  }
}
