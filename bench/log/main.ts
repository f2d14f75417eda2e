/**
 * The numbers of the durable log. Ends with an error where a promised bound did not hold. Run it on
 * a machine that does nothing else.
 *
 * usage: npm run bench:log -- gap|transfer|append|start|storage [TIMES]
 */
import { cpus, loadavg } from 'node:os';
import { printAppend } from './append.js';
import { printGap } from './gap.js';
import { printStart } from './start.js';
import { printStorage } from './storage.js';

interface Part {
  readonly times: number;
  readonly run: (times: number) => Promise<boolean>;
}

const parts: Readonly<Record<string, Part>> = {
  gap: { times: 50, run: (times) => printGap('SIGKILL', times) },
  transfer: { times: 50, run: (times) => printGap('SIGTERM', times) },
  append: { times: 5, run: printAppend },
  start: { times: 5, run: printStart },
  storage: {
    times: 11,
    run: async (times) => {
      await printStorage(times);
      return true;
    },
  },
};

const [name = '', timesText] = process.argv.slice(2);
const part = parts[name];
const times = Number(timesText ?? part?.times);
if (part === undefined || !(times >= 1)) {
  console.error(`usage: npm run bench:log -- ${Object.keys(parts).join('|')} [TIMES]`);
  process.exit(2);
}
const load = loadavg()[0]?.toFixed(2);
console.log(`Node.js ${process.version}, ${cpus().length} cores, load before ${load}`);
const held = await part.run(times);
process.exit(held ? 0 : 1);
