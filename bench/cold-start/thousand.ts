/**
 * The throughput of one node over one function and over a thousand, all of them called before: frozen,
 * evicted and made again as the node sees fit.
 */
import { systemClock } from '../../src/lib/index.js';
import { type Line, lineOf } from '../harness/report.js';
import { type Functions, hello } from './functions.js';

const callers = 16;
const roundMs = 5000;
const rounds = 3;
const deploysAtOnce = 4;

export async function measureThousand(functions: Functions, count: number): Promise<Line[]> {
  const names = Array.from({ length: count }, (_, index) => `many-${index}`);
  await each(names, deploysAtOnce, async (name) => {
    await functions.create(name, { language: 'python', source: hello.python });
  });
  await each(names, deploysAtOnce, async (name) => {
    await functions.call(name);
  });
  const [one, many]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    one.push(await throughput(functions, names.slice(0, 1)));
    many.push(await throughput(functions, names));
  }
  const ratios = many.map((rate, at) => rate / (one[at] ?? Number.NaN));
  const warm = await functions.metric(/^hearth_sandboxes\{/);
  await each(names, deploysAtOnce, async (name) => {
    await functions.delete(name);
  });
  return [
    lineOf('1 function', 'requests/s', one),
    lineOf(`${count} functions`, 'requests/s', many),
    lineOf('... ratio', '', ratios, ['>=', 0.5]),
    lineOf('... sandboxes afterwards', '', [warm]),
  ];
}

async function throughput(functions: Functions, names: readonly string[]): Promise<number> {
  const untilMs = systemClock.nowMs() + roundMs;
  let answers = 0;
  const caller = async (_: unknown, start: number): Promise<void> => {
    for (let at = start; systemClock.nowMs() < untilMs; at += callers) {
      await functions.call(names[at % names.length] as string);
      answers++;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (answers * 1000) / roundMs;
}

/** Does it for all of them, so many at a time. */
async function each(
  names: readonly string[],
  atOnce: number,
  act: (name: string) => Promise<void>,
): Promise<void> {
  const left = [...names];
  const work = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) await act(name);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
