/** A process of its own for one way of keeping a log, so that none disturbs or crashes another. */
import { mkdir, rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import type { LogEntry } from '../../src/log/storage/index.js';
import { type Engine, type EngineName, newEngine } from './storage-engines.js';

export type ToHost =
  | {
      readonly kind: 'append';
      readonly directory: string;
      readonly batch: number;
      readonly ms: number;
    }
  | { readonly kind: 'fill'; readonly directory: string; readonly entries: number }
  | { readonly kind: 'recover'; readonly directory: string; readonly entries: number };

/** `ready`, then one number for each message: appends per second, or milliseconds. */
export type FromHost =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly value: number }
  | { readonly kind: 'failed'; readonly reason: string };

const dataBytes = 200;
const warmUpMs = 100;
const fillBatch = 512;

const name = process.argv[2] as EngineName;
const tell = (message: FromHost): void => void process.send?.(message);

async function measured(message: ToHost): Promise<number> {
  switch (message.kind) {
    case 'append': {
      await mkdir(message.directory, { recursive: true });
      const engine = newEngine(name);
      await engine.open(message.directory);
      await appendFor(engine, message.batch, warmUpMs);
      const { appends, tookMs } = await appendFor(engine, message.batch, message.ms);
      await engine.close();
      await rm(message.directory, { recursive: true });
      return (appends / tookMs) * 1000;
    }
    case 'fill': {
      await mkdir(message.directory, { recursive: true });
      const engine = newEngine(name);
      const fromMs = performance.now();
      let next = 1 + (await engine.open(message.directory));
      while (next <= message.entries) {
        const count = Math.min(fillBatch, message.entries - next + 1);
        await engine.append(entriesFrom(next, count));
        next += count;
      }
      await engine.close();
      return performance.now() - fromMs;
    }
    case 'recover': {
      const engine = newEngine(name);
      const fromMs = performance.now();
      const found = await engine.open(message.directory);
      const tookMs = performance.now() - fromMs;
      await engine.close();
      if (found < message.entries) throw new Error(`only ${found} entries came back`);
      return tookMs;
    }
  }
}

/** Batches one after another; entries of the log follow each other from wherever it is. */
async function appendFor(engine: Engine, batch: number, forMs: number) {
  const fromMs = performance.now();
  let appends = 0;
  let tookMs = 0;
  while (tookMs < forMs) {
    await engine.append(entriesFrom(nextIndex, batch));
    nextIndex += batch;
    appends += batch;
    tookMs = performance.now() - fromMs;
  }
  return { appends, tookMs };
}

let nextIndex = 1;
const data = Buffer.alloc(dataBytes, 'some bytes of a command of the catalogue, ');

function entriesFrom(from: number, count: number): LogEntry[] {
  return Array.from({ length: count }, (_, at) => {
    return { index: from + at, term: 3, kind: 'command', data };
  });
}

process.on('message', (message: ToHost) => {
  nextIndex = 1;
  measured(message).then(
    (value) => tell({ kind: 'result', value }),
    (error: unknown) => tell({ kind: 'failed', reason: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
tell({ kind: 'ready' });
