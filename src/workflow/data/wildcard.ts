/**
 * The patterns of StringMatches: `*` stands for any characters, `\*` and `\\` for themselves. No regular expression is made
 * of them: the last star is the only one that is ever tried again, so that time grows with pattern times text at worst.
 */

const anyText = Symbol('*');

export function matchesWildcard(pattern: string, text: string): boolean {
  const tokens = tokensOf(pattern);
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    if (tokens[token] === anyText) {
      star = token++;
      starAt = at;
    } else if (tokens[token] === text[at]) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (tokens[token] === anyText) token++;
  return token === tokens.length;
}

function tokensOf(pattern: string): readonly (string | typeof anyText)[] {
  const tokens: (string | typeof anyText)[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    const next = pattern.charAt(at + 1);
    if (character === '\\' && (next === '*' || next === '\\')) tokens.push(pattern.charAt(++at));
    else if (character !== '*') tokens.push(character);
    else if (tokens.at(-1) !== anyText) tokens.push(anyText);
  }
  return tokens;
}
