/** `hearth workflow start`: begins an execution, and follows it state by state where that is wanted. */
import { readFile } from 'node:fs/promises';
import { limits } from '../../types/index.js';
import { collect } from '../api-client.js';
import { asFailure, CommandFailure } from '../failure.js';
import { type Io, print, say, withProgress } from '../io.js';
import { sleep } from '../sleep.js';
import { machineArn } from './names.js';
import type { StatesClient } from './states-client.js';
import type { Execution, SyncExecution } from './states-pages.js';
import { placeOf, storyOf, type Visit } from './visits.js';
import { durationText } from './words.js';

export interface StartOptions {
  readonly data?: string;
  readonly name?: string;
  readonly wait?: boolean;
  readonly sync?: boolean;
  readonly json?: boolean;
}

/** Between two looks at an execution; a long history is asked for less often. */
const pollMs = 250;
const pollMsPerEvent = 0.5;
const pollMsMax = 5000;
export async function start(
  io: Io,
  client: StatesClient,
  target: string,
  options: StartOptions,
): Promise<void> {
  const arn = machineArn(target);
  const input = await readInput(io, options.data);
  const isSync = options.sync || (options.wait && (await isExpress(client, arn)));
  if (isSync) {
    const ended = await withProgress(io, `waiting for ${target}`, () =>
      client.startSync(arn, input, options.name),
    );
    return printEnd(io, ended, options.json);
  }
  const executionArn = await withProgress(io, `starting ${target}`, () =>
    client.start(arn, input, options.name),
  );
  if (!options.wait) {
    print(io, options.json ? JSON.stringify({ executionArn }) : executionArn);
    return;
  }
  say(io, executionArn);
  return printEnd(io, await follow(io, client, executionArn), options.json);
}

/** JSON, `@FILE`, or `-` for standard input; `{}` where nothing is given. */
export async function readInput(io: Io, data: string | undefined): Promise<string> {
  if (data === undefined) return '{}';
  if (data === '-') return (await collect(io.stdin, limits.invokeBodyBytesMax)).toString('utf8');
  if (!data.startsWith('@')) return data;
  try {
    return await readFile(data.slice(1), 'utf8');
  } catch (thrown) {
    throw asFailure(thrown, `--data ${data} cannot be read`);
  }
}

/** A version or an alias is of the type of its machine. */
async function isExpress(client: StatesClient, arn: string): Promise<boolean> {
  const unqualified = arn.split(':').slice(0, 7).join(':');
  return (await client.describe(unqualified))?.type === 'EXPRESS';
}

/** Tells on standard error what its states do, for as long as it runs. */
async function follow(io: Io, client: StatesClient, executionArn: string): Promise<Execution> {
  /** What was said last of each visit. */
  const told = new Map<number, string>();
  for (;;) {
    // asked for first, so that the history that follows is whole where this says that it has ended
    const execution = await client.execution(executionArn);
    const events = await client.history(executionArn);
    const { visits, startedMs } = storyOf(events);
    const news = visits.filter((visit, at) => {
      const state = `${visit.status} ${visit.attempts > 1 ? visit.attempts : ''}`;
      const isNew = told.get(at) !== state;
      told.set(at, state);
      return isNew;
    });
    news.sort((a, b) => (a.exitedMs ?? a.enteredMs) - (b.exitedMs ?? b.enteredMs));
    for (const visit of news) say(io, visitLine(visit, startedMs ?? visit.enteredMs));
    if (execution.status !== 'RUNNING' && execution.status !== 'PENDING_REDRIVE') return execution;
    await sleep(io.clock, Math.min(pollMsMax, pollMs + events.length * pollMsPerEvent));
  }
}

function visitLine(visit: Visit, startedMs: number): string {
  const { status, enteredMs, exitedMs, error, attempts } = visit;
  const at = durationText((exitedMs ?? enteredMs) - startedMs).padStart(9);
  const took = exitedMs === null ? '' : ` in ${durationText(exitedMs - enteredMs)}`;
  const again = attempts > 1 ? `, attempt ${attempts}` : '';
  const why = error === null ? '' : `: ${error}`;
  return `${at}  ${placeOf(visit)}: ${status}${took}${again}${why}`;
}

/** The output alone on standard output. Throws a failure where it has not succeeded. */
function printEnd(io: Io, ended: Execution | SyncExecution, json = false): void {
  if (json) print(io, JSON.stringify(ended, null, 2));
  else if (ended.output) print(io, ended.output);
  if (ended.status === 'SUCCEEDED') return;
  const error = ended.error ? ` with ${ended.error}` : '';
  const cause = ended.cause ? `: ${ended.cause}` : '';
  const ways: Record<string, string> = {
    FAILED: 'has failed',
    TIMED_OUT: 'has timed out',
    ABORTED: 'was aborted',
  };
  throw new CommandFailure(`the execution ${ways[ended.status] ?? ended.status}${error}${cause}`);
}
