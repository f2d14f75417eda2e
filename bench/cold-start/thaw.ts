/** Requests to a function that is warm and frozen, on a node that has served others before. */

import { quantile } from '../harness/quantiles.js';
import { type Line, lineOf } from '../harness/report.js';
import { Awake } from './awake.js';
import { type Functions, hello } from './functions.js';

const aims = { p50Ms: 1, p99Ms: 5 };
const everyMs = 1;

/** `lingerMs`: how long the node leaves an idle sandbox unfrozen. */
export async function measureThaw(
  functions: Functions,
  rounds: number,
  lingerMs: number,
): Promise<Line[]> {
  await functions.create('frozen', { language: 'nodejs', source: hello.nodejs });
  const awake = await Awake.open(functions);
  const [frozenMs, busyMs]: [number[], number[]] = [[], []];
  try {
    await awake.caller.call('frozen');
    for (let round = 0; round < rounds; round++) {
      busyMs.push(await awake.wait(lingerMs * 2, everyMs));
      const { tookMs, start } = await awake.caller.call('frozen');
      if (start !== 'warm') throw new Error(`the function was ${start}`);
      frozenMs.push(tookMs);
    }
  } finally {
    await awake.close();
  }
  return [
    lineOf('sandbox in use, request in to answer out', 'ms', busyMs),
    lineOf('frozen sandbox, request in to answer out', 'ms', frozenMs, ['<=', aims.p50Ms]),
    lineOf('... 99th percentile', 'ms', [quantile(frozenMs, 0.99)], ['<=', aims.p99Ms]),
  ];
}
