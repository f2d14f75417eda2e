/**
 * Pieces of bytes that wait in order. Small ones are copied together, so that what waits takes as much memory as
 * it has bytes, however many pieces it came in.
 */

/** A shorter piece is joined with its neighbours. */
const joinBytesMax = 4096;
const blockBytes = 4 * joinBytesMax;
const none = new Uint8Array(0);

export class PieceQueue {
  readonly #pieces: Uint8Array[] = [];
  /** Where small pieces are copied to; its filled part ends in the last piece, or that piece is another. */
  #block: Uint8Array = none;
  #filled = 0;

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  /** Keeps the piece as it is, or a copy. */
  push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    const last = this.#pieces.at(-1);
    if (last === undefined || piece.length >= joinBytesMax) this.#pieces.push(piece);
    else this.#join(last, piece);
  }

  /** The first bytes, as many as lie together but at most so many; undefined where none wait. */
  take(bytesMax: number): Uint8Array | undefined {
    const [first] = this.#pieces;
    if (first === undefined || bytesMax >= first.length) return this.#pieces.shift();
    this.#pieces[0] = first.subarray(bytesMax);
    return first.subarray(0, bytesMax);
  }

  /** All of them as one; the queue is empty then. */
  takeAll(): Buffer {
    const all = Buffer.concat(this.#pieces);
    this.clear();
    return all;
  }

  clear(): void {
    this.#pieces.length = 0;
    this.#block = none;
    this.#filled = 0;
  }

  #join(last: Uint8Array, piece: Uint8Array): void {
    let begin = this.#filled;
    const extendsLast =
      last.buffer === this.#block.buffer &&
      last.byteOffset + last.length === this.#block.byteOffset + begin;
    if (begin + piece.length > this.#block.length) {
      this.#block = new Uint8Array(blockBytes);
      begin = 0;
    }
    this.#block.set(piece, begin);
    this.#filled = begin + piece.length;
    if (extendsLast && begin > 0) {
      const from = last.byteOffset - this.#block.byteOffset;
      this.#pieces[this.#pieces.length - 1] = this.#block.subarray(from, this.#filled);
    } else this.#pieces.push(this.#block.subarray(begin, this.#filled));
  }
}
