/**
 * As much of systemctl as `deploy/systemd` asks for, without systemd: runs what its unit says, with a directory for
 * /etc/hearth and /var/lib/hearth. `fake-systemctl.js DIRECTORY WORDS...`
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { markRuns, processMark } from '../../../src/lib/process-start.js';

const [directory = '', verb = '', ...words] = process.argv.slice(2);
const unitFile = fileURLToPath(
  new URL('../../../../deploy/systemd/hearth@.service', import.meta.url),
);
const places = words.flatMap((word) => /^hearth@(.*)$/.exec(word)?.[1] ?? []);
const [place = ''] = places;
const path = (name: string, of = place) => join(directory, `${name}-${of}`);
const read = (name: string, of = place) =>
  existsSync(path(name, of)) ? readFileSync(path(name, of), 'utf8') : '';
const mark = read('mark');
const isLive = await markRuns(mark);

if (verb === 'show') console.log((await Promise.all(places.map(activeState))).join('\n\n'));
else if (verb === 'start') await start();
else if (verb === 'kill') signal('SIGKILL');
else if (verb === 'stop') await stop();
else throw new Error(`unknown: ${verb}`);

async function activeState(of: string): Promise<string> {
  const mark = read('mark', of);
  if (!(await markRuns(mark))) return 'inactive';
  return read('stops', of) === mark ? 'deactivating' : 'active';
}

async function start(): Promise<void> {
  if (isLive) return;
  const unit = readFileSync(unitFile, 'utf8');
  const variables = readFileSync(join(directory, 'etc', `${place}.env`), 'utf8');
  const command = (/^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '')
    .replaceAll('%i', place)
    .replaceAll('/var/lib/hearth', directory)
    .replaceAll('/etc/hearth/node.json', join(directory, 'config.json'))
    .replace(
      /\$\{(\w+)\}/g,
      (_, name) => new RegExp(`^${name}=(.*)$`, 'm').exec(variables)?.[1] ?? '',
    );
  const [program = '', ...args] = command.split(' ');
  const log = openSync(path('log'), 'a');
  const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  writeFileSync(path('mark'), (await processMark(child.pid ?? 0)) ?? '');
}

async function stop(): Promise<void> {
  if (isLive && read('stops') !== mark) {
    writeFileSync(path('stops'), mark);
    signal('SIGTERM');
  }
  while (!words.includes('--no-block') && (await markRuns(mark))) await delay(10);
}

function signal(name: NodeJS.Signals): void {
  if (isLive) process.kill(Number(mark.split(' ')[0]), name);
}
