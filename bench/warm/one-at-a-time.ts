/**
 * One request after the other: what a container per request takes, and the emulator in the Lambda base images, which
 * takes only one event at a time, beside a warm invocation.
 */
import {
  absentLine,
  alternately,
  type Contestant,
  type Line,
  lineOf,
  type MeasureOptions,
  NotHere,
  type Place,
  progress,
  ratios,
  wrk,
} from '../harness/index.js';
import { type ContainerRuns, containerRuns, rie } from '../peers/index.js';
import { smallBody, startOneNode } from './hearth.js';

const mine = 'Hearth, Lambda API, one connection';
const seconds = 2;

export async function measureOneAtATime(place: Place, options: MeasureOptions): Promise<Line[]> {
  const absent: Line[] = [];
  const timesMs = new Map<string, () => Promise<number>>();
  const { api } = await startOneNode(place);
  timesMs.set(mine, medianMs(api));
  await orAbsent(rie.name, async () => {
    timesMs.set(rie.name, medianMs(await rie.start(place)));
  });
  await orAbsent(containerRuns.name, async () => {
    const runs: ContainerRuns = await containerRuns.start(place);
    timesMs.set(containerRuns.name, () => runs.timeMs(smallBody));
  });
  const rounds = { warmUps: 1, rounds: options.count };
  const found = await alternately([...timesMs.keys()], rounds, async (name) => {
    const timeMs = (await timesMs.get(name)?.()) ?? Number.NaN;
    progress(`${name}: ${timeMs.toFixed(2)} ms`);
    return timeMs;
  });
  const all = Object.entries(found);
  const others = all.filter(([name]) => name !== mine);
  return [
    ...others.map(([name, its]) =>
      lineOf(`${name} / ${mine}, time`, 'ratio', ratios(its, found[mine] ?? [])),
    ),
    ...all.map(([name, values]) => lineOf(name, 'ms', values)),
    ...absent,
  ];

  async function orAbsent(name: string, start: () => Promise<void>): Promise<void> {
    try {
      await start();
    } catch (error) {
      if (!(error instanceof NotHere)) throw error;
      progress(`${name} is not here: ${error.message}`);
      absent.push(absentLine(name, error.message));
    }
  }
}

function medianMs(running: Awaited<ReturnType<Contestant['start']>>): () => Promise<number> {
  return async () => {
    const { origin, path, headers } = running;
    const load = { origin, path, headers, body: smallBody, connections: 1, seconds };
    return (await wrk(load)).latencyMs.p50;
  };
}
