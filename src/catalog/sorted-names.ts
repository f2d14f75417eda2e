/**
 * Names in order, sorted only when somebody looks: creations come in bursts, and a few new names behind
 * many sorted ones are cheap to sort in. Where nobody looks, names that are gone are forgotten now and then.
 */

/** Fewer of them are not worth the search for who is still there. */
const removedMin = 1024;

export class SortedNames {
  #names: string[] = [];
  #added: string[] = [];
  /** How many have been, since it was last looked who is still there. */
  #removed = 0;

  constructor(private readonly has: (name: string) => boolean) {}

  /** The name is there from now on, and was not before. */
  add(name: string): void {
    this.#added.push(name);
  }

  /** The name is not there any more. */
  remove(): void {
    const rare = Math.max(removedMin, (this.#names.length + this.#added.length) / 2);
    if (++this.#removed > rare) this.#forget();
  }

  /** At most `itemsMax` names that follow `after`, in the order of code units. */
  page(after: string, itemsMax: number): readonly string[] {
    this.#settle();
    const from = firstAfter(this.#names, after);
    return this.#names.slice(from, from + itemsMax);
  }

  #settle(): void {
    if (this.#added.length === 0 && this.#removed === 0) return;
    if (this.#removed > 0) this.#forget();
    // a name that went and came again stands twice
    this.#names = [...new Set([...this.#names, ...this.#added])].sort();
    this.#added = [];
  }

  #forget(): void {
    this.#names = this.#names.filter(this.has);
    this.#added = [...new Set(this.#added)].filter(this.has);
    this.#removed = 0;
  }
}

function firstAfter(names: readonly string[], after: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((names[middle] as string) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
