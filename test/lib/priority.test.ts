import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { canRaisePriority } from '../../src/lib/priority.js';

const module = new URL('../../src/lib/priority.js', import.meta.url).href;
/** Tells three times how nice its threads and its session are: before, while it yields, and after. */
const program = `
import { readdirSync, readFileSync } from 'node:fs';
import { startYielding, stopYielding } from ${JSON.stringify(module)};
const read = (file) => { try { return readFileSync(file, 'utf8'); } catch { return ''; } };
const told = [];
const look = () => told.push({
  threads: [...new Set(readdirSync('/proc/self/task').map((thread) =>
    Number(read('/proc/self/task/' + thread + '/stat').split(') ')[1]?.split(' ')[16])))],
  session: read('/proc/self/autogroup').trim().split(' ').at(-1),
});
look();
startYielding();
startYielding();
look();
stopYielding();
stopYielding();
look();
console.log(JSON.stringify(told));
`;

async function told(niceness: number) {
  const words = ['--wait', 'nice', '-n', String(niceness), process.execPath];
  const { stdout } = await promisify(execFile)('setsid', [
    ...words,
    ...['--input-type=module', '--eval', program],
  ]);
  return JSON.parse(stdout) as { threads: number[]; session: string }[];
}

test('a process that yields is nice with all its threads and its session, and then what it was', {
  skip: canRaisePriority() ? false : 'this process may not raise priorities (CAP_SYS_NICE)',
}, async () => {
  const [before, during, after] = await told(2);
  const isGrouped = before?.session !== '';
  assert.deepEqual(before, { threads: [2], session: isGrouped ? '0' : '' });
  assert.deepEqual(during, { threads: [15], session: isGrouped ? '15' : '' });
  assert.deepEqual(after, { threads: [2], session: isGrouped ? '0' : '' });
});

test('a process that is as nice already stays as it is', async () => {
  const [before, during, after] = await told(19);
  assert.deepEqual([during, after], [before, before]);
});
