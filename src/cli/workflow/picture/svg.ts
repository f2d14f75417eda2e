/** SVG as text, as much of it as graphs need. What comes from users is escaped here and nowhere else. */

export type Attributes = Readonly<Record<string, string | number>>;

/** `inner` is SVG already; the values of attributes are not. */
export function tag(name: string, attributes: Attributes, inner = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    return ` ${key}="${typeof value === 'number' ? Number(value.toFixed(1)) : escaped(value)}"`;
  });
  return inner === ''
    ? `<${name}${written.join('')}/>`
    : `<${name}${written.join('')}>${inner}</${name}>`;
}

export function label(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return words === '' ? '' : tag('text', { x, y, ...attributes }, escaped(words));
}

/** What is told where the pointer rests. */
export function tooltip(words: string): string {
  return `<title>${escaped(words)}</title>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Also without what XML forbids: control characters and halves of pairs. */
export function escaped(words: string): string {
  return words
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
