/**
 * What all drivers do alike: number the sandboxes, keep them until nothing is left of them, end them all,
 * and freeze those that have had nothing to do for a while. Freezing is by a slow tick over all of them, so that
 * steady use costs no timer and no write.
 */
import { join } from 'node:path';
import { type Clock, DeadlineQueue, type Logger } from '../lib/index.js';
import { HearthError, limits } from '../types/index.js';
import type { Body } from './body.js';
import type { Sandbox, SandboxSpec, StemCell, StemKind, Zygote } from './driver.js';
import { FramedSandbox, type SandboxPlan } from './framed-sandbox.js';
import { FramedStem } from './framed-stem.js';
import type { LogSink } from './logs/types.js';
import { type ForkingBody, type MakeCopyGroup, openZygote } from './zygote/open-zygote.js';

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
    const sandbox = this.#make(spec, makeBody);
    await sandbox.boot();
    return sandbox;
  }

  /** Boots a stem cell. Rejects like `create`. */
  async createStem(kind: StemKind, makeBody: (place: SandboxPlace) => Body): Promise<StemCell> {
    const sandbox = this.#make(null, makeBody);
    await sandbox.boot();
    return new FramedStem(kind, sandbox);
  }

  /** Initialises a function to be copied. `makeGroup` is null where there are no groups. See `openZygote`. */
  async createZygote(
    spec: SandboxSpec,
    makeBody: (place: SandboxPlace) => ForkingBody,
    makeGroup: MakeCopyGroup | null,
  ): Promise<Zygote> {
    const { deadlines } = this;
    const place = this.#nextPlace();
    return openZygote(spec, {
      clock: this.deps.clock,
      deadlines,
      makeGroup,
      makeSandbox: (onCopyEnded) => {
        const body = makeBody(place);
        return { body, sandbox: this.#add(place, spec, body, { onCopyEnded }) };
      },
      makeCopy: (makeCopyBody) => {
        const next = this.#nextPlace();
        // where the zygote, and so the copy, can see it
        const within = { ...next, directory: join(place.directory, String(next.number)) };
        return this.#add(within, null, makeCopyBody(within), { isCopy: true });
      },
    });
  }

  #make(spec: SandboxSpec | null, makeBody: (place: SandboxPlace) => Body): FramedSandbox {
    const place = this.#nextPlace();
    return this.#add(place, spec, makeBody(place));
  }

  #nextPlace(): SandboxPlace {
    const runtimeDir = this.#runtimeDir;
    if (runtimeDir === null) {
      throw new HearthError('draining', 'This node makes no sandboxes now; ask another node.');
    }
    const number = ++this.#sequence;
    const id = `${runtimeDir.slice(runtimeDir.lastIndexOf('/') + 1)}-${number}`;
    return { id, number, directory: join(runtimeDir, String(number)) };
  }

  #add(
    { id, directory }: SandboxPlace,
    spec: SandboxSpec | null,
    body: Body,
    more: Pick<SandboxPlan, 'onCopyEnded' | 'isCopy'> = {},
  ): FramedSandbox {
    const initTimeoutMs = this.options.initTimeoutMs ?? limits.initTimeoutMs;
    const host = { ...this.deps, deadlines: this.deadlines };
    const plan = { id, spec, body, directory, initTimeoutMs, ...more };
    const sandbox = new FramedSandbox(host, plan);
    this.#sandboxes.add(sandbox);
    this.#keepTicking();
    // It counts until nothing is left of it.
    void sandbox.removed().then(() => this.#forget(sandbox));
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
