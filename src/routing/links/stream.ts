/**
 * One stream of a link, as either side has it: a head and a body in each direction, each body under a window,
 * so that whoever reads slowly is sent no more than that ahead. Bodies are written and read in pieces.
 *
 *     opener    sends `open`    -> body -> ended          acceptor   receives the same
 *               receives nothing until `answer` -> body -> ended, which ends the stream
 */
import { PieceQueue } from '../../lib/index.js';
import { limits } from '../../types/index.js';
import { encodeCredit, endFlag, FrameError, inlineBytesMax, linkFrame } from '../../wire/index.js';
import type { BodySource, LinkOutput } from './output.js';

/** Who uses a stream. What is handed over is a view into what the socket gave, and may be kept. */
export interface StreamListener {
  /** The opener only: the head of the answer, with the body or its beginning behind it. */
  answered(payload: Buffer, ended: boolean): void;
  /** A piece of the body, to be given back by `taken` so that more may come. */
  piece(piece: Buffer, ended: boolean): void;
  /** All that was written has left, and more may be written. */
  drained(): void;
  /** The stream is over before its end: the other side gave it up, or the link broke. */
  closed(why: 'cancelled' | 'lost'): void;
}

/** What a stream needs of its link. */
export interface StreamCarrier {
  readonly output: LinkOutput;
  /** What the other side asks for may be long over. */
  readonly unsure: boolean;
  whenSure(callback: () => void): void;
  finished(stream: LinkStream): void;
}

/** How far one direction of a stream is. */
type Progress = 'head' | 'body' | 'ended';

const windowBytes = limits.linkWindowBytes;
/** Credit is given back in amounts of at least this, so that it costs few frames. */
const creditBytesMin = windowBytes / 2;

export class LinkStream implements BodySource {
  #sending: Progress = 'head';
  #receiving: Progress;
  #over = false;
  /** What was written and has not left. */
  readonly #pieces = new PieceQueue();
  #endsAfterPieces = false;
  /** The writer was told to wait. */
  #writerWaits = false;
  /** Body bytes that the other side is ready to take. */
  #credit: number = windowBytes;
  /** Body bytes that this side is ready to take. */
  #window: number = windowBytes;
  /** Taken, and not yet given back as credit. */
  #taken = 0;

  constructor(
    readonly id: number,
    readonly isOpener: boolean,
    private readonly carrier: StreamCarrier,
    private listener: StreamListener,
  ) {
    this.#receiving = isOpener ? 'head' : 'body';
  }

  /** True where nothing more goes or comes: it ended, was given up, or its link broke. */
  get over(): boolean {
    return this.#over;
  }

  /** The opener may have given it up long ago: what it asks for has to wait for `whenSure`. */
  get unsure(): boolean {
    return this.carrier.unsure;
  }

