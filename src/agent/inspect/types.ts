/** What is looked for in uploaded code, and what was found. */

/**
 * `broken`: it cannot run as it is. `dangerous`: it does what the operator's policy may forbid.
 * `unseen`: there was too much to look at all of it, or it cannot be read.
 */
export type FindingKind = 'broken' | 'dangerous' | 'unseen';

export interface Finding {
  readonly kind: FindingKind;
  /** Such as `syntax`, `handler`, `process-spawn`. */
  readonly rule: string;
  /** Relative to the root of the code. */
  readonly file: string;
  /** From 1; 0 where it is about the file as a whole. */
  readonly line: number;
  /** Half a sentence, without a full stop. */
  readonly message: string;
}

/** Code as it lies on disk, unpacked. Nothing of it is ever run. */
export interface CodeToInspect {
  readonly directory: string;
  readonly runtime: string;
  /** Empty for a layer, whose modules are looked at for dangers only. */
  readonly handler: string;
  /** What the handler names may be in a layer. */
  readonly hasLayers: boolean;
  readonly wanted: Wanted;
}

export interface Wanted {
  /** Syntax, and whether the handler is there. */
  readonly broken: boolean;
  readonly dangerous: boolean;
}

/** One family of runtimes. */
export interface CodeInspector {
  /** Never rejects for what the code is: that is a finding. */
  inspect(code: CodeToInspect): Promise<readonly Finding[]>;
}

export const bounds = {
  /** Files that are parsed, and bytes of them together and of one: what a worker reads in seconds. */
  filesMax: 5000,
  bytesMax: 64 * 1024 * 1024,
  fileBytesMax: 8 * 1024 * 1024,
  /** Entries of directories that are walked. */
  entriesMax: 70_000,
  /** Findings that are kept. */
  findingsMax: 100,
  /** One inspection; what is not done by then is unseen. */
  timeoutMs: 10_000,
  /** Memory of the worker or process that parses. */
  memoryMb: 512,
} as const;

/** What is said where an inspection did not come to its end. */
export function unseen(message: string): Finding {
  return { kind: 'unseen', rule: 'not-inspected', file: '.', line: 0, message };
}
