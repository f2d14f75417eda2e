/** `hearth streams`: which there are, what stands in one, and what comes. */
import { type Command, InvalidArgumentError } from 'commander';
import { ApiFailure } from './api-client.js';
import { type ClientOptions, client, withClient } from './client-command.js';
import { EventsClient, type StreamPage, type StreamRecord } from './events-client.js';
import { usageFailure } from './failure.js';
import { type Io, print, say } from './io.js';
import { onEndSignal } from './signals.js';
import { sleep } from './sleep.js';
import { formatBytes, formatTable } from './table.js';

interface StreamsOptions extends ClientOptions {
  readonly follow?: boolean;
  readonly after?: number;
  readonly delete?: boolean;
}

const recordsAtOnce = 1000;
const pollMs = 500;

export function addStreamsCommand(program: Command, io: Io): void {
  client(program.command('streams [name]'))
    .description('List the streams, or print the records of one, each a line of JSON.')
    .option('-f, --follow', 'go on with what comes, until Ctrl-C')
    .option('--after <number>', 'only records with a greater sequence number', sequenceNumber)
    .option('--delete', 'delete the stream with its records')
    .addHelpText(
      'after',
      `
A stream is made by its first record, as a destination of asynchronous invocations under the name
arn:aws:kinesis:us-east-1:123456789012:stream/NAME, and keeps records for a day.

Examples:
  hearth streams
  hearth streams outcomes --follow
  hearth streams outcomes | jq -r '.data.requestContext.requestId'
  hearth streams outcomes --delete`,
    )
    .action((name: string | undefined, options: StreamsOptions) =>
      withClient(io, options, async (lambda) => {
        const source = new EventsClient(lambda);
        if (name === undefined) await list(io, source, options);
        else if (options.delete) {
          await source.deleteStream(name);
          print(io, options.json ? JSON.stringify({ name, action: 'deleted' }) : `deleted ${name}`);
        } else await read(io, source, name, options);
      }),
    );
}

async function list(io: Io, source: EventsClient, options: StreamsOptions): Promise<void> {
  if (options.follow || options.delete || options.after !== undefined) {
    throw usageFailure('name the stream, such as: hearth streams NAME --follow');
  }
  const streams = await source.streams();
  if (options.json) print(io, JSON.stringify(streams, null, 2));
  else if (streams.length === 0) say(io, 'there are no streams.');
  else {
    const rows = streams.map(({ name, records, bytes, oldest, newest }) => [
      name,
      records,
      formatBytes(bytes),
      oldest,
      newest,
    ]);
    print(io, formatTable(['NAME', 'RECORDS', 'SIZE', 'OLDEST', 'NEWEST'], rows));
  }
}

/** Until there is nothing more, or to be followed until the signal. */
async function read(
  io: Io,
  source: EventsClient,
  name: string,
  { follow = false, after = 0 }: StreamsOptions,
): Promise<void> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  const forget = onEndSignal(end);
  // who reads standard output has enough, as in `hearth streams out | head`
  io.stdout.once('error', end);
  try {
    for (let next = after; !stop.signal.aborted; ) {
      const page = await pageAfter(source, name, next, follow);
      for (const record of page.records) printRecord(io, record);
      next = page.next;
      if (page.records.length > 0) continue;
      if (!follow) return;
      await sleep(io.clock, pollMs, stop.signal);
    }
  } finally {
    forget();
    io.stdout.off('error', end);
  }
}

/** Who follows a stream waits for its first record, too. */
async function pageAfter(
  source: EventsClient,
  name: string,
  after: number,
  follow: boolean,
): Promise<StreamPage> {
  try {
    return await source.readStream(name, after, recordsAtOnce);
  } catch (thrown) {
    const isMissing = thrown instanceof ApiFailure && thrown.status === 404;
    if (follow && isMissing) return { records: [], next: after };
    throw thrown;
  }
}

function printRecord(io: Io, record: StreamRecord): void {
  print(io, JSON.stringify(record));
}

function sequenceNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be the sequence number of a record.');
}
