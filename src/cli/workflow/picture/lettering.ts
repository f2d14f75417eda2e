/**
 * How much room words take, about: whoever looks at the picture has fonts that nobody knows here. Letters of East Asia
 * and pictures (emoji) are as wide as they are high; what one sees as one character is never cut in two.
 */

export interface Lettering {
  /** Of Latin letters, on the average, in pixels. */
  readonly width: number;
  /** The size of the font. */
  readonly height: number;
}

export const lettering = {
  heading: { width: 9, height: 15 },
  name: { width: 8.4, height: 13 },
  bold: { width: 7.4, height: 11 },
  small: { width: 6.5, height: 11 },
} as const;

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
const square =
  /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303f\uff01-\uff60]/u;
const capital = /^\p{Lu}$/u;
/** Capitals are wider by so much. */
const capitalFactor = 1.2;
/** Nothing has room for more, and values may be long. */
const unitsLookedAtMax = 400;

export function widthOf(words: string, letters: Lettering): number {
  let width = 0;
  for (const character of charactersOf(words)) width += widthOfOne(character, letters);
  return width;
}

/** On one line; an ellipsis where something is missing. */
export function fitted(words: string, letters: Lettering, widthMax: number): string {
  const line = words.slice(0, unitsLookedAtMax).replace(/\s+/g, ' ').trim();
  let width = 0;
  let fits = '';
  for (const character of charactersOf(line)) {
    width += widthOfOne(character, letters);
    if (width > widthMax) return `${fits.slice(0, lastStart(fits))}…`;
    fits += character;
  }
  return words.length > unitsLookedAtMax ? `${fits}…` : fits;
}

function widthOfOne(character: string, { width, height }: Lettering): number {
  if (square.test(character)) return height * 1.05;
  return capital.test(character) ? width * capitalFactor : width;
}

function charactersOf(words: string): string[] {
  return [...characters.segment(words.slice(0, unitsLookedAtMax))].map(({ segment }) => segment);
}

/** Where the last character begins, which has to make room for the ellipsis. */
function lastStart(words: string): number {
  return words.length - (charactersOf(words).at(-1)?.length ?? 0);
}
