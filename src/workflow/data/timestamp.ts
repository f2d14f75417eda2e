/** Timestamps as Wait and Choice take them: RFC 3339 with capital T and Z (`yyyy-mm-ddThh:mm:ss[.fraction](Z|+hh:mm)`). */

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d\d)(?::?(\d\d))?)$/;

/** Milliseconds since 1970, with fractions; undefined where it is no such text or no such day. */
export function parseTimestamp(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const part = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(part) as SixNumbers;
  if (hour > 23 || minute > 59 || second > 59 || part(9) > 18 || part(10) > 59) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined;
  const offsetMinutes = (part(9) * 60 + part(10)) * (match[8] === '-' ? -1 : 1);
  const fractionMs = Number(`0.${match[7] ?? '0'}`) * 1000;
  // Date.UTC takes the years below 100 for ones of the twentieth century
  const dayMs = new Date(0).setUTCFullYear(year, month - 1, day);
  return dayMs + (hour * 3600 + (minute - offsetMinutes) * 60 + second) * 1000 + fractionMs;
}

type SixNumbers = [number, number, number, number, number, number];

function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}
