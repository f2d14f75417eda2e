/** `hearth usage`: requests and GB-seconds of functions, by day or hour, of all nodes together. */
import { type Command, Option } from 'commander';
import * as z from 'zod';
import type { LambdaClient } from './api-client.js';
import { type ClientOptions, client, withClient } from './client-command.js';
import { type Io, print, say, withProgress } from './io.js';
import { missingNodes, sayMissing } from './missing-nodes.js';
import { formatTable } from './table.js';

interface UsageOptions extends ClientOptions {
  readonly by: 'hour' | 'day';
  readonly since?: string;
  readonly until?: string;
}

const page = z.object({
  by: z.enum(['hour', 'day']),
  usage: z.array(
    z.object({
      functionName: z.string(),
      from: z.string(),
      requests: z.number(),
      errors: z.number(),
      gbSeconds: z.number(),
    }),
  ),
  missing: missingNodes,
});

export function addUsageCommand(program: Command, io: Io): void {
  client(program.command('usage [name]'))
    .description('Print how many requests functions had, and how much memory for how long.')
    .addOption(
      new Option('--by <period>', 'the periods (UTC)').choices(['hour', 'day']).default('day'),
    )
    .option(
      '--since <time>',
      'from the period of that time on: so long ago, such as 12h, 30d, or ISO 8601 (default: a week, by hour a day)',
    )
    .option('--until <time>', 'up to then')
    .addHelpText(
      'after',
      `
A GB-second is a function of 1024 MB that runs for a second; each begun millisecond counts. ERRORS are among the
REQUESTS; what was refused counts as neither.

Examples:
  hearth usage
  hearth usage hello --by hour
  hearth usage --since 30d --json | jq '[.usage[].gbSeconds] | add'`,
    )
    .action((name: string | undefined, options: UsageOptions) =>
      withClient(io, options, (lambda) => usage(io, lambda, name, options)),
    );
}

async function usage(
  io: Io,
  lambda: LambdaClient,
  name: string | undefined,
  { by, since, until, json }: UsageOptions,
): Promise<void> {
  const query = new URLSearchParams({ by });
  if (since !== undefined) query.set('since', since);
  if (until !== undefined) query.set('until', until);
  const of = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  const path = `/_hearth/usage${of}?${query}`;
  const found = await withProgress(io, `asking ${lambda.endpoint}`, () => lambda.page(path, page));
  if (json) {
    print(io, JSON.stringify(found, null, 2));
    return;
  }
  sayMissing(io, 'usage', found.missing);
  if (found.usage.length === 0) {
    say(io, `nothing was used${name === undefined ? '' : ` by ${name}`} in that time.`);
    return;
  }
  const rows = found.usage.map(({ functionName, from, requests, errors, gbSeconds }) => [
    by === 'day' ? from.slice(0, 10) : `${from.slice(0, 13)}:00Z`,
    functionName,
    requests,
    errors,
    gbSeconds.toFixed(3),
  ]);
  print(io, formatTable([by.toUpperCase(), 'NAME', 'REQUESTS', 'ERRORS', 'GB-SECONDS'], rows));
}
