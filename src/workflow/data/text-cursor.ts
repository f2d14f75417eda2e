/** A place in a text that is being read from left to right, by the parsers of paths and of intrinsic functions. */

const controls: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  b: '\b',
};

export class TextCursor {
  at = 0;

  constructor(
    readonly text: string,
    private readonly failure: (reason: string) => Error,
  ) {}

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The character here; empty at the end. */
  peek(): string {
    return this.text.charAt(this.at);
  }

  take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) throw this.problem(`expected '${token}'`);
  }

  takeWhile(belongs: (character: string) => boolean): string {
    const begin = this.at;
    while (!this.isAtEnd && belongs(this.peek())) this.at++;
    return this.text.slice(begin, this.at);
  }

  skipSpaces(): void {
    while (this.peek() !== '' && ' \t\r\n'.includes(this.peek())) this.at++;
  }

  integer(): number {
    const digits = this.takeWhile((character) => '-0123456789'.includes(character));
    if (!/^-?\d{1,10}$/.test(digits)) throw this.problem('expected an index');
    return Number(digits);
  }

  number(): number {
    const digits = this.takeWhile((character) => '+-.0123456789eE'.includes(character));
    if (!/^[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,3})?$/.test(digits)) {
      throw this.problem('expected a number');
    }
    return Number(digits);
  }

  /** A text in the quotes that it begins with, with the escapes of Java; `\` takes other characters as they are. */
  quoted(): string {
    const quote = this.peek();
    const begin = ++this.at;
    let text = '';
    let isPlain = true;
    for (; !this.isAtEnd && this.peek() !== quote; this.at++) {
      if (this.peek() !== '\\') continue;
      text += this.text.slice(isPlain ? begin : this.#after, this.at);
      isPlain = false;
      this.#after = ++this.at;
      const control = controls[this.peek()];
      if (control === undefined) continue;
      text += control;
      this.#after++;
    }
    text += this.text.slice(isPlain ? begin : this.#after, this.at);
    this.expect(quote);
    return text;
  }

  /** Where the part of a quoted text begins that has no escape in it. */
  #after = 0;

  problem(reason: string): Error {
    return this.failure(`${reason} at position ${this.at}`);
  }
}
