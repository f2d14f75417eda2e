/** Callers who do one thing at a time: what is due is done by whoever is free, in order, and else waits. */
export class Callers<Caller> {
  readonly #free: Caller[];
  readonly #waiting: ((caller: Caller) => Promise<void>)[] = [];

  constructor(callers: readonly Caller[]) {
    this.#free = [...callers];
  }

  /** `work` never rejects. */
  do(work: (caller: Caller) => Promise<void>): void {
    const caller = this.#free.shift();
    if (caller === undefined) this.#waiting.push(work);
    else void this.#work(caller, work);
  }

  async #work(caller: Caller, first: (caller: Caller) => Promise<void>): Promise<void> {
    let work: typeof first | undefined = first;
    while (work !== undefined) {
      await work(caller);
      work = this.#waiting.shift();
    }
    this.#free.push(caller);
  }
}
