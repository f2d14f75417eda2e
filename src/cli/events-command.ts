/** `hearth events`: asynchronous invocations, those that wait, those that have ended, and those that are dead. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ClientOptions, client, withClient } from './client-command.js';
import { type Event, type EventFilter, type EventSummary, EventsClient } from './events-client.js';
import { CommandFailure, usageFailure } from './failure.js';
import { type Io, print, say, withProgress } from './io.js';
import { sleep } from './sleep.js';
import { formatBytes, formatTable } from './table.js';

interface ListOptions extends ClientOptions {
  readonly status?: string;
  readonly limit: number;
}

const statuses = ['queued', 'waiting', 'delivering', 'done', 'failed', 'dead', 'cancelled'];
const unended: ReadonlySet<string> = new Set(['queued', 'waiting', 'delivering']);
const listedDefault = 50;
const pollMs = 300;

export function addEventsCommands(program: Command, io: Io): void {
  const events = program
    .command('events')
    .description('Look at asynchronous invocations, cancel them, and run dead ones again.')
    .addHelpText(
      'after',
      `
An invocation is queued, waiting for its next attempt, delivering its outcome to destinations, and then done;
failed where a destination took that; dead where nobody did: those are kept to be redriven; or cancelled.

Examples:
  hearth events list
  hearth events list hello --status waiting
  hearth events show "$(hearth invoke hello --async)" --wait
  hearth events cancel 8f5a1c1e-2c0f-4f4e-9c0d-0b7a3f1e6a55
  hearth events dead hello
  hearth events redrive --all hello`,
    );
  listed(events.command('list [name]'))
    .description('List the newest asynchronous invocations, of a function or of all.')
    .addOption(new Option('--status <status>', 'only those').choices(statuses))
    .action((functionName: string | undefined, { status, ...options }: ListOptions) =>
      list(io, { functionName, status }, options),
    );
  listed(events.command('dead [name]'))
    .description('List those that failed, and that no destination took.')
    .action((functionName: string | undefined, options: ListOptions) =>
      list(io, { functionName, status: 'dead' }, options),
    );
  client(events.command('show <id>'))
    .description('Show one by its request id, with its payload and its answer.')
    .option('--wait', 'until it has ended; then the exit code is 1 unless it is done')
    .action((id: string, options: ClientOptions & { readonly wait?: boolean }) =>
      withEvents(io, options, async (source) => {
        const event = options.wait ? await ended(io, source, id) : await source.get(id);
        show(io, event, options.json);
        if (!options.wait || event.status === 'done') return;
        throw new CommandFailure(`the invocation ${id} is ${event.status}.`);
      }),
    );
  client(events.command('cancel <id>'))
    .description('Cancel one that has not ended; an attempt under way is not stopped.')
    .action((id: string, options: ClientOptions) =>
      withEvents(io, options, async (source) => {
        const { status } = await source.cancel(id);
        print(io, options.json ? JSON.stringify({ id, status }) : `cancelled ${id}`);
      }),
    );
  client(events.command('redrive [id|name]'))
    .description(
      'Run a dead one again: its function, or where that had succeeded its destinations.',
    )
    .option('--all', 'all that are dead, of the function that is named, or of every one')
    .action((named: string | undefined, options: ClientOptions & { readonly all?: boolean }) =>
      withEvents(io, options, (source) => redrive(io, source, named, options)),
    );
}

function listed(command: Command): Command {
  return client(command).option('--limit <number>', 'so many, the newest', positive, listedDefault);
}

function list(io: Io, filter: EventFilter, { limit, ...options }: ListOptions): Promise<void> {
  return withEvents(io, options, async (source) => {
    const events = await withProgress(io, 'asking for events', () => source.list(filter, limit));
    if (options.json) print(io, JSON.stringify(events, null, 2));
    else if (events.length === 0) say(io, 'there are none.');
    else print(io, formatTable(head, events.map(row)));
  });
}

const head = ['REQUEST', 'FUNCTION', 'STATUS', 'ATTEMPTS', 'ACCEPTED', 'ENDED', 'CONDITION'];

function row(event: EventSummary): string[] {
  return [
    event.requestId,
    qualifiedName(event),
    event.status,
    String(event.attempts),
    event.acceptedAt ?? '-',
    event.endedAt ?? '-',
    event.condition ?? '-',
  ];
}

function show(io: Io, event: Event, json = false): void {
  if (json) {
    print(io, JSON.stringify(event, null, 2));
    return;
  }
  const { condition, response, retryAt, endedAt, deliveries } = event;
  const lines: [name: string, value: string | null][] = [
    ['request', event.requestId],
    ['function', qualifiedName(event)],
    ['status', condition === null ? event.status : `${event.status} (${condition})`],
    ['attempts', String(event.attempts)],
    ['accepted', event.acceptedAt],
    ['next at', retryAt],
    ['ended', endedAt],
    ['response', response === null ? null : responseText(response)],
    ...deliveries.map((delivery): [string, string] => [delivery.kind, deliveryText(delivery)]),
    ['payload', payloadText(event.payload, event.payloadBytes)],
    ['answer', response === null ? null : payloadText(event.answer, response.bytes)],
  ];
  for (const [name, value] of lines) {
    if (value !== null) print(io, `${name.padEnd(12)}${value}`);
  }
}

function responseText({
  statusCode,
  executedVersion,
  functionError,
}: NonNullable<EventSummary['response']>): string {
  const version = executedVersion === null ? '' : ` of version ${executedVersion}`;
  return `${statusCode}${version}${functionError === null ? '' : ` (${functionError})`}`;
}

function deliveryText({ target, state, error }: EventSummary['deliveries'][number]): string {
  return `${state}: ${target}${error === null ? '' : `, ${error}`}`;
}

function payloadText(payload: unknown, bytes: number): string {
  const isForgotten = payload === null && bytes > 4;
  return isForgotten ? `${formatBytes(bytes)}, not kept` : JSON.stringify(payload);
}

function qualifiedName({ functionArn, functionName }: EventSummary): string {
  const qualifier = functionArn.split(':')[7] ?? '$LATEST';
  return qualifier === '$LATEST' ? functionName : `${functionName}:${qualifier}`;
}

/** Asks until it has ended, for as long as that takes. */
function ended(io: Io, source: EventsClient, id: string): Promise<Event> {
  return withProgress(io, `waiting for ${id}`, async () => {
    for (;;) {
      const event = await source.get(id);
      if (!unended.has(event.status)) return event;
      await sleep(io.clock, pollMs);
    }
  });
}

async function redrive(
  io: Io,
  source: EventsClient,
  named: string | undefined,
  { all, json }: ClientOptions & { readonly all?: boolean },
): Promise<void> {
  if (all) {
    const count = await source.redriveAll(named);
    print(io, json ? JSON.stringify({ redriven: count }) : `redriven: ${count}`);
    return;
  }
  if (named === undefined) throw usageFailure('name the request id, or give --all.');
  const { status } = await source.redrive(named);
  print(io, json ? JSON.stringify({ id: named, status }) : `redriven ${named}`);
}

function withEvents(
  io: Io,
  options: ClientOptions,
  use: (source: EventsClient) => Promise<void>,
): Promise<void> {
  return withClient(io, options, (lambda) => use(new EventsClient(lambda)));
}

function positive(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1) return count;
  throw new InvalidArgumentError('It must be a number from 1 on.');
}
