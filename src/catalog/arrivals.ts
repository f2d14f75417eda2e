/** The results of several promises in the order in which they come; failures and nulls are left out. */
export class Arrivals<Value> {
  readonly #here: Value[] = [];
  #awaited = 0;
  #wake: () => void = () => {};

  expect(promise: Promise<Value | null>): void {
    this.#awaited++;
    const arrived = (value: Value | null): void => {
      this.#awaited--;
      if (value !== null) this.#here.push(value);
      this.#wake();
    };
    promise.then(arrived, () => arrived(null));
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Value> {
    for (;;) {
      const value = this.#here.shift();
      if (value !== undefined) yield value;
      else if (this.#awaited === 0) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
