/** Which executions are looked for, and those found: the newest, or those that took the longest. */
import type { BlockHead, BlockReader } from './block.js';
import {
  type Execution,
  type ExecutionResult,
  endedMsOf,
  executionResults,
  type StartType,
  startTypes,
  totalMsOf,
} from './execution.js';
import { idOf } from './request-id.js';

export interface ExecutionQuery {
  /** null: of all functions. */
  readonly functionName: string | null;
  /** null: all. */
  readonly versions: readonly string[] | null;
  readonly requestId: string | null;
  /** Ended from then on, and before then: milliseconds since 1970. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** null: any. `failed`: whatever is not `ok`. */
  readonly result: ExecutionResult | 'failed' | null;
  readonly start: StartType | null;
  readonly order: 'newest' | 'slowest';
  /** At least 1. */
  readonly most: number;
}

/** Compares by what the query orders by: what stands first is found first. */
export function inOrder(order: ExecutionQuery['order']): (a: Execution, b: Execution) => number {
  if (order === 'slowest') return (a, b) => totalMsOf(b) - totalMsOf(a);
  return (a, b) => endedMsOf(b) - endedMsOf(a);
}

/** Gathers what matches of blocks that are handed over, the newest first. */
export class Finding {
  readonly #id: Buffer | null;
  readonly #result: number;
  readonly #start: number;
  readonly #compare: (a: Execution, b: Execution) => number;
  #found: Execution[] = [];
  /** What is quicker is of no interest any more. */
  #leastMs = -1;

  constructor(private readonly query: ExecutionQuery) {
    const { result, start, requestId, order } = query;
    this.#id = requestId === null ? null : idOf(requestId);
    this.#result = result === null || result === 'failed' ? -1 : executionResults.indexOf(result);
    this.#start = start === null ? -1 : startTypes.indexOf(start);
    this.#compare = inOrder(order);
  }

  /** Nothing older could be found that matters. */
  get isComplete(): boolean {
    const { requestId, order, most } = this.query;
    if (requestId !== null && this.#id === null) return true;
    return order === 'newest' && this.#found.length >= most;
  }

  mayHave({ firstEndedMs, lastEndedMs }: Pick<BlockHead, 'firstEndedMs' | 'lastEndedMs'>): boolean {
    return lastEndedMs >= this.query.sinceMs && firstEndedMs < this.query.untilMs;
  }

  add(block: BlockReader): void {
    const { functionName, versions, order, most } = this.query;
    const name = functionName === null ? -1 : block.nameNumber(functionName);
    if (functionName !== null && name < 0) return;
    const numbers = versions?.map((version) => block.nameNumber(version)) ?? null;
    for (let record = block.head.records - 1; record >= 0; record--) {
      if (!this.#matches(block, record, name)) continue;
      if (numbers?.includes(block.versionNumber(record)) === false) continue;
      if (order === 'slowest' && block.totalMs(record) <= this.#leastMs) continue;
      this.#found.push(block.execution(record));
      if (order === 'slowest' && this.#found.length >= 2 * most) this.#drop();
    }
  }

  /** In order, at most as many as are wanted. */
  found(): Execution[] {
    return this.#found.sort(this.#compare).slice(0, this.query.most);
  }

  #matches(block: BlockReader, record: number, name: number): boolean {
    const { result, sinceMs, untilMs } = this.query;
    if (name >= 0 && block.functionNumber(record) !== name) return false;
    if (this.#id !== null && !block.hasId(record, this.#id)) return false;
    if (this.#start >= 0 && block.startNumber(record) !== this.#start) return false;
    const resultNumber = block.resultNumber(record);
    if (this.#result >= 0 && resultNumber !== this.#result) return false;
    if (result === 'failed' && resultNumber === 0) return false;
    const endedMs = block.endedMs(record);
    return endedMs >= sinceMs && endedMs < untilMs;
  }

  #drop(): void {
    this.#found = this.found();
    const last = this.#found.at(-1);
    if (last !== undefined) this.#leastMs = totalMsOf(last);
  }
}
