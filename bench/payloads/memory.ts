/** What large bodies take of a node's memory: while many are under way, and what is left of it later. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Line,
  lineOf,
  type MeasureOptions,
  progress,
  residentMb,
  wrk,
} from '../harness/index.js';
import type { Case, Target } from './compare.js';

const everyMs = 100;
/** Each body may be there twice: as it is collected and as it is passed on. */
const copies = 2;
const spareMb = 128;
/** In which at least half of what was taken has to be given back. */
const restMs = 10_000;
const keptMax = 0.5;

export async function memoryLines(
  node: Target & { readonly pid: number },
  { name, body, bytes, connections }: Case,
  { short }: MeasureOptions,
): Promise<Line[]> {
  const { origin, path, pid } = node;
  const beforeMb = await residentMb([pid]);
  let done = false;
  const load = wrk({ origin, path, body, connections, seconds: short ? 3 : 10 }).finally(() => {
    done = true;
  });
  let mostMb = 0;
  while (!done) {
    mostMb = Math.max(mostMb, await residentMb([pid]));
    await delay(everyMs);
  }
  const { errors } = await load;
  await delay(restMs);
  const afterMb = await residentMb([pid]);
  const takenMb = mostMb - beforeMb;
  const allowedMb = (connections * bytes * copies) / 1e6 + spareMb;
  const [before, most, after] = [beforeMb, mostMb, afterMb].map(Math.round);
  progress(
    `${name}: ${before} MB, up to ${most} MB under load, ${after} MB after, ${errors} errors`,
  );
  return [
    lineOf(`${name}: memory of the node before`, 'MB', [beforeMb]),
    lineOf(`${name}: the most of it under load`, 'MB', [mostMb]),
    lineOf(`${name}: what it takes / what it may`, 'ratio', [takenMb / allowedMb], ['<=', 1]),
    lineOf(
      `${name}: of that, kept ${restMs / 1000} s later`,
      'ratio',
      [(afterMb - beforeMb) / takenMb],
      ['<=', keptMax],
    ),
  ];
}
