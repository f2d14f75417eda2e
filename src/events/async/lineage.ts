/**
 * What ends functions that call themselves for ever, as AWS's recursive loop detection does: the trace header that a
 * function is given, and that SDKs and destinations pass on, counts how often it came to each function on the way.
 *
 *     Root=1-...;Lineage=8cd46b31:3|a87bd80c:1
 */
import { createHash } from 'node:crypto';

const member = /(?:^|;)\s*Lineage=([^;]*)/i;
const step = /^([0-9a-f]{8}):(\d{1,4})$/;
/** Functions of which a lineage tells: the header stays short. */
const stepsMax = 16;

/** What was sent, with one more step to the function. */
export function withStep(traceId: string, functionName: string): string {
  const steps = stepsOf(traceId);
  const key = keyOf(functionName);
  const count = (steps.get(key) ?? 0) + 1;
  steps.delete(key);
  steps.set(key, count);
  const lineage = [...steps].slice(-stepsMax).map(([of, times]) => `${of}:${times}`);
  const rest = traceId.replace(member, '').replace(/^;+/, '');
  return `${rest}${rest === '' ? '' : ';'}Lineage=${lineage.join('|')}`;
}

/** Whether the function has been come to more often than that on the way. */
export function isBeyond(rounds: number, traceId: string, functionName: string): boolean {
  const steps = stepsOf(traceId);
  // most have come nowhere that often: then it needs no hash to know
  if (![...steps.values()].some((count) => count > rounds)) return false;
  return (steps.get(keyOf(functionName)) ?? 0) > rounds;
}

function stepsOf(traceId: string): Map<string, number> {
  const text = member.exec(traceId)?.[1] ?? '';
  const steps = new Map<string, number>();
  for (const one of text.split('|')) {
    const [, key, count] = step.exec(one) ?? [];
    if (key !== undefined) steps.set(key, Number(count));
  }
  return steps;
}

function keyOf(functionName: string): string {
  return createHash('sha256').update(functionName).digest('hex').slice(0, 8);
}
