/**
 * What a catalogue of 100,000 functions costs: applying their commands, writing and reading a snapshot, and
 * the longest turn that any of it takes from the other work of the thread. Each phase has a process of its
 * own, as a node that starts has.
 *
 * usage: npm run bench:catalog
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const phase = fileURLToPath(new URL('./phase.js', import.meta.url));
const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-catalog-'));
try {
  for (const name of ['apply', 'restore']) {
    const child = fork(phase, [name, join(directory, 'snapshot')]);
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`the phase ${name} failed`);
  }
  console.log(`load average ${loadavg().map((load) => load.toFixed(1))}`);
} finally {
  await rm(directory, { recursive: true });
}
