/** What users asked to have ready, read from the catalogue as it is at one moment. */
import {
  type AliasRecord,
  type FunctionRecord,
  latestVersion,
  type Provisioned,
} from '../../catalog/index.js';
import type { CapacityWish, ProvisionedWish } from './plan.js';

/** The part of the catalogue that knows. */
export interface CapacityCatalog {
  /** Functions that have a reservation, something provisioned, or a version with a snapshot. */
  functionsWithCapacity(): Iterable<string>;
  reservedConcurrency(name: string): number | null;
  /** By version or alias. */
  provisioned(name: string): ReadonlyMap<string, Provisioned>;
  get(name: string, version?: string): FunctionRecord | undefined;
  alias(name: string, alias: string): AliasRecord | undefined;
  /** From the oldest on, `$LATEST` among them. */
  versions(name: string): readonly FunctionRecord[];
}

/** How many are asked for now: outside of windows and within. */
export type Executions = (provisioned: Provisioned) => number;

export function* wishesOf(
  catalog: CapacityCatalog,
  executions: Executions,
): Generator<CapacityWish> {
  for (const functionName of catalog.functionsWithCapacity()) {
    yield {
      functionName,
      reserved: catalog.reservedConcurrency(functionName),
      provisioned: provisionedOf(catalog, functionName, executions),
      snapshots: catalog
        .versions(functionName)
        .filter(({ version, snapStart }) => snapStart && version !== latestVersion)
        .reverse(),
    };
  }
}

/** Of an alias, what is provisioned is of the version that it names first. */
function provisionedOf(
  catalog: CapacityCatalog,
  functionName: string,
  executions: Executions,
): ProvisionedWish[] {
  const wishes: ProvisionedWish[] = [];
  for (const [qualifier, provisioned] of catalog.provisioned(functionName)) {
    const version = catalog.alias(functionName, qualifier)?.version ?? qualifier;
    const record = catalog.get(functionName, version);
    if (record !== undefined) wishes.push({ record, executions: executions(provisioned) });
  }
  return wishes;
}
