/** A node to be killed: `node zygote-member.js CODE MANIFEST` prints the pids of two copies once they are frozen. */
import { noLogs, ProcessDriver } from '../../src/agent/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { answerOf, callOf, specOf } from './fixture.js';

const [taskRoot = '', manifestPath = ''] = process.argv.slice(2);
const driver = new ProcessDriver(
  { clock: systemClock, logger: silentLogger, logs: noLogs },
  { manifestPath, lingerMs: 8 },
);
await driver.start();
const zygote = await driver.createZygote(specOf(taskRoot, { runtime: 'python3.11' }));
const copies = [await zygote.fork(), await zygote.fork()];
const pids = await Promise.all(copies.map((copy) => copy.invoke(callOf({})).then(answerOf)));
// many times the linger
systemClock.after(200, () => process.stdout.write(`${JSON.stringify(pids)}\n`));
