/** `aws-sdk:kinesis:putRecord` and `putRecords`: records for the cluster's own streams. */
import { HearthError, limits } from '../../types/index.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { Integration, TaskWork } from './integration.js';
import { serviceFailure } from './service-failure.js';
import { serviceText } from './service-text.js';

/** Appends, once for the same id; resolves with the record's sequence number, once it is durable. Throws HearthError. */
export type PutRecord = (
  stream: string,
  record: {
    readonly id: string;
    readonly data: Uint8Array;
    readonly attributes: Readonly<Record<string, string>>;
  },
) => Promise<number>;

/** Of one request (AWS). */
const recordsMax = 500;
/** Streams of the cluster have one shard. */
const shard = 'shardId-000000000000';

export function kinesis(put: PutRecord, action: 'putRecord' | 'putRecords'): Integration {
  return async (work) => {
    try {
      const answer = action === 'putRecord' ? await one(put, work) : await many(put, work);
      return JSON.stringify(answer);
    } catch (thrown) {
      const name = { prefix: 'Kinesis', service: 'Kinesis', sdk: 'aws-sdk' } as const;
      throw serviceFailure(name, thrown, work.request.requestId);
    }
  };
}

async function one(put: PutRecord, { request, parameters }: TaskWork): Promise<JsonObject> {
  const sequence = await put(streamName(parameters), recordOf(parameters, request.requestId));
  return { SequenceNumber: String(sequence), ShardId: shard };
}

/** In order; the id of each is made of the request's, so that none stands there twice after another try. */
async function many(put: PutRecord, { request, parameters }: TaskWork): Promise<JsonObject> {
  const { Records } = parameters;
  if (!Array.isArray(Records) || Records.length === 0 || Records.length > recordsMax) {
    throw new HearthError('validation', `Records must be an array of 1 to ${recordsMax} records.`);
  }
  const stream = streamName(parameters);
  const records = (Records as readonly JsonValue[]).map((record, index) => {
    if (isJsonObject(record)) return recordOf(record, `${request.requestId}/${index}`);
    throw new HearthError('validation', `Records[${index}] must be an object.`);
  });
  const answers: JsonObject[] = [];
  for (const record of records) {
    answers.push({ SequenceNumber: String(await put(stream, record)), ShardId: shard });
  }
  return { FailedRecordCount: 0, Records: answers };
}

function recordOf(parameters: JsonObject, id: string): Parameters<PutRecord>[1] {
  const { Data, PartitionKey } = parameters;
  if (Data === undefined || typeof PartitionKey !== 'string') {
    throw new HearthError('validation', 'A record has Data and a PartitionKey.');
  }
  const data = Buffer.from(serviceText(Data));
  if (data.length > limits.streamRecordBytesMax) {
    throw new HearthError(
      'validation',
      `Data is ${data.length} bytes long; the limit is ${limits.streamRecordBytesMax}.`,
    );
  }
  return { id, data, attributes: { PartitionKey } };
}

/** By its name or its ARN. */
function streamName({ StreamName, StreamARN }: JsonObject): string {
  if (typeof StreamName === 'string') return StreamName;
  const name = typeof StreamARN === 'string' ? StreamARN.split(':stream/')[1] : undefined;
  if (name !== undefined) return name;
  throw new HearthError('validation', 'StreamName or StreamARN must be given.');
}
