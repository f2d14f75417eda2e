/** A cluster in parts: what the smaller part still does and what it refuses, and how soon all agree afterwards. */
import type { FaultKind, FaultRecord, Probe, RunRecord } from '../records.js';
import { detectionMs } from './explain.js';
import { overlap, spanOfFault } from './requests.js';
import { counted, resultOf, seconds, wholeMs } from './result.js';
import type { CheckResult } from './types.js';

const refusalMaxMs = 1000;
/** Until then the majority may be choosing a Master. */
const electionMaxMs = 2000;
const agreeMaxMs = 5000;

export function aMinorityRunsAndRefuses({ faults, load }: RunRecord): CheckResult {
  const cuts = faults.filter(({ kind, probes }) => kind === 'cut' && probes.length > 0);
  const broken: string[] = [];
  const counts = { 'minority invoke': 0, 'minority write': 0, 'majority write': 0 };
  let slowestMs = 0;
  for (const fault of cuts) {
    for (const probe of fault.probes) {
      const kind = ruleFor(fault, probe);
      if (kind === null) continue;
      counts[kind]++;
      if (kind === 'minority write') slowestMs = Math.max(slowestMs, probe.tookMs);
      const wrong = wrongOf(kind, probe);
      if (wrong !== null) broken.push(`${wrong}: ${told(fault, probe, load.beganMs)}`);
    }
  }
  return resultOf({
    id: 'a-minority-runs-and-refuses',
    title:
      'A minority that is cut off runs functions and refuses writes within a second, retryable; ' +
      'the majority takes writes again within two',
    counted: counts['minority invoke'] + counts['minority write'],
    nothing: 'nobody asked a minority that was cut off',
    broken,
    measured:
      `${counted(cuts.length, 'cut')}: ${counted(counts['minority invoke'], 'invoke')} and ` +
      `${counted(counts['minority write'], 'write')} on the minority's side (slowest refusal ${wholeMs(slowestMs)}), ` +
      `${counted(counts['majority write'], 'write')} on the majority's`,
  });
}

type Rule = 'minority invoke' | 'minority write' | 'majority write';

/** What is asked of it; null where it says nothing, for it came too early or was answered too late. */
function ruleFor(
  { beganMs, mendedMs }: FaultRecord,
  { what, side, atMs, tookMs }: Probe,
): Rule | null {
  if (atMs > mendedMs) return null;
  // what is forwarded as the cut is made may be lost, and what was written may still arrive
  if (side === 'minority' && atMs < beganMs + detectionMs) return null;
  if (side === 'majority') {
    return what === 'write' && atMs >= beganMs + electionMaxMs ? 'majority write' : null;
  }
  if (what === 'invoke') return 'minority invoke';
  return atMs + Math.min(tookMs, refusalMaxMs) > mendedMs ? null : 'minority write';
}

function wrongOf(rule: Rule, { status, isRetryable, tookMs }: Probe): string | null {
  switch (rule) {
    case 'minority invoke':
      return status === 200 ? null : 'the minority did not run a function';
    case 'majority write':
      return isTaken(status) ? null : 'the majority did not take a write';
    case 'minority write':
      if (tookMs > refusalMaxMs) return `the minority did not refuse within ${refusalMaxMs} ms`;
      if (isTaken(status)) return 'the minority took a write';
      return isRetryable ? null : 'the minority refused in a way that says not to try again';
  }
}

function isTaken(status: number): boolean {
  return status >= 200 && status < 300;
}

function told(fault: FaultRecord, probe: Probe, beganMs: number): string {
  const sinceMs = wholeMs(probe.atMs - fault.beganMs);
  return (
    `${probe.what} on node ${probe.node}, ${sinceMs} into "${fault.name}" (at ${seconds(fault.beganMs - beganMs)}): ` +
    `${probe.status} after ${wholeMs(probe.tookMs)} ${probe.text.slice(0, 160)}`
  );
}

export function everythingAgreesAfterAHeal({ faults, load }: RunRecord): CheckResult {
  const broken: string[] = [];
  const slowest = new Map<FaultKind, number>();
  for (const fault of faults) {
    const at = `"${fault.name}" at ${seconds(fault.beganMs - load.beganMs)}`;
    if (fault.agreedMs === null) {
      broken.push(`nodes did not agree again after ${at}`);
      continue;
    }
    const tookMs = Math.max(0, fault.agreedMs - wholeAgainMs(fault, fault.agreedMs, faults));
    slowest.set(fault.kind, Math.max(slowest.get(fault.kind) ?? 0, tookMs));
    if (fault.kind === 'cut' && tookMs > agreeMaxMs) {
      broken.push(`nodes agreed ${seconds(tookMs)} after ${at} was healed`);
    }
  }
  const cuts = faults.filter(({ kind }) => kind === 'cut').length;
  const times = [...slowest].map(([kind, ms]) => `${kind} ${seconds(ms)}`);
  return resultOf({
    id: 'everything-agrees-after-a-heal',
    title: 'Within 5 s after a cut is healed all nodes agree; after every other fault they do, too',
    counted: cuts,
    nothing:
      times.length === 0
        ? 'no cut in this run'
        : `no cut in this run; slowest: ${times.join(', ')}`,
    broken,
    measured: `${counted(cuts, 'cut')} healed; slowest by kind: ${times.join(', ')}`,
  });
}

/** From when on nothing was wrong any more, of this fault or of others that lasted meanwhile. */
function wholeAgainMs(
  fault: FaultRecord,
  agreedMs: number,
  faults: readonly FaultRecord[],
): number {
  const waited = { fromMs: fault.mendedMs, untilMs: agreedMs };
  const ends = faults
    .filter((other) => overlap(waited, spanOfFault(other)))
    .map(({ mendedMs }) => mendedMs);
  return Math.max(fault.mendedMs, ...ends);
}
