/** A small strict reader of the XML that pictures are made of, for tests: throws on what is not well-formed. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The text right within it, or within its title. */
  text: string;
}

const token =
  /<(\/?)([a-z]+)((?: [a-zA-Z][\w:-]*="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*)(\/?)>/y;
const words = /[^<&]*(?:&(?:amp|lt|gt|quot);[^<&]*)*/y;

/** All elements in the order in which they begin. */
export function elementsOf(xml: string): XmlElement[] {
  const elements: XmlElement[] = [];
  const open: XmlElement[] = [];
  let at = 0;
  while (at < xml.length) {
    words.lastIndex = at;
    const text = plain(words.exec(xml)?.[0] ?? '');
    at = words.lastIndex;
    say(open, text);
    if (at === xml.length) break;
    token.lastIndex = at;
    const [, closes, name = '', attributes = '', empty] = token.exec(xml) ?? [];
    if (name === '') throw new Error(`no XML at ${xml.slice(at, at + 80)}`);
    at = token.lastIndex;
    if (closes === '/') {
      if (open.pop()?.name !== name) throw new Error(`</${name}> ends what is not open`);
      continue;
    }
    if (open.length === 0 && elements.length > 0) throw new Error(`a second root: ${name}`);
    const element = { name, attributes: attributesOf(attributes), text: '' };
    elements.push(element);
    if (empty !== '/') open.push(element);
  }
  if (open.length > 0) throw new Error(`${open.map(({ name }) => name).join(', ')} is not ended`);
  return elements;
}

function say(open: readonly XmlElement[], text: string): void {
  const element = open.at(-1);
  if (element === undefined) {
    if (text.trim() !== '') throw new Error(`text outside of everything: ${text}`);
    return;
  }
  element.text += text.trim() === '' ? '' : text;
  const parent = open.at(-2);
  if (element.name === 'title' && parent !== undefined) parent.text += text;
}

function attributesOf(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/ ([\w:-]+)="([^"]*)"/g)) {
    if (name in attributes) throw new Error(`${name} stands there twice`);
    attributes[name] = plain(value);
  }
  return attributes;
}

function plain(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
