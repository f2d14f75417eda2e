/**
 * Finds what is wrong with a JSON text, and says it with the words and the place that AWS says it with (its definitions
 * are read by Jackson's ReaderBasedJsonParser). Goes through the text once, without recursion, so that nothing in it
 * can take long or blow the stack.
 */
import { limits } from '../../types/index.js';

export interface JsonProblem {
  readonly message: string;
  /** Such as `[Source: (String)"{a"; line: 1, column: 3]`. */
  readonly location: string;
  readonly isTooDeep: boolean;
}

/** Null for JSON: one value, whose objects have each name once. */
export function jsonProblem(text: string): JsonProblem | null {
  try {
    new Scanner(text).run();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.problem;
    throw error;
  }
}

class Refusal extends Error {
  constructor(readonly problem: JsonProblem) {
    super(problem.message);
  }
}

interface Container {
  readonly kind: 'Object' | 'Array';
  readonly names: Set<string>;
  readonly startsAt: number;
  isEmpty: boolean;
}

const validTokens = `(JSON String, Number, Array, Object or token 'null', 'true' or 'false')`;
const tokenCharsMax = 256;
const escapes = '"\\/bfnrt';

class Scanner {
  /** Of the next character. */
  private at = 0;
  private readonly open: Container[] = [];

  constructor(private readonly text: string) {}

  run(): void {
    this.value(this.next());
    while (this.open.length > 0) this.step();
    this.space();
    if (this.at < this.text.length) this.badValue(this.next());
  }

  /** The next member of the container that was opened last, or its end. */
  private step(): void {
    const container = this.open.at(-1) as Container;
    const close = container.kind === 'Object' ? '}' : ']';
    let char = this.next();
    if (char === close) {
      this.open.pop();
      return;
    }
    if (!container.isEmpty) {
      if (char !== ',') {
        this.unexpected(char, `was expecting comma to separate ${container.kind} entries`);
      }
      char = this.next();
    }
    container.isEmpty = false;
    if (container.kind === 'Object') {
      this.name(char, container);
      char = this.next();
    }
    this.value(char);
  }

  private name(char: string, container: Container): void {
    if (char !== '"') this.unexpected(char, 'was expecting double-quote to start field name');
    const from = this.at - 1;
    this.string('in field name');
    const quoted = this.text.slice(from, this.at);
    const name = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
    if (container.names.has(name)) this.refuse(`Duplicate field '${name}'`);
    container.names.add(name);
    const colon = this.next();
    if (colon !== ':') {
      this.unexpected(colon, 'was expecting a colon to separate field name and value');
    }
  }

  private value(char: string): void {
    if (char === '{' || char === '[') {
      if (this.open.length >= limits.definitionDepthMax) {
        this.refuse('The states are too deeply nested', true);
      }
      const kind = char === '{' ? 'Object' : 'Array';
      this.open.push({ kind, names: new Set(), startsAt: this.at - 1, isEmpty: true });
    } else if (char === '"') this.string(': was expecting closing quote for a string value');
    else if (char === '-' || isDigit(char)) this.number(char);
    else this.literal(char);
  }

  private string(ofEnd: string): void {
    while (this.at < this.text.length) {
      const code = this.text.charCodeAt(this.at++);
      if (code === 0x22) return;
      if (code === 0x5c) this.escape();
      else if (code < 0x20) this.controlCharacter(code, ofEnd === 'in field name');
    }
    this.refuse(`Unexpected end-of-input${ofEnd.startsWith(':') ? '' : ' '}${ofEnd}`);
  }

  /** Jackson does not count it as the end of a line. */
  private controlCharacter(code: number, isName: boolean): never {
    const char = describeChar(String.fromCharCode(code));
    const what = isName ? 'name' : 'string value';
    const message = `Illegal unquoted character (${char}): has to be escaped using backslash to be included in ${what}`;
    this.refuseAt(message, this.source(this.at, this.at - 1));
  }

  private escape(): void {
    const char = this.text[this.at++];
    if (char === undefined) this.refuse('Unexpected end-of-input in character escape sequence');
    if (char === 'u') {
      for (let count = 0; count < 4; count++) {
        const digit = this.text[this.at++] ?? '';
        if (!/^[\da-fA-F]$/.test(digit)) {
          this.unexpected(digit, 'expected a hex-digit for character escape sequence');
        }
      }
    } else if (!escapes.includes(char)) {
      this.refuse(`Unrecognized character escape ${describeChar(char)}`);
    }
  }

