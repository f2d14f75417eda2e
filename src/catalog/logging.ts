/** How AWS would write a function's log: kept for its tools, and changes nothing here. */

export interface LoggingSettings {
  readonly format: 'Text' | 'JSON';
  /** Of the format JSON alone; empty for AWS's default, as all texts here. */
  readonly applicationLevel: string;
  readonly systemLevel: string;
  readonly group: string;
}

/** What null stands for: nearly every function has no others. */
export const plainLogging: LoggingSettings = Object.freeze({
  format: 'Text',
  applicationLevel: '',
  systemLevel: '',
  group: '',
});

/** What is not among the changes stays; levels go with the format JSON. */
export function mergedLogging(
  present: LoggingSettings | null,
  changes: Partial<LoggingSettings>,
): LoggingSettings | null {
  const merged = { ...(present ?? plainLogging), ...changes };
  if (merged.format === 'JSON') return merged;
  return merged.group === '' ? null : { ...plainLogging, group: merged.group };
}
