/** `hearth executions`: what became of invocations, on all nodes, and one with the lines that it printed. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { executionResults, startTypes } from '../executor/index.js';
import type { LambdaClient } from './api-client.js';
import { type ClientOptions, client, withClient } from './client-command.js';
import { type Execution, executionPage, resultOf } from './execution-page.js';
import { type Io, print, say, withProgress } from './io.js';
import { sayMissing } from './missing-nodes.js';
import { listRunning } from './running-executions.js';
import { type ShowOptions, showExecution } from './show-execution.js';
import { formatBytes, formatTable } from './table.js';

interface ListOptions extends ClientOptions {
  readonly since?: string;
  readonly until?: string;
  readonly result?: string;
  readonly start?: string;
  readonly slowest?: boolean;
  readonly limit: number;
}

const limitDefault = 50;
const limitMax = 1000;

export function addExecutionsCommand(program: Command, io: Io): void {
  const executions = program
    .command('executions')
    .description('What became of the invocations of a function, on all nodes.')
    .addHelpText(
      'after',
      `
Each invocation leaves a record on the node that ran it, for a week or as long as its disk has room. Times are in
milliseconds: QUEUE, START and INIT are what it waited for, RUN is the time inside the function.

Examples:
  hearth executions hello
  hearth executions hello --since 1h --slowest
  hearth executions hello:live --result failed --json
  hearth executions running
  hearth executions show 8f5a1c1e-2c0f-4f4e-9c0d-0b7a3f1e6a55`,
    );
  client(executions.command('list <name[:qualifier]>', { isDefault: true }))
    .description('List executions, the last one first (the default).')
    .option(
      '--since <time>',
      'ended from then on: so long ago, such as 90s, 10m, 2h, 1d, or ISO 8601',
    )
    .option('--until <time>', 'ended before then')
    .addOption(
      new Option('--result <kind>', 'only with this result').choices([
        ...executionResults,
        'failed',
      ]),
    )
    .addOption(
      new Option('--start <kind>', 'only with this start: none where no sandbox took part').choices(
        startTypes,
      ),
    )
    .option('--slowest', 'those that took the longest, instead of the last')
    .option('--limit <number>', 'at most so many', limitOf, limitDefault)
    .action((target: string, options: ListOptions) =>
      withClient(io, options, (lambda) => list(io, lambda, target, options)),
    );
  client(executions.command('running [name]'))
    .description('List what runs now, of one function or of all, the longest first.')
    .action((name: string | undefined, options: ClientOptions) =>
      withClient(io, options, (lambda) => listRunning(io, lambda, name, options.json ?? false)),
    );
  client(executions.command('show <id>'))
    .description('Show an execution by the id of its request, with the lines that it printed.')
    .option('--function <name>', 'its function, for who may see the executions of that one alone')
    .action((id: string, options: ClientOptions & ShowOptions) =>
      withClient(io, options, (lambda) => showExecution(io, lambda, id, options)),
    );
}

async function list(
  io: Io,
  lambda: LambdaClient,
  target: string,
  { since, until, result, start, slowest, limit, json }: ListOptions,
): Promise<void> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (since !== undefined) query.set('since', since);
  if (until !== undefined) query.set('until', until);
  if (result !== undefined) query.set('result', result);
  if (start !== undefined) query.set('start', start);
  if (slowest) query.set('order', 'slowest');
  const path = `/_hearth/executions/${encodeURIComponent(target)}?${query}`;
  const found = await withProgress(io, `asking ${lambda.endpoint}`, () =>
    lambda.page(path, executionPage),
  );
  if (json) {
    print(io, JSON.stringify(found, null, 2));
    return;
  }
  sayMissing(io, 'executions', found.missing);
  if (found.executions.length === 0) {
    say(io, `no executions of ${target} for what was asked; each invocation leaves one.`);
    return;
  }
  const head = ['ARRIVED', 'REQUEST', 'VERSION', 'NODE', 'START', 'RESULT'];
  const times = ['TOTAL', 'QUEUE', 'START', 'INIT', 'RUN', 'MEMORY', 'HOPS'];
  print(io, formatTable([...head, ...times], found.executions.map(rowOf)));
}

function rowOf(one: Execution): (string | number)[] {
  const { arrived, requestId, version, node, start, memoryPeakBytes, hops } = one;
  const times = [one.totalMs, one.queueMs, one.startMs, one.initMs, one.durationMs];
  return [
    arrived,
    requestId,
    version,
    node.slice(0, 8),
    start,
    resultOf(one),
    ...times.map((ms) => ms.toFixed(1)),
    memoryPeakBytes === undefined ? '-' : formatBytes(memoryPeakBytes),
    hops,
  ];
}

function limitOf(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= limitMax) return limit;
  throw new InvalidArgumentError(`It must be a number from 1 to ${limitMax}.`);
}
