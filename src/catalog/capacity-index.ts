/**
 * Which functions ask to be held ready: they have reserved or provisioned concurrency, or a published version with
 * SnapStart. Kept with every change, for few of many functions do.
 */
import type { FunctionState } from './function-state.js';

export class CapacityIndex {
  readonly #names = new Set<string>();
  readonly #withSnapStart = new Set<string>();

  /** A function was set, made or removed (null). */
  put(name: string, before: FunctionState | undefined, after: FunctionState | null): void {
    if (before?.versions !== after?.versions) {
      const versions = [...(after?.versions.values() ?? [])];
      keep(
        this.#withSnapStart,
        name,
        versions.some(({ snapStart }) => snapStart),
      );
    }
    const { reservedConcurrency = null, provisioned } = after ?? {};
    const asks = reservedConcurrency !== null || (provisioned?.size ?? 0) > 0;
    keep(this.#names, name, asks || this.#withSnapStart.has(name));
  }

  names(): Iterable<string> {
    return this.#names;
  }
}

function keep(names: Set<string>, name: string, isIn: boolean): void {
  if (isIn) names.add(name);
  else names.delete(name);
}
