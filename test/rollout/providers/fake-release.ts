/**
 * Releases whose `bin/hearth` is a few lines: it takes the lock of its data directory as a node does, and writes
 * down there what happens to it.
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packFiles, type Release } from '../../../src/rollout/index.js';

/** Leaves on SIGTERM once there is no file `hold` in its data directory; a second one ends it at once. */
export const fakeProgram = `#!/usr/bin/env node
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const words = process.argv.slice(2);
const data = words[words.indexOf('--data') + 1];
mkdirSync(data, { recursive: true });
const start = (pid) => {
  try {
    const fields = readFileSync('/proc/' + pid + '/stat', 'utf8').split(') ').at(-1).split(' ');
    return fields[0] === 'Z' ? '' : fields[19];
  } catch {
    return '';
  }
};
const mark = process.pid + ' ' + start(process.pid);
const lock = data + '/lock';
const held = existsSync(lock) ? readFileSync(lock, 'utf8').split(' ') : null;
if (held !== null && start(held[0]) === held[1]) process.exit(1);
rmSync(lock, { force: true });
writeFileSync(lock, mark, { flag: 'wx' });
writeFileSync(data + '/lock-release', mark + ' ' + version);
const tell = (line) => appendFileSync(data + '/events', line + '\\n');
let terms = 0;
process.on('SIGTERM', () => {
  tell('SIGTERM');
  if (++terms > 1) process.exit(1);
});
console.log('runs', version);
writeFileSync(data + '/words', JSON.stringify(words));
writeFileSync(data + '/environment', JSON.stringify(process.env));
tell('started ' + version);
setInterval(() => {
  if (terms === 0 || existsSync(data + '/hold')) return;
  tell('ended');
  rmSync(lock, { force: true });
  process.exit(0);
}, 20);
`;

export const brokenProgram = '#!/usr/bin/env node\nprocess.exit(1);\n';

/** The directory of a release, unpacked. */
export async function writeRelease(root: string, version: string, program: string): Promise<void> {
  await mkdir(join(root, 'bin'), { recursive: true });
  await writeFile(join(root, 'package.json'), JSON.stringify({ version, type: 'module' }));
  await writeFile(join(root, 'bin/hearth'), program);
  await chmod(join(root, 'bin/hearth'), 0o755);
}

/** A release and its artifact. */
export async function packRelease(
  directory: string,
  version: string,
  program: string,
): Promise<Release> {
  const root = join(directory, `made-${version}`);
  await writeRelease(root, version, program);
  const artifact = join(directory, `${version}.tgz`);
  const { digest } = await packFiles(root, ['package.json', 'bin/hearth'], artifact);
  return { version, digest, formatLevel: 1, artifact: `file://${artifact}` };
}
