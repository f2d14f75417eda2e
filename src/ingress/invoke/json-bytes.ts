/**
 * Whether bytes are JSON, read where they lie: no text and no value is made of them. For large bodies that is what costs,
 * in time and far more in memory that has to be collected. RFC 8259, as strict as JSON.parse.
 */

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const brace = 0x7b;
const bracket = 0x5b;
/** From either of these to the one that closes it. */
const toClosing = 2;
const escaped: ReadonlySet<number | undefined> = new Set(Buffer.from('"\\/bfnrt'));
const words = { 116: 'true', 102: 'false', 110: 'null' } as const;

/** Of text in UTF-8: that has been checked. */
export function isJson(bytes: Uint8Array): boolean {
  const text = new Text(bytes);
  /** The beginnings of the objects and arrays that are open. */
  const open: number[] = [];
  for (;;) {
    text.skipSpace();
    const first = text.next;
    if (first === brace || first === bracket) {
      text.at++;
      text.skipSpace();
      if (text.next !== first + toClosing) {
        if (first === brace && !text.key()) return false;
        open.push(first);
        continue;
      }
      text.at++;
    } else if (!text.scalar(first)) return false;
    for (;;) {
      text.skipSpace();
      const inside = open[open.length - 1];
      if (inside === undefined) return text.next === undefined;
      const sign = text.next;
      text.at++;
      if (sign === comma) {
        if (inside === brace && !text.key()) return false;
        break;
      }
      if (sign !== inside + toClosing) return false;
      open.pop();
    }
  }
}

class Text {
  at = 0;
  /** Four bytes at a time, from the first that are aligned. */
  readonly #words: Int32Array;
  readonly #wordsAt: number;

  constructor(private readonly bytes: Uint8Array) {
    const { buffer, byteOffset, length } = bytes;
    this.#wordsAt = Math.min(length, -byteOffset & 3);
    const count = (length - this.#wordsAt) >> 2;
    this.#words = new Int32Array(buffer, count === 0 ? 0 : byteOffset + this.#wordsAt, count);
  }

  /** Undefined at the end. */
  get next(): number | undefined {
    return this.bytes[this.at];
  }

  skipSpace(): void {
    const { bytes } = this;
    for (;;) {
      const byte = bytes[this.at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.at++;
    }
  }

  /** A name and its colon. */
  key(): boolean {
    this.skipSpace();
    if (this.next !== quote || !this.#string()) return false;
    this.skipSpace();
    return this.bytes[this.at++] === colon;
  }

  /** A string, a number or a word. */
  scalar(first: number | undefined): boolean {
    if (first === quote) return this.#string();
    if (first === 0x74 || first === 0x66 || first === 0x6e) return this.#word(words[first]);
    return this.#number();
  }

  #word(word: string): boolean {
    for (let index = 0; index < word.length; index++) {
      if (this.bytes[this.at++] !== word.charCodeAt(index)) return false;
    }
    return true;
  }

  #number(): boolean {
    const { bytes } = this;
    if (bytes[this.at] === 0x2d) this.at++;
    if (bytes[this.at] === 0x30) this.at++;
    else if (!this.#digits()) return false;
    if (bytes[this.at] === 0x2e) {
      this.at++;
      if (!this.#digits()) return false;
    }
    if (((bytes[this.at] ?? 0) | 0x20) === 0x65) {
      this.at++;
      const sign = bytes[this.at];
      if (sign === 0x2b || sign === 0x2d) this.at++;
      return this.#digits();
    }
    return true;
  }

  /** At least one. */
  #digits(): boolean {
    const from = this.at;
    while (isDigit(this.bytes[this.at])) this.at++;
    return this.at > from;
  }

  #string(): boolean {
    this.at++;
    for (;;) {
      this.#skipPlain();
      const byte = this.next;
      if (byte === quote) {
        this.at++;
        return true;
      }
      // else a control character, or the end
      if (byte !== backslash || !this.#escape()) return false;
    }
  }

  #escape(): boolean {
    const { bytes, at } = this;
    const kind = bytes[at + 1];
    if (kind !== 0x75) {
      this.at = at + 2;
      return escaped.has(kind);
    }
    this.at = at + 6;
    return [2, 3, 4, 5].every((offset) => isHex(bytes[at + offset]));
  }

  /** To the next byte that a string cannot have as it is. */
  #skipPlain(): void {
    const { bytes } = this;
    const from = this.#wordsAt;
    let at = this.at;
    while (((at - from) & 3) !== 0 || at < from) {
      if (!isPlain(bytes[at])) {
        this.at = at;
        return;
      }
      at++;
    }
    const list = this.#words;
    let word = (at - from) >> 2;
    while (word < list.length && isPlainWord(list[word] as number)) word++;
    at = from + 4 * word;
    while (isPlain(bytes[at])) at++;
    this.at = at;
  }
}

function isPlain(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x20 && byte !== quote && byte !== backslash;
}

/** Whether all four bytes are plain: the first bit of `(x - n) & ~x` is set where a byte is less than n ("Bit Twiddling Hacks"). */
function isPlainWord(word: number): boolean {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  const found =
    ((word - 0x20202020) & ~word) |
    ((quotes - 0x01010101) & ~quotes) |
    ((backslashes - 0x01010101) & ~backslashes);
  return (found & 0x80808080) === 0;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isHex(byte: number | undefined): boolean {
  const letter = (byte ?? 0) | 0x20;
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x66);
}
