/** The data thread's end of `CatalogBridge`: gives the catalogue out in parts, and takes one in. */
import { asHearthError } from '../types/index.js';
import type { CallError, RestoreStep, ToControl, ToData } from './messages.js';

/** What is snapshotted and restored: src/catalog, which stands above this folder. */
export interface SnapshotSource {
  /** The state at the moment of the call. */
  snapshot(): AsyncIterable<Uint8Array>;
  restore(step: RestoreStep): void | Promise<void>;
}

export class CatalogParts {
  readonly #open = new Map<number, AsyncIterator<Uint8Array>>();

  constructor(
    private readonly post: (message: ToControl) => void,
    private readonly source: SnapshotSource,
  ) {}

  async snapshot({ call, id, step }: Extract<ToData, { kind: 'snapshot' }>): Promise<void> {
    try {
      if (step === 'begin') this.#open.set(id, this.source.snapshot()[Symbol.asyncIterator]());
      const parts = this.#open.get(id);
      if (step === 'stop') {
        this.#open.delete(id);
        await parts?.return?.();
        return;
      }
      const next = await parts?.next();
      const data = next === undefined || next.done === true ? null : next.value;
      if (data === null) this.#open.delete(id);
      this.post({ kind: 'part', call, data, error: null });
    } catch (thrown) {
      this.#open.delete(id);
      this.post({ kind: 'part', call, data: null, error: errorOf(thrown) });
    }
  }

  async restore({ call, step }: Extract<ToData, { kind: 'restore' }>): Promise<void> {
    try {
      await this.source.restore(step);
      this.post({ kind: 'restore-taken', call, error: null });
    } catch (thrown) {
      this.post({ kind: 'restore-taken', call, error: errorOf(thrown) });
    }
  }
}

function errorOf(thrown: unknown): CallError {
  const { code, message } = asHearthError(thrown);
  return { code, message };
}
