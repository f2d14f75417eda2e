/** `hearth audit`: who changed what, on all nodes. */
import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import type { LambdaClient } from './api-client.js';
import { type ClientOptions, client, withClient } from './client-command.js';
import { type Io, print, say, withProgress } from './io.js';
import { missingNodes, sayMissing } from './missing-nodes.js';
import { formatTable } from './table.js';

interface AuditOptions extends ClientOptions {
  readonly since?: string;
  readonly until?: string;
  readonly caller?: string;
  readonly on?: string;
  readonly limit: number;
}

const limitDefault = 50;
const limitMax = 1000;

const page = z.object({
  lines: z.array(
    z.looseObject({
      node: z.string(),
      at: z.string(),
      caller: z.string(),
      address: z.string(),
      action: z.string(),
      on: z.array(z.string()),
      status: z.number(),
      error: z.string().optional(),
      reason: z.string().optional(),
    }),
  ),
  missing: missingNodes,
});

export function addAuditCommand(program: Command, io: Io): void {
  client(program.command('audit'))
    .description('Who changed what, and who tried what he may not, on all nodes, the last first.')
    .option('--since <time>', 'from then on: so long ago, such as 90s, 10m, 2h, 1d, or ISO 8601')
    .option('--until <time>', 'before then')
    .option('--caller <key>', 'by this key only')
    .option('--on <name>', "what was done to this function, to layer:NAME, or to the cluster ('*')")
    .option('--limit <number>', 'at most so many', limitOf, limitDefault)
    .addHelpText(
      'after',
      `
Each node keeps the lines of what it was asked, the newest 64 MB of them; those of a node that is gone are gone.

Examples:
  hearth audit --since 1d
  hearth audit --on hello --json
  hearth audit --caller AKIAIOSFODNN7EXAMPLE`,
    )
    .action((options: AuditOptions) =>
      withClient(io, options, (lambda) => printAudit(io, lambda, options)),
    );
}

async function printAudit(io: Io, lambda: LambdaClient, options: AuditOptions): Promise<void> {
  const { since, until, caller, on, limit, json } = options;
  const query = new URLSearchParams({ limit: String(limit) });
  for (const [name, value] of Object.entries({ since, until, caller, on })) {
    if (value !== undefined) query.set(name, value);
  }
  const path = `/_hearth/audit?${query}`;
  const found = await withProgress(io, `asking ${lambda.endpoint}`, () => lambda.page(path, page));
  if (json) {
    print(io, JSON.stringify(found, null, 2));
    return;
  }
  sayMissing(io, 'lines', found.missing);
  if (found.lines.length === 0) {
    say(io, 'nothing was changed, of what was asked for.');
    return;
  }
  const rows = found.lines.map(({ at, caller: who, action, on: what, error, status, ...line }) => [
    at.replace(/\.\d+Z$/, 'Z'),
    who,
    action,
    what.join(' '),
    error === undefined ? 'done' : [`${status} ${error}`, line.reason ?? []].flat().join(': '),
    line.address,
    line.node.slice(0, 8),
  ]);
  print(io, formatTable(['TIME', 'WHO', 'ACTION', 'ON', 'RESULT', 'FROM', 'NODE'], rows));
}

function limitOf(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= limitMax) return number;
  throw new InvalidArgumentError(`It must be a number from 1 to ${limitMax}.`);
}
