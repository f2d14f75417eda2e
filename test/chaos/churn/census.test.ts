/** What is counted of a node is there, and no more: the node is this process, with one sandbox that is none. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { holdingsOf, type NodeHoldings, remainsOf } from './census.js';

const skip = process.platform !== 'linux' && 'what a process holds is told by /proc';
let root = '';
let runtimeDir = '';
before(() => {
  root = mkdtempSync(join(tmpdir(), 'hearth-census-'));
  runtimeDir = join(root, 'hearth-abc123');
  for (const name of ['data/log', 'groups/1/2', 'hearth-abc123/1']) {
    mkdirSync(join(root, name), { recursive: true });
  }
  writeFileSync(join(root, 'data/log/segment'), '12345');
  const manifest = { runtimeDir, groups: [join(root, 'groups')] };
  writeFileSync(join(root, 'data/sandboxes.json'), JSON.stringify(manifest));
});
after(() => rmSync(root, { recursive: true }));

function count(pid: number | null): Promise<NodeHoldings> {
  return holdingsOf({ node: 1, pid, data: join(root, 'data'), temporary: null });
}

async function sleeper(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn('sleep', ['60'], { env: { ...process.env, ...env }, stdio: 'ignore' });
  await once(child, 'spawn');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

test('descriptors, processes, groups and files are counted', { skip }, async () => {
  const first = await count(process.pid);
  assert.deepEqual([first.cgroups, first.filesOf.temporary?.files], [2, 1]);
  assert.deepEqual(first.filesOf.log, { files: 1, bytes: 5 });
  assert.ok(first.residentBytes > 10_000_000);
  const descriptor = openSync(join(root, 'data/log/segment'), 'r');
  const child = await sleeper({});
  const second = await count(process.pid);
  assert.equal(second.processes, first.processes + 1);
  assert.ok(second.descriptors > first.descriptors);
  closeSync(descriptor);
  await end(child);
  assert.equal((await count(process.pid)).processes, first.processes);
});

test('a sandbox that has lost its parents is found by its environment', { skip }, async () => {
  const child = await sleeper({ HEARTH_SANDBOX_ID: 'hearth-abc123-1' });
  try {
    assert.equal((await count(null)).processes, 0);
    // of another process, which has nothing to do with it
    const other = await sleeper({});
    assert.equal((await count(other.pid ?? 0)).processes, 2);
    await end(other);
    const remains = await remainsOf({ runtimeDir, groups: [join(root, 'no-group')] });
    assert.deepEqual(remains, [runtimeDir, `process ${child.pid}`]);
  } finally {
    await end(child);
  }
});
