/**
 * A short form of `npm run chaos`, with a fixed seed: every fault once, then some at the same time, under load.
 * `HEARTH_CHAOS_MINUTES` and `HEARTH_CHAOS_SEED` make another one of it; what it leaves is kept where something did not hold.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CheckResult } from '../chaos/checks/types.js';
import { Command, missing, root } from './cluster-harness.js';

const minutes = process.env.HEARTH_CHAOS_MINUTES ?? '3';
const seed = process.env.HEARTH_CHAOS_SEED ?? '9';
/** Each fault takes its time, however few minutes are asked for; then nodes and clients come to rest. */
const endedTimeoutMs = (Number(minutes) + 5) * 60_000;
/** The two balancers; one would do, but neither may be forgotten on a machine that can have them. */
const skip = missing('nginx', 'haproxy');

test('under every fault, nothing that was acknowledged is lost, and little else', {
  skip,
}, async (t) => {
  const out = mkdtempSync(join(tmpdir(), 'chaos-report-'));
  t.diagnostic(`seed ${seed}`);
  const args = ['--minutes', minutes, '--seed', seed, '--out', out, '--json'];
  const program = join(root, 'dist/test/chaos/main.js');
  const command = new Command(
    spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  t.after(() => command.child.kill('SIGKILL'));
  const { code } = await command.ended(endedTimeoutMs);
  const told = `${command.stderr}\nwhat it has left: ${out}`;
  assert.ok(code === 0 || code === 1, `ended with ${code}: ${told}`);
  const results = JSON.parse(command.stdout) as CheckResult[];
  for (const { id, measured } of results) t.diagnostic(`${id}: ${measured}`);
  const broken = results.filter(({ holds }) => holds === false);
  assert.deepEqual(
    broken.map(({ id }) => id),
    [],
    `${readFileSync(join(out, 'report.md'))}\n${told}`,
  );
  rmSync(out, { recursive: true });
});
