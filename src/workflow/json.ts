/** JSON as values: what states take and give. */

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Arrays and objects inside one another: what readers of JSON allow (Jackson's, which AWS reads with, among them). Whatever
 * works on values by recursion, JSON.stringify first, would overflow the stack at some thousands.
 */
export const nestingMax = 1000;

/** Whether a JSON text nests too deep to be read. */
export function nestsTooDeep(text: string): boolean {
  // each level takes two characters at least
  if (text.length <= 2 * nestingMax) return false;
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isInText) {
      if (code === backslash) at++;
      else if (code === quote) isInText = false;
    } else if (code === quote) isInText = true;
    else if (code === openBracket || code === openBrace) {
      if (++depth > nestingMax) return true;
    } else if (code === closeBracket || code === closeBrace) depth--;
  }
  return false;
}

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = [
  0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d,
] as const;
