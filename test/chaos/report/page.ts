/** The report as one page of Markdown: the verdict first, then what it rests on. */
import type { CheckResult } from '../checks/types.js';
import type { RunRecord } from '../records.js';
import { faultsSection } from './fault-table.js';
import { secondsOf } from './fault-words.js';
import { inCell, table } from './markdown.js';
import { requestsSection } from './request-table.js';
import { clock } from './scales.js';
import { markOf, marks, verdictOf } from './summary.js';

export function pageOf(record: RunRecord, results: readonly CheckResult[]): string {
  const sections = [
    head(record, results),
    '![Requests, latencies and faults over time](timeline.svg)',
    checksSection(results),
    brokenSection(results),
    faultsSection(record),
    requestsSection(record),
    skippedSection(record),
    repeatSection(record),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function head(record: RunRecord, results: readonly CheckResult[]): string {
  const { nodes, rate, sandbox, seed, load, faults } = record;
  const isSound = results.every(({ holds }) => holds !== false);
  return [
    `# Chaos: ${isSound ? `${marks.holds} all that was judged holds` : `${marks.broken} not all holds`}`,
    '',
    `**${verdictOf(results)}.** ${nodes} nodes (sandbox ${sandbox}) behind two balancers, ${rate} requests a second ` +
      `for ${clock(load.endedMs - load.beganMs)} (${load.requests.length.toLocaleString('en')} in all), ` +
      `${faults.length} faults, seed ${seed}. ${stallsOf(record)}`,
  ].join('\n');
}

/** What times are worth. */
function stallsOf({ load: { stalls } }: RunRecord): string {
  const total = stalls.reduce((ms, { lagMs }) => ms + lagMs, 0);
  const count = stalls.length.toLocaleString('en');
  return `The machine itself stood still ${count} times, for ${secondsOf(total)} in all.`;
}

function checksSection(results: readonly CheckResult[]): string {
  const rows = results.map((result) => [markOf(result), result.title, result.measured]);
  return `## What must hold\n\n${table(['', 'what', 'measured'], rows)}`;
}

function brokenSection(results: readonly CheckResult[]): string {
  const broken = results.filter(({ examples }) => examples.length > 0);
  if (broken.length === 0) return '';
  const lists = broken.map(({ id, examples }) => {
    return [`**${id}**`, '', ...examples.map((each) => `- ${inCell(each)}`)].join('\n');
  });
  return `## What broke it\n\n${lists.join('\n\n')}`;
}

function skippedSection({ skipped }: RunRecord): string {
  if (skipped.length === 0) return '';
  return `## Not done on this machine\n\n${skipped.map((each) => `- ${inCell(each)}`).join('\n')}`;
}

function repeatSection({ seed, minutes, nodes, rate, sandbox, only }: RunRecord): string {
  const faults = only.map((name) => ` --fault '${name}'`).join('');
  const options = `--minutes ${minutes} --seed ${seed} --nodes ${nodes} --rate ${rate} --sandbox ${sandbox}${faults}`;
  return `## Again\n\n\`\`\`\nnpm run chaos -- ${options}\n\`\`\``;
}
