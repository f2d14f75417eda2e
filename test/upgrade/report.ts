/** A tried upgrade for people, as Markdown. */
import { table } from '../chaos/report/markdown.js';
import { explained, failuresOf, lineOf, phases, slowdown } from './judge.js';
import type { UpgradeRecord } from './records.js';

const linesMax = 40;

export function report(title: string, record: UpgradeRecord): string {
  const { from, to, end, reason, versions, formatLevel, lost, events, requests } = record;
  const ratio = slowdown(record);
  const counts = Object.entries(versions).map(([version, count]) => `${count} of ${version}`);
  return [
    `# ${title}`,
    `${from} to ${to}: **${end}**${reason === null ? '' : ` (${reason})`}, ` +
      `${ms(record.overMs - record.offeredMs)} after it was offered. At the end ${counts.join(', ')}; format level ${formatLevel}.`,
    `${requests.length} requests at ${record.rate}/s, ${failuresOf(record).length} failed; ` +
      `${events} events accepted, ${lost.length} lost; fewest alive nodes ${record.aliveMin}.`,
    '## Times',
    table(
      ['', 'requests', 'failed', 'median', '99th percentile'],
      phases(record).map(({ name, requests, failures, medianMs, p99Ms }) => [
        ...[name, String(requests), String(failures), ms(medianMs), ms(p99Ms)],
      ]),
    ),
    `The 99th percentile during the roll is ${ratio === null ? 'unknown' : `${ratio.toFixed(2)} times`} that before. ` +
      stallsOf(record),
    '## Steps',
    table(
      ['step', 'after', 'Master', 'nodes alive', 'its Master killed'],
      record.steps.map(({ step, atMs, master, nodes }) => [
        ...[step, ms(atMs - record.offeredMs), master, nodes, killOf(record, step)],
      ]),
    ),
    ...failureLines(record),
    ...list('Lost events', lost),
    ...list('Answered wrongly', record.oddities),
    ...list('Its story', record.story),
    comparisonOf(record),
    '',
  ].join('\n\n');
}

function killOf({ kills, beganMs, requests }: UpgradeRecord, step: string): string {
  const kill = kills.find((one) => one.step === step);
  if (kill === undefined) return '';
  const failed = requests.filter(
    (request) => request.error !== null && explained(request, [kill]) !== null,
  );
  const next = kill.nextAfterMs === null ? 'none seen' : `after ${ms(kill.nextAfterMs)}`;
  return `${kill.http} (${kill.version}) at ${ms(kill.atMs - beganMs)}; next Master ${next}; ${failed.length} requests under way on it failed`;
}

function failureLines(record: UpgradeRecord): string[] {
  const failures = failuresOf(record);
  if (failures.length === 0) return [];
  const unexplained = failures.filter((failure) => explained(failure, record.kills) === null);
  return [
    ...list('Failures under way at a kill', linesFor(record, failures, unexplained)),
    ...list(
      'Failures that nothing explains',
      unexplained.map((failure) => lineOf(failure, record.beganMs)),
    ),
  ];
}

function linesFor(
  record: UpgradeRecord,
  failures: ReturnType<typeof failuresOf>,
  without: ReturnType<typeof failuresOf>,
): string[] {
  return failures
    .filter((failure) => !without.includes(failure))
    .map((failure) => lineOf(failure, record.beganMs));
}

function list(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > linesMax ? [`- and ${lines.length - linesMax} more`] : [];
  return [
    `## ${title}`,
    [...lines.slice(0, linesMax).map((line) => `- ${line}`), ...more].join('\n'),
  ];
}

function stallsOf({ stalls }: UpgradeRecord): string {
  if (stalls.length === 0) return 'This machine never stood still.';
  const longest = Math.max(...stalls.map(({ lagMs }) => lagMs));
  return `This machine stood still ${stalls.length} times for more than 25 ms, at most ${ms(longest)}.`;
}

function comparisonOf({ comparison }: UpgradeRecord): string {
  if (comparison === null) return '';
  return `Comparison: ${comparison.verdict}: ${comparison.text}`;
}

function ms(value: number | null): string {
  if (value === null) return '-';
  return value >= 10_000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(1)} ms`;
}
