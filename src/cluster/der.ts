/**
 * The little of DER (ITU-T X.690) that a certificate needs, written only: a value is a tag, the length of
 * its content, and the content, which may be values again.
 */

/** One value: tag, length, content. */
function value(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
}

export const der = {
  sequence: (...parts: readonly Uint8Array[]): Uint8Array => value(0x30, ...parts),
  set: (...parts: readonly Uint8Array[]): Uint8Array => value(0x31, ...parts),
  /** From 0 to 127. */
  integer: (number: number): Uint8Array => value(0x02, Uint8Array.of(number)),
  true: Uint8Array.of(0x01, 0x01, 0xff),
  octets: (content: Uint8Array): Uint8Array => value(0x04, content),
  /** `unused`: how many of the last byte's bits do not count. */
  bits: (content: Uint8Array, unused = 0): Uint8Array =>
    value(0x03, Uint8Array.of(unused), content),
  text: (text: string): Uint8Array => value(0x0c, Buffer.from(text)),
  /** `YYMMDDHHMMSSZ`, up to 2049. */
  utcTime: (text: string): Uint8Array => value(0x17, Buffer.from(text)),
  /** `YYYYMMDDHHMMSSZ`, from 2050 on. */
  time: (text: string): Uint8Array => value(0x18, Buffer.from(text)),
  /** The encoded arcs of an object identifier, in hex. */
  identifier: (hex: string): Uint8Array => value(0x06, Buffer.from(hex, 'hex')),
  /** `[number]` around whole values. */
  explicit: (number: number, ...parts: readonly Uint8Array[]): Uint8Array =>
    value(0xa0 | number, ...parts),
  /** `[number]` in place of a value's own tag. */
  implicit: (number: number, content: Uint8Array): Uint8Array => value(0x80 | number, content),
};

/** Below 128 in one byte; else the number of bytes, then the bytes, highest first. */
function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}
