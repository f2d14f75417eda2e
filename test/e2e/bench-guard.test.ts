/**
 * The short form of the benchmark as a guard: what made Hearth several times slower is found before it lands. Ratios alone
 * decide, each of two that were measured in turn; the best round counts, and the bounds are far from what is promised, so that
 * a moment in which the machine is busy is no failure.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Line } from '../../bench/harness/index.js';
import { Command, missing, root } from './cluster-harness.js';

/** By part of the benchmark, and by what its lines are called: the best of the rounds is at least this. */
const guarded: Readonly<Record<string, readonly (readonly [what: RegExp, floor: number])[]>> = {
  warm: [
    [/^Hearth, Lambda API \/ bare node:http$/, 0.06],
    [/^Hearth, Lambda API \/ Redis list/, 0.3],
  ],
  forward: [[/^forwarded \/ local$/, 0.3]],
  payloads: [[/^100 kB, Hearth \/ bare node:http$/, 0.06]],
};
const rounds = 3;
const program = join(root, 'dist/bench/main.js');
const timeoutMs = 100_000;

for (const [part, floors] of Object.entries(guarded)) {
  test(`${part}: Hearth keeps its distance to what it is measured against`, {
    skip: missing('wrk', 'redis-server'),
    timeout: 1.2 * timeoutMs,
  }, async (t) => {
    const { lines, said } = await measured(part);
    for (const { what, unit, median, min, max } of lines) {
      if (unit === 'ratio') t.diagnostic(`${what}: ${median} (${min} to ${max})`);
    }
    for (const [what, floor] of floors) {
      const line = lines.find((one) => what.test(one.what));
      assert.ok(line !== undefined, `not measured: ${what}\n${said}`);
      assert.ok(
        line.max >= floor,
        `${line.what}: ${line.max} at best, which is less than ${floor}`,
      );
    }
    // what fails at once would look quick
    for (const { what, max } of lines.filter((line) => line.what.includes('errors'))) {
      assert.equal(max, 0, what);
    }
  });
}

/** The part's lines, whether its promises held or not, and what it said meanwhile. */
async function measured(part: string): Promise<{ lines: readonly Line[]; said: string }> {
  const args = [program, part, '--short', '--json', '--count', String(rounds)];
  const command = new Command(spawn(process.execPath, args));
  // asked to end, it clears away what it has started
  const late = setTimeout(() => command.child.kill('SIGTERM'), timeoutMs);
  const { code, signal } = await command.exited;
  clearTimeout(late);
  assert.ok(code === 0 || code === 1, `ended with ${code ?? signal}: ${command.stderr}`);
  const { lines } = JSON.parse(command.stdout) as { lines: Line[] };
  return { lines, said: command.stderr };
}
