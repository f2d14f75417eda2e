/** What only a Map has: how it processes items, where it reads them from, in which batches, and where results go. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { type Check, integer, oneOf, orExpression, referencePath, someOf, text } from './checks.js';
import type { Place } from './place.js';
import { type Shape, shaped } from './shape.js';
import { objectTemplate, template } from './templates.js';

const itemsMax = 100_000_000;
/** AWS: 256 KiB, as the input of an execution. */
const batchBytesMax = 262_144;

const reader: Shape = {
  fields: {
    Comment: { check: text },
    Resource: { check: resourceAmong('s3:getObject', 's3:listObjectsV2') },
    ReaderConfig: { check: readerConfig },
    Parameters: { check: template, only: 'JSONPath' },
    Arguments: { check: objectTemplate, only: 'JSONata' },
  },
  required: ['Resource'],
};

const readerConfigShape: Shape = {
  fields: {
    InputType: { check: oneOf('CSV', 'JSON', 'JSONL', 'PARQUET', 'MANIFEST') },
    ManifestType: { check: oneOf('S3_INVENTORY', 'ATHENA_DATA') },
    Transformation: { check: oneOf('NONE', 'LOAD_AND_FLATTEN') },
    CSVHeaderLocation: { check: oneOf('FIRST_ROW', 'GIVEN') },
    CSVHeaders: { check: someOf(text) },
    CSVDelimiter: { check: oneOf('COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB') },
    ItemsPointer: { check: text },
    MaxItems: { check: orExpression(integer(0, itemsMax)) },
    MaxItemsPath: { check: referencePath, only: 'JSONPath' },
  },
  atMostOne: [['MaxItems', 'MaxItemsPath']],
};

const batcher: Shape = {
  fields: {
    Comment: { check: text },
    BatchInput: { check: template },
    MaxItemsPerBatch: { check: orExpression(integer(1, itemsMax)) },
    MaxItemsPerBatchPath: { check: referencePath, only: 'JSONPath' },
    MaxInputBytesPerBatch: { check: orExpression(integer(1, batchBytesMax)) },
    MaxInputBytesPerBatchPath: { check: referencePath, only: 'JSONPath' },
  },
  atMostOne: [
    ['MaxItemsPerBatch', 'MaxItemsPerBatchPath'],
    ['MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath'],
  ],
};

const writer: Shape = {
  fields: {
    Comment: { check: text },
    Resource: { check: resourceAmong('s3:putObject') },
    Parameters: { check: template, only: 'JSONPath' },
    Arguments: { check: objectTemplate, only: 'JSONata' },
    WriterConfig: {
      check: shaped({
        fields: {
          OutputType: { check: oneOf('JSON', 'JSONL') },
          Transformation: { check: oneOf('NONE', 'COMPACT', 'FLATTEN') },
        },
      }),
    },
  },
};

export const itemReader: Check = shaped(reader);
export const itemBatcher: Check = shaped(batcher);
export const resultWriter: Check = shaped(writer);

/** ProcessorConfig: how many, and in executions of their own or not. */
export const processorConfig: Check = (value, place) => {
  shaped({
    fields: {
      Mode: { check: oneOf('INLINE', 'DISTRIBUTED') },
      ...(isJsonObject(value) && isDistributedConfig(value)
        ? { ExecutionType: { check: oneOf('STANDARD', 'EXPRESS') } }
        : {}),
    },
    required: isJsonObject(value) && isDistributedConfig(value) ? ['ExecutionType'] : [],
  })(value, place);
  if (isJsonObject(value) && isDistributedConfig(value) && place.rules.type === 'EXPRESS') {
    place
      .field('Mode')
      .refuse(
        "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines",
      );
  }
};

/** What is for distributed maps alone. */
export function checkMap(map: JsonObject, place: Place): void {
  if (isDistributed(map)) return;
  for (const name of ['ItemReader', 'ItemBatcher', 'ResultWriter']) {
    if (Object.hasOwn(map, name)) place.refuse(`Field '${name}' is not supported`);
  }
}

/** The type of state machine that the items of a Map run as, where they are executions of their own. */
export function executionTypeOf(processor: JsonValue): 'STANDARD' | 'EXPRESS' | undefined {
  const config = isJsonObject(processor) ? processor.ProcessorConfig : undefined;
  if (!isJsonObject(config) || !isDistributedConfig(config)) return undefined;
  return config.ExecutionType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
}

function isDistributed(map: JsonObject): boolean {
  return executionTypeOf(map.ItemProcessor ?? map.Iterator ?? null) !== undefined;
}

function isDistributedConfig(config: JsonObject): boolean {
  return config.Mode === 'DISTRIBUTED';
}

function resourceAmong(...allowed: readonly string[]): Check {
  return (value, place) => {
    const named = typeof value === 'string' ? /^arn:[\w-]{1,20}:states:::(.*)$/s.exec(value) : null;
    if (!named || !allowed.includes(named[1] ?? '')) {
      place.refuse("The field 'Resource' does not match any of the allowed values");
    }
  };
}

function readerConfig(value: JsonValue, place: Place): void {
  shaped(readerConfigShape)(value, place);
  if (!isJsonObject(value)) return;
  const { InputType: type, CSVHeaderLocation: headers } = value;
  if (type === 'CSV' && headers === undefined) {
    place.refuse("The field 'CSVHeaderLocation' is required");
  }
  if (type === 'JSON' && headers !== undefined) {
    place.refuse("Field 'CSVHeaderLocation' is not supported");
  }
  if (headers === 'GIVEN' && !Object.hasOwn(value, 'CSVHeaders')) {
    place.refuse('These fields are required: [CSVHeaders]');
  }
}
