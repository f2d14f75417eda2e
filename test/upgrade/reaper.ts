/**
 * Ends all nodes of a field and removes what they have left, once its standard input ends: nodes that a rollout has
 * started are nobody's children, and would outlive a test that is killed.
 *
 * usage: reaper.js DIRECTORY      data directories of nodes are its `place-*`
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sweepLeftovers } from '../../src/agent/index.js';
import { sandboxManifest } from '../../src/types/index.js';
import { pidsOf } from '../e2e/cluster-harness.js';

export const reaperProgram = fileURLToPath(import.meta.url);

const goneTimeoutMs = 10_000;

/** Of nodes that run, or are about to. */
export function nodePids(directory: string): number[] {
  return pidsOf(' node ', `--data ${directory}/`);
}

async function reap(directory: string): Promise<void> {
  const untilMs = Date.now() + goneTimeoutMs;
  // one may just be starting another
  for (let quiet = 0; quiet < 3 && Date.now() < untilMs; quiet++) {
    for (const pid of nodePids(directory)) {
      quiet = 0;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it is gone
      }
    }
    await delay(50);
  }
  for (const place of readdirSync(directory).filter((name) => name.startsWith('place-'))) {
    await sweepLeftovers(join(directory, place, sandboxManifest)).catch(() => {});
  }
  rmSync(directory, { recursive: true, force: true });
}

const [, program, directory] = process.argv;
if (program === reaperProgram && directory !== undefined) {
  // what asks the test to end is no reason to leave its nodes behind
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.stdin.on('end', () => void reap(directory)).resume();
}
