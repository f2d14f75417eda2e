/**
 * The patterns of StringMatches: `*` stands for any characters, `\*` and `\\` for themselves. No regular expression is made
 * of them: what stands between the stars is looked for from left to right, each where it comes first.
 */

export function matchesWildcard(pattern: string, text: string): boolean {
  const [first = '', ...rest] = piecesOf(pattern);
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** What stands between stars: one more than there are of them. */
function piecesOf(pattern: string): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    const next = pattern.charAt(at + 1);
    if (character === '\\' && (next === '*' || next === '\\')) {
      piece += next;
      at++;
    } else if (character === '*') {
      pieces.push(piece);
      piece = '';
    } else piece += character;
  }
  return [...pieces, piece];
}
