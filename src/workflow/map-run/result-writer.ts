/**
 * ResultWriter: what the children gave, as the state's result, or as objects of a bucket.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */

import { limits } from '../../types/index.js';
import { noBuckets, type Objects } from '../buckets/index.js';
import type { MapRunRequest } from '../engine/types.js';
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

interface WrittenRun {
  readonly mapRunArn: string;
  readonly stateMachineArn: string;
  readonly redriveCount: number;
}

/** A child that was not started because its run had ended. */
export interface NeverStarted {
  readonly status: 'PENDING';
  readonly input: string;
}

export type Result = Ended | NeverStarted;

export function isExported(fields: JsonValue | undefined): fields is JsonObject {
  return isJsonObject(fields) && fields.Resource !== undefined;
}

/** The result of the Map, as JSON text. Throws StateError. */
export async function written(
  objects: Objects | null,
  { writer: fields, redriveCount }: Pick<MapRunRequest, 'writer' | 'redriveCount'>,
  { mapRunArn, stateMachineArn }: Pick<WrittenRun, 'mapRunArn' | 'stateMachineArn'>,
  results: readonly Result[],
): Promise<string> {
  const run = { mapRunArn, stateMachineArn, redriveCount };
  if (fields === undefined) return `[${results.flatMap(outputOf).join(',')}]`;
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
  results: readonly Result[],
): Promise<string> {
  const id = run.mapRunArn.slice(run.mapRunArn.lastIndexOf(':') + 1);
  const base = `${prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`}${id}`;
  // recorded: what a run had written before it was redriven stays as it was
  const folder = run.redriveCount === 0 ? base : `${base}/Redrive-${run.redriveCount}`;
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
  const isOf = (kind: string) => (result: Result) => kindOf(result) === kind;
  const ResultFiles = {
    // what failed has no output to be transformed
    FAILED: await put('FAILED', transformed(results.filter(isOf('FAILED')), 'NONE', run)),
    PENDING: await put('PENDING', transformed(results.filter(isOf('PENDING')), 'NONE', run)),
    SUCCEEDED: await put(
      'SUCCEEDED',
      transformed(results.filter(isOf('SUCCEEDED')), transformation, run),
    ),
  };
  const manifest = { DestinationBucket: bucket, MapRunArn: run.mapRunArn, ResultFiles };
  const Key = `${folder}/manifest.json`;
  await objects.put(bucket, Key, Buffer.from(JSON.stringify(manifest)));
  return JSON.stringify({
    MapRunArn: run.mapRunArn,
    ResultWriterDetails: { Bucket: bucket, Key },
  });
}

function kindOf({ status }: Result): string {
  return status === 'SUCCEEDED' || status === 'PENDING' ? status : 'FAILED';
}

function outputOf(result: Result): string[] {
  return result.status === 'PENDING' || result.output === null ? [] : [result.output];
}

function transformed(
  results: readonly Result[],
  transformation: Transformation,
  { stateMachineArn }: WrittenRun,
): readonly JsonValue[] {
  if (transformation === 'NONE') return results.map((result) => described(result, stateMachineArn));
  const outputs = results.map((result) => {
    const [output] = outputOf(result);
    return output === undefined
      ? described(result, stateMachineArn)
      : (JSON.parse(output) as JsonValue);
  });
  return transformation === 'COMPACT' ? outputs : outputs.flat();
}

/** As DescribeExecution says it; inputs and outputs are texts. */
function described(result: Result, stateMachineArn: string): JsonObject {
  const given = { Input: result.input, InputDetails: { Included: true } };
  if (result.status === 'PENDING') return { ...given, Status: result.status };
  const { failure, output, status, redriveCount } = result;
  const isSucceeded = status === 'SUCCEEDED';
  return {
    ...(failure === null ? {} : { Cause: failure.cause, Error: failure.error }),
    ExecutionArn: result.arn,
    ...given,
    Name: result.name,
    ...(output === null ? {} : { Output: output }),
    OutputDetails: { Included: true },
    RedriveCount: redriveCount,
    RedriveStatus: isSucceeded ? 'NOT_REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN',
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
  const goesToBucket = isExported(given);
  if (goesToBucket && typeof Bucket !== 'string') throw writerFailed('The writer names no Bucket.');
  const transformation = transformations.find(
    (known) => known === (config.Transformation ?? 'NONE'),
  );
  if (transformation === undefined) {
    throw writerFailed(`${String(config.Transformation)} is no Transformation.`);
  }
  return {
    bucket: goesToBucket ? String(Bucket) : null,
    prefix: typeof Prefix === 'string' ? Prefix : '',
    outputType: config.OutputType === 'JSONL' ? 'JSONL' : 'JSON',
    transformation,
  };
}
