/**
 * What `hearth up` notes in its data directory for the next run: in which of its places nodes ran last. There is one place
 * more than nodes, and a rollout changes which one is free; a node that left there long ago is not to come back.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { replaceFile } from '../lib/index.js';
import { asFailure, systemCode } from './failure.js';
import type { UpMemory } from './up-plan.js';

const memory = z.object({ nodes: z.number(), lastRanMs: z.record(z.string(), z.number()) });

/** Null where none was noted, or by an older release. Throws a failure where it cannot be read. */
export async function readUpMemory(directory: string): Promise<UpMemory | null> {
  const path = fileIn(directory);
  try {
    return memory.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return null;
    throw asFailure(thrown, `${path} cannot be read; it says which places hold the cluster`);
  }
}

/** Writes in the order of the calls; a later one takes the place of one that waits. */
export class UpNotes {
  #lastRanMs: Readonly<Record<string, number>>;
  #writing: Promise<void> = Promise.resolve();
  #isWaiting = false;

  constructor(
    private readonly directory: string,
    private readonly nodes: number,
    before: UpMemory | null,
    private readonly failed: (thrown: unknown) => void,
  ) {
    this.#lastRanMs = before?.lastRanMs ?? {};
  }

  /** Nodes run in these places. */
  ran(numbers: readonly number[], wallMs: number): void {
    const now = numbers.map((number) => [`node-${number}`, wallMs]);
    this.#lastRanMs = { ...this.#lastRanMs, ...Object.fromEntries(now) };
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#writing = this.#writing.then(() => this.#write()).catch(this.failed);
  }

  written(): Promise<void> {
    return this.#writing;
  }

  async #write(): Promise<void> {
    this.#isWaiting = false;
    const text = JSON.stringify({ nodes: this.nodes, lastRanMs: this.#lastRanMs });
    const path = fileIn(this.directory);
    await replaceFile(path, text, `${path}.partial`);
  }
}

function fileIn(directory: string): string {
  return join(directory, 'up.json');
}
