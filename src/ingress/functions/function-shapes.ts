/** Bodies of the management operations as JSON carries them: types only; constraints come after. */
import * as z from 'zod';
import { HearthError } from '../../types/index.js';
import { anything, flag, text, textMap, texts, whole } from '../form/shape.js';

const settings = {
  Runtime: text,
  Role: text,
  Handler: text,
  Description: text,
  Timeout: whole,
  MemorySize: whole,
  Environment: z.object({ Variables: textMap }).nullish(),
  EphemeralStorage: z.object({ Size: whole }).nullish(),
  Layers: texts,
  SnapStart: z.object({ ApplyOn: text }).nullish(),
  VpcConfig: z.object({ SubnetIds: texts, SecurityGroupIds: texts }).nullish(),
  DeadLetterConfig: z.object({ TargetArn: text }).nullish(),
  TracingConfig: z.object({ Mode: text }).nullish(),
  LoggingConfig: z
    .object({ LogFormat: text, ApplicationLogLevel: text, SystemLogLevel: text, LogGroup: text })
    .nullish(),
  ImageConfig: z.object({ EntryPoint: texts, Command: texts, WorkingDirectory: text }).nullish(),
};

/** Members that AWS has and Hearth does not: refused unless they ask for nothing. */
const unofferedSettings = {
  KMSKeyArn: text,
  FileSystemConfigs: z.array(anything).nullish(),
  DurableConfig: anything,
  CapacityProviderConfig: anything,
  TenancyConfig: anything,
};

const code = { ZipFile: text, S3Bucket: text, S3Key: text, ImageUri: text };
/** Where to publish to, beside a number: refused. */
const publishing = { Publish: flag, PublishTo: text };

export const settingsShape = z.object({
  ...settings,
  ...unofferedSettings,
  RevisionId: text,
});

export const createShape = z.object({
  ...settings,
  ...unofferedSettings,
  FunctionName: text,
  Code: z.object(code).nullish(),
  PackageType: text,
  ...publishing,
  Architectures: texts,
  Tags: textMap,
  CodeSigningConfigArn: text,
});

export const codeShape = z.object({
  ...code,
  ...publishing,
  DryRun: flag,
  RevisionId: text,
  Architectures: texts,
});

export const layerShape = z.object({
  Description: text,
  Content: z.object({ ZipFile: text, S3Bucket: text, S3Key: text }).nullish(),
  CompatibleRuntimes: texts,
  CompatibleArchitectures: texts,
  LicenseInfo: text,
});

export const publishShape = z.object({
  CodeSha256: text,
  Description: text,
  RevisionId: text,
  PublishTo: text,
});

const routing = z.object({ AdditionalVersionWeights: z.record(z.string(), z.number()).nullish() });

export const aliasShape = z.object({
  Name: text,
  FunctionVersion: text,
  Description: text,
  RoutingConfig: routing.nullish(),
  RevisionId: text,
});

export const reservedShape = z.object({ ReservedConcurrentExecutions: whole });

/** Strict: a time zone under a wrong name would be another time. */
const schedule = z.strictObject({
  Start: z.string(),
  End: z.string(),
  TimeZone: text,
  ProvisionedConcurrentExecutions: z.number().int(),
});

/** `Schedules` is Hearth's own. */
export const provisionedShape = z.object({
  ProvisionedConcurrentExecutions: whole,
  Schedules: z.array(schedule).nullish(),
});

export const tagsShape = z.object({ Tags: textMap });

export type ScheduleBody = z.output<typeof schedule>;
export type AliasBody = z.output<typeof aliasShape>;
export type LayerBody = z.output<typeof layerShape>;
export type SettingsBody = z.output<typeof settingsShape>;
export type CreateBody = z.output<typeof createShape>;
export type CodeBody = z.output<typeof codeShape>;

/** Throws `not-offered` where a body asks for a feature that Hearth does not have. */
export function refuseUnoffered(body: SettingsBody | CreateBody): void {
  const asked: readonly (readonly [string, boolean])[] = [
    ['KMSKeyArn', Boolean(body.KMSKeyArn)],
    ['FileSystemConfigs', hasAny(body.FileSystemConfigs)],
    ['DurableConfig', hasAnything(body.DurableConfig)],
    ['CapacityProviderConfig', hasAnything(body.CapacityProviderConfig)],
    ['TenancyConfig', hasAnything(body.TenancyConfig)],
  ];
  for (const [member, present] of asked) if (present) throw notOffered(member);
}

/** Throws `not-offered` where a version is to be published to something else than its number. */
export function refusePublishTo({ PublishTo }: Pick<CodeBody, 'PublishTo'>): void {
  if (PublishTo != null) throw notOffered('PublishTo');
}

/** Throws `not-offered` where code comes from elsewhere than the request. */
export function refuseUnofferedCode(body: Pick<CodeBody, 'S3Bucket' | 'S3Key'>): void {
  if (body.S3Bucket != null || body.S3Key != null) throw notOffered('S3Bucket');
}

export function notOffered(member: string): HearthError {
  return new HearthError(
    'not-offered',
    `The member ${member} asks for a feature that this release does not offer; leave it out.`,
  );
}

function hasAny(list: readonly unknown[] | null | undefined): boolean {
  return (list?.length ?? 0) > 0;
}

function hasAnything(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
