/**
 * `npm run upgrade`: a cluster of five nodes upgrades itself under load, and a report of what came of it. Exits with 0
 * where everything held that must, 1 where something did not, 2 where it was called wrongly.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { steps } from '../../src/rollout/index.js';
import { type BadKind, badKinds, badPatch } from './bad-releases.js';
import { broken } from './judge.js';
import { report } from './report.js';
import { type RunOptions, runUpgrades } from './run.js';

const usage = `usage: npm run upgrade -- [--kill] [--bad KIND] [--rate N] [--requests N] [--calm S] [--bake MS]
                          [--timeout S] [--out DIR]

  --kill       the Master is killed (SIGKILL) once at each step, in as many rollouts as it takes: two deaths at once
               would leave no majority of five nodes' three voters
  --bad KIND   the release is bad, and has to be taken back: ${badKinds.join(', ')}
  --rate N     requests a second (100)
  --requests N it goes on until so many were sent (20000)
  --calm S     how long the load runs alone before the release is offered, and after its end (60)
  --bake MS    how long canaries are compared, and the whole is watched at the end (60000, as by default)
  --timeout S  how long the rollout may take (400)
  --out DIR    report.md, records.json, logs of nodes (upgrade-report)

example: npm run upgrade -- --kill
`;

interface Wish {
  readonly options: RunOptions;
  readonly out: string;
  readonly bad: BadKind | null;
}

function wish(): Wish | null {
  const { values } = parseArgs({
    options: {
      kill: { type: 'boolean', default: false },
      bad: { type: 'string' },
      rate: { type: 'string', default: '100' },
      requests: { type: 'string', default: '20000' },
      calm: { type: 'string', default: '60' },
      timeout: { type: 'string', default: '400' },
      bake: { type: 'string', default: '60000' },
      out: { type: 'string', default: 'upgrade-report' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return null;
  }
  const bad = badKinds.find((kind) => kind === values.bad) ?? null;
  if (values.bad !== undefined && bad === null)
    throw new Error(`--bad ${values.bad}: no such kind`);
  const out = resolve(values.out);
  const options = {
    rate: number('--rate', values.rate, 1, 5000),
    calmMs: 1000 * number('--calm', values.calm, 3, 600),
    rollout: { bakeMs: number('--bake', values.bake, 0, 600_000) },
    kills: values.kill ? steps.slice(0, steps.indexOf('baking') + 1) : [],
    requestsMin: number('--requests', values.requests, 0, 10_000_000),
    timeoutMs: 1000 * number('--timeout', values.timeout, 10, 3600),
    logs: join(out, 'logs'),
    ...(bad === null ? {} : { patch: badPatch(bad) }),
    say: (line: string) => void process.stdout.write(`${line}\n`),
  };
  return { options, out, bad };
}

function number(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text !== '' && value >= min && value <= max) return value;
  throw new Error(`${option} ${text}: it takes a number from ${min} to ${max}`);
}

async function main({ options, out, bad }: Wish): Promise<number> {
  await mkdir(out, { recursive: true });
  const title = bad === null ? 'A cluster upgrades itself' : `A release that is bad: ${bad}`;
  const promised = {
    end: bad === null ? 'finalised' : 'rolled-back',
    mayFail: bad !== null,
    slowdownMax: bad === null && options.kills?.length === 0 ? 1.5 : null,
    requestsMin: options.requestsMin ?? 0,
  } as const;
  const reports: string[] = [];
  const wrong: string[] = [];
  const records = await runUpgrades(options);
  for (const record of records) {
    reports.push(report(title, record));
    wrong.push(...broken(record, promised));
  }
  const killed = records.flatMap(({ kills }) => kills.map(({ step }) => step));
  const spared = (options.kills ?? []).filter((step) => !killed.includes(step));
  if (spared.length > 0) wrong.push(`no Master was killed at ${spared.join(', ')}`);
  await writeFile(join(out, 'report.md'), reports.join('\n'));
  await writeFile(join(out, 'records.json'), JSON.stringify(records));
  process.stdout.write(`\n${reports.join('\n')}\n${join(out, 'report.md')}\n`);
  for (const line of wrong) process.stdout.write(`DOES NOT HOLD: ${line}\n`);
  return wrong.length === 0 ? 0 : 1;
}

let asked: Wish | null = null;
try {
  asked = wish();
} catch (error) {
  process.stderr.write(`upgrade: ${error instanceof Error ? error.message : error}\n\n${usage}`);
  process.exit(2);
}
process.exitCode = asked === null ? 0 : await main(asked);
