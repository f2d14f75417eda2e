/** Structured logs by pino, one JSON line each, on standard error: standard output belongs to the command. */
import { type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

/** Texts are lower-case with the data in fields; secrets never go in. */
export function createLogger(
  level: string,
  fields: Readonly<Record<string, unknown>> = {},
): Logger {
  return pino(
    { level, base: fields, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(2),
  );
}

export const silentLogger: Logger = pino({ level: 'silent' });
