/**
 * The one interface of all sandbox drivers (plain process; namespace and Docker stand behind the same).
 * A driver makes sandboxes that have loaded their function; a sandbox runs one invocation at a time, or as many as
 * its function allows.
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
  /** How many invocations it may run at the same time, where the runtime can (`concurrencyOf`). */
  readonly concurrency: number;
  /** What the function is told of why it is being initialised, in Lambda's words. */
  readonly initialization: Initialization;
}

export type Initialization = 'on-demand' | 'provisioned-concurrency' | 'snap-start';

/** Stem cells of one kind can take each other's place: the same interpreter within the same limits. */
export interface StemKind {
  readonly runtime: 'nodejs' | 'python' | 'provided';
  readonly memoryMb: number;
  readonly ephemeralMb: number;
}

/** A sandbox that has booted its runtime and holds no function yet. Frozen until it becomes one. */
export interface StemCell {
  readonly id: string;
  readonly kind: StemKind;
  /** False once it has ended or has become a sandbox: it is nobody's any more. */
  readonly alive: boolean;
  /**
   * Becomes the sandbox of a function, once and for ever: gives it the code and layers, and loads the
   * handler. Rejects like `SandboxDriver.create`, and then nothing is left of it.
   */
  become(spec: SandboxSpec): Promise<Sandbox>;
  end(): Promise<void>;
  /** Calls back once, when it has ended before it became a sandbox. */
  onEnded(callback: () => void): void;
}

/**
 * A sandbox that has loaded its function and runs no invocation: it makes copies of itself that do. A copy has
 * limits and a connection of its own. What it shares with the other copies is the namespaces, the user and `/tmp` as
 * such, where each has a directory for its temporary files; so all of them are of one version of one function.
 */
export interface Zygote {
  readonly id: string;
  readonly alive: boolean;
  /** A new sandbox that has the function initialised. Rejects like `SandboxDriver.create`. */
  fork(): Promise<Sandbox>;
  /**
   * It makes no more copies. Those that it has made live on, and resolves when the last of them has ended, for
   * so long the namespaces have to stay.
   */
  end(): Promise<void>;
  /** Calls back once, when it makes no more copies for any reason. Where it has crashed its copies end with it. */
  onEnded(callback: () => void): void;
}

/** A function cannot be copied once it is initialised, and this is why: one sentence for its owner. */
export class NoSnapshotError extends Error {
  override readonly name = 'NoSnapshotError';
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
  /**
   * The function has begun to stream; the content type that it set. Never called for an answer in one piece. The
   * function can be a window ahead (`limits.streamWindowBytes`) of the bytes that `taken` was told of.
   */
  begin(contentType: string, taken: (bytes: number) => void): void;
  /** The next bytes, which may be kept. */
  write(chunk: Uint8Array): void;
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
  /** The last 4 KB of what the function printed, in this invocation where several run at the same time. */
  readonly log: Uint8Array;
}

export interface Sandbox {
  readonly id: string;
  /** From the start of the process to a loaded handler, milliseconds. */
  readonly initMs: number;
  /** Of that, what loading the handler took. */
  readonly loadMs: number;
  /** It is the copy of a zygote. */
  readonly isCopy: boolean;
  /** False once it has ended or is about to: it takes no more calls. Dead stays dead. */
  readonly alive: boolean;
  /** The name of its log stream. */
  readonly logStream: string;
  /** What it runs now, and since when by the monotonic clock. */
  underWay(): { readonly requestId: string; readonly beganMs: number }[];
  /** Counters of all that it has used, as fresh as a tenth of a second, or as now. */
  usage(fresh?: boolean): Usage;
  /**
   * Runs one invocation. Never rejects for what the function does: a timeout, an exit or a breach of the
   * protocol is a result with `functionError`, and ends the sandbox; so do the others under way in it then,
   * with an error that says why. A call beyond as many as it may run at the same time, or on a dead sandbox,
   * is a programmer's error and throws.
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
  /** The kind of stem cell that could become this sandbox; null where none can. */
  stemKindOf(spec: SandboxSpec): StemKind | null;
  /** Boots a runtime without a function. Rejects with SandboxInitError or HearthError. */
  createStem(kind: StemKind): Promise<StemCell>;
  /**
   * Initialises the function once for all copies. Rejects with NoSnapshotError where it cannot be copied, else
   * like `create`.
   */
  createZygote(spec: SandboxSpec): Promise<Zygote>;
}
