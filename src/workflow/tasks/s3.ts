/** `aws-sdk:s3:getObject`, `putObject` and `listObjectsV2`: objects of the buckets that the nodes are told of. */
import { limits } from '../../types/index.js';
import {
  noBuckets,
  ObjectTooLong,
  type S3Action,
  type S3Api,
  S3Failure,
} from '../buckets/index.js';
import type { JsonObject } from '../json.js';
import { type Integration, TaskFailure, type TaskWork } from './integration.js';
import { serviceText } from './service-text.js';

/** Errors that the SDK for Java has classes for; all others are of one. */
const named = new Set([
  'EncryptionTypeMismatch',
  'InvalidObjectState',
  'InvalidRequest',
  'InvalidWriteOffset',
  'NoSuchBucket',
  'NoSuchKey',
  'TooManyParts',
]);

/** `api`: null where the nodes are told of no buckets. */
export function s3Task(api: S3Api | null, action: S3Action): Integration {
  return async (work) => {
    if (api === null) {
      throw new TaskFailure('States.TaskFailed', noBuckets(`aws-sdk:s3:${action}`));
    }
    try {
      return JSON.stringify(await asked(api, action, work));
    } catch (thrown) {
      throw thrown instanceof S3Failure ? failureOf(thrown) : thrown;
    }
  };
}

async function asked(
  api: S3Api,
  action: S3Action,
  { parameters, signal }: TaskWork,
): Promise<JsonObject> {
  switch (action) {
    case 'getObject': {
      const { head, bytes } = await api.getObject(parameters, limits.taskResultBytesMax, signal);
      return { ...head, Body: Buffer.from(bytes).toString() };
    }
    case 'putObject': {
      const { Body, ...rest } = parameters;
      const text = Body === undefined || Body === null ? '' : serviceText(Body);
      return api.putObject(rest, Buffer.from(text), signal);
    }
    case 'listObjectsV2':
      return api.listObjectsV2(parameters, signal);
  }
}

function failureOf(failure: S3Failure): TaskFailure {
  const { code, message } = failure;
  if (failure instanceof ObjectTooLong) {
    return new TaskFailure('States.DataLimitExceeded', message);
  }
  if (code === null) return new TaskFailure('S3.SdkClientException', message);
  return new TaskFailure(named.has(code) ? `S3.${code}Exception` : 'S3.S3Exception', message);
}
