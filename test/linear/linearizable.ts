/**
 * Is a history linearizable: can its operations be put in one order that the sequential model allows and
 * in which whatever returned before another was called also stands before it? The search takes one
 * operation after the other that may be next, the one that returned first before the others, goes back
 * where the model refuses, and never tries twice to go on from the same operations done and the same
 * state. Keys are searched one by one, for a history is linearizable exactly if the part of every key is.
 *
 * An operation that only looks is next wherever the model takes it, and nothing else is tried: it would fit
 * nowhere better. Of operations that are alike in question and answer the one that returned first is next.
 * Open operations, whose outcome is unknown, are what makes a search long, for each may come anywhere or
 * never; one that would change nothing is left out.
 *
 * Sources: Wing and Gong, "Testing and Verifying Concurrent Objects" (1993); Lowe, "Testing for
 * Linearizability" (2017), for the memory; Horn and Kroening, "Faster Linearizability Checking via
 * P-compositionality" (2015), for the keys.
 */
import { byKey, type Operation } from './history.js';
import { Visited } from './visited.js';

/** What one key does when it is asked one thing after the other. */
export interface SequentialModel<State, Input, Output> {
  initial(): State;
  /** The state afterwards, or null where `output` cannot be the answer. A null output may be any. */
  step(state: State, input: Input, output: Output | null): State | null;
  /** With this answer the operation leaves every state as it is. */
  onlyLooks(input: Input, output: Output): boolean;
  /** Two states are the same where this is the same. */
  identity(state: State): string | number;
}

export interface Verdict {
  /** `undecided`: the search was given up, see `stepsMax`. */
  readonly kind: 'linearizable' | 'not-linearizable' | 'undecided';
  /** The first key that is not linearizable, or was given up. */
  readonly key: string | null;
  /** Of that key: what could not be next where the search came farthest. For people. */
  readonly stuckAt: readonly Operation<unknown, unknown>[];
}

export interface SearchLimits {
  /** Steps of the search of one key, after which it is given up. */
  readonly stepsMax: number;
}

const defaultLimits: SearchLimits = { stepsMax: 2_000_000 };

/** A model is made per key, from its operations. */
export function checkLinearizable<State, Input, Output>(
  model: (operations: readonly Operation<Input, Output>[]) => SequentialModel<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  limits: SearchLimits = defaultLimits,
): Verdict {
  let undecided: Verdict | null = null;
  for (const [key, operations] of byKey(history)) {
    const search = new Search(model(operations), operations, limits);
    const kind = search.run();
    if (kind === 'linearizable') continue;
    const verdict: Verdict = { kind, key, stuckAt: search.stuckAt };
    if (kind === 'not-linearizable') return verdict;
    undecided ??= verdict;
  }
  return undecided ?? { kind: 'linearizable', key: null, stuckAt: [] };
}

/** One operation chosen to be next; `candidates` are what else could have been. */
interface Choice<State> {
  readonly candidates: readonly number[];
  /** Index in `candidates` of the one to try next. */
  next: number;
  readonly stateBefore: State;
  /** What was chosen, to be taken back; -1 before the first. */
  chosen: number;
}

class Search<State, Input, Output> {
  readonly #operations: readonly Operation<Input, Output>[];
  /** What is not yet in the order, as a list by time of call; the last place is the head. */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #head: number;
  readonly #visited: Visited;
  /** Operations with the same one are alike. */
  readonly #likeness: readonly string[];
  /** Of those whose outcome is known: how many are not yet in the order. */
  #missing: number;
  #fewestMissing: number;
  stuckAt: readonly Operation<Input, Output>[] = [];

