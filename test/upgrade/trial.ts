/** One rollout in a test: what it left behind is printed, and held against what was promised. */
import assert from 'node:assert/strict';
import type { Field } from './field.js';
import { broken, type Promised } from './judge.js';
import type { UpgradeRecord } from './records.js';
import { report } from './report.js';
import { type RunOptions, underLoad } from './run.js';

const stepTimeoutMs = 120_000;

type Trial = Omit<RunOptions, 'say' | 'timeoutMs'>;

export function tried(field: Field, version: string, options: Trial): Promise<UpgradeRecord> {
  const say = (line: string): void => console.log(line);
  return underLoad(field, { ...options, version, timeoutMs: stepTimeoutMs, say });
}

export function holds(record: UpgradeRecord, promised: Promised): void {
  console.log(report(`${record.from} to ${record.to}`, record));
  assert.deepEqual(broken(record, promised), []);
}
