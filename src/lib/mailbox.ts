/**
 * The actor loop: one owner handles messages strictly one after another, so that its state needs no
 * locks and nobody else may touch it. A message that cannot be taken is refused at once, never queued
 * without bound.
 */
export class Mailbox<Message> {
  readonly #queue: Message[] = [];
  #running = false;
  #closed = false;

  constructor(
    private readonly handle: (message: Message) => void,
    private readonly capacity: number,
  ) {}

  /**
   * Hands a message over. It is handled before `send` returns unless the loop is already running
   * (a handler that sends to its own mailbox), when it waits its turn. False: full or closed.
   */
  send(message: Message): boolean {
    if (this.#closed || this.#queue.length >= this.capacity) return false;
    this.#queue.push(message);
    if (!this.#running) this.#drain();
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
  }

  #drain(): void {
    this.#running = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        this.handle(next);
      }
    } finally {
      this.#running = false;
    }
  }
}
