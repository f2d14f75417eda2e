/** Words in Markdown: on one line each, and never Markdown by accident. */

/** Of rows as long as the names of the columns. */
export function table(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const lineOf = (cells: readonly string[]): string => `| ${cells.map(inCell).join(' | ')} |`;
  return [lineOf(names), lineOf(names.map(() => '---')), ...rows.map(lineOf)].join('\n');
}

/** On one line, and nothing in it is Markdown or HTML. */
export function inCell(words: string): string {
  return words
    .replace(/\s+/g, ' ')
    .replace(/[\\|*_`[\]]/g, '\\$&')
    .replaceAll('<', '&lt;');
}