  private number(first: string): void {
    let char = first;
    if (char === '-') {
      char = this.text[this.at++] ?? '';
      if (!isDigit(char)) {
        this.unexpected(char, 'expected digit (0-9) to follow minus sign, for valid numeric value');
      }
    }
    if (char === '0' && isDigit(this.text[this.at] ?? '')) {
      this.refuse('Invalid numeric value: Leading zeroes not allowed');
    }
    this.digits();
    if (this.text[this.at] === '.') {
      this.at++;
      this.oneDigit('Decimal point not followed by a digit');
    }
    if (this.text[this.at] === 'e' || this.text[this.at] === 'E') {
      this.at++;
      if (this.text[this.at] === '+' || this.text[this.at] === '-') this.at++;
      this.oneDigit('Exponent indicator not followed by a digit');
    }
  }

  private digits(): void {
    while (isDigit(this.text[this.at] ?? '')) this.at++;
  }

  private oneDigit(problem: string): void {
    if (!isDigit(this.text[this.at] ?? '')) this.unexpected(this.text[this.at++] ?? '', problem);
    this.digits();
  }

  private literal(char: string): void {
    const word = char === 't' ? 'true' : char === 'f' ? 'false' : char === 'n' ? 'null' : '';
    const from = this.at - 1;
    const after = this.text[from + word.length] ?? '';
    if (word !== '' && this.text.startsWith(word, from) && !isWordPart(after)) {
      this.at = from + word.length;
      return;
    }
    this.badValue(char);
  }

  private badValue(char: string): never {
    if (!isWordPart(char) || isDigit(char)) {
      this.unexpected(char, `expected a valid value ${validTokens}`);
    }
    const from = this.at - 1;
    while (this.at < this.text.length && isWordPart(this.text[this.at] ?? '')) {
      if (++this.at - from >= tokenCharsMax) break;
    }
    const token = this.text.slice(from, this.at);
    const shown = token.length >= tokenCharsMax ? `${token}...` : token;
    this.refuse(`Unrecognized token '${shown}': was expecting ${validTokens}`);
  }

  private space(): void {
    while (this.at < this.text.length && ' \t\r\n'.includes(this.text[this.at] ?? '')) this.at++;
  }

  /** The next character that is no space. */
  private next(): string {
    this.space();
    const char = this.text[this.at];
    if (char !== undefined) {
      this.at++;
      return char;
    }
    const container = this.open.at(-1);
    if (!container) this.refuse('No content to map due to end-of-input');
    const marker = this.source(container.startsAt);
    this.refuse(
      `Unexpected end-of-input: expected close marker for ${container.kind} (start marker at ${marker})`,
    );
  }

  private unexpected(char: string, comment: string): never {
    if (char === '') this.refuse('Unexpected end-of-input');
    this.refuse(`Unexpected character (${describeChar(char)}): ${comment}`);
  }

  private refuse(what: string, isTooDeep = false): never {
    this.refuseAt(what, this.source(Math.min(this.at, this.text.length)), isTooDeep);
  }

  private refuseAt(what: string, location: string, isTooDeep = false): never {
    throw new Refusal({ message: `${what}\n at ${location}`, location, isTooDeep });
  }

  /** Jackson shows 500 characters of what it reads. */
  private source(index: number, linesUntil = index): string {
    const more = this.text.length - 500;
    const shown = `"${this.text.slice(0, 500)}"${more > 0 ? `[truncated ${more} chars]` : ''}`;
    let line = 1;
    let lineStart = 0;
    for (let end = this.text.indexOf('\n'); end !== -1 && end < linesUntil; ) {
      line++;
      lineStart = end + 1;
      end = this.text.indexOf('\n', lineStart);
    }
    return `[Source: (String)${shown}; line: ${line}, column: ${index - lineStart + 1}]`;
  }
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9' && char.length === 1;
}

function isWordPart(char: string): boolean {
  return /^[\p{L}\p{N}_$]$/u.test(char);
}

function describeChar(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x20) return `(CTRL-CHAR, code ${code})`;
  return code > 255
    ? `'${char}' (code ${code} / 0x${code.toString(16)})`
    : `'${char}' (code ${code})`;
}
