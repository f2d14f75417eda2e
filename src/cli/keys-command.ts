/** `hearth keys`: the access keys with which callers sign their requests, and what each allows. */
import { type Command, InvalidArgumentError } from 'commander';
import { type ClientOptions, client, withClient } from './client-command.js';
import { usageFailure } from './failure.js';
import { type Io, print, say, withProgress } from './io.js';
import { type Key, type KeyChanges, KeysClient } from './keys-client.js';
import { formatTable } from './table.js';

interface KeyOptions extends ClientOptions {
  readonly allow?: readonly string[];
  readonly function?: readonly string[];
  readonly description?: string;
  readonly rate?: number | 'none';
  readonly burst?: number;
}

const explanation = `
What a key allows are actions on functions, both with * for any text. Actions are named as in AWS's policies
(lambda:InvokeFunction, lambda:Get*), and hearth:ReadCluster, hearth:ReadMetrics, hearth:ReadLogs, hearth:Warm,
hearth:CreateKey and the like for what AWS does not have. Functions go by name (shop-*), layers by layer:NAME;
what belongs to no function, such as ListFunctions, needs '*'. A rate is what each node lets pass.

The first key of a cluster is made with its secret: --secret-file FILE signs any command with it. Then this command
line takes a key from HEARTH_ACCESS_KEY_ID and HEARTH_SECRET_ACCESS_KEY, or the AWS_... ones that AWS's tools use.
`;

export function addKeysCommands(program: Command, io: Io): void {
  const keys = program
    .command('keys')
    .description('Make the access keys that callers sign their requests with, and change them.')
    .addHelpText(
      'after',
      `${explanation}
Examples:
  hearth keys new --allow '*' --description admin --secret-file cluster.secret
  hearth keys new --allow lambda:InvokeFunction --function 'shop-*' --rate 100
  hearth keys list
  hearth keys disable AKIAIOSFODNN7EXAMPLE`,
    );
  const settings = (command: Command): Command =>
    command
      .option('--allow <action...>', "actions, such as lambda:InvokeFunction, 'hearth:Read*'")
      .option('--function <name...>', "names of functions, such as 'shop-*' (default: '*')")
      .option('--description <text>', 'what it is for')
      .option('--rate <requests>', 'requests per second on each node, or none', rate)
      .option(
        '--burst <requests>',
        'how many may come at once (default: those of a second)',
        whole,
      );
  const done = (options: ClientOptions, id: string, action: string): void =>
    print(io, options.json ? JSON.stringify({ id, action }) : `${action} ${id}`);

  settings(client(keys.command('new')))
    .description('Make a key; its secret is shown now and never again.')
    .addHelpText(
      'after',
      `${explanation}\nExamples:\n  hearth keys new --allow '*' --secret-file cluster.secret\n  hearth keys new --allow 'lambda:Invoke*' --function hello --json`,
    )
    .action((options: KeyOptions) =>
      withClient(io, options, async (lambda) => {
        if (options.allow === undefined) {
          throw usageFailure(
            "hearth keys new needs --allow; for example --allow 'lambda:Invoke*'.",
          );
        }
        const made = await new KeysClient(lambda).create(changesOf(options));
        if (options.json) print(io, JSON.stringify(made));
        else {
          print(io, `AWS_ACCESS_KEY_ID=${made.id}`);
          print(io, `AWS_SECRET_ACCESS_KEY=${made.secret}`);
          say(io, 'the secret is shown only now; keep it where nobody else reads it');
        }
      }),
    );
  client(keys.command('list'))
    .description('List the keys and what each allows; last used: as the node that answers knows.')
    .addHelpText('after', '\nExamples:\n  hearth keys list\n  hearth keys list --json')
    .action((options: ClientOptions) =>
      withClient(io, options, async (lambda) => {
        const asking = `asking ${lambda.endpoint}`;
        const list = await withProgress(io, asking, () => new KeysClient(lambda).list());
        if (options.json) print(io, JSON.stringify(list, null, 2));
        else if (list.length === 0) say(io, 'no keys yet; make one with: hearth keys new');
        else print(io, table(list));
      }),
    );
  settings(client(keys.command('change <id>')))
    .description('Change what a key allows, its rate or its description.')
    .addHelpText(
      'after',
      `${explanation}\nExamples:\n  hearth keys change AKIAIOSFODNN7EXAMPLE --allow 'lambda:*' --rate none`,
    )
    .action((id: string, options: KeyOptions) =>
      withClient(io, options, async (lambda) => {
        await new KeysClient(lambda).update(id, changesOf(options));
        done(options, id, 'changed');
      }),
    );
  for (const [name, enabled] of [
    ['disable', false],
    ['enable', true],
  ] as const) {
    client(keys.command(`${name} <id>`))
      .description(enabled ? 'Take a key again.' : 'Take a key no more, until it is enabled again.')
      .addHelpText('after', `\nExamples:\n  hearth keys ${name} AKIAIOSFODNN7EXAMPLE`)
      .action((id: string, options: ClientOptions) =>
        withClient(io, options, async (lambda) => {
          await new KeysClient(lambda).update(id, { enabled });
          done(options, id, `${name}d`);
        }),
      );
  }
  client(keys.command('delete <id>'))
    .description('Delete a key for good.')
    .addHelpText('after', '\nExamples:\n  hearth keys delete AKIAIOSFODNN7EXAMPLE')
    .action((id: string, options: ClientOptions) =>
      withClient(io, options, async (lambda) => {
        await new KeysClient(lambda).delete(id);
        done(options, id, 'deleted');
      }),
    );
}

function changesOf(options: KeyOptions): KeyChanges {
  const { allow, function: names, description, rate: perS, burst } = options;
  const isRate = typeof perS === 'number';
  if (burst !== undefined && !isRate) throw usageFailure('--burst goes with --rate.');
  const limit = isRate ? { perS, ...(burst === undefined ? {} : { burst }) } : null;
  return {
    ...(allow === undefined ? {} : { actions: allow }),
    ...(names === undefined ? {} : { functions: names }),
    ...(description === undefined ? {} : { description }),
    ...(perS === undefined ? {} : { rateLimit: limit }),
  };
}

function table(list: readonly Key[]): string {
  const rows = list.map((key) => [
    key.id,
    key.enabled ? 'enabled' : 'disabled',
    key.actions.join(' '),
    key.functions.join(' '),
    key.rateLimit === null ? '' : `${key.rateLimit.perS}/s`,
    key.createdAt.slice(0, 10),
    key.lastUsedHere?.replace(/\.\d+Z$/, 'Z') ?? '',
    key.description,
  ]);
  const head = ['ID', 'STATE', 'ALLOWS', 'ON', 'RATE', 'CREATED', 'LAST USED', 'DESCRIPTION'];
  return formatTable(head, rows);
}

function rate(text: string): number | 'none' {
  if (text === 'none') return text;
  const perS = Number(text);
  if (perS > 0) return perS;
  throw new InvalidArgumentError('It must be a number above 0, or none.');
}

function whole(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}
