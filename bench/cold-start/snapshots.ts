/** Versions with half a second of initialisation: from nothing, and from what SnapStart keeps of them. */
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src/lib/index.js';
import { type Line, lineOf } from '../harness/report.js';
import type { Functions, Language } from './functions.js';

const source: Readonly<Record<Language, string>> = {
  nodejs: `
const until = Date.now() + 500;
let rounds = 0;
while (Date.now() < until) rounds++;
exports.handler = async () => ({ rounds });
`,
  python: `
import time
until = time.monotonic() + 0.5
rounds = 0
while time.monotonic() < until:
    rounds += 1

def handler(event, context):
    return {'rounds': rounds}
`,
};
const restMs = 1000;
const aimMs = { nodejs: 100, python: 20 } as const;
const versionsDeleted = 100;

export async function measureSnapshots(functions: Functions, rounds: number): Promise<Line[]> {
  const lines: Line[] = [];
  for (const language of ['python', 'nodejs'] as const) {
    const recipe = { language, source: source[language], publish: true };
    const [coldMs, snapMs]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      const [plain, snap] = [`plain-${language}-${round}`, `snap-${language}-${round}`] as const;
      await functions.create(plain, recipe);
      await functions.create(snap, { ...recipe, snapStart: true });
      await functions.snapshotReady(snap, '1');
      await delay(restMs);
      coldMs.push((await functions.call(plain, '1')).tookMs);
      snapMs.push((await functions.call(snap, '1')).tookMs);
      await functions.delete(plain);
      await functions.delete(snap);
    }
    lines.push(lineOf(`${language}, 500 ms of initialisation, first answer`, 'ms', coldMs));
    lines.push(lineOf('... of a version with SnapStart', 'ms', snapMs, ['<=', aimMs[language]]));
  }
  lines.push(await measureDeletion(functions));
  return lines;
}

/** A hundred versions with snapshots, deleted one after the other. */
async function measureDeletion(functions: Functions): Promise<Line> {
  const name = 'many-versions';
  const quick = 'def handler(event, context):\n    return 1\n';
  await functions.create(name, { language: 'python', source: quick, snapStart: true });
  for (let version = 1; version <= versionsDeleted; version++) {
    await functions.update(name, { Description: String(version) });
    await functions.publish(name);
  }
  await functions.snapshotReady(name, String(versionsDeleted));
  const startMs = systemClock.nowMs();
  for (let version = 1; version <= versionsDeleted; version++) {
    await functions.delete(name, String(version));
  }
  const tookMs = systemClock.nowMs() - startMs;
  await functions.delete(name);
  return lineOf(`${versionsDeleted} versions with snapshots deleted`, 'ms', [tookMs], ['<=', 1000]);
}
