/**
 * `npm run upgrade`: a cluster of five nodes upgrades itself under load, and a report of what came of it. Exits with 0
 * where everything held that must, 1 where something did not, 2 where it was called wrongly.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BadKind, badKinds, badPatch } from './bad-releases.js';
import { broken } from './judge.js';
import { report } from './report.js';
import { type RunOptions, runUpgrade } from './run.js';

const usage = `usage: npm run upgrade -- [--kill] [--bad KIND] [--rate N] [--requests N] [--calm S] [--bake MS]
                          [--out DIR]

  --kill       the Master is killed (SIGKILL) once at each step
  --bad KIND   the release is bad, and has to be taken back: ${badKinds.join(', ')}
  --rate N     requests a second (250)
  --requests N it goes on until so many were sent (20000)
  --calm S     how long the load runs alone before the release is offered, and after its end (20)
  --bake MS    how long canaries are compared, and the whole is watched at the end (10000)
  --out DIR    report.md, record.json (upgrade-report)

example: npm run upgrade -- --kill
`;

interface Wish {
  readonly options: RunOptions;
  readonly out: string;
  readonly bad: BadKind | null;
}

const timeoutMs = 400_000;

function wish(): Wish | null {
  const { values } = parseArgs({
    options: {
      kill: { type: 'boolean', default: false },
      bad: { type: 'string' },
      rate: { type: 'string', default: '250' },
      requests: { type: 'string', default: '20000' },
      calm: { type: 'string', default: '20' },
      bake: { type: 'string', default: '10000' },
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
  const options = {
    rate: number('--rate', values.rate, 1, 5000),
    calmMs: 1000 * number('--calm', values.calm, 3, 600),
    rollout: { bakeMs: number('--bake', values.bake, 0, 600_000) },
    kills: values.kill,
    requestsMin: number('--requests', values.requests, 0, 10_000_000),
    timeoutMs,
    ...(bad === null ? {} : { patch: badPatch(bad) }),
    say: (line: string) => void process.stdout.write(`${line}\n`),
  };
  return { options, out: resolve(values.out), bad };
}

function number(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text !== '' && value >= min && value <= max) return value;
  throw new Error(`${option} ${text}: it takes a number from ${min} to ${max}`);
}

async function main({ options, out, bad }: Wish): Promise<number> {
  await mkdir(out, { recursive: true });
  const record = await runUpgrade(options);
  const title = bad === null ? 'A cluster upgrades itself' : `A release that is bad: ${bad}`;
  const text = report(title, record);
  await writeFile(join(out, 'report.md'), text);
  await writeFile(join(out, 'record.json'), JSON.stringify(record));
  process.stdout.write(`\n${text}\n${join(out, 'report.md')}\n`);
  const wrong = broken(record, {
    end: bad === null ? 'finalised' : 'rolled-back',
    mayFail: bad !== null,
    slowdownMax: bad === null && !options.kills ? 1.5 : null,
    requestsMin: options.requestsMin ?? 0,
  });
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
