/**
 * From asking for a copy of an initialised Python function to its first answer: one at a time with a pause
 * between, and ten at once. Beside it what a sandbox from nothing takes for the same function.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxSpec, Zygote } from '../../src/agent/index.js';
import { systemClock } from '../../src/lib/index.js';
import { type Line, lineOf, type Promised } from '../harness/report.js';
import { firstAnswerMs } from './first-answer.js';
import { type Bench, openBench } from './sandboxes.js';

const handler = 'def handler(event, context):\n    return event\n';
const slowly = 'import time\ntime.sleep(0.5)\n';
/** As requests for one function come that is not in steady use: the next copy is ready by then. */
const pauseMs = 50;
const atOnce = 10;
const coldRoundsMax = 10;

export async function measureZygote(rounds: number): Promise<Line[]> {
  const bench = await openBench(0);
  try {
    return [
      ...(await measureOne(bench, 'hello', handler, rounds, ['<=', 5])),
      ...(await measureOne(bench, '500 ms of init', slowly + handler, rounds, ['<=', 20])),
    ];
  } finally {
    await bench.close();
  }
}

async function measureOne(
  bench: Bench,
  name: string,
  code: string,
  rounds: number,
  promised: Promised,
): Promise<Line[]> {
  const { driver } = bench;
  const spec = specOf(bench, name, code);
  const cold: number[] = [];
  for (let round = 0; round < Math.min(rounds, coldRoundsMax); round++) {
    cold.push(await firstAnswerMs(() => driver.create(spec)));
  }
  const zygote = await driver.createZygote(spec);
  // the first reads what the others find in memory
  await firstAnswerMs(() => zygote.fork());
  const paused: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await new Promise<void>((resolve) => systemClock.after(pauseMs, resolve));
    paused.push(await firstAnswerMs(() => zygote.fork()));
  }
  const burst = await burstsOf(zygote, rounds);
  await zygote.end();
  return [
    lineOf(`Python, ${name}: ${driver.kind} sandbox to its first answer`, 'ms', cold),
    lineOf(`Python, ${name}: a copy to its first answer`, 'ms', paused, promised),
    lineOf(`Python, ${name}: each of ${atOnce} copies at once`, 'ms', burst),
  ];
}

async function burstsOf(zygote: Zygote, rounds: number): Promise<number[]> {
  const took: number[] = [];
  for (let made = 0; made < rounds; made += atOnce) {
    const copies = Array.from({ length: atOnce }, () => firstAnswerMs(() => zygote.fork()));
    took.push(...(await Promise.all(copies)));
  }
  return took;
}

function specOf({ data, spec }: Bench, name: string, code: string): SandboxSpec {
  const taskRoot = join(data, name.replaceAll(' ', '-'));
  mkdirSync(taskRoot, { mode: 0o755 });
  writeFileSync(join(taskRoot, 'index.py'), code);
  return { ...spec, runtime: 'python3.11', taskRoot, initialization: 'snap-start' };
}
