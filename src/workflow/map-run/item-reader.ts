/**
 * ItemReader: where items come from that are not in the input.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
import { gunzipSync } from 'node:zlib';
import { limits } from '../../types/index.js';
import { noBuckets, type ObjectInfo, type Objects } from '../buckets/index.js';
import { StateError } from '../failure.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { type CsvConfig, csvConfigOf, csvItems } from './csv.js';
import { readerFailed } from './failure.js';

const getObject = 's3:getObject';
const listObjects = 's3:listObjectsV2';

export interface ReadItem {
  readonly value: JsonValue;
  /** The URI of what it was read from. */
  readonly source: string;
}

/** `fields`: of the reader, with what they name filled in. Throws StateError. */
export async function readItems(
  objects: Objects | null,
  fields: JsonValue,
): Promise<readonly ReadItem[]> {
  const reader = isJsonObject(fields) ? fields : {};
  const resource = String(reader.Resource).replace(/^arn:aws[\w-]*:states:::/, '');
  const config = isJsonObject(reader.ReaderConfig) ? reader.ReaderConfig : {};
  const itemsMax = itemsMaxOf(config);
  if (objects === null) {
    throw readerFailed(noBuckets(resource));
  }
  try {
    const where = placeOf(reader);
    if (resource === listObjects) {
      const found = await objects.list(where.bucket, where.prefix, itemsMax);
      const infos = found.slice(0, itemsMax);
      if (config.Transformation !== 'LOAD_AND_FLATTEN') {
        const listed = infos.map((info) => ({ ...info }));
        return from(uriOf(where.bucket, where.prefix), listed);
      }
      return await loaded(objects, where.bucket, infos, config, itemsMax);
    }
    if (resource !== getObject) throw readerFailed(`${resource} is not a reader.`);
    const bytes = await objects.get(where.bucket, where.key, limits.workflowObjectBytesMax);
    const items = await itemsIn(objects, where.bucket, bytes, config);
    return bounded(from(uriOf(where.bucket, where.key), items), itemsMax);
  } catch (thrown) {
    if (thrown instanceof StateError) throw thrown;
    throw readerFailed(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** The items of all objects, one after the other. */
async function loaded(
  objects: Objects,
  bucket: string,
  infos: readonly ObjectInfo[],
  config: JsonObject,
  itemsMax: number,
): Promise<readonly ReadItem[]> {
  const items: ReadItem[] = [];
  let bytesLeft: number = limits.workflowObjectBytesMax;
  for (const { Key } of infos) {
    const bytes = await objects.get(bucket, Key, bytesLeft);
    bytesLeft -= bytes.length;
    const found = await itemsIn(objects, bucket, bytes, config);
    for (const item of from(uriOf(bucket, Key), found)) items.push(item);
    if (items.length >= itemsMax) break;
  }
  return bounded(items, itemsMax);
}

function from(source: string, values: readonly JsonValue[]): readonly ReadItem[] {
  return values.map((value) => ({ value, source }));
}

function uriOf(bucket: string, key: string): string {
  return `s3://${bucket}/${key}`;
}

function bounded(items: readonly ReadItem[], itemsMax: number): readonly ReadItem[] {
  const kept = items.slice(0, itemsMax);
  if (kept.length <= limits.mapRunItemsMax) return kept;
  throw readerFailed(
    `There are ${items.length} items to be read; the limit is ${limits.mapRunItemsMax}.`,
  );
}

/** What an object holds, by what the reader says of it. */
async function itemsIn(
  objects: Objects,
  bucket: string,
  bytes: Uint8Array,
  config: JsonObject,
): Promise<readonly JsonValue[]> {
  const text = () => Buffer.from(bytes).toString();
  switch (config.InputType) {
    case 'CSV':
      return csvItems(text(), csvConfigOf(config));
    case 'JSONL':
      return jsonLines(text());
    case 'MANIFEST':
      if (config.ManifestType === 'ATHENA_DATA') throw notRead('manifests of Athena');
      return manifestItems(objects, bucket, parsed(text()));
    case 'JSON':
    case undefined:
      return jsonItems(parsed(text()), config.ItemsPointer);
    default:
      throw notRead(String(config.InputType));
  }
}

/** An array, or an object whose members become `{"Key": ..., "Value": ...}`. */
export function jsonItems(
  document: JsonValue,
  pointer: JsonValue | undefined,
): readonly JsonValue[] {
  const found = typeof pointer === 'string' ? pointed(document, pointer) : document;
  if (Array.isArray(found)) return found;
  if (isJsonObject(found)) {
    return Object.entries(found).map(([Key, Value]) => ({ Key, Value }));
  }
  throw readerFailed('Attempting to map over non-iterable node.');
}

export function jsonLines(text: string): readonly JsonValue[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parsed);
}

/** Of S3 Inventory: it names gzipped CSV files, and their columns. */
async function manifestItems(
  objects: Objects,
  bucket: string,
  manifest: JsonValue,
): Promise<readonly JsonValue[]> {
  if (!isJsonObject(manifest) || !Array.isArray(manifest.files) || manifest.fileFormat !== 'CSV') {
    throw readerFailed('The manifest is none of an S3 Inventory of CSV files.');
  }
  const headers = String(manifest.fileSchema)
    .split(',')
    .map((name) => name.trim());
  const config: CsvConfig = { headers, delimiter: ',' };
  const items: JsonValue[] = [];
  for (const file of manifest.files as readonly JsonValue[]) {
    const key = isJsonObject(file) ? String(file.key) : '';
    const zipped = await objects.get(bucket, key, limits.workflowObjectBytesMax);
    const csv = gunzipSync(zipped, { maxOutputLength: limits.workflowObjectBytesMax }).toString();
    items.push(...csvItems(csv, config));
    if (items.length > limits.mapRunItemsMax) break;
  }
  return items;
}

/** RFC 6901. Throws StateError where nothing is there. */
export function pointed(document: JsonValue, pointer: string): JsonValue {
  let found: JsonValue | undefined = document;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(found)) found = found[Number(name)];
    else found = isJsonObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }
  if (found === undefined) throw readerFailed(`There is nothing at ${pointer} in the object.`);
  return found;
}

function notRead(what: string): StateError {
  return readerFailed(
    `This cluster cannot read ${what}; it reads CSV, JSON, JSONL, and manifests of S3 Inventory in CSV.`,
  );
}

function placeOf(reader: JsonObject): { bucket: string; key: string; prefix: string } {
  const asked = reader.Parameters ?? reader.Arguments;
  const { Bucket, Key, Prefix } = isJsonObject(asked) ? asked : {};
  if (typeof Bucket !== 'string') throw readerFailed('The reader names no Bucket.');
  const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
  return { bucket: Bucket, key: text(Key), prefix: text(Prefix) };
}

function itemsMaxOf({ MaxItems }: JsonObject): number {
  if (MaxItems === undefined || MaxItems === null) return limits.mapRunItemsMax + 1;
  if (typeof MaxItems === 'number' && Number.isInteger(MaxItems) && MaxItems >= 0) {
    // 0 is no limit
    return MaxItems === 0 ? limits.mapRunItemsMax + 1 : MaxItems;
  }
  throw new StateError('States.Runtime', 'MaxItems must be a whole number.');
}

function parsed(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}
