/**
 * `npm run sim [-- NAME ...]`: what gossip and the routing table do in numbers, from simulated clusters, as one table; what is
 * promised stands beside what was measured. Progress goes to standard error.
 */
import { parseArgs } from 'node:util';
import { formatTable } from '../../src/cli/table.js';
import { falseDeaths } from './scenarios/false-deaths.js';
import { killedProcess } from './scenarios/killed-process.js';
import { leave } from './scenarios/leave.js';
import { partition } from './scenarios/partition.js';
import { routing } from './scenarios/routing.js';
import {
  isKept,
  type Measurement,
  type Scenario,
  type ScenarioSettings,
  type Statistic,
  statistic,
} from './scenarios/scenario.js';
import { silentHost } from './scenarios/silent-host.js';
import { traffic } from './scenarios/traffic.js';

const scenarios: readonly Scenario[] = [
  killedProcess,
  silentHost,
  falseDeaths,
  partition,
  traffic,
  leave,
  routing,
];
const statistics: readonly Statistic[] = ['mean', 'p50', 'p95', 'p99', 'max'];

const help = `npm run sim [-- [NAME ...] [--n 10,100] [--trials N] [--seed N] [--json]]

${scenarios.map(({ name, about }) => `  ${name.padEnd(16)}${about}`).join('\n')}

  --n        sizes of cluster instead of the usual ones
  --trials   how often, or how long, as each scenario says
  --seed     another run of chance (default 1)
  --json     the rows as JSON instead of a table

The exit code is 1 where a promise is not kept.`;

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    n: { type: 'string' },
    trials: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

let shownMs = Number.NEGATIVE_INFINITY;

main();

function main(): void {
  const unknown = names.find((name) => scenarios.every((scenario) => scenario.name !== name));
  if (options.help || unknown !== undefined) {
    if (unknown !== undefined) process.stderr.write(`there is no scenario '${unknown}'\n\n`);
    process.stdout.write(`${help}\n`);
    process.exitCode = unknown === undefined ? 0 : 2;
    return;
  }
  const settings: ScenarioSettings = {
    sizes: options.n?.split(',').map(Number) ?? null,
    trials: options.trials === undefined ? null : Number(options.trials),
    seed: Number(options.seed),
    progress: showProgress,
  };
  const chosen = scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
  const rows = chosen.flatMap((scenario) => scenario.run(settings));
  showProgress('');
  const text = options.json ? JSON.stringify(rows.map(forMachines), null, 2) : table(rows);
  process.stdout.write(`${text}\n`);
  if (!rows.every(isKept)) process.exitCode = 1;
}

function table(rows: readonly Measurement[]): string {
  const head = ['WHAT', 'N', 'SAMPLES', ...statistics.map((name) => name.toUpperCase())];
  return formatTable(
    [...head, 'MUST SHOW', ''],
    rows.map((row) => [
      row.what,
      row.nodes,
      row.values.length,
      ...statistics.map((of) => shown(statistic(row.values, of))),
      mustShow(row),
      row.promised === null ? '' : isKept(row) ? 'ok' : 'OVER',
    ]),
  );
}

function shown(value: number): string {
  return value < 10 ? String(Number(value.toPrecision(2))) : String(Math.round(value));
}

function mustShow({ promised, unit }: Measurement): string {
  if (promised === null) return unit;
  if (promised.below === 0) return '0';
  return `${promised.of} < ${promised.below} ${unit}`;
}

function forMachines(row: Measurement): object {
  const figures = statistics.map((of) => [of, statistic(row.values, of)] as const);
  const { what, nodes, unit, promised, values } = row;
  const samples = values.length;
  return { what, nodes, unit, samples, ...Object.fromEntries(figures), promised, ok: isKept(row) };
}

function showProgress(text: string): void {
  const terminal = process.stderr.isTTY;
  const nowMs = performance.now();
  // A file needs no more than a line now and then.
  if (text !== '' && nowMs - shownMs < (terminal ? 100 : 10_000)) return;
  shownMs = nowMs;
  if (terminal) process.stderr.write(`\r\x1b[K${text}`);
  else if (text !== '') process.stderr.write(`${text}\n`);
}
