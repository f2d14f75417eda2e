/** AWS's own model of Step Functions, read out of the schemas that the SDK carries: members of inputs and outputs. */
import * as sdk from '@aws-sdk/client-sfn';

type Schema = readonly [number, string, string, unknown, ...unknown[]];

const operationKind = 9;
const errorKind = -3;
const schemas = Object.values(sdk as Record<string, unknown>).filter(
  (value): value is Schema => Array.isArray(value) && typeof value[0] === 'number',
);

export interface SfnOperation {
  readonly name: string;
  readonly input: StructureModel;
  readonly output: StructureModel;
}

export interface StructureModel {
  readonly members: readonly string[];
  /** How many of the first of them are required. */
  readonly requiredCount: number;
}

export const sfnOperations: readonly SfnOperation[] = schemas
  .filter(([kind]) => kind === operationKind)
  .map(([, , name, , input, output]) => ({
    name,
    input: structureOf(input),
    output: structureOf(output),
  }));

/** Of exceptions that the model has. */
export const sfnErrors: ReadonlySet<string> = new Set(
  schemas.filter(([kind]) => kind === errorKind).map(([, , name]) => name),
);

function structureOf(reference: unknown): StructureModel {
  const schema = (typeof reference === 'function' ? reference() : reference) as Schema;
  const [, , , , members, , requiredCount] = schema;
  return { members: members as readonly string[], requiredCount: Number(requiredCount ?? 0) };
}
