/** What a run leaves for people and programs: a page, its picture, and the results as data. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failuresOf } from '../checks/failures.js';
import type { CheckResult } from '../checks/types.js';
import type { RunRecord } from '../records.js';
import { pageOf } from './page.js';
import { timelineOf } from './timeline.js';

export { summaryLines } from './summary.js';

/** Writes `report.md`, `timeline.svg`, `results.json` and `failures.jsonl`; makes the directory where there is none. */
export async function writeReport(
  record: RunRecord,
  results: readonly CheckResult[],
  directory: string,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await Promise.all([
    writeFile(join(directory, 'report.md'), pageOf(record, results)),
    writeFile(join(directory, 'timeline.svg'), timelineOf(record)),
    writeFile(join(directory, 'results.json'), resultsOf(record, results)),
    writeFile(join(directory, 'failures.jsonl'), failureLinesOf(record)),
  ]);
}

/** Each request that failed, how, and the fault that explains it: a line of JSON each. */
function failureLinesOf(record: RunRecord): string {
  return failuresOf(record)
    .map(({ request, manner, by }) => {
      const { dueMs, endMs, ...rest } = request;
      const afterMs = dueMs - record.load.beganMs;
      const line = { afterMs, tookMs: endMs - dueMs, manner, by: by?.name ?? null, ...rest };
      return `${JSON.stringify(line)}\n`;
    })
    .join('');
}

/** Without the single requests: those are hundreds of thousands. */
function resultsOf(
  { load, faults, seed, minutes, nodes, rate, sandbox, only, skipped, before, after }: RunRecord,
  results: readonly CheckResult[],
): string {
  const { beganMs, endedMs, requests, oddities, stalls } = load;
  const run = { seed, minutes, nodes, rate, sandbox, only, skipped, beganMs, endedMs };
  const seen = { requests: requests.length, oddities, stalls, before, after };
  return `${JSON.stringify({ ...run, results, faults, ...seen }, null, 1)}\n`;
}
