/** A body that comes in pieces, collected into one buffer of the length that was announced for it. */
import { FrameError } from '../../wire/index.js';

export class LinkBody {
  readonly #buffer: Buffer;
  #filled = 0;

  /** Throws FrameError for more than `bytesMax`. */
  constructor(bytes: number, bytesMax: number) {
    checkLength(bytes, bytesMax);
    this.#buffer = Buffer.allocUnsafeSlow(bytes);
  }

  /** Returns the whole body with its last piece. Throws FrameError where the length is not as announced. */
  add(piece: Uint8Array, ended: boolean): Buffer | null {
    const filled = this.#filled + piece.length;
    if (filled > this.#buffer.length) throw new FrameError('a body longer than announced');
    this.#buffer.set(piece, this.#filled);
    this.#filled = filled;
    return ended ? checkWhole(this.#buffer.subarray(0, filled), this.#buffer.length) : null;
  }
}

/** A body that came whole: as it is, without a copy. Throws FrameError as above. */
export function wholeBody(body: Buffer, bytes: number, bytesMax: number): Buffer {
  checkLength(bytes, bytesMax);
  return checkWhole(body, bytes);
}

function checkWhole(body: Buffer, bytes: number): Buffer {
  if (body.length !== bytes) throw new FrameError('a body of another length than announced');
  return body;
}

function checkLength(bytes: number, bytesMax: number): void {
  if (bytes > bytesMax) throw new FrameError(`a body of ${bytes} bytes, more than ${bytesMax}`);
}
