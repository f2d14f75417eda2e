/**
 * ResultWriter: what the children gave, as the state's result, or as objects of a bucket.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { Ended } from './children.js';
import { MapRunFailure, writerFailed } from './failure.js';
import type { Objects } from './objects.js';

const transformations = ['NONE', 'COMPACT', 'FLATTEN'] as const;
type Transformation = (typeof transformations)[number];

interface Writer {
  readonly bucket: string | null;
  readonly prefix: string;
  readonly outputType: 'JSON' | 'JSONL';
  readonly transformation: Transformation;
}

export interface WrittenRun {
  readonly mapRunArn: string;
  readonly stateMachineArn: string;
}

/** The result of the Map, as JSON text. `fields`: of the writer, with what they name filled in. Throws MapRunFailure. */
export async function written(
  objects: Objects | null,
  fields: JsonValue | undefined,
  run: WrittenRun,
  results: readonly Ended[],
): Promise<string> {
  if (fields === undefined) return `[${results.flatMap(({ output }) => output ?? []).join(',')}]`;
  const writer = writerOf(fields);
  const { bucket } = writer;
  if (bucket === null) return asDocument(transformed(results, writer.transformation, run), 'JSON');
  if (objects === null) {
    throw writerFailed('This cluster has no buckets that results could be written to.');
  }
  try {
    return await exported(objects, { ...writer, bucket }, run, results);
  } catch (thrown) {
    if (thrown instanceof MapRunFailure) throw thrown;
    throw writerFailed(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** One file of each kind, and a manifest that names them. */
async function exported(
  objects: Objects,
  { bucket, prefix, outputType, transformation }: Writer & { readonly bucket: string },
  run: WrittenRun,
  results: readonly Ended[],
): Promise<string> {
  const id = run.mapRunArn.slice(run.mapRunArn.lastIndexOf(':') + 1);
  const folder = `${prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`}${id}`;
  const put = async (name: string, items: readonly JsonValue[]): Promise<readonly JsonObject[]> => {
    if (items.length === 0) return [];
    const bytes = Buffer.from(asDocument(items, outputType));
    const Key = `${folder}/${name}_0.${outputType.toLowerCase()}`;
    await objects.put(bucket, Key, bytes);
    return [{ Key, Size: bytes.length }];
  };
  const [succeeded, failed] = [
    results.filter(({ status }) => status === 'SUCCEEDED'),
    results.filter(({ status }) => status !== 'SUCCEEDED'),
  ];
  const ResultFiles = {
    // what failed has no output to be transformed
    FAILED: await put('FAILED', transformed(failed, 'NONE', run)),
    PENDING: [],
    SUCCEEDED: await put('SUCCEEDED', transformed(succeeded, transformation, run)),
  };
  const manifest = { DestinationBucket: bucket, MapRunArn: run.mapRunArn, ResultFiles };
  const Key = `${folder}/manifest.json`;
  await objects.put(bucket, Key, Buffer.from(JSON.stringify(manifest)));
  return JSON.stringify({
    MapRunArn: run.mapRunArn,
    ResultWriterDetails: { Bucket: bucket, Key },
  });
}

function transformed(
  results: readonly Ended[],
  transformation: Transformation,
  { stateMachineArn }: WrittenRun,
): readonly JsonValue[] {
  if (transformation === 'NONE') return results.map((result) => described(result, stateMachineArn));
  const outputs = results.map((result) =>
    result.output === null
      ? described(result, stateMachineArn)
      : (JSON.parse(result.output) as JsonValue),
  );
  return transformation === 'COMPACT' ? outputs : outputs.flat();
}

/** As DescribeExecution says it; inputs and outputs are texts. */
function described(result: Ended, stateMachineArn: string): JsonObject {
  const { failure, output, status, redriveCount } = result;
  const isSucceeded = status === 'SUCCEEDED';
  return {
    ...(failure === null ? {} : { Cause: failure.cause, Error: failure.error }),
    ExecutionArn: result.arn,
    Input: result.input,
    InputDetails: { Included: true },
    Name: result.name,
    ...(output === null ? {} : { Output: output, OutputDetails: { Included: true } }),
    RedriveCount: redriveCount,
    RedriveStatus: isSucceeded ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
    ...(isSucceeded
      ? { RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' }
      : {}),
    StartDate: new Date(result.startedAtMs).toISOString(),
    StateMachineArn: stateMachineArn,
    Status: status,
    StopDate: new Date(result.endedAtMs).toISOString(),
  };
}

function asDocument(items: readonly JsonValue[], type: 'JSON' | 'JSONL'): string {
  if (type === 'JSON') return JSON.stringify(items);
  return items.map((item) => JSON.stringify(item)).join('\n');
}

function writerOf(fields: JsonValue): Writer {
  const given = isJsonObject(fields) ? fields : {};
  const config = isJsonObject(given.WriterConfig) ? given.WriterConfig : {};
  const asked = given.Parameters ?? given.Arguments;
  const { Bucket, Prefix } = isJsonObject(asked) ? asked : {};
  const isExported = given.Resource !== undefined;
  if (isExported && typeof Bucket !== 'string') throw writerFailed('The writer names no Bucket.');
  const transformation = transformations.find(
    (known) => known === (config.Transformation ?? 'NONE'),
  );
  if (transformation === undefined) {
    throw writerFailed(`${String(config.Transformation)} is no Transformation.`);
  }
  return {
    bucket: isExported ? String(Bucket) : null,
    prefix: typeof Prefix === 'string' ? Prefix : '',
    outputType: config.OutputType === 'JSONL' ? 'JSONL' : 'JSON',
    transformation,
  };
}
