/**
 * An invocation of a warm sandbox: one after the other, after a pause without having been frozen, and after
 * a pause in which it was.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Sandbox } from '../../src/agent/index.js';
import { systemClock } from '../../src/lib/index.js';
import { type Line, lineOf } from '../harness/report.js';
import { type Bench, callOf, openBench } from './sandboxes.js';

/** Shorter than the pause: with it a sandbox is frozen before each invocation. */
const lingerMs = 4;
const pauseMs = 25;
const payload = Buffer.from('{"hello":"world"}');

export async function measureWarm(rounds: number): Promise<Line[]> {
  const steady = await openBench(0);
  const freezing = await openBench(lingerMs);
  try {
    const awake = await warmed(steady);
    const frozen = await warmed(freezing);
    const [steadyUs, awakeUs, frozenUs]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < 10; i++) steadyUs.push(await invoke(awake));
      // neither comes always first
      for (const [sandbox, values] of [
        [awake, awakeUs],
        [frozen, frozenUs],
      ] as const) {
        await delay(pauseMs);
        values.push(await invoke(sandbox));
      }
    }
    const medianAwake = lineOf('', '', awakeUs).median;
    return [
      lineOf('invocation of a warm sandbox in steady use', 'us', steadyUs),
      lineOf(`... after ${pauseMs} ms, not frozen`, 'us', awakeUs),
      lineOf(`... after ${pauseMs} ms, frozen meanwhile`, 'us', frozenUs),
      lineOf(
        '... what freezing adds',
        'us',
        frozenUs.map((us) => us - medianAwake),
      ),
    ];
  } finally {
    await Promise.all([steady.close(), freezing.close()]);
  }
}

/** Once its code has been run often enough to be compiled. */
async function warmed({ driver, spec }: Bench): Promise<Sandbox> {
  const sandbox = await driver.create(spec);
  for (let i = 0; i < 2000; i++) await invoke(sandbox);
  return sandbox;
}

async function invoke(sandbox: Sandbox): Promise<number> {
  const startMs = systemClock.nowMs();
  const { functionError } = await sandbox.invoke(callOf(payload));
  if (functionError) throw new Error('the function failed');
  return (systemClock.nowMs() - startMs) * 1000;
}
