/** CSV as ItemReader reads it: RFC 4180, with a delimiter of the user's choice; each row is an object of texts. */
import type { JsonObject, JsonValue } from '../json.js';
import { readerFailed } from './failure.js';

export interface CsvConfig {
  /** Null: they are the first row. */
  readonly headers: readonly string[] | null;
  readonly delimiter: string;
}

const delimiters: Readonly<Record<string, string>> = {
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  SPACE: ' ',
  TAB: '\t',
};

/** Throws StateError. */
export function csvConfigOf({
  CSVHeaderLocation,
  CSVHeaders,
  CSVDelimiter,
}: JsonObject): CsvConfig {
  const delimiter = delimiters[String(CSVDelimiter ?? 'COMMA')];
  if (delimiter === undefined) throw readerFailed(`${String(CSVDelimiter)} is no CSVDelimiter.`);
  if (CSVHeaderLocation !== 'GIVEN') return { headers: null, delimiter };
  if (!Array.isArray(CSVHeaders)) throw readerFailed('The reader gives no CSVHeaders.');
  return { headers: (CSVHeaders as readonly JsonValue[]).map(String), delimiter };
}

/** Cells that a row lacks are empty, and those that have no header are left out. */
export function csvItems(text: string, { headers, delimiter }: CsvConfig): readonly JsonObject[] {
  const rows = rowsOf(text, delimiter);
  const names = headers ?? rows.shift() ?? [];
  return rows.map((row) =>
    Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])),
  );
}

function rowsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    const { cell, end } = text[at] === '"' ? quoted(text, at) : plain(text, at, delimiter);
    row.push(cell);
    at = plain(text, end, delimiter).end;
    if (text[at] === delimiter) {
      at++;
      // a delimiter at the very end begins one more cell
      if (at < text.length && text[at] !== '\n' && text[at] !== '\r') continue;
      row.push('');
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

interface Cell {
  readonly cell: string;
  readonly end: number;
}

function plain(text: string, start: number, delimiter: string): Cell {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') {
    end++;
  }
  return { cell: text.slice(start, end), end };
}

/** Two quotes are one; what stands between the end of the quotes and the delimiter is left out. */
function quoted(text: string, start: number): Cell {
  let cell = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw readerFailed('A quoted cell of the CSV file does not end.');
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { cell, end: quote + 1 };
    cell += '"';
    at = quote + 2;
  }
}
