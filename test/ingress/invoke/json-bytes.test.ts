/** What is told of bytes without parsing them is what the parser would have said. */
import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isJson } from '../../../src/ingress/invoke/json-bytes.js';

/** At each place in a word of four bytes. */
const offsets = [0, 1, 2, 3];

function agrees(bytes: Uint8Array): void {
  const text = Buffer.from(bytes).toString();
  let parses = isUtf8(bytes);
  try {
    JSON.parse(text);
  } catch {
    parses = false;
  }
  for (const offset of offsets) {
    const placed = new Uint8Array(bytes.length + offset).subarray(offset);
    placed.set(bytes);
    assert.equal(isUtf8(placed) && isJson(placed), parses, `at ${offset}: ${JSON.stringify(text)}`);
  }
}

describe('bytes that are looked at instead of parsed', () => {
  test('are JSON where the parser takes them', () => {
    const spaced = fc.tuple(fc.jsonValue(), fc.constantFrom('', ' ', '\t', '\n  '));
    fc.assert(
      fc.property(spaced, ([value, space]) =>
        agrees(Buffer.from(JSON.stringify(value, null, space))),
      ),
    );
  });

  test('are none where one byte was changed so that the parser refuses them', () => {
    const changed = fc.tuple(
      fc.jsonValue(),
      fc.nat(),
      fc.oneof(fc.constantFrom(...Buffer.from('"\\{}[]:,0-+.eEtfnu \n\0\x1f\x7f')), fc.nat(255)),
    );
    fc.assert(
      fc.property(changed, ([value, at, byte]) => {
        const bytes = Buffer.from(JSON.stringify(value));
        bytes[at % bytes.length] = byte;
        agrees(bytes);
        agrees(bytes.subarray(0, at % bytes.length));
      }),
      { numRuns: 3000 },
    );
  });

  test('are read as strictly in their texts, numbers and words', () => {
    const parts = [
      '"',
      '\\',
      '\\u',
      'u',
      '12aF',
      'é',
      '💡',
      '\x1f',
      '0',
      '01',
      '-',
      '.5',
      'e',
      'E+7',
    ];
    const words = [
      'true',
      'fals',
      'null',
      'nul',
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      ' ',
      '\u00a0',
      '\ufeff',
    ];
    const list = fc.array(fc.constantFrom(...parts, ...words), { maxLength: 9 });
    fc.assert(
      fc.property(list, fc.boolean(), (texts, isText) => {
        const text = texts.join('');
        agrees(Buffer.from(isText ? `"${text}"` : text));
      }),
      { numRuns: 5000 },
    );
  });

  test('may be as deep as they are long', () => {
    const depth = 200_000;
    const closedBy = (count: number): Uint8Array =>
      Buffer.from(`${'[{"":'.repeat(depth)}1${'}]'.repeat(count)}`);
    assert.ok(isJson(closedBy(depth)));
    assert.ok(!isJson(closedBy(depth - 1)));
  });
});
