/**
 * What is promised of the agent, in numbers; ends with an error where one did not hold. Run it as root on a
 * machine that does nothing else.
 *
 * usage: npm run bench:agent -- [freeze|cold|stem|at-rest|churn|warm|zygote ...] [--count N] [--json]
 *
 *     freeze    thaw and freeze, beside docker unpause and pause; --count writes (200)
 *     cold      a sandbox from nothing to its first answer, beside a bare process; --count pairs (50)
 *     stem      a stem cell to its first answer, beside bare interpreters; --count of each (50)
 *     at-rest   the CPU time of --count frozen sandboxes (200)
 *     churn     what --count sandboxes leave behind (1000)
 *     warm      an invocation of a warm sandbox, frozen before and not; --count of each (200)
 *     zygote    a copy of an initialised Python function to its first answer, beside a sandbox; --count of each (50)
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureAtRest } from './at-rest.js';
import { measureChurn } from './churn.js';
import { measureCold } from './cold.js';
import { measureFreeze } from './freeze.js';
import { type Line, tableOf } from './report.js';
import { measureStem } from './stem.js';
import { measureWarm } from './warm.js';
import { measureZygote } from './zygote.js';

interface Part {
  readonly count: number;
  readonly measure: (count: number) => Promise<Line[]>;
}

const parts: Readonly<Record<string, Part>> = {
  freeze: { count: 200, measure: measureFreeze },
  cold: { count: 50, measure: measureCold },
  stem: { count: 50, measure: measureStem },
  'at-rest': { count: 200, measure: measureAtRest },
  churn: { count: 1000, measure: measureChurn },
  warm: { count: 200, measure: measureWarm },
  zygote: { count: 50, measure: measureZygote },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string' }, json: { type: 'boolean', default: false } },
});
const names = positionals.length === 0 ? Object.keys(parts) : positionals;
const count = values.count === undefined ? null : Number(values.count);
if (names.some((name) => parts[name] === undefined) || (count !== null && !(count >= 1))) {
  console.error(
    `usage: npm run bench:agent -- [${Object.keys(parts).join('|')} ...] [--count N] [--json]`,
  );
  process.exit(2);
}
const load = (): string => loadavg()[0]?.toFixed(2) ?? '';
const machine = `Node.js ${process.version}, ${cpus().length} cores`;
const lines: Line[] = [];
const loads: string[] = [load()];
for (const name of names) {
  const part = parts[name];
  if (part === undefined) continue;
  if (!values.json) console.log(`${name} ...`);
  lines.push(...(await part.measure(count ?? part.count)));
  loads.push(load());
}
if (values.json) console.log(JSON.stringify({ machine, loads, lines }, null, 2));
else
  console.log(`${machine}, load before and after each part ${loads.join(' ')}\n${tableOf(lines)}`);
process.exit(lines.every(({ held }) => held) ? 0 : 1);
