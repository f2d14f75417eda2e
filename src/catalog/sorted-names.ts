/**
 * Names in order, sorted only when somebody looks: creations come in bursts, and a few new names behind
 * many sorted ones are cheap to sort in.
 */
export class SortedNames {
  #names: string[] = [];
  #added: string[] = [];
  #removed = false;

  constructor(private readonly has: (name: string) => boolean) {}

  /** The name is there from now on, and was not before. */
  add(name: string): void {
    this.#added.push(name);
  }

  /** The name is not there any more. */
  remove(): void {
    this.#removed = true;
  }

  /** At most `itemsMax` names that follow `after`, in the order of code units. */
  page(after: string, itemsMax: number): readonly string[] {
    this.#settle();
    const from = firstAfter(this.#names, after);
    return this.#names.slice(from, from + itemsMax);
  }

  #settle(): void {
    if (this.#added.length === 0 && !this.#removed) return;
    // a name that went and came again stands twice
    const all = [...new Set([...this.#names, ...this.#added])];
    const names = this.#removed ? all.filter(this.has) : all;
    this.#names = names.sort();
    this.#added = [];
    this.#removed = false;
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
