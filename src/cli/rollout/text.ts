/** The rollout as people read it: where it stands, who runs what, and how the releases compare. Pure: a page in, lines out. */
import { formatTable } from '../table.js';
import type { ComparisonView, RolloutPageView, RolloutView } from './pages.js';

/** What is seen of one moment. */
export interface Seen {
  readonly page: RolloutPageView;
  /** Statuses by node, where the cluster page tells them. */
  readonly statuses: ReadonlyMap<string, string>;
  readonly nowMs: number;
}

export interface TextOptions {
  readonly columns: number;
  readonly nodesMax: number;
  readonly storyMax: number;
}

const forward = [
  ...['detected', 'starting-canaries', 'baking-canaries', 'handing-over', 'moving'],
  ...['draining', 'draining-last', 'baking', 'finalised'],
];
const back = ['replacing-back', 'rolled-back'];
const backFromMoved = ['moving-back', ...back];
const indent = '  ';

export function statusLines(seen: Seen, options: TextOptions): string[] {
  const { current, past } = seen.page;
  if (current === null) return idleLines(seen, past[0], options);
  const compared = seen.page.comparison ?? current.comparison;
  const blocks = [
    [
      ...headLines(current, seen.nowMs).flatMap((line) => wrapped(line, options.columns, '')),
      ...stepLines(current, options.columns),
    ],
    current.endedMs === null
      ? wrapped(waitsFor(seen.page, current, seen.nowMs), options.columns, '')
      : [],
    nodeLines(seen, options.nodesMax),
    compared === null ? [] : comparisonLines(compared, current),
    current.story.slice(-options.storyMax).map(storyText),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .flatMap((block, at) => (at === 0 ? block : ['', ...block]));
}

/** `12:03:01  draining  node ... ends`, in the reader's own time zone. */
export function storyText(line: RolloutView['story'][number]): string {
  return `${clockTime(line.atMs)}  ${line.step}: ${line.text}`;
}

/** One sentence for its end. */
export function endText({
  id,
  from,
  release,
  step,
  reason,
  beganMs,
  endedMs,
}: RolloutView): string {
  const took = endedMs === null ? '' : ` after ${duration(endedMs - beganMs)}`;
  if (step === 'finalised') {
    return `rollout ${id} is finalised${took}: the cluster runs ${release.version}.`;
  }
  const why = reason === null ? '' : `: ${withoutStop(reason)}`;
  return `rollout ${id} was rolled back${took}, the cluster runs ${from.version}${why}.`;
}

/** `3 of 0.1.0, 2 of 0.2.0`: living nodes, the most first. */
export function nodesByRelease({ nodes }: RolloutPageView): string {
  const counts = new Map<string, number>();
  for (const { version } of nodes) counts.set(version, (counts.get(version) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([version, count]) => `${count} of ${version}`)
    .join(', ');
}

/** What the rollout is about, and what it waits for, in one sentence. */
export function waitsFor(page: RolloutPageView, rollout: RolloutView, nowMs: number): string {
  const since = duration(nowMs - rollout.stepBeganMs);
  const head = `${rollout.step} for ${since}: `;
  if (rollout.paused !== null) {
    const { by, atMs } = rollout.paused;
    return `${head}paused by ${by} ${duration(nowMs - atMs)} ago; \`hearth rollout resume\` goes on.`;
  }
  return head + stepSentence(page, rollout);
}

export function historyText(page: RolloutPageView): string {
  const all = page.current === null ? page.past : [page.current, ...page.past];
  const rows = all.map((one) => [
    one.id,
    `${one.from.version} -> ${one.release.version}`,
    new Date(one.beganMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    one.endedMs === null ? '' : duration(one.endedMs - one.beganMs),
    one.by,
    one.endedMs === null ? `under way: ${one.step}` : one.step,
    one.reason ?? '',
  ]);
  return formatTable(['ID', 'RELEASE', 'BEGAN', 'TOOK', 'BY', 'END', 'WHY'], rows);
}

/** `850 ms`, `34 s`, `2 min 3 s`, `3 h 20 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const s = Math.floor(ms / 1000);
  if (s < 60) return `${s} s`;
  const min = Math.floor(s / 60);
  if (min < 60) return `${min} min ${s % 60} s`;
  return `${Math.floor(min / 60)} h ${min % 60} min`;
}

function idleLines(seen: Seen, last: RolloutView | undefined, options: TextOptions): string[] {
  const { source, formatLevel } = seen.page;
  const lines = [`no rollout is under way; format level ${formatLevel}`];
  if (last !== undefined) lines.push(...wrapped(`last: ${endText(last)}`, options.columns, ''));
  if (source !== null) {
    const looked =
      source.lookedMs === null ? '' : ` (${duration(seen.nowMs - source.lookedMs)} ago)`;
    lines.push(
      ...wrapped(`source ${source.address}: ${source.text}${looked}`, options.columns, ''),
    );
  }
  return [...lines, '', ...nodeLines(seen, options.nodesMax)];
}

function headLines({ id, from, release, beganMs, by, reason }: RolloutView, nowMs: number) {
  const begun = `begun ${duration(nowMs - beganMs)} ago by ${by}`;
  const lines = [`rollout ${id}: ${from.version} -> ${release.version}, ${begun}`];
  return reason === null
    ? lines
    : [...lines, `goes back to ${from.version}: ${withoutStop(reason)}`];
}

/** All steps of its way, the present one in brackets; on the way back those that it went are told first. */
function stepLines(rollout: RolloutView, columns: number): string[] {
  const { step, reason, story } = rollout;
  const gone = new Set(story.map((line) => line.step));
  const isBack = reason !== null || backFromMoved.includes(step);
  const moved = gone.has('moving-back') || step === 'moving-back';
  const way = isBack
    ? [...forward.filter((one) => gone.has(one)), ...(moved ? backFromMoved : back)]
    : forward;
  const named = way.map((one) => (one === step ? `[${one}]` : one));
  return wrapped(named.join(' > '), columns, indent);
}

function stepSentence(page: RolloutPageView, { step, from, release, target }: RolloutView): string {
  const left = page.nodes.filter(({ version }) => version === from.version).length;
  const toGo = page.nodes.filter(({ version }) => version === release.version).length;
  const heir = page.nodes.find(({ id }) => id === target)?.http ?? 'a new node';
  const compared = page.comparison?.text;
  switch (step) {
    case 'detected':
      return `every host fetches ${release.version} and checks it.`;
    case 'starting-canaries':
      return `the first nodes of ${release.version} start beside the others and join.`;
    case 'baking-canaries':
      return compared ?? `nodes of ${release.version} are compared with those of ${from.version}.`;
    case 'handing-over':
      return `${heir} catches up and is given the routing table.`;
    case 'moving':
      return `the nodes of ${release.version} take the lead, ${heir} first.`;
    case 'draining':
      return `${counted(left, from.version)} left to be replaced, the youngest first.`;
    case 'draining-last':
      return 'the old Master finishes what it has and leaves.';
    case 'baking':
      return compared ?? `all nodes run ${release.version} and are watched for a while.`;
    case 'moving-back':
      return `the nodes of ${from.version} take the lead again.`;
    case 'replacing-back':
      return `${counted(toGo, release.version)} left to be replaced by ${from.version}.`;
    default:
      return 'see the story below.';
  }
}

function nodeLines({ page, statuses }: Seen, nodesMax: number): string[] {
  const shown = page.nodes.slice(0, nodesMax);
  const rows = shown.map(({ id, http, version, role }) => [
    id.slice(0, 8),
    http,
    role,
    version,
    statuses.get(id) ?? 'alive',
  ]);
  const more = page.nodes.length - shown.length;
  return [
    `nodes: ${nodesByRelease(page)}`,
    ...tableLines(['NODE', 'HTTP', 'ROLE', 'RELEASE', 'STATUS'], rows),
    ...(more > 0 ? [`${indent}and ${more} more`] : []),
  ];
}

function comparisonLines(compared: ComparisonView, { from, release }: RolloutView): string[] {
  const row = (name: string, side: ComparisonView['old']) => [
    name,
    side.nodes,
    side.requests,
    share(side.failures, side.requests),
    share(side.functionErrors, side.requests),
    inMs(side.medianMs),
    inMs(side.p99Ms),
    inMs(side.lagP99Ms),
  ];
  const head = ['RELEASE', 'NODES', 'REQUESTS', 'FAILED', 'ERRORS', 'MEDIAN', 'P99', 'LAG P99'];
  return [
    `comparison over ${duration(compared.windowMs)}: ${compared.verdict}`,
    ...tableLines(head, [row(from.version, compared.old), row(release.version, compared.new)]),
  ];
}

function tableLines(head: readonly string[], rows: readonly (readonly (string | number)[])[]) {
  return formatTable(head, rows)
    .split('\n')
    .map((line) => indent + line);
}

function counted(count: number, version: string): string {
  return `${count} ${count === 1 ? 'node' : 'nodes'} of ${version} ${count === 1 ? 'is' : 'are'}`;
}

function share(part: number, all: number): string {
  return all === 0 ? '-' : `${((100 * part) / all).toFixed(2)} %`;
}

function inMs(ms: number | null): string {
  return ms === null ? '-' : `${ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

function clockTime(atMs: number): string {
  return new Date(atMs).toTimeString().slice(0, 8);
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

/** Broken at spaces, so that no line is longer than the screen where its words are not. */
function wrapped(text: string, columns: number, before: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && before.length + line.length + 1 + word.length > columns) {
      lines.push(before + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, before + line];
}
