/**
 * What ends functions that call themselves for ever, as AWS's recursive loop detection does: the trace header that a
 * function is given, and that SDKs and destinations pass on, counts how often it came to each function on the way.
 *
 *     Root=1-...;Lineage=8cd46b31:3|a87bd80c:1
 */
import { createHash } from 'node:crypto';
import { randomHex32 } from '../../lib/index.js';
import { formatXray, parseXray } from '../../types/index.js';

const member = /(?:^|;)\s*Lineage=([^;]*)/i;
const step = /^([0-9a-f]{8}):(\d{1,4})$/;
/** Functions of which a lineage tells: the header stays short. */
const stepsMax = 16;

/** The trace with one more step to the function; a new trace where there was none. */
export function withStep(traceId: string, functionName: string): string {
  const steps = stepsOf(traceId);
  const key = keyOf(functionName);
  const count = (steps.get(key) ?? 0) + 1;
  steps.delete(key);
  steps.set(key, count);
  const lineage = [...steps].slice(-stepsMax).map(([of, times]) => `${of}:${times}`);
  const rest = traceId.replace(member, '').replace(/^;/, '');
  const root = parseXray(rest) === undefined ? newRoot() : rest;
  return `${root};Lineage=${lineage.join('|')}`;
}

/** How often the function has been come to on the way. */
export function roundsOf(traceId: string, functionName: string): number {
  return stepsOf(traceId).get(keyOf(functionName)) ?? 0;
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

function newRoot(): string {
  return formatXray({ traceId: randomHex32(), parentId: '', sampled: false, state: '' });
}
