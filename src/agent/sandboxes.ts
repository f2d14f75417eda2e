/**
 * What all drivers do alike: number the sandboxes, keep them until nothing is left of them, end them all,
 * and freeze those that have had nothing to do for a while. Freezing is by a slow tick over all of them, so that
 * steady use costs no timer and no write.
 */
import { join } from 'node:path';
import { type Clock, DeadlineQueue, type Logger } from '../lib/index.js';
import { HearthError, limits } from '../types/index.js';
import type { Body } from './body.js';
import type { Sandbox, SandboxSpec } from './driver.js';
import { FramedSandbox } from './framed-sandbox.js';
import type { LogSink } from './logs/types.js';

export interface SandboxesDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly logs: LogSink;
}

export interface SandboxesOptions {
  readonly initTimeoutMs?: number | undefined;
  /** How long a sandbox is idle before it is frozen; 0 for never. */
  readonly lingerMs?: number | undefined;
}

/** What a body is made for. */
export interface SandboxPlace {
  /** Unique on this host. */
  readonly id: string;
  /** Unique in this node. */
  readonly number: number;
  /** The sandbox's own; made and removed by the sandbox. */
  readonly directory: string;
}

/** Shorter than anyone waits between two calls that belong together, longer than steady use ever pauses. */
const defaultLingerMs = 1000;
/** A sandbox is frozen at most this share of the linger late. */
const ticksPerLinger = 4;

export class Sandboxes {
  readonly deadlines: DeadlineQueue;
  readonly #sandboxes = new Set<FramedSandbox>();
  readonly #lingerMs: number;
  #runtimeDir: string | null = null;
  #sequence = 0;
  #cancelTick: (() => void) | null = null;

  constructor(
    private readonly deps: SandboxesDeps,
    private readonly options: SandboxesOptions,
  ) {
    this.deadlines = new DeadlineQueue(deps.clock);
    this.#lingerMs = options.lingerMs ?? defaultLingerMs;
  }

  /** From now on sandboxes have their directories in this one; its last part names them. */
  open(runtimeDir: string): void {
    this.#runtimeDir = runtimeDir;
  }

  /** Ends all of them, and resolves when nothing is left. */
  async close(): Promise<void> {
    this.#runtimeDir = null;
    await Promise.all([...this.#sandboxes].map((sandbox) => sandbox.end()));
    this.#cancelTick?.();
    this.#cancelTick = null;
    this.deadlines.close();
  }

  /** Boots one. Rejects with SandboxInitError, or with `draining` unless this is open. */
  async create(spec: SandboxSpec, makeBody: (place: SandboxPlace) => Body): Promise<Sandbox> {
    const runtimeDir = this.#runtimeDir;
    if (runtimeDir === null) {
      throw new HearthError('draining', 'This node makes no sandboxes now; ask another node.');
    }
    const number = ++this.#sequence;
    const id = `${runtimeDir.slice(runtimeDir.lastIndexOf('/') + 1)}-${number}`;
    const directory = join(runtimeDir, String(number));
    const body = makeBody({ id, number, directory });
    const initTimeoutMs = this.options.initTimeoutMs ?? limits.initTimeoutMs;
    const host = { ...this.deps, deadlines: this.deadlines };
    const sandbox = new FramedSandbox(host, { id, spec, body, directory, initTimeoutMs });
    this.#sandboxes.add(sandbox);
    this.#keepTicking();
    // It counts until nothing is left of it.
    void sandbox.removed().then(() => this.#forget(sandbox));
    await sandbox.boot();
    return sandbox;
  }

  #keepTicking(): void {
    if (this.#lingerMs === 0) return;
    const { clock } = this.deps;
    this.#cancelTick ??= clock.every(Math.ceil(this.#lingerMs / ticksPerLinger), () => {
      const beforeMs = clock.nowMs() - this.#lingerMs;
      for (const sandbox of this.#sandboxes) sandbox.freezeIfIdleSince(beforeMs);
    });
  }

  #forget(sandbox: FramedSandbox): void {
    this.#sandboxes.delete(sandbox);
    if (this.#sandboxes.size > 0) return;
    this.#cancelTick?.();
    this.#cancelTick = null;
  }
}
