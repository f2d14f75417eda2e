/**
 * Which event runs next on this node: functions take turns, so that one with many events does not hold up the others,
 * and have bounds, so that a slow one does not take all there is. A function that is throttled rests as a whole: its
 * events would all find the same.
 */

interface Line {
  /** Ids, the next one first; those taken out since are skipped. */
  readonly ids: Set<string>;
  running: number;
  resting: boolean;
}

export interface ReadyLimits {
  readonly runningMax: number;
  readonly runningPerFunctionMax: number;
}

export class ReadyQueue {
  readonly #lines = new Map<string, Line>();
  /** Functions that could run something now, the next one first. */
  readonly #turns = new Set<string>();
  #running = 0;

  constructor(private readonly limits: ReadyLimits) {}

  get running(): number {
    return this.#running;
  }

  add(functionName: string, id: string): void {
    const line = this.#lines.get(functionName) ?? { ids: new Set(), running: 0, resting: false };
    this.#lines.set(functionName, line);
    line.ids.add(id);
    this.#settle(functionName, line);
  }

  /** It is not to run after all. */
  remove(functionName: string, id: string): void {
    const line = this.#lines.get(functionName);
    if (line === undefined) return;
    line.ids.delete(id);
    this.#settle(functionName, line);
  }

  /** The next to run, which counts as running from now on. */
  take(): string | undefined {
    if (this.#running >= this.limits.runningMax) return undefined;
    const functionName: string | undefined = this.#turns.values().next().value;
    const line = functionName === undefined ? undefined : this.#lines.get(functionName);
    const id: string | undefined = line?.ids.values().next().value;
    if (functionName === undefined || line === undefined || id === undefined) return undefined;
    line.ids.delete(id);
    line.running++;
    this.#running++;
    this.#turns.delete(functionName);
    this.#settle(functionName, line);
    return id;
  }

  /** One that was taken runs no more. */
  done(functionName: string): void {
    const line = this.#lines.get(functionName);
    if (line === undefined) return;
    line.running--;
    this.#running--;
    this.#settle(functionName, line);
  }

  /** Nothing of the function is taken until it is woken. */
  rest(functionName: string): void {
    const line = this.#lines.get(functionName);
    if (line === undefined) return;
    line.resting = true;
    this.#settle(functionName, line);
  }

  wake(functionName: string): void {
    const line = this.#lines.get(functionName);
    if (line === undefined) return;
    line.resting = false;
    this.#settle(functionName, line);
  }

  #settle(functionName: string, line: Line): void {
    const { ids, running, resting } = line;
    const mayRun = ids.size > 0 && !resting && running < this.limits.runningPerFunctionMax;
    if (mayRun) this.#turns.add(functionName);
    else this.#turns.delete(functionName);
    if (ids.size === 0 && running === 0 && !resting) this.#lines.delete(functionName);
  }
}
