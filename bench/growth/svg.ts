/** SVG as text, as much of it as curves need. */

export type Attributes = Readonly<Record<string, string | number>>;

/** `inner` is SVG already. */
export function tag(name: string, attributes: Attributes, inner = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    return ` ${key}="${typeof value === 'number' ? Number(value.toFixed(1)) : value}"`;
  });
  return inner === ''
    ? `<${name}${written.join('')}/>`
    : `<${name}${written.join('')}>${inner}</${name}>`;
}

export function label(x: number, y: number, words: string, attributes: Attributes = {}): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return tag('text', { x, y, ...attributes }, safe);
}
