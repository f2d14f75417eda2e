/** What was counted, as a page for people and as data. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, judgeChurn, leaksOf } from './bounds.js';
import type { ChurnRecord } from './churn.js';
import { hour, parts } from './hour.js';

export async function writeChurnReport(record: ChurnRecord, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const findings = judgeChurn(record);
  const leaks = leaksOf(record);
  const data = { leaks, findings, record };
  await writeFile(join(directory, 'churn.json'), `${JSON.stringify(data, null, 2)}\n`);
  await writeFile(join(directory, 'churn.md'), pageOf(record, findings, leaks));
}

function pageOf(
  record: ChurnRecord,
  findings: readonly Finding[],
  leaks: readonly string[],
): string {
  const { share, tookMs, sandboxesMade, good, other, quotas, restless, after } = record;
  const others = Object.entries(other).map(([what, count]) => `- ${count} times: \`${what}\``);
  return [
    '# Churn',
    '',
    `What ${share === 1 ? 'an hour' : `${share} of an hour`} of ordinary life does to ${after.length} nodes, in ` +
      `${(tookMs / 1000).toFixed(0)} s: ${good} requests were answered well, ${sandboxesMade} sandboxes made.`,
    '',
    leaks.length === 0 ? '**Nothing leaked.**' : '**What leaked:**',
    ...leaks.map((leak) => `- ${leak}`),
    '',
    '| part | times | what |',
    '| --- | ---: | --- |',
    ...parts.map((part) => `| ${part} | ${quotas[part]} | ${hour[part].meaning} |`),
    '',
    'Counted after a warm-up, after one half and after the other, each time when no sandbox, no waiting request and no ' +
      'event was left; the least of several readings. Memory is read after all garbage has been collected. ' +
      `Node ${restless} was restarted meanwhile.`,
    '',
    '| node | what | before | half | after | per hour | at most | |',
    '| ---: | --- | ---: | ---: | ---: | ---: | ---: | --- |',
    ...findings.map(rowOf),
    '',
    'Code of functions that have been deleted is removed an hour after, and counted apart:',
    '',
    '| node | bundles and code, files | bytes |',
    '| ---: | ---: | ---: |',
    ...after.map(({ node, filesOf }) => {
      const rooms = [filesOf.bundles, filesOf.code];
      const sum = (figure: 'files' | 'bytes'): number =>
        rooms.reduce((total, room) => total + (room?.[figure] ?? 0), 0);
      return `| ${node} | ${sum('files')} | ${sum('bytes')} |`;
    }),
    '',
    ...(others.length === 0 ? [] : ['Other answers:', '', ...others, '']),
  ].join('\n');
}

function rowOf({ node, what, before, half, after, perHour, atMost, holds }: Finding): string {
  const extrapolated = perHour === null ? '' : String(Math.round(perHour));
  const cells = [node, what, before, half, after, extrapolated, atMost, holds ? 'yes' : '**no**'];
  return `| ${cells.join(' | ')} |`;
}
