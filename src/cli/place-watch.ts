/**
 * Nodes in the places of `hearth up` that it did not start itself: a rollout did, and they are nobody's children. The lock
 * of the place's data tells the process; from then on such a node is one of `hearth up`'s own, which ends with it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type Clock, exists, type LockHolder, markRuns, readDataLock } from '../lib/index.js';
import { LambdaClient } from './api-client.js';
import { systemCode } from './failure.js';
import { cleanExit, type NodeExit, type NodeProcess } from './node-process.js';
import type { PlannedNode } from './up-plan.js';

export interface PlaceWatchDeps {
  readonly clock: Clock;
  /** Its own child, or known already. */
  readonly isKnown: (pid: number) => boolean;
  readonly found: (node: NodeProcess) => void;
}

export interface PlaceWatchOptions {
  readonly places: readonly PlannedNode[];
  /** Where releases are unpacked, each in a directory named by its version. */
  readonly releases: string;
}

const lookEveryMs = 500;
const answerMs = 1000;

export class PlaceWatch {
  readonly #adopted = new Map<number, AdoptedNode>();
  #looking: Promise<void> | null = null;
  #cancel: (() => void) | null = null;

  constructor(
    private readonly deps: PlaceWatchDeps,
    private readonly options: PlaceWatchOptions,
  ) {}

  start(): void {
    this.#cancel = this.deps.clock.every(lookEveryMs, () => void this.look());
  }

  stop(): void {
    this.#cancel?.();
  }

  /** Never rejects. Resolves when each place has been looked at. */
  look(): Promise<void> {
    this.#looking ??= Promise.all(this.options.places.map((place) => this.#lookAt(place)))
      .then(() => {})
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  async #lookAt(place: PlannedNode): Promise<void> {
    const adopted = this.#adopted.get(place.number);
    if (adopted !== undefined) {
      if (await adopted.look()) this.#adopted.delete(place.number);
      return;
    }
    const holder = await readDataLock(place.dataDir);
    if (holder === null || this.deps.isKnown(holder.pid)) return;
    const node = new AdoptedNode(await this.#planOf(place, holder), holder);
    this.#adopted.set(place.number, node);
    this.deps.found(node);
  }

  /** As it would be started again: by the release that runs there, where it is unpacked here. */
  async #planOf(place: PlannedNode, { version }: LockHolder): Promise<PlannedNode> {
    const program = join(this.options.releases, version ?? '', 'bin/hearth');
    return version !== null && (await exists(program)) ? { ...place, program } : place;
  }
}

/** Whether it was a rollout that asked this process to leave. */
export async function wasDrained({ plan, pid }: NodeProcess): Promise<boolean> {
  const mark = await readFile(`${plan.dataDir}.drained`, 'utf8').catch(() => '');
  return mark.startsWith(`${pid} `);
}

class AdoptedNode implements NodeProcess {
  readonly pid: number;
  readonly version: string | null;
  readonly ready: Promise<void>;
  readonly exited: Promise<NodeExit>;
  #resolveReady: () => void = () => {};
  #resolveExited: (exit: NodeExit) => void = () => {};
  #isReady = false;

  constructor(
    readonly plan: PlannedNode,
    private readonly holder: LockHolder,
  ) {
    this.pid = holder.pid;
    this.version = holder.version;
    this.ready = new Promise((resolve) => {
      this.#resolveReady = resolve;
    });
    this.exited = new Promise((resolve) => {
      this.#resolveExited = resolve;
    });
  }

  /** True once the process is gone. */
  async look(): Promise<boolean> {
    const { mark } = this.holder;
    if (await markRuns(mark)) {
      if (!this.#isReady && (await isWell(this.plan.http))) {
        this.#isReady = true;
        this.#resolveReady();
      }
      return false;
    }
    // a node that stops gives its lock back
    const left = await readFile(join(this.plan.dataDir, 'lock'), 'utf8').catch(() => '');
    this.#resolveExited({ how: left === mark ? 'killed, or crashed' : cleanExit, reason: '' });
    return true;
  }

  terminate(): void {
    void this.#signal('SIGINT');
  }

  kill(): void {
    void this.#signal('SIGKILL');
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    if (!(await markRuns(this.holder.mark))) return;
    try {
      process.kill(this.pid, signal);
    } catch (thrown) {
      if (systemCode(thrown) !== 'ESRCH') throw thrown;
    }
  }
}

async function isWell(http: string): Promise<boolean> {
  const lambda = new LambdaClient(`http://${http}`, answerMs);
  try {
    await lambda.page('/_hearth/health', z.unknown());
    return true;
  } catch {
    return false;
  } finally {
    await lambda.close();
  }
}
