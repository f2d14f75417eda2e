/**
 * ItemBatcher: several items are the input of one child, `{"BatchInput": ..., "Items": [...]}`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
 */
import { limits } from '../../types/index.js';
import { StateError } from '../failure.js';
import { isJsonObject, type JsonValue } from '../json.js';

interface Batcher {
  readonly itemsMax: number;
  /** Of the whole input of a child, as JSON. */
  readonly bytesMax: number;
  readonly input: JsonValue | undefined;
}

/** A type of its members and no more, so that it is JSON. */
export type Batch = { readonly BatchInput?: JsonValue; readonly Items: readonly JsonValue[] };

/** Throws StateError where a single item does not fit. */
export function batched(fields: JsonValue, items: readonly JsonValue[]): readonly Batch[] {
  const batcher = batcherOf(fields);
  const emptyBytes = Buffer.byteLength(JSON.stringify(batchOf(batcher, [])));
  const batches: Batch[] = [];
  let batch: JsonValue[] = [];
  let bytes = emptyBytes;
  for (const item of items) {
    const itemBytes = Buffer.byteLength(JSON.stringify(item));
    if (emptyBytes + itemBytes > batcher.bytesMax) throw tooLarge(batcher.bytesMax);
    const isFull = batch.length >= batcher.itemsMax || bytes + itemBytes + 1 > batcher.bytesMax;
    if (isFull && batch.length > 0) {
      batches.push(batchOf(batcher, batch));
      batch = [];
      bytes = emptyBytes;
    }
    bytes += itemBytes + (batch.length > 0 ? 1 : 0);
    batch.push(item);
  }
  if (batch.length > 0) batches.push(batchOf(batcher, batch));
  return batches;
}

function batcherOf(fields: JsonValue): Batcher {
  const given = isJsonObject(fields) ? fields : {};
  return {
    itemsMax: positive(given.MaxItemsPerBatch, 'MaxItemsPerBatch') ?? Number.POSITIVE_INFINITY,
    bytesMax: Math.min(
      positive(given.MaxInputBytesPerBatch, 'MaxInputBytesPerBatch') ?? limits.taskResultBytesMax,
      limits.taskResultBytesMax,
    ),
    input: given.BatchInput,
  };
}

function batchOf({ input }: Batcher, items: readonly JsonValue[]): Batch {
  return input === undefined ? { Items: items } : { BatchInput: input, Items: items };
}

function positive(value: JsonValue | undefined, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new StateError('States.Runtime', `${name} must be a positive integer.`);
}

function tooLarge(bytesMax: number): StateError {
  return new StateError(
    'States.DataLimitExceeded',
    `An item does not fit into a batch of ${bytesMax} bytes.`,
  );
}
