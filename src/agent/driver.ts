/**
 * The one interface of all sandbox drivers (plain process; namespace and Docker stand behind the same).
 * A driver makes sandboxes that have loaded their function; a sandbox runs one invocation at a time.
 */
import type { InvokeHead } from '../wire/index.js';
import type { Usage } from './body.js';
import type { LogSource } from './logs/types.js';

export interface SandboxSpec {
  readonly functionName: string;
  readonly functionVersion: string;
  /** For example `nodejs20.x` or `python3.11`. */
  readonly runtime: string;
  readonly handler: string;
  /** The unpacked code, read-only, shared by the sandboxes of the version. */
  readonly taskRoot: string;
  /** The merged layers, read-only, shared by the sandboxes that have the same; null where there are none. */
  readonly layersRoot: string | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  /** How much `/tmp` may hold. */
  readonly ephemeralMb: number;
  readonly network: SandboxNetwork;
  /** What runs instead of a runtime of Hearth's, where the function is a container image; else null. */
  readonly image: ContainerImage | null;
}

/** `outbound`: what the host reaches, but nothing of the host's own and nothing from outside. */
export type SandboxNetwork = 'none' | 'outbound';

export interface ContainerImage {
  /** As Docker names it, such as `registry:5000/app@sha256:...` or `hello:1`. */
  readonly uri: string;
  /** Over the image's own; empty where it is not changed. */
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDirectory: string;
}

export interface SandboxCall extends InvokeHead {
  readonly payload: Uint8Array;
  /** The function's timeout in seconds: for the text of the error when the deadline passes. */
  readonly timeoutS: number;
  /** Who takes a streamed answer as it comes; without one it is gathered, up to the limit of any answer. */
  readonly stream?: ResponseStream;
}

export interface ResponseStream {
  /** The function has begun to stream; the content type that it set. Never called for an answer in one piece. */
  begin(contentType: string): void;
  /**
   * The next bytes, valid only during the call. The function can be a window ahead
   * (`limits.streamWindowBytes`) of what was reported as taken.
   */
  write(chunk: Uint8Array, taken: () => void): void;
}

export interface SandboxResult {
  /** What the handler returned as JSON, or the error object as JSON; empty where it was streamed. */
  readonly payload: Uint8Array;
  /** The answer went to the call's `stream`, whole, or up to where the error in `payload` broke it off. */
  readonly streamed: boolean;
  /** The handler threw, timed out, exited, or answered too much. */
  readonly functionError: boolean;
  /** From the frame's sending to the answer, milliseconds. */
  readonly durationMs: number;
  /** Of an error that the node itself wrote, such as `Sandbox.Timedout`; null of what the function answered. */
  readonly errorType: string | null;
  /** The last 4 KB of what the function printed. */
  readonly log: Uint8Array;
}

export interface Sandbox {
  readonly id: string;
  /** From the start of the process to a loaded handler, milliseconds. */
  readonly initMs: number;
  /** False once it has ended or is about to: it takes no more calls. Dead stays dead. */
  readonly alive: boolean;
  /** The name of its log stream. */
  readonly logStream: string;
  /** Counters of all that it has used, as fresh as a tenth of a second, or as now. */
  usage(fresh?: boolean): Usage;
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
    /** Where `log` stands among the node's logs; null where there was no process that could print. */
    readonly source: LogSource | null = null,
    /** As in `SandboxResult`. */
    readonly errorType: string | null = null,
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
