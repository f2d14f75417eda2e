import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { noLogs, ProcessDriver, sweepLeftovers } from '../../src/agent/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { bundle, isRunning } from './fixture.js';
import { endingsWithoutGroups, zygoteConformance, zygoteRefusals } from './zygote-conformance.js';

const data = mkdtempSync(join(tmpdir(), 'hearth-test-'));
after(() => rmSync(data, { recursive: true, force: true }));
const deps = { clock: systemClock, logger: silentLogger, logs: noLogs };

const withGroups = new ProcessDriver(deps, { manifestPath: join(data, 'with.json') });
const without = { manifestPath: join(data, 'without.json'), useCgroups: false };

zygoteConformance('process driver', withGroups);
zygoteRefusals('process driver', withGroups);
endingsWithoutGroups('process driver without cgroups', new ProcessDriver(deps, without));

const linux = { timeout: 30_000, skip: process.platform === 'linux' ? false : 'Linux only' };

it('ends all copies with their node, frozen or not, however it ends', linux, async (t) => {
  const member = join(dirname(fileURLToPath(import.meta.url)), 'zygote-member.js');
  const code = bundle(t, { 'index.py': 'import os\ndef handler(e, c):\n    return os.getpid()\n' });
  const manifest = join(data, 'member.json');
  const node = spawn(process.execPath, [member, code, manifest], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => sweepLeftovers(manifest));
  const [line] = (await once(node.stdout, 'data')) as [Buffer];
  const gone = once(node, 'exit');
  node.kill('SIGKILL');
  await gone;
  for (const pid of JSON.parse(line.toString()) as number[]) {
    while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve));
  }
});
