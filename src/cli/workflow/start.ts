/** `hearth workflow start`: begins an execution, and follows it state by state where that is wanted. */
import { readFile } from 'node:fs/promises';
import { limits } from '../../types/index.js';
import { ApiFailure, collect } from '../api-client.js';
import { asFailure, CommandFailure, usageFailure } from '../failure.js';
import { type Io, print, say, withProgress } from '../io.js';
import { onEndSignal } from '../signals.js';
import { sleep } from '../sleep.js';
import { machineArn } from './names.js';
import type { StatesClient } from './states-client.js';
import type { Execution, HistoryEvent, SyncExecution } from './states-pages.js';
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
/** After so many looks in a row that failed, a second apart, there is nobody left to ask. */
const failuresMax = 30;
const retryMs = 1000;

export async function start(
  io: Io,
  client: StatesClient,
  target: string,
  options: StartOptions,
): Promise<void> {
  const arn = machineArn(target);
  const input = await readInput(io, '--data', options.data);
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
  const forget = onEndSignal((signal) => {
    say(io, `it goes on; \`hearth workflow show ${executionArn}\` tells what becomes of it.`);
    forget();
    process.kill(process.pid, signal);
  });
  say(io, executionArn);
  try {
    printEnd(io, await follow(io, client, executionArn), options.json);
  } finally {
    forget();
  }
}

/** JSON, `@FILE`, or `-` for standard input; `{}` where nothing is given. Throws a usage failure where it is no JSON. */
export async function readInput(io: Io, option: string, data: string | undefined): Promise<string> {
  if (data === undefined) return '{}';
  const given = await readText(io, option, data);
  try {
    JSON.parse(given);
    return given;
  } catch (thrown) {
    throw usageFailure(
      `${option} is not JSON (${asFailure(thrown).message}); texts are quoted, too: ${option} '"text"'.`,
    );
  }
}

async function readText(io: Io, option: string, data: string): Promise<string> {
  if (data === '-') return (await collect(io.stdin, limits.invokeBodyBytesMax)).toString('utf8');
  if (!data.startsWith('@')) return data;
  try {
    return await readFile(data.slice(1), 'utf8');
  } catch (thrown) {
    throw asFailure(thrown, `${option} ${data} cannot be read`);
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
    const [execution, events] = await look(io, client, executionArn);
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

/** Another node goes on with it where one is gone, so a failure to be told is not yet the end. */
async function look(
  io: Io,
  client: StatesClient,
  executionArn: string,
): Promise<[Execution, HistoryEvent[]]> {
  for (let failures = 1; ; failures++) {
    try {
      // asked for first, so that the history that follows is whole where this says that it has ended
      const execution = await client.execution(executionArn);
      return [execution, await client.history(executionArn)];
    } catch (thrown) {
      const isRefusal = thrown instanceof ApiFailure && thrown.isRefusal;
      if (isRefusal || failures >= failuresMax) throw thrown;
      if (failures === 1) say(io, `${asFailure(thrown).message} Trying again ...`);
      await sleep(io.clock, retryMs);
    }
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
