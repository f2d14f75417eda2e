/**
 * The ways to start an initialised Node.js function, from nothing to the first answer, in turns: processes that
 * load files, a bundle, a code cache, a V8 start-up snapshot; and sandboxes: new, from a stem cell, and frozen when
 * they had been initialised.
 *
 * What `node --build-snapshot` does with a function, each tried on Node.js 20.20 (in brackets 24.21 where it differs):
 * - `require` of another file: no such module; by `module.createRequire` it builds and dies when it is restored, so
 *   all has to be one bundle. `import`: not supported. `await` at the top: a syntax error; in a function it works.
 * - `http`, `https`, `http2`, `fetch`: cannot be loaded, nor then what needs them, such as the AWS SDK.
 * - `tls`, `Intl.NumberFormat`, `MessageChannel`, `FinalizationRegistry`, `vm.Script`, `process.on('SIGTERM')`, a key, an
 *   open hash, gzip stream or `dns.Resolver`, `AsyncLocalStorage` (24: works): node crashes as it builds.
 * - Native modules crash it, `WebAssembly` is not defined, a worker throws.
 * - A timer that repeats or a listening server: never done building. One that fires once: waited for.
 * - An open file is closed when restored (EBADF). What was read of the environment, and secrets, are in the file.
 * - Fine: `net` and `crypto` without objects that hold something, child processes that have ended, buffers, maps.
 *   `Math.random` and `randomUUID` differ in each copy; one drawn at initialisation is the same in all.
 * A crash names no line of the function: its owner could not be told what to change. A frozen sandbox has none of these
 * limits, but there is only the one: whoever comes beside it waits for an initialisation.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src/lib/index.js';
import { firstAnswerMs, question } from '../agent/first-answer.js';
import { type Bench, openBench } from '../agent/sandboxes.js';
import { type Line, lineOf } from '../harness/report.js';
import { frozenWeight, type Weight } from './frozen-weight.js';
import { buildPrograms, type Programs, type Sample, samples } from './node-samples.js';

type Way = readonly [title: string, measure: () => Promise<number>];

const MiB = 1024 * 1024;
const memoryMb = 256;
const lingerMs = 50;
/** Until a sandbox is frozen for sure. */
const restMs = 500;
/** The first of each reads programs from the disk. */
const warmUps = 1;
/** From Node.js 22.1 on. */
const hasCompileCache = 'enableCompileCache' in nodeModule;

export async function measureNodeWays(rounds: number): Promise<Line[]> {
  const bench = await openBench(lingerMs);
  try {
    const lines: Line[] = [];
    for (const sample of samples) lines.push(...(await measureSample(bench, sample, rounds)));
    return lines;
  } finally {
    await bench.close();
  }
}

async function measureSample(bench: Bench, sample: Sample, rounds: number): Promise<Line[]> {
  const startMs = systemClock.nowMs();
  const programs = await buildPrograms(join(bench.data, sample.name), sample);
  const buildMs = systemClock.nowMs() - startMs;
  const weights: Weight[] = [];
  const ways = waysOf(bench, sample, programs, weights);
  const tookMs = ways.map((): number[] => []);
  for (let round = -warmUps; round < rounds; round++) {
    for (let turn = 0; turn < ways.length; turn++) {
      // none comes always first
      const at = (turn + round + warmUps) % ways.length;
      const ms = (await ways[at]?.[1]()) ?? Number.NaN;
      if (round >= 0) tookMs[at]?.push(ms);
    }
  }
  const bare = tookMs[0] ?? [];
  const lines = ways.flatMap(([title], at) => {
    const line = lineOf(`${sample.title}: ${title}`, 'ms', tookMs[at] ?? []);
    return at === 0 ? [line] : [line, lineOf('... times as long', '', ratios(tookMs[at], bare))];
  });
  const [frozen, snapshot] = [tookMs.at(-1), tookMs[ways.findIndex(([t]) => t === snapshotTitle)]];
  const beside = ratios(frozen, snapshot ?? []);
  const megabytes = (path: string): number[] => [statSync(path).size / MiB];
  return [
    ...lines,
    lineOf('... beside a snapshot, times as long', '', beside, ['<=', 1]),
    ...weightLines(weights),
    lineOf('... code cache and snapshot, to build both', 'ms', [buildMs]),
    lineOf('... code cache', 'MB', megabytes(programs.codeCacheFile)),
    lineOf('... snapshot', 'MB', megabytes(programs.snapshotFile)),
  ];
}

