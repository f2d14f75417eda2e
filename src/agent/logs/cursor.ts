/** A place in the log of one node, after which reading goes on. */

export interface LogCursor {
  /** Reading begins here: an unfinished line begins in this record. */
  readonly from: number;
  /** What was told last: the line of a record. */
  readonly sequence: number;
  readonly line: number;
}

/** Before everything. */
export const firstCursor: LogCursor = { from: 0, sequence: -1, line: 0 };
/** After every line of a record. */
export const lastLine = 1e9;

/** After everything that comes before a record. */
export function cursorBefore(sequence: number): LogCursor {
  return { from: sequence, sequence: sequence - 1, line: lastLine };
}

export function formatCursor({ from, sequence, line }: LogCursor): string {
  return [from, sequence, line].map((number) => number.toString(36)).join('.');
}

/** null where the text is no cursor. */
export function parseCursor(text: string): LogCursor | null {
  const match = /^([0-9a-z]{1,11})\.(-?[0-9a-z]{1,11})\.([0-9a-z]{1,11})$/.exec(text);
  if (match === null) return null;
  const [from = -1, sequence = -1, line = -1] = match.slice(1).map((part) => parseInt(part, 36));
  if (![from, sequence, line].every(Number.isSafeInteger)) return null;
  return { from, sequence, line };
}

/** Whether the line comes after the cursor. */
export function isAfter(sequence: number, line: number, cursor: LogCursor): boolean {
  return sequence > cursor.sequence || (sequence === cursor.sequence && line > cursor.line);
}
