import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesPattern, patternAt } from '../../../src/workflow/data/pattern.js';
import { TextCursor } from '../../../src/workflow/data/text-cursor.js';

const patternOf = (source: string) =>
  patternAt(new TextCursor(source, (reason) => new SyntaxError(reason)));

function matches(source: string, text: string): boolean {
  return matchesPattern(patternOf(source), text, () => {});
}

test('a whole text matches, or it does not', () => {
  assert.ok(matches('/199\\d/', '1997'));
  assert.ok(!matches('/99/', '1997'));
  assert.ok(matches('/.*foo(bar|baz)+/', 'a foobarbaz'));
  assert.ok(matches('/[^a-c\\]-]{2,3}/', 'dé😀'));
  assert.ok(matches('/^a?b*?$/', 'bbb'));
  assert.ok(matches('/JO(?:hn|e)/i', 'john'));
  assert.ok(matches('/a\\/b\\.c/', 'a/b.c'));
  assert.ok(!matches('/a.c/', 'a\nc'));
  assert.ok(matches('/|x/', ''));
});

test('what cannot be matched in a time that is known is no pattern', () => {
  const wrong = ['/a', '/(a/', '/a(?=b)/', '/(a)\\1/', '/*/', '/a{2,1}/', '/[b-a]/', '/a/g'];
  for (const source of [...wrong, `/${'(a{20}){20}'.repeat(9)}/`, `/${'('.repeat(9999)}/`]) {
    assert.throws(() => patternOf(source), SyntaxError, source);
  }
});

test('a pattern means what a regular expression of the same text means', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a|b)', '(ab)', '\\w', '^', '$');
  const piece = fc
    .tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,}', '{0,2}'))
    .map(([what, times]) => (what === '^' || what === '$' ? what : what + times));
  const source = fc.array(fc.array(piece, { maxLength: 4 }), { minLength: 1, maxLength: 3 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(source, text, (choices, given) => {
      const whole = choices.map((pieces) => pieces.join('')).join('|');
      assert.equal(matches(`/${whole}/`, given), new RegExp(`^(?:${whole})$`).test(given));
    }),
  );
});

test('nested repetitions take no exponential time', () => {
  let visits = 0;
  const pattern = patternOf('/((a*)*)*b/');
  assert.ok(!matchesPattern(pattern, 'a'.repeat(1000), () => visits++));
  assert.ok(visits < 1000 * pattern.steps.length);
});
