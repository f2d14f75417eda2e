/** What a workload's clients do, and what their history comes to. */

export interface LoadVerdict {
  readonly valid: boolean;
  /** For people: what was done and what was found. */
  readonly lines: readonly string[];
}

export interface Load {
  start(): void;
  stop(): void;
  /** After everything is whole again: looks at the end state and judges the history. */
  finish(): Promise<LoadVerdict>;
  /** Operations that clients began. */
  readonly operations: number;
}
