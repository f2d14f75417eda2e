/** Settings of state machines that are kept and told as AWS does it: logging, tracing, encryption, tags. */
import { HearthError } from '../../types/index.js';
import type { JsonObject } from '../json.js';
import type { Tag } from '../registry/index.js';
import type { Input } from './shapes.js';

type Settings = Input<'CreateStateMachine'>;

export const defaultLogging: JsonObject = { level: 'OFF', includeExecutionData: false };
export const defaultTracing: JsonObject = { enabled: false };

/** What is encrypted at all is so with the cluster's own means. */
export const encryption = { type: 'AWS_OWNED_KEY' };

/** Throws `invalid-logging-configuration`. */
export function loggingOf(asked: NonNullable<Settings['loggingConfiguration']>): JsonObject {
  const { level = 'OFF', includeExecutionData = false, destinations } = asked;
  const isTold = destinations?.every(
    ({ cloudWatchLogsLogGroup: group }) => group?.logGroupArn !== undefined,
  );
  const count = destinations?.length ?? 0;
  if (count > 1 || isTold === false || (level !== 'OFF' && count === 0)) {
    throw new HearthError(
      'invalid-logging-configuration',
      'Invalid Logging Configuration: Must specify exactly one Log Destination.',
    );
  }
  const told = { level, includeExecutionData };
  if (destinations === undefined) return told;
  return {
    ...told,
    destinations: destinations.map(({ cloudWatchLogsLogGroup: group }) => ({
      cloudWatchLogsLogGroup: { logGroupArn: group?.logGroupArn ?? '' },
    })),
  };
}

export function tracingOf({
  enabled = false,
}: NonNullable<Settings['tracingConfiguration']>): JsonObject {
  return { enabled };
}

/** Throws `invalid-encryption-configuration`. */
export function checkEncryption(asked: Settings['encryptionConfiguration']): void {
  const isOwn = asked?.kmsKeyId === undefined && asked?.kmsDataKeyReusePeriodSeconds === undefined;
  if (asked === undefined || (asked.type === 'AWS_OWNED_KEY' && isOwn)) return;
  throw new HearthError(
    'invalid-encryption-configuration',
    'Invalid Encryption Configuration: there are no customer managed keys here; leave it out, or use AWS_OWNED_KEY.',
  );
}

export function tagsOf(asked: Settings['tags']): readonly Tag[] {
  return (asked ?? []).map(({ key, value = '' }) => ({ key, value }));
}

/** As the API tells time: seconds since 1970, with milliseconds as fraction; undefined for none (0). */
export function seconds(ms: number): number | undefined {
  return ms === 0 ? undefined : ms / 1000;
}
