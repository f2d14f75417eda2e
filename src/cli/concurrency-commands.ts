/** `hearth concurrency`, `hearth provision` and `hearth warm`: what of a function is kept free, kept ready, and made ready. */
import { type Command, InvalidArgumentError } from 'commander';
import type { LambdaClient } from './api-client.js';
import type { ProvisionedFigures, ProvisionedSchedule } from './api-types.js';
import { type ClientOptions, client, withClient } from './client-command.js';
import { usageFailure } from './failure.js';
import { parseTarget } from './invoke.js';
import { type Io, print, say, withProgress } from './io.js';
import { formatTable } from './table.js';

interface ReserveOptions extends ClientOptions {
  /** False: no more. */
  readonly reserve?: number | false;
}

interface ProvisionOptions extends ClientOptions {
  readonly window?: readonly ProvisionedSchedule[];
  readonly off?: boolean;
}

export function addConcurrencyCommands(program: Command, io: Io): void {
  client(program.command('concurrency <name>'))
    .description(
      'Show or set how many invocations of a function run at most, and are kept free for it.',
    )
    .option('--reserve <number>', 'run at most as many at once, and keep as many free', executions)
    .option('--no-reserve', 'no limit of its own, and nothing kept free')
    .addHelpText(
      'after',
      `
Examples:
  hearth concurrency hello
  hearth concurrency hello --reserve 20
  hearth concurrency hello --reserve 0      nobody can call it
  hearth concurrency hello --no-reserve`,
    )
    .action((name: string, options: ReserveOptions) =>
      withClient(io, options, (lambda) => concurrency(io, lambda, name, options)),
    );
  client(program.command('provision <name[:qualifier]> [number]'))
    .description('Show or set how many sandboxes of a version or alias are kept initialised.')
    .option(
      '--window <START;END;ZONE=N>',
      'N between two times, as cron expressions; may be repeated',
      window,
    )
    .option('--off', 'keep none')
    .addHelpText(
      'after',
      `
A window lasts from each time that START names to the next that END names; both are cron expressions
of five fields (minute, hour, day of month, month, day of week) in the time zone. Outside of all
windows the number counts (none: 0), in several windows at once the highest. An alias with weights
provisions its main version.

Examples:
  hearth provision hello                    what is set, and how far it is
  hearth provision hello:live 5
  hearth provision hello:live 1 --window "0 8 * * 1-5;0 18 * * 1-5;Europe/Berlin=10"
  hearth provision hello:live --off`,
    )
    .action((target: string, number: string | undefined, options: ProvisionOptions) =>
      withClient(io, options, (lambda) => provision(io, lambda, target, number, options)),
    );
  client(program.command('warm <name[:qualifier]>'))
    .description('Start and initialise one more sandbox of a function, ahead of the first call.')
    .addHelpText('after', '\nExamples:\n  hearth warm hello\n  hearth warm hello:live --json')
    .action((target: string, options: ClientOptions) =>
      withClient(io, options, (lambda) => warm(io, lambda, target, options.json ?? false)),
    );
}

async function concurrency(
  io: Io,
  lambda: LambdaClient,
  name: string,
  { reserve, json }: ReserveOptions,
): Promise<void> {
  if (reserve === false) await lambda.reserve(name, null);
  else if (reserve !== undefined) await lambda.reserve(name, reserve);
  const reserved = await lambda.reserved(name);
  if (json) print(io, JSON.stringify({ name, reserved }));
  else print(io, formatTable(['NAME', 'RESERVED'], [[name, reserved ?? '-']]));
}

