/**
 * A process with a namespace driver of its own: started as another user, with descriptors that it knows
 * nothing of, or to be killed. Answers on standard output, a line of JSON each.
 */
import { join } from 'node:path';
import { noLogs } from '../../src/agent/index.js';
import { NamespaceDriver } from '../../src/agent/namespace/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { answerOf, callOf, specOf } from './fixture.js';

const [data = '', taskRoot = '', stay = ''] = process.argv.slice(2);
const say = (message: unknown): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};

const driver = new NamespaceDriver(
  { clock: systemClock, logger: silentLogger, logs: noLogs },
  { manifestPath: join(data, 'sandboxes.json'), useCgroups: false },
);
await driver.start();
const sandbox = await driver.create(specOf(taskRoot));
say({ id: sandbox.id, answer: answerOf(await sandbox.invoke(callOf({}))) });
if (stay === '') await driver.stop();
else process.stdin.resume();
