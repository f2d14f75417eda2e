/** The snapshots of a node's versions: for each one a zygote, from the version's record on. */
import type { FunctionRecord } from '../../catalog/index.js';
import type { SnapshotState } from '../../types/index.js';
import { poolName } from '../records.js';
import type { SandboxSource } from '../sandbox-source.js';
import { type SpecCatalog, sandboxSpec } from '../sandbox-spec.js';
import { zygoteKeyOf } from '../zygotes.js';

export interface SnapshotsDeps {
  readonly catalog: SpecCatalog;
  readonly source: Pick<SandboxSource, 'keepZygote' | 'dropZygote' | 'zygoteState'>;
}

interface Kept {
  readonly revision: number;
  /** Null while its code is being fetched. */
  zygoteKey: string | null;
}

export class Snapshots {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly deps: SnapshotsDeps) {}

  /**
   * Initialises the version once for all copies, and again where that is lost. Rejects with NoSnapshotError where it
   * cannot be copied, and with what else is in the way.
   */
  async keep(record: FunctionRecord): Promise<void> {
    const { catalog, source } = this.deps;
    const kept: Kept = { revision: record.revision, zygoteKey: null };
    this.#kept.set(poolName(record.name, record.version), kept);
    const spec = await sandboxSpec(catalog, record, 'request');
    if (this.#kept.get(poolName(record.name, record.version)) !== kept) return;
    kept.zygoteKey = zygoteKeyOf(spec);
    await source.keepZygote(kept.zygoteKey, spec);
  }

  drop(record: FunctionRecord): void {
    const kept = this.#kept.get(poolName(record.name, record.version));
    if (kept?.revision !== record.revision) return;
    this.#kept.delete(poolName(record.name, record.version));
    if (kept.zygoteKey !== null) this.deps.source.dropZygote(kept.zygoteKey);
  }

  state(record: FunctionRecord): SnapshotState {
    const key = this.#kept.get(poolName(record.name, record.version))?.zygoteKey ?? null;
    return key === null ? { kind: 'making', reason: '' } : this.deps.source.zygoteState(key);
  }
}
