/**
 * `npm run chaos`: a real cluster under load and under attack, and a report of what was lost.
 * Exits with 0 where everything held that must, 1 where something did not, 2 where it was called wrongly.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { judge } from './checks/judge.js';
import { faults } from './nemesis/faults.js';
import { summaryLines, writeReport } from './report/report.js';
import { type RunOptions, run } from './run.js';

const usage = `usage: npm run chaos -- [--minutes N] [--seed N] [--fault NAME]... [--out DIR]

  --minutes N      how long faults go on: each alone, then two at once (0: until each was done once)
  --seed N         which faults when; printed, and repeated by the same number
  --fault NAME     only this one; again for more of them; see --list
  --nodes N        5
  --rate N         requests a second, all kinds together (60)
  --sandbox KIND   process: what functions write down has to reach the host
  --out DIR        report.md, timeline.svg, results.json, failures.jsonl, logs (chaos-report)
  --json           prints the results as JSON, and progress on standard error
  --list           the faults that there are

example: npm run chaos -- --minutes 30 --seed 7
`;

interface Wish {
  readonly options: Omit<RunOptions, 'logs'>;
  readonly out: string;
  readonly json: boolean;
}

function wish(): Wish | null {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '0' },
      seed: { type: 'string', default: String(1 + (Date.now() % 1_000_000)) },
      fault: { type: 'string', multiple: true, default: [] },
      nodes: { type: 'string', default: '5' },
      rate: { type: 'string', default: '60' },
      sandbox: { type: 'string', default: 'process' },
      out: { type: 'string', default: 'chaos-report' },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return null;
  }
  if (values.list) {
    process.stdout.write(faults.map(({ name }) => `${name}\n`).join(''));
    return null;
  }
  const options = {
    minutes: number('--minutes', values.minutes, 0, 600),
    seed: number('--seed', values.seed, 0, 2 ** 32),
    nodes: number('--nodes', values.nodes, 3, 9),
    rate: number('--rate', values.rate, 1, 5000),
    sandbox: values.sandbox,
    only: values.fault,
  };
  return { options, out: resolve(values.out), json: values.json };
}

function number(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text !== '' && value >= min && value <= max) return value;
  throw new Error(`${option} ${text}: it takes a number from ${min} to ${max}`);
}

async function main({ options, out, json }: Wish): Promise<number> {
  const say = (line: string): void => {
    (json ? process.stderr : process.stdout).write(`${line}\n`);
  };
  say(`seed ${options.seed}`);
  await mkdir(out, { recursive: true });
  const record = await run({ ...options, logs: join(out, 'logs') }, say);
  const results = judge(record);
  await writeReport(record, results, out);
  for (const line of summaryLines(results)) say(line);
  say(`\n${join(out, 'report.md')}, ${join(out, 'timeline.svg')}`);
  if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  return results.some(({ holds }) => holds === false) ? 1 : 0;
}

let asked: Wish | null = null;
try {
  asked = wish();
} catch (error) {
  process.stderr.write(`chaos: ${error instanceof Error ? error.message : error}\n\n${usage}`);
  process.exit(2);
}
process.exitCode = asked === null ? 0 : await main(asked);