  /** Calls back once it is certain that the opener waits for an answer; never where it does not. */
  whenSure(callback: () => void): void {
    this.carrier.whenSure(() => {
      if (!this.#over) callback();
    });
  }

  /** The stream of an `open` frame goes to who will use it; `ended`: the body is whole. */
  accept(listener: StreamListener, ended: boolean): void {
    this.listener = listener;
    if (ended) this.#receiving = 'ended';
  }

  /** Sends the head (`open` or `answer`), with `body` and, unless `more` will be written, the end. */
  begin(head: Uint8Array, body: Uint8Array, more = false): void {
    if (this.#over || this.#sending !== 'head') return;
    const { output } = this.carrier;
    const type = this.isOpener ? linkFrame.open : linkFrame.answer;
    if (!more && body.length <= inlineBytesMax && (body.length === 0 || !output.congested)) {
      output.frame(type | endFlag, this.id, head, body);
      this.#sent();
      return;
    }
    output.frame(type, this.id, head);
    this.#sending = 'body';
    if (!more) this.end(body);
    else if (body.length > 0) this.write(body);
  }

  /** Adds to the body. False where the listener's `drained` is to be awaited before more is written. */
  write(piece: Uint8Array): boolean {
    if (this.#over || this.#sending !== 'body' || this.#endsAfterPieces) return true;
    this.#pieces.push(piece);
    this.#offer();
    this.#writerWaits = !this.#pieces.isEmpty;
    return !this.#writerWaits;
  }

  /** Ends the body, with a last piece. */
  end(piece?: Uint8Array): void {
    if (this.#over || this.#sending !== 'body') return;
    if (piece !== undefined) this.#pieces.push(piece);
    this.#endsAfterPieces = true;
    this.#offer();
  }

  /** Gives the stream up; the other side is told, and nothing more comes. */
  cancel(): void {
    if (this.#over) return;
    this.carrier.output.frame(linkFrame.cancel, this.id);
    this.#finish();
  }

  /** Of the pieces received so many bytes are used or copied. */
  taken(bytes: number): void {
    this.#taken += bytes;
    if (this.#taken < creditBytesMin || this.#over || this.#receiving !== 'body') return;
    this.carrier.output.frame(linkFrame.credit, this.id, encodeCredit(this.#taken));
    this.#window += this.#taken;
    this.#taken = 0;
  }

  sendChunk(bytesMax: number): boolean {
    if (this.#pieces.isEmpty) {
      if (this.#endsAfterPieces) this.#sendData(new Uint8Array(0), true);
      return false;
    }
    const bytes = Math.min(bytesMax, this.#credit);
    const piece = bytes === 0 ? undefined : this.#pieces.take(bytes);
    if (piece === undefined) return false;
    this.#credit -= piece.length;
    const last = this.#pieces.isEmpty;
    this.#sendData(piece, last && this.#endsAfterPieces);
    if (last && this.#writerWaits && !this.#over && !this.#endsAfterPieces) {
      this.#writerWaits = false;
      this.listener.drained();
    }
    return !this.#pieces.isEmpty && this.#credit > 0;
  }

  /** An `answer` frame. Throws FrameError where none may come. */
  receiveAnswer(payload: Buffer, ended: boolean): void {
    if (!this.isOpener || this.#receiving !== 'head') throw new FrameError('an unexpected answer');
    this.#receiving = ended ? 'ended' : 'body';
    // before the end: where the listener cannot read it, the stream is lost with its link
    this.listener.answered(payload, ended);
    if (ended && !this.#over) this.#finish();
  }

  /** A `data` frame. Throws FrameError where none may come, or more than there is a window for. */
  receiveData(piece: Buffer, ended: boolean): void {
    if (this.#receiving !== 'body') throw new FrameError('unexpected data');
    this.#window -= piece.length;
    if (this.#window < 0) throw new FrameError('more data than the window takes');
    if (ended) this.#receiving = 'ended';
    this.listener.piece(piece, ended);
    if (ended && this.isOpener && !this.#over) this.#finish();
  }

  /** A `credit` frame. Throws FrameError for more than was ever sent. */
  receiveCredit(bytes: number): void {
    this.#credit += bytes;
    if (this.#credit > windowBytes) throw new FrameError('more credit than was used');
    if (!this.#pieces.isEmpty) this.carrier.output.ready(this);
  }

  /** The other side gave it up, or the link broke. */
  close(why: 'cancelled' | 'lost'): void {
    if (this.#over) return;
    this.#finish();
    this.listener.closed(why);
  }

  #offer(): void {
    if (this.#pieces.isEmpty ? this.#endsAfterPieces : this.#credit > 0) {
      this.carrier.output.ready(this);
    }
  }

  #sendData(piece: Uint8Array, ended: boolean): void {
    const type = ended ? linkFrame.data | endFlag : linkFrame.data;
    this.carrier.output.frame(type, this.id, piece);
    if (ended) this.#sent();
  }

  /** Everything of this side is on its way; an answer that is whole ends the stream. */
  #sent(): void {
    this.#sending = 'ended';
    if (!this.isOpener) this.#finish();
  }

  #finish(): void {
    this.#over = true;
    this.#pieces.clear();
    this.carrier.output.forget(this);
    this.carrier.finished(this);
  }
}
