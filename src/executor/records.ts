/**
 * The newest record of each pool: what new sandboxes are made from, and what the pools are told of it. The
 * environment, which says how a function shares sandboxes, is opened once for each revision, not per request.
 */
import { concurrencyOf } from '../agent/index.js';
import { executionOf, type FunctionRecord, latestVersion, unpackedOf } from '../catalog/index.js';
import { type BundleHash, functionNotFound, limits } from '../types/index.js';
import type { PoolSpec } from './pool.js';

export interface Known {
  readonly record: FunctionRecord;
  readonly spec: PoolSpec;
}

export class Records {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly environment: (record: FunctionRecord) => Readonly<Record<string, string>>,
    private readonly queueWaitMs: number,
  ) {}

  get size(): number {
    return this.#known.size;
  }

  /** The pool's newest record, which may be newer than this one. Throws HearthError where it cannot be opened. */
  remember(record: FunctionRecord): Known {
    const name = poolName(record.name, record.version);
    const known = this.#known.get(name);
    if (known !== undefined && known.record.revision >= record.revision) return known;
    const { image, runtime } = record;
    const { concurrency, queueMax, queueWaitMs } = executionOf(this.environment(record));
    const spec: PoolSpec = {
      name,
      functionName: record.name,
      revision: record.revision,
      concurrency: concurrencyOf({ concurrency, image, runtime }),
      queueMax: Math.min(Math.max(1, queueMax ?? Number.POSITIVE_INFINITY), waitersMax),
      queueWaitMs: Math.min(queueWaitMs ?? this.queueWaitMs, queueWaitMsMax),
      memoryMb: record.memoryMb,
    };
    const next = { record, spec };
    this.#known.set(name, next);
    return next;
  }

  /** Throws `function-not-found`. */
  of(pool: string): Known {
    const known = this.#known.get(pool);
    if (known === undefined) throw functionNotFound(pool);
    return known;
  }

  /** Forgets those that `keep` does not name. */
  prune(keep: (pool: string) => boolean): void {
    for (const pool of this.#known.keys()) if (!keep(pool)) this.#known.delete(pool);
  }

  /** The code and layers of all. */
  code(): ReadonlySet<BundleHash> {
    return new Set([...this.#known.values()].flatMap(({ record }) => unpackedOf(record)));
  }
}

/** Each version has a pool of its own. A name holds no colon, so that no two share one. */
export function poolName(functionName: string, version: string): string {
  return version === latestVersion ? functionName : `${functionName}:${version}`;
}

const { waitersPerFunctionMax: waitersMax, queueWaitMsMax } = limits;
