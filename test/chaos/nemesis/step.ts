/** One step of a plan is done: its faults at once, on different nodes, until all is mended and all nodes agree again. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Random, seededRandom } from '../../../src/lib/index.js';
import type { Arena, Roles } from '../arena/types.js';
import { type FaultRecord, monotonicMs } from '../records.js';
import { Attempt } from './attempt.js';
import { startAgain } from './start-again.js';
import type { Fault, PlannedStep } from './types.js';
import { Victims } from './victims.js';

const agreeTimeoutMs = 30_000;

/**
 * Resolves with a record for each of the faults; `mendedMs` is the moment at which all of them were mended. Rejects where
 * the arena is broken.
 */
export async function perform(
  arena: Arena,
  step: PlannedStep,
  random: Random,
): Promise<FaultRecord[]> {
  await delay(step.restMs);
  const victims = new Victims(arena, await rolesOf(arena));
  const attempts = ordered(step.faults).map((fault) => ({
    fault,
    // one of its own, for what is drawn must not depend on which of two faults is quicker
    attempt: new Attempt(
      arena,
      seededRandom(random.below(2 ** 32)),
      victims,
      step.faults.length === 1,
    ),
  }));
  const done = await Promise.all(attempts.map(({ fault, attempt }) => tried(fault, attempt)));
  if (done.includes(false)) await mendAll(arena);
  await Promise.all(attempts.slice(0, 1).map(({ attempt }) => revive(attempt)));
  const mendedMs = monotonicMs();
  const agreedMs = await arena.agreed(agreeTimeoutMs);
  return Promise.all(
    attempts.map(({ fault, attempt }) => attempt.record(fault, { mendedMs, agreedMs })),
  );
}

/** Who hits the Master chooses first. */
function ordered(faults: readonly Fault[]): Fault[] {
  const isHunter = ({ needs }: Fault): boolean => needs.includes('master');
  return [...faults].sort((one, other) => Number(isHunter(other)) - Number(isHunter(one)));
}

async function rolesOf(arena: Arena): Promise<Roles> {
  return arena.roles().catch(() => ({ master: null, replicas: [], workers: [] }));
}

async function tried(fault: Fault, attempt: Attempt): Promise<boolean> {
  try {
    await fault.run(attempt);
    return true;
  } catch (error) {
    attempt.odd(`${fault.name}: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

/** A fault that fails may leave anything behind. */
async function mendAll({ wire, nodes }: Arena): Promise<void> {
  await wire?.heal();
  await wire?.lose(0);
  await wire?.jitter(0);
  for (const node of nodes) {
    node.resume();
    if (node.noClockFaults === false) {
      node.setClock(0);
      node.slowSync(0);
    }
    if (node.noCpuFaults === false) await node.limitCpu(null);
    if (node.noDiskFaults !== false) continue;
    await node.makeRoom();
    await node.setReadOnly(false);
  }
}

/** Nobody who was not told to end may have ended. */
async function revive(attempt: Attempt): Promise<void> {
  for (const node of attempt.arena.nodes.filter(({ runs }) => !runs)) {
    attempt.odd(`node ${node.number} does not run, and nobody has told it to end\n${node.log}`);
    await startAgain(attempt, node);
  }
}
