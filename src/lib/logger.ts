/** Structured logs by pino, one JSON line each, on standard error: standard output belongs to the command. */
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

/** Texts are lower-case with the data in fields; secrets never go in. */
export function createLogger(
  level: string,
  fields: Readonly<Record<string, unknown>> = {},
  destination: DestinationStream = pino.destination(2),
): Logger {
  const { err } = pino.stdSerializers;
  return pino(
    {
      level,
      base: fields,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err, error: err },
      redact: { paths: secretPaths, censor: '[not told]' },
    },
    destination,
  );
}

/** Should one go in after all, it does not come out. */
const secretNames = ['authorization', 'secret', 'secretAccessKey', 'password', 'cookie'];
const secretPaths = secretNames.flatMap((name) => [name, `*.${name}`]);

export const silentLogger: Logger = pino({ level: 'silent' });
