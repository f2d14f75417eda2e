/**
 * `npm run chaos:churn`: what an hour of ordinary life leaves behind in a cluster of real nodes. Writes a page
 * and its data; ends with 1 where something leaks, and says what.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { leaksOf } from './bounds.js';
import { runChurn } from './churn.js';
import { writeChurnReport } from './report.js';

const usage = `npm run chaos:churn -- [options]
  --share SHARE       of an hour (1)
  --nodes N           of the cluster (3)
  --out DIR           where churn.md and churn.json are written (chaos-report)
  --snapshots DIR     all heaps are written there at each count, for whoever looks for what leaks
`;

/** Longer than idle connections are kept. */
const countMs = 8000;

const { values: given } = parseArgs({
  options: {
    share: { type: 'string', default: '1' },
    nodes: { type: 'string', default: '3' },
    out: { type: 'string', default: 'chaos-report' },
    snapshots: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (given.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => ending.abort(new Error(`ended by ${signal}`)));
}
const out = resolve(given.out);
const beganMs = performance.now();
const record = await runChurn({
  nodes: Number(given.nodes),
  share: Number(given.share),
  countMs,
  snapshots: given.snapshots === undefined ? null : resolve(given.snapshots),
  say: (text) => console.log(`${((performance.now() - beganMs) / 1000).toFixed(0)} s: ${text}`),
  signal: ending.signal,
});
await writeChurnReport(record, out);
const leaks = leaksOf(record);
for (const leak of leaks) console.log(leak);
console.log(leaks.length === 0 ? `nothing leaked; ${out}/churn.md` : `see ${out}/churn.md`);
process.exitCode = leaks.length === 0 ? 0 : 1;
