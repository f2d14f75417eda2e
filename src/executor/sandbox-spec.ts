/** What a new sandbox is made from: the record, its code and layers on this node, its environment opened. */
import { concurrencyOf, type Initialization, type SandboxSpec } from '../agent/index.js';
import { executionOf, type FunctionRecord, latestVersion, networkOf } from '../catalog/index.js';
import type { BundleHash } from '../types/index.js';
import type { StartReason } from './pool.js';

/** What of the catalogue has to be at hand. */
export interface SpecCatalog {
  /** The directory of the unpacked code; rejects with HearthError. */
  taskRoot(hash: BundleHash): Promise<string>;
  /** The directory of the merged layers, null where there are none; rejects with HearthError. */
  layersRoot(record: FunctionRecord): Promise<string | null>;
  /** The environment variables; throws HearthError. */
  environment(record: FunctionRecord): Readonly<Record<string, string>>;
}

/** Rejects with HearthError where there is no code, or the environment cannot be opened. */
export async function sandboxSpec(
  catalog: SpecCatalog,
  record: FunctionRecord,
  why: StartReason,
): Promise<SandboxSpec> {
  const { image, runtime } = record;
  const environment = catalog.environment(record);
  const { concurrency } = executionOf(environment);
  return {
    functionName: record.name,
    functionVersion: record.version,
    runtime,
    handler: record.handler,
    // an image brings its own
    taskRoot: image === null ? await catalog.taskRoot(record.codeHash) : '',
    layersRoot: await catalog.layersRoot(record),
    environment,
    memoryMb: record.memoryMb,
    ephemeralMb: record.ephemeralMb,
    network: networkOf(environment) ?? 'none',
    image,
    concurrency: concurrencyOf({ concurrency, image, runtime }),
    initialization: initializationOf(record, why),
  };
}

function initializationOf(record: FunctionRecord, why: StartReason): Initialization {
  if (why === 'floor') return 'provisioned-concurrency';
  return record.snapStart && record.version !== latestVersion ? 'snap-start' : 'on-demand';
}
