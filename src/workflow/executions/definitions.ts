/** What executions run, each text once, as long as one of them is remembered. */

interface Kept {
  readonly text: Uint8Array;
  uses: number;
}

export class Definitions {
  readonly #kept = new Map<string, Kept>();

  get(hash: string): Uint8Array | undefined {
    return this.#kept.get(hash)?.text;
  }

  has(hash: string): boolean {
    return this.#kept.has(hash);
  }

  *all(): Iterable<readonly [hash: string, text: Uint8Array]> {
    for (const [hash, { text }] of this.#kept) yield [hash, text];
  }

  /** `text` is needed where it is not kept already. */
  use(hash: string, text: Uint8Array | null): void {
    const kept = this.#kept.get(hash);
    if (kept !== undefined) kept.uses++;
    else this.#kept.set(hash, { text: text ?? new Uint8Array(0), uses: 1 });
  }

  release(hash: string): void {
    const kept = this.#kept.get(hash);
    if (kept === undefined) return;
    kept.uses--;
    if (kept.uses === 0) this.#kept.delete(hash);
  }
}
