/** Values and times as they stand in tables, lines and pictures: short. */

/** `85 ms`, `3.42 s`, `2 min 3 s`, `3 h 20 min`. */
export function durationText(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < 1000) return `${whole} ms`;
  if (whole < 60_000) return `${(whole / 1000).toFixed(2)} s`;
  const min = Math.floor(whole / 60_000);
  if (min < 60) return `${min} min ${Math.floor((whole % 60_000) / 1000)} s`;
  return `${Math.floor(min / 60)} h ${min % 60} min`;
}

/** At most so many characters, the last of them an ellipsis where something is missing; on one line. */
export function shortened(text: string, charactersMax: number): string {
  // more than is looked at cannot be shown
  const line = text
    .slice(0, charactersMax * 8)
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...line];
  const isWhole = characters.length <= charactersMax && text.length <= charactersMax * 8;
  return isWhole ? line : `${characters.slice(0, charactersMax - 1).join('')}…`;
}

/** `2026-11-23T12:03:01.250Z` of seconds since 1970. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** Indented where it is JSON. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
