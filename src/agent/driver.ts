/**
 * The one interface of all sandbox drivers (plain process; namespace and Docker stand behind the same).
 * A driver makes sandboxes that have loaded their function; a sandbox runs one invocation at a time.
 */
import type { InvokeHead } from '../wire/index.js';

export interface SandboxSpec {
  readonly functionName: string;
  readonly functionVersion: string;
  /** For example `nodejs20.x` or `python3.11`. */
  readonly runtime: string;
  readonly handler: string;
  /** The unpacked code, read-only, shared by the sandboxes of the version. */
  readonly taskRoot: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
}

export interface SandboxCall extends InvokeHead {
  readonly payload: Uint8Array;
  /** The function's timeout in seconds: for the text of the error when the deadline passes. */
  readonly timeoutS: number;
}

export interface SandboxResult {
  /** What the handler returned as JSON, or the error object as JSON. */
  readonly payload: Uint8Array;
  /** The handler threw, timed out, exited, or answered too much. */
  readonly functionError: boolean;
  /** From the frame's sending to the answer, milliseconds. */
  readonly durationMs: number;
  /** The last 4 KB of what the function printed. */
  readonly log: Uint8Array;
}

export interface Sandbox {
  readonly id: string;
  /** From the start of the process to a loaded handler, milliseconds. */
  readonly initMs: number;
  /** False once it has ended or is about to: it takes no more calls. Dead stays dead. */
  readonly alive: boolean;
  /**
   * Runs one invocation. Never rejects for what the function does: a timeout, an exit or a breach of the
   * protocol is a result with `functionError`, and ends the sandbox. A call while another runs, or on a
   * dead sandbox, is a programmer's error and throws.
   */
  invoke(call: SandboxCall): Promise<SandboxResult>;
  /** Kills every process of the sandbox, removes its files, and resolves when nothing is left. */
  end(): Promise<void>;
  /** Calls back once, when the sandbox has stopped being alive for any reason. */
  onEnded(callback: () => void): void;
}

/** The handler could not be loaded: `payload` is the error object that the caller gets, as JSON. */
export class SandboxInitError extends Error {
  override readonly name = 'SandboxInitError';
  constructor(
    message: string,
    readonly payload: Uint8Array,
    readonly log: Uint8Array,
  ) {
    super(message);
  }
}

export interface SandboxDriver {
  readonly kind: 'process' | 'namespace' | 'docker';
  /** Removes what an earlier process left behind, and gets ready. */
  start(): Promise<void>;
  /** Ends every sandbox and leaves nothing behind. */
  stop(): Promise<void>;
  /** Resolves with a sandbox that has loaded its handler; rejects with SandboxInitError or HearthError. */
  create(spec: SandboxSpec): Promise<Sandbox>;
}
