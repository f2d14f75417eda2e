/**
 * The answers on one connection, read as cheaply as can be: the status, the length, and whether the body is what
 * was expected. One answer at a time, for nobody asks before the last is there; small ones, each with its length.
 */

/** `more`: not complete yet. `good`: as it should be. Anything else says what was wrong. */
export type Verdict = 'more' | 'good' | (string & {});

const headEnd = Buffer.from('\r\n\r\n');
const contentLength = /\r\ncontent-length: *(\d+)/i;
const statusAt = 'HTTP/1.1 '.length;
const answerBytesMax = 8 * 1024 * 1024;

export class AnswerReader {
  #held: Buffer | null = null;
  /** Of the answer that is held, once its head is known. */
  #needsBytes = 0;

  /** `expected`: the body of a good answer; null for any. */
  constructor(private readonly expected: Buffer | null) {}

  /** Bytes that have come; they are copied where they have to be kept. */
  take(bytes: Buffer): Verdict {
    const all = this.#held === null ? bytes : Buffer.concat([this.#held, bytes]);
    const verdict = all.length < this.#needsBytes ? 'more' : this.#judge(all);
    if (verdict === 'more') this.#held = all === bytes ? Buffer.from(bytes) : all;
    else this.reset();
    return verdict;
  }

  /** What was held belongs to a connection that is no more. */
  reset(): void {
    this.#held = null;
    this.#needsBytes = 0;
  }

  #judge(all: Buffer): Verdict {
    const headBytes = all.indexOf(headEnd);
    if (headBytes < 0) return all.length < answerBytesMax ? 'more' : 'unreadable answer';
    const head = all.toString('latin1', 0, headBytes);
    const length = contentLength.exec(head)?.[1];
    if (length === undefined) return 'answer without its length';
    const bodyAt = headBytes + headEnd.length;
    this.#needsBytes = bodyAt + Number(length);
    if (all.length < this.#needsBytes) return 'more';
    if (all.length > this.#needsBytes) return 'more than one answer';
    const status = head.slice(statusAt, statusAt + 3);
    if (!status.startsWith('2')) return `status ${status}`;
    const { expected } = this;
    if (expected === null || expected.compare(all, bodyAt) === 0) return 'good';
    return 'another body';
  }
}