async function provision(
  io: Io,
  lambda: LambdaClient,
  target: string,
  number: string | undefined,
  { window: windows, off, json = false }: ProvisionOptions,
): Promise<void> {
  const { name, qualifier } = parseTarget(target);
  const isSet = number !== undefined || windows !== undefined;
  if (off && isSet) throw usageFailure('--off keeps none; leave the number and the windows out.');
  if (qualifier === undefined) {
    if (!isSet && !off) return showAll(io, lambda, name, json);
    throw usageFailure(
      `name a version or an alias of ${name}, such as ${name}:1; \`hearth publish ${name}\` makes a version.`,
    );
  }
  if (off) {
    await lambda.unprovision(name, qualifier);
    print(io, json ? JSON.stringify({ name, qualifier, action: 'off' }) : `${target} is off`);
    return;
  }
  const asked = `asking ${lambda.endpoint}`;
  const figures = isSet
    ? await lambda.provision(name, qualifier, wholeNumber(number), windows ?? [])
    : await withProgress(io, asked, () => lambda.provisioned(name, qualifier));
  if (json) print(io, JSON.stringify(figures));
  else show(io, [[target, figures]]);
}

async function showAll(io: Io, lambda: LambdaClient, name: string, json: boolean): Promise<void> {
  const all = await withProgress(io, `asking ${lambda.endpoint}`, () =>
    lambda.allProvisioned(name),
  );
  if (json) print(io, JSON.stringify(all));
  else if (all.length === 0) {
    say(
      io,
      `nothing of ${name} is provisioned; do so with: hearth provision ${name}:VERSION NUMBER`,
    );
  } else {
    show(
      io,
      all.map((figures) => [`${name}:${figures.FunctionArn.split(':').at(-1) ?? ''}`, figures]),
    );
  }
}

function show(io: Io, all: readonly (readonly [target: string, figures: ProvisionedFigures])[]) {
  const head = ['NAME', 'REQUESTED', 'ALLOCATED', 'AVAILABLE', 'STATUS', 'CHANGED'];
  const rows = all.map(([target, figures]) => [
    target,
    figures.RequestedProvisionedConcurrentExecutions,
    figures.AllocatedProvisionedConcurrentExecutions,
    figures.AvailableProvisionedConcurrentExecutions,
    figures.Status,
    figures.LastModified.replace(/\.\d+\+0000$/, 'Z'),
  ]);
  print(io, formatTable(head, rows));
  const windows = all.flatMap(([target, { Schedules }]) =>
    Schedules.map(({ Start, End, TimeZone, ProvisionedConcurrentExecutions }) => [
      target,
      Start,
      End,
      TimeZone,
      ProvisionedConcurrentExecutions,
    ]),
  );
  if (windows.length === 0) return;
  print(io, '');
  print(io, formatTable(['NAME', 'WINDOW FROM', 'TO', 'ZONE', 'NUMBER'], windows));
}

async function warm(io: Io, lambda: LambdaClient, target: string, json: boolean): Promise<void> {
  const { name, qualifier } = parseTarget(target);
  const done = await withProgress(io, `warming ${target}`, () => lambda.warm(name, qualifier));
  if (json) {
    print(io, JSON.stringify(done));
    return;
  }
  const took = done.initMs === undefined ? '' : `, initialised in ${done.initMs.toFixed(1)} ms`;
  print(io, `${done.functionName}:${done.version} is warm on ${done.node.slice(0, 8)}${took}`);
}

/** Without a number there is one only within windows. */
function wholeNumber(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usageFailure(`'${text}' is not a whole number; give how many sandboxes are to be ready.`);
}

function executions(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function window(
  text: string,
  before: readonly ProvisionedSchedule[] = [],
): readonly ProvisionedSchedule[] {
  const match = /^([^;]+);([^;]+);([^;=]+)=(\d{1,9})$/.exec(text);
  if (match === null) {
    throw new InvalidArgumentError(
      "It must be START;END;ZONE=N, such as '0 8 * * 1-5;0 18 * * 1-5;Europe/Berlin=10'.",
    );
  }
  const [, start = '', end = '', zone = '', number] = match;
  return [
    ...before,
    {
      Start: start.trim(),
      End: end.trim(),
      TimeZone: zone.trim(),
      ProvisionedConcurrentExecutions: Number(number),
    },
  ];
}
