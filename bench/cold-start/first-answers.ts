/**
 * A function's first request, in to out, on a node that has a stem cell ready; in turns with what a bare
 * interpreter takes to start and end, which is the anchor.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findPython } from '../../src/agent/index.js';
import { systemClock } from '../../src/lib/index.js';
import { type Line, lineOf } from '../harness/report.js';
import { Awake } from './awake.js';
import { type Functions, hello, type Language } from './functions.js';

const run = promisify(execFile);
/** Long enough for the next stem cell to boot and to be frozen. */
const restMs = 1500;
const everyMs = 10;
const aimMs = { nodejs: 10, python: 5 } as const;

export async function measureFirstAnswers(functions: Functions, rounds: number): Promise<Line[]> {
  const lines: Line[] = [];
  const python = (await findPython()) ?? 'python3';
  const awake = await Awake.open(functions);
  const bare = { nodejs: [process.execPath, '-e', '0'], python: [python, '-c', '0'] } as const;
  for (const language of ['nodejs', 'python'] as const) {
    const [bareMs, firstMs]: [number[], number[]] = [[], []];
    for (let round = -2; round < rounds; round++) {
      const [program, ...args] = bare[language];
      const startMs = systemClock.nowMs();
      await run(program, args);
      const tookMs = systemClock.nowMs() - startMs;
      const first = await firstAnswer(functions, awake, language, `first-${language}-${round + 2}`);
      if (round < 0) continue;
      bareMs.push(tookMs);
      firstMs.push(first);
    }
    lines.push(lineOf(`bare ${language} process, start to end`, 'ms', bareMs));
    lines.push(
      lineOf(`${language} hello, first request in to answer out`, 'ms', firstMs, [
        '<=',
        aimMs[language],
      ]),
    );
  }
  await awake.close();
  return lines;
}

async function firstAnswer(
  functions: Functions,
  awake: Awake,
  language: Language,
  name: string,
): Promise<number> {
  await functions.create(name, { language, source: hello[language] });
  await awake.wait(restMs, everyMs);
  const { tookMs, start } = await awake.caller.call(name);
  if (start !== 'cold') throw new Error(`${name} was ${start}`);
  await functions.delete(name);
  return tookMs;
}
