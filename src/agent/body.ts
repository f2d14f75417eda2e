/**
 * What a driver supplies for one sandbox: something that runs processes, can be frozen, and can be removed
 * whole. The protocol, the deadlines and the table of states are the same for all (`framed-sandbox.ts`).
 */
import type { ProcessExit } from '../wire/index.js';
import type { SandboxSpec } from './driver.js';

/** Where things are as the processes inside see them. */
export interface SandboxPaths {
  /** The Unix socket of the node. */
  readonly socket: string;
  /** The function's code. */
  readonly taskRoot: string;
  /** The merged layers, null where the function has none. */
  readonly layersRoot: string | null;
  /** The one directory that can be written. */
  readonly temporary: string;
  /** Directories of programs that are not where they usually are, such as the interpreter's. */
  readonly interpreters: readonly string[];
}

export interface BodyEvents {
  /** The runtime's process has ended, once. What it printed may still arrive. */
  exited(exit: ProcessExit): void;
  /** All that it printed has arrived, once, after `exited`. */
  drained(): void;
  /** Printed on the standard streams, past the protocol: by child processes, or by a runtime that crashes. */
  output(chunk: Uint8Array): void;
}

/** What a sandbox has used of its host so far; null where nothing counts it. */
export interface Usage {
  /** The most memory that it had at any time, all its processes and files in memory together. */
  readonly memoryPeakBytes: number | null;
  /** CPU time of all its processes, milliseconds with fractions. */
  readonly cpuMs: number | null;
  /** How often the kernel has killed one of its processes for memory. */
  readonly memoryKills: number;
}

export interface Body {
  readonly paths: SandboxPaths;
  /** False: `freeze` and `thaw` do nothing. */
  readonly freezes: boolean;
  /**
   * Starts the runtime with these variables and no others. Every process of the sandbox is within its limits
   * from the beginning. Rejects with an Error whose message says what is wrong, and settles in any case soon
   * after `remove`; called once. `directory` is on the
   * host: it exists, is the sandbox's own, and holds the listening socket `s`.
   */
  launch(
    directory: string,
    environment: Readonly<Record<string, string>>,
    events: BodyEvents,
  ): Promise<void>;
  /**
   * Only of a stem cell, thawed, once: puts the code and layers where `paths` says from then on. The limits
   * are those of its kind already. Rejects with an Error whose message says what is wrong.
   */
  become(spec: SandboxSpec, directory: string): Promise<void>;
  /** Stops all its processes where they are, at once. Without effect on one that has ended. Never throws. */
  freeze(): void;
  /** The opposite of `freeze`, at once. Never throws. */
  thaw(): void;
  /** True: stops reading what it prints past the protocol, so that who prints has to wait. */
  holdOutput(held: boolean): void;
  /** Reads the counters now: some tens of microseconds. Never throws. */
  usage(): Usage;
  /**
   * Kills every process and removes all that `launch` made but for the directory, frozen or not, launched
   * or not; also while `launch` is under way. Resolves when nothing is left, or after a bounded time.
   */
  remove(): Promise<void>;
}
