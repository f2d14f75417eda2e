/**
 * From a stem cell, frozen until then, to the first answer of a function, in both runtimes. In turns with it a
 * bare interpreter that does nothing, and a sandbox that is made from nothing. And what many stem cells leave behind.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findPython, type SandboxSpec } from '../../src/agent/index.js';
import { systemClock } from '../../src/lib/index.js';
import { type Line, lineOf, type Promised } from '../harness/report.js';
import { countLeft } from './churn.js';
import { ask, firstAnswerMs } from './first-answer.js';
import { type Bench, openBench } from './sandboxes.js';

/** Until a stem cell is frozen, and how long that is waited for. */
const lingerMs = 40;
const asleepMs = 100;
/** As many are made and ended for each that is measured. */
const churnTimes = 6;
const MiB = 1024 * 1024;

interface Language {
  readonly name: string;
  readonly runtime: string;
  readonly bare: readonly string[];
  readonly promised: Promised;
}

export async function measureStem(rounds: number): Promise<Line[]> {
  const bench = await openBench(lingerMs);
  try {
    const source = 'def handler(event, context):\n    return event\n';
    writeFileSync(join(bench.spec.taskRoot, 'index.py'), source);
    const python = (await findPython()) ?? '';
    const languages: Language[] = [
      {
        name: 'Node.js',
        runtime: 'nodejs20.x',
        bare: [process.execPath, '-e', '0'],
        promised: ['<=', 10],
      },
      ...(python === ''
        ? []
        : [
            {
              name: 'Python',
              runtime: 'python3.11',
              bare: [python, '-c', '0'],
              promised: ['<=', 5] as const,
            },
          ]),
    ];
    const lines: Line[] = [];
    for (const language of languages) lines.push(...(await measureOne(bench, language, rounds)));
    const round = async (): Promise<number> => (await stemRound(bench, bench.spec)).totalMs;
    return [
      ...lines,
      ...(await countLeft(bench, churnTimes * rounds, 'stem cells made, taken and ended', round)),
    ];
  } finally {
    await bench.close();
  }
}

async function measureOne(bench: Bench, language: Language, rounds: number): Promise<Line[]> {
  const { name, runtime, bare, promised } = language;
  const spec = { ...bench.spec, runtime };
  const [bareMs, coldMs, stemMs, becomeMs, memory]: number[][] = [[], [], [], [], []];
  for (let round = -1; round < rounds; round++) {
    const took = [
      await bareRound(bare),
      await firstAnswerMs(() => bench.driver.create(spec)),
    ] as const;
    const stem = await stemRound(bench, spec);
    // the first of each reads programs from the disk
    if (round < 0) continue;
    bareMs?.push(took[0]);
    coldMs?.push(took[1]);
    stemMs?.push(stem.answerMs);
    becomeMs?.push(stem.becomeMs);
    memory?.push(stem.megabytes);
  }
  const { kind } = bench.driver;
  return [
    lineOf(`bare ${name} process, start to end`, 'ms', bareMs ?? []),
    lineOf(`${kind} sandbox from nothing to its first answer, ${name}`, 'ms', coldMs ?? []),
    lineOf(`${kind} stem cell to its first answer, ${name}`, 'ms', stemMs ?? [], promised),
    lineOf('... of which until the handler is loaded', 'ms', becomeMs ?? []),
    lineOf(`most memory of a ${name} stem cell`, 'MB', memory ?? []),
  ];
}

async function stemRound({ driver }: Bench, spec: SandboxSpec) {
  const startMs = systemClock.nowMs();
  const kind = driver.stemKindOf(spec);
  if (kind === null) throw new Error(`the driver '${driver.kind}' has no stem cells here`);
  const stem = await driver.createStem(kind);
  await delay(asleepMs);
  const takenMs = systemClock.nowMs();
  const sandbox = await stem.become(spec);
  const becameMs = systemClock.nowMs();
  const megabytes = (sandbox.usage(true).memoryPeakBytes ?? Number.NaN) / MiB;
  const askedMs = systemClock.nowMs();
  await ask(sandbox);
  const answeredMs = systemClock.nowMs();
  await stem.end();
  const becomeMs = becameMs - takenMs;
  return {
    becomeMs,
    answerMs: becomeMs + answeredMs - askedMs,
    totalMs: systemClock.nowMs() - startMs,
    megabytes,
  };
}

async function bareRound([program = '', ...args]: readonly string[]): Promise<number> {
  const startMs = systemClock.nowMs();
  await once(spawn(program, args, { stdio: 'ignore' }), 'exit');
  return systemClock.nowMs() - startMs;
}
