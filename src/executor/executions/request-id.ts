/** Request ids in the sixteen bytes that they are: a UUID as text is more than twice as long. */

export const idBytes = 16;

/** Writes a UUID; false where the text is none, and then what was written means nothing. */
export function writeId(id: string, buffer: Buffer, at: number): boolean {
  if (id.length !== 36) return false;
  let from = 0;
  let isHex = true;
  for (let byte = 0; byte < idBytes; byte++) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) from++;
    const high = digits[id.charCodeAt(from)] ?? noDigit;
    const low = digits[id.charCodeAt(from + 1)] ?? noDigit;
    isHex &&= high < noDigit && low < noDigit;
    buffer[at + byte] = (high << 4) | low;
    from += 2;
  }
  return isHex;
}

export function readId(buffer: Buffer, at: number): string {
  const hex = buffer.toString('hex', at, at + idBytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Null where the text is no UUID. */
export function idOf(text: string): Buffer | null {
  const id = Buffer.alloc(idBytes);
  return writeId(text.toLowerCase(), id, 0) ? id : null;
}

const noDigit = 255;
/** By character code. */
const digits = new Uint8Array(128).fill(noDigit);
for (let digit = 0; digit < 16; digit++) digits[digit.toString(16).charCodeAt(0)] = digit;