const snapshotTitle = 'process, V8 snapshot';

function waysOf(bench: Bench, sample: Sample, programs: Programs, weights: Weight[]): Way[] {
  const { files, bundle, codeCache, snapshot, taskRoot } = programs;
  const { driver } = bench;
  const spec = { ...bench.spec, functionName: sample.name, taskRoot, memoryMb };
  const kind = { runtime: 'nodejs', memoryMb, ephemeralMb: spec.ephemeralMb } as const;
  const compileCache = { NODE_COMPILE_CACHE: join(bench.data, 'compile-cache') };
  const ways: readonly (Way | null)[] = [
    ['process, files', () => processRound(bench, files)],
    hasCompileCache
      ? ['process, files, compile cache', () => processRound(bench, files, compileCache)]
      : null,
    sample.modules.size > 1 ? ['process, bundle', () => processRound(bench, bundle)] : null,
    ['process, bundle, code cache', () => processRound(bench, codeCache)],
    [snapshotTitle, () => processRound(bench, snapshot)],
    [`${driver.kind} sandbox, new`, () => firstAnswerMs(() => driver.create(spec))],
    [
      `${driver.kind} sandbox, from a frozen stem cell`,
      async () => {
        const stem = await driver.createStem(kind);
        await delay(restMs);
        return firstAnswerMs(() => stem.become(spec));
      },
    ],
    [
      `${driver.kind} sandbox, initialised and frozen`,
      async () => {
        const sandbox = await driver.create(spec);
        await delay(restMs);
        const weight = frozenWeight(join(bench.data, 'sandboxes.json'));
        if (weight !== null) weights.push(weight);
        return firstAnswerMs(() => Promise.resolve(sandbox));
      },
    ],
  ];
  return ways.filter((way) => way !== null);
}

async function processRound(
  { data }: Bench,
  program: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const startMs = systemClock.nowMs();
  const path = join(data, 'process');
  const server = createServer();
  server.listen(path);
  await once(server, 'listening');
  const child = spawn(process.execPath, [...program, path], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const gone = once(child, 'exit');
  const early = gone.then(() => {
    throw new Error(`${program.join(' ')}: ended before it answered`);
  });
  // after its answer it may end
  early.catch(() => undefined);
  const [socket] = (await Promise.race([once(server, 'connection'), early])) as [Socket];
  socket.write(question);
  const [answer] = (await Promise.race([once(socket, 'data'), early])) as [Buffer];
  const tookMs = systemClock.nowMs() - startMs;
  if (!answer.equals(question)) throw new Error(`a wrong answer: ${answer}`);
  // it ends by itself, and writes its compile cache then
  socket.end();
  await gone;
  server.close();
  return tookMs;
}

/** None where nothing was weighed. */
function weightLines(weights: readonly Weight[]): Line[] {
  const counted = weights.slice(warmUps);
  if (counted.length === 0) return [];
  const [charged, own] = [counted.map((w) => w.chargedMb), counted.map((w) => w.ownMb)];
  return [
    lineOf('... memory that it is charged', 'MB', charged),
    lineOf('... memory of no other process', 'MB', own),
  ];
}

function ratios(values: readonly number[] = [], anchors: readonly number[]): number[] {
  return values.map((value, at) => value / (anchors[at] ?? Number.NaN));
}
