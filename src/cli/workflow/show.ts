/** `hearth workflow show`: an execution as a table of its states, as its history, or as a picture. */
import { writeFile } from 'node:fs/promises';
import { asFailure } from '../failure.js';
import { type Io, print, say, withProgress } from '../io.js';
import { formatTable } from '../table.js';
import { executionArnOf } from './names.js';
import type { StatesClient } from './states-client.js';
import type { Execution, HistoryEvent } from './states-pages.js';
import { placeOf, storyOf, type Visit, withItemCounts } from './visits.js';
import { durationText, isoTime, shortened } from './words.js';

export interface ShowOptions {
  readonly svg?: string;
  readonly history?: boolean;
  readonly json?: boolean;
}

/** Of an input or an output in a table; on a narrow terminal fewer, so that a row stays a line. */
const valueCharactersMax = 40;
const valueCharactersMin = 8;
const columnGap = 2;
/** Of what stands above the table: whole values are in --json. */
const headCharactersMax = 2000;
const visitsShownMax = 200;

export async function showExecution(
  io: Io,
  client: StatesClient,
  target: string,
  { svg, history, json = false }: ShowOptions,
): Promise<void> {
  const arn = await executionArnOf(client, target);
  const [execution, events] = await withProgress(io, `asking ${client.endpoint}`, async () => {
    return [await client.execution(arn), await client.history(arn)] as const;
  });
  if (svg !== undefined) {
    const { workflowSvg } = await import('./picture/picture.js');
    const definition = JSON.parse(await client.definitionOf(arn));
    const machine = execution.stateMachineArn.split(':')[6] ?? '';
    const counted = await withItemCounts(events, (mapRun) => client.itemCounts(mapRun));
    const picture = workflowSvg(definition, counted, {
      title: `${machine}: ${execution.status}`,
      subtitle: execution.name,
    });
    await writeFile(svg, picture).catch((thrown: unknown) => {
      throw asFailure(thrown, `${svg} cannot be written`);
    });
    say(io, `wrote ${svg}`);
  }
  if (json) print(io, JSON.stringify(history ? { ...execution, events } : execution, null, 2));
  else {
    print(io, headText(execution));
    print(io, history ? eventTable(events) : `\n${visitTable(io, storyOf(events).visits)}`);
  }
}

function headText(one: Execution): string {
  const took = one.stopDate ? durationText((one.stopDate - one.startDate) * 1000) : null;
  const lines: [string, string | null | undefined][] = [
    ['execution', one.executionArn],
    ['status', one.status],
    ['started', isoTime(one.startDate)],
    ['took', took],
    ['redrives', one.redriveCount ? String(one.redriveCount) : null],
    ['input', one.input],
    ['output', one.output],
    ['error', one.error],
    ['cause', one.cause],
  ];
  return lines
    .filter(([, value]) => value)
    .map(([name, value]) => `${name.padEnd(11)}${shortened(value ?? '', headCharactersMax)}`)
    .join('\n');
}

function visitTable(io: Io, visits: readonly Visit[]): string {
  const shown = visits.slice(-visitsShownMax);
  if (shown.length < visits.length) {
    say(io, `the last ${shown.length} of ${visits.length} states; all are in --json --history.`);
  }
  const head = ['STATE', 'TYPE', 'STATUS', 'ENTERED', 'TOOK', 'ATTEMPTS', 'INPUT', 'OUTPUT'];
  const rows = shown.map((visit): (string | number)[] => [
    placeOf(visit),
    visit.type,
    visit.status + (visit.error === null ? '' : ` (${visit.error})`),
    new Date(visit.enteredMs).toISOString().slice(11, 23),
    visit.exitedMs === null ? '-' : durationText(visit.exitedMs - visit.enteredMs),
    visit.attempts === 0 ? '-' : visit.attempts,
  ]);
  const lines = formatTable(head.slice(0, -2), rows).split('\n');
  const widest = Math.max(...lines.map((line) => line.length));
  const room = Math.floor((columnsOf(io) - widest) / 2) - columnGap;
  const width = Math.max(valueCharactersMin, Math.min(valueCharactersMax, room));
  const value = (given: string | null): string => shortened(given ?? '-', width);
  const whole = rows.map((row, at) => [
    ...row,
    value(shown[at]?.input ?? null),
    value(shown[at]?.output ?? null),
  ]);
  return formatTable(head, whole);
}

/** Where standard output is no terminal there is room for everything. */
function columnsOf({ stdout }: Io): number {
  return 'columns' in stdout && typeof stdout.columns === 'number'
    ? stdout.columns
    : Number.POSITIVE_INFINITY;
}

function eventTable(events: readonly HistoryEvent[]): string {
  return `\n${events.map(eventLine).join('\n')}`;
}

/** `12  2026-11-23T12:03:01.250Z  TaskStateEntered  {"name": ...}`. */
export function eventLine(event: HistoryEvent): string {
  const { id, previousEventId: _, timestamp, type, ...rest } = event;
  const details = Object.values(rest)[0];
  const told = details === undefined ? '' : `  ${shortened(JSON.stringify(details), 160)}`;
  return `${String(id).padStart(5)}  ${isoTime(timestamp)}  ${type}${told}`;
}