  constructor(
    private readonly model: SequentialModel<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    private readonly limits: SearchLimits,
  ) {
    this.#operations = [...operations].sort((a, b) => a.calledAt - b.calledAt);
    const count = this.#operations.length;
    this.#head = count;
    this.#next = Int32Array.from({ length: count + 1 }, (_, i) => (i === count ? 0 : i + 1));
    this.#previous = Int32Array.from({ length: count + 1 }, (_, i) => (i === 0 ? count : i - 1));
    this.#visited = new Visited(count);
    this.#likeness = this.#operations.map(({ input, output }) => JSON.stringify([input, output]));
    this.#missing = this.#operations.filter(({ output }) => output !== null).length;
    this.#fewestMissing = this.#missing + 1;
  }

  run(): Verdict['kind'] {
    if (this.#missing === 0) return 'linearizable';
    const choices = [this.#choice(this.model.initial())];
    for (let steps = 0; steps < this.limits.stepsMax; steps++) {
      const choice = choices.at(-1);
      if (choice === undefined) return 'not-linearizable';
      if (choice.chosen >= 0) this.#putBack(choice.chosen);
      choice.chosen = -1;
      const candidate = choice.candidates[choice.next++];
      if (candidate === undefined) {
        choices.pop();
        continue;
      }
      const operation = this.#operations[candidate];
      if (operation === undefined) continue;
      const state = this.model.step(choice.stateBefore, operation.input, operation.output);
      if (state === null) continue;
      const identity = this.model.identity(state);
      const open = operation.output === null;
      if (open && identity === this.model.identity(choice.stateBefore)) continue;
      choice.chosen = candidate;
      this.#take(candidate);
      if (this.#missing === 0) return 'linearizable';
      // Taken back by the next turn, as `chosen` says.
      if (this.#visited.add(identity)) choices.push(this.#choice(state));
    }
    return 'undecided';
  }

  /** What may be next: called before anything that is left has returned. */
  #choice(stateBefore: State): Choice<State> {
    const candidates: number[] = [];
    let firstReturn = Infinity;
    for (let at = this.#next[this.#head] ?? 0; at !== this.#head; at = this.#next[at] ?? 0) {
      const operation = this.#operations[at];
      if (operation === undefined || operation.calledAt > firstReturn) break;
      firstReturn = Math.min(firstReturn, operation.returnedAt);
      candidates.push(at);
    }
    const returnedAt = (at: number): number => this.#operations[at]?.returnedAt ?? 0;
    // Two that are open compare as equal: Infinity less Infinity is no number.
    candidates.sort((a, b) => returnedAt(a) - returnedAt(b) || a - b);
    if (this.#missing < this.#fewestMissing) {
      this.#fewestMissing = this.#missing;
      this.stuckAt = candidates.flatMap((at) => this.#operations[at] ?? []);
    }
    const looking = candidates.find((at) => this.#mayLook(at, stateBefore));
    const tried = looking === undefined ? this.#firstOfEachKind(candidates) : [looking];
    return { candidates: tried, next: 0, stateBefore, chosen: -1 };
  }

  #firstOfEachKind(candidates: readonly number[]): number[] {
    const seen = new Set<string>();
    return candidates.filter((at) => {
      const likeness = this.#likeness[at] ?? '';
      if (seen.has(likeness)) return false;
      seen.add(likeness);
      return true;
    });
  }

  #mayLook(at: number, state: State): boolean {
    const operation = this.#operations[at];
    if (operation === undefined || operation.output === null) return false;
    const { input, output } = operation;
    return this.model.onlyLooks(input, output) && this.model.step(state, input, output) !== null;
  }

  #take(at: number): void {
    const next = this.#next[at] ?? 0;
    const previous = this.#previous[at] ?? 0;
    this.#next[previous] = next;
    this.#previous[next] = previous;
    this.#mark(at, -1);
  }

  /** Undoes `#take`; the last one taken comes first. */
  #putBack(at: number): void {
    this.#next[this.#previous[at] ?? 0] = at;
    this.#previous[this.#next[at] ?? 0] = at;
    this.#mark(at, 1);
  }

  #mark(at: number, missing: 1 | -1): void {
    if (this.#operations[at]?.output === null) {
      this.#visited.flipUsed(at);
      return;
    }
    this.#visited.flipDone(at);
    this.#missing += missing;
  }
}
