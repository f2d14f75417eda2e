/**
 * How long a node takes to start with 100,000 functions in its catalogue, which came there as real
 * ones do: as commands through the log, with the snapshots that this leaves.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quantile } from '../harness/quantiles.js';
import { Member } from './member.js';

const filler = fileURLToPath(new URL('./fill.js', import.meta.url));
const startMsMax = 3000;

export async function printStart(rounds: number): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
  const member = new Member(directory, 1);
  try {
    const filling = fork(filler, [member.data]);
    const [code] = await once(filling, 'exit');
    if (code !== 0) throw new Error('the catalogue was not made');
    const took: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      const ms = await member.start();
      took.push(ms);
      const { body } = await member.ask('GET', '/2015-03-31/functions/f99999/configuration');
      if (body.FunctionName !== 'f99999') throw new Error('a function is missing');
      console.log(`${round}: ready after ${ms.toFixed(0)} ms, load ${loadavg()[0]?.toFixed(1)}`);
      await member.end('SIGKILL');
    }
    const median = quantile(took, 0.5);
    const held = median < startMsMax;
    console.log(
      `median ${median.toFixed(0)} ms (aim ${startMsMax}): ${held ? 'held' : 'NOT held'}`,
    );
    return held;
  } finally {
    await member.close();
    await rm(directory, { recursive: true, force: true });
  }
}
