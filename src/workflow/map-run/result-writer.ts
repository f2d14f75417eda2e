/**
 * ResultWriter: what the children gave, as the state's result, or as objects of a bucket.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */

import { limits } from '../../types/index.js';
import { noBuckets, type Objects } from '../buckets/index.js';
import { StateError } from '../failure.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { Ended } from './children.js';
import { writerFailed } from './failure.js';

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

/** The result of the Map, as JSON text. `fields`: of the writer, with what they name filled in. Throws StateError. */
export async function written(
  objects: Objects | null,
  fields: JsonValue | undefined,
  run: WrittenRun,
  results: readonly Ended[],
): Promise<string> {
  if (fields === undefined) return `[${results.flatMap(({ output }) => output ?? []).join(',')}]`;
  const writer = writerOf(fields);
  const { bucket } = writer;
  if (bucket === null) return JSON.stringify(transformed(results, writer.transformation, run));
  if (objects === null) {
    throw writerFailed(noBuckets('s3:putObject'));
  }
  try {
    return await exported(objects, { ...writer, bucket }, run, results);
  } catch (thrown) {
    if (thrown instanceof StateError) throw thrown;
    throw writerFailed(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** The files of each kind, and a manifest that names them. */
async function exported(
  objects: Objects,
  { bucket, prefix, outputType, transformation }: Writer & { readonly bucket: string },
  run: WrittenRun,
  results: readonly Ended[],
): Promise<string> {
  const id = run.mapRunArn.slice(run.mapRunArn.lastIndexOf(':') + 1);
  const folder = `${prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`}${id}`;
  const put = async (name: string, items: readonly JsonValue[]): Promise<readonly JsonObject[]> => {
    const files: JsonObject[] = [];
    for (const part of parts(items, limits.workflowObjectBytesMax)) {
      const bytes = Buffer.from(joined(part, outputType));
      const Key = `${folder}/${name}_${files.length}.${outputType.toLowerCase()}`;
      await objects.put(bucket, Key, bytes);
      files.push({ Key, Size: bytes.length });
    }
    return files;
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

/** JSON texts, as many together as one file may hold. */
export function* parts(items: readonly JsonValue[], bytesMax: number): Generator<string[]> {
  let part: string[] = [];
  // brackets, and what follows each
  let bytes = 2;
  for (const item of items) {
    const text = JSON.stringify(item);
    const more = Buffer.byteLength(text) + 1;
    if (part.length > 0 && bytes + more > bytesMax) {
      yield part;
      part = [];
      bytes = 2;
    }
    part.push(text);
    bytes += more;
  }
  if (part.length > 0) yield part;
}

function joined(texts: readonly string[], type: 'JSON' | 'JSONL'): string {
  return type === 'JSON' ? `[${texts.join(',')}]` : texts.join('\n');
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
