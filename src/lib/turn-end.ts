/**
 * Puts things off to the end of this turn of the event loop, when all that has come was read. Whoever is woken by a
 * write then finds several at once, and so does the kernel: to wake an idle core for each of them costs more than all
 * else that a short request needs.
 */
export class TurnEnd<Item> {
  #items: Item[] = [];

  /** `perform` does not throw. */
  constructor(private readonly perform: (item: Item) => void) {}

  add(item: Item): void {
    if (this.#items.length === 0) setImmediate(this.#end);
    this.#items.push(item);
  }

  readonly #end = (): void => {
    const items = this.#items;
    this.#items = [];
    for (const item of items) this.perform(item);
  };
}
