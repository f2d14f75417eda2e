/** The part of the Lambda API's answers that the command reads; unknown members pass through. */
import * as z from 'zod';

export const functionConfiguration = z.looseObject({
  FunctionName: z.string(),
  FunctionArn: z.string().optional(),
  Runtime: z.string().optional(),
  Handler: z.string().optional(),
  PackageType: z.string().default('Zip'),
  Layers: z.array(z.looseObject({ Arn: z.string() })).default([]),
  SnapStart: z.looseObject({ ApplyOn: z.string() }).optional(),
  CodeSize: z.number().default(0),
  CodeSha256: z.string().default(''),
  MemorySize: z.number().default(128),
  Timeout: z.number().default(3),
  LastModified: z.string().default(''),
  State: z.string().default('Active'),
  LastUpdateStatus: z.string().default('Successful'),
  LastUpdateStatusReason: z.string().optional(),
  StateReason: z.string().optional(),
  Environment: z
    .looseObject({ Variables: z.record(z.string(), z.string()).default({}) })
    .optional(),
});
export type FunctionConfiguration = z.output<typeof functionConfiguration>;

export const version = z.looseObject({ Version: z.string(), FunctionArn: z.string() });
export type Version = z.output<typeof version>;

export const alias = z.looseObject({ Name: z.string(), FunctionVersion: z.string() });
export type Alias = z.output<typeof alias>;

export const functionList = z.looseObject({
  Functions: z.array(functionConfiguration),
  NextMarker: z.string().nullish(),
});

export const layerVersion = z.looseObject({
  LayerVersionArn: z.string(),
  Version: z.number(),
  CreatedDate: z.string().default(''),
  CompatibleRuntimes: z.array(z.string()).default([]),
});
export type LayerVersion = z.output<typeof layerVersion>;

export const layer = z.looseObject({ LayerName: z.string(), LatestMatchingVersion: layerVersion });
export type Layer = z.output<typeof layer>;

export const layerList = z.looseObject({
  Layers: z.array(layer),
  NextMarker: z.string().nullish(),
});

export const imageFunction = z.looseObject({
  Code: z.looseObject({ ImageUri: z.string().optional() }),
});

export const reserved = z.looseObject({ ReservedConcurrentExecutions: z.number().optional() });

const schedule = z.looseObject({
  Start: z.string(),
  End: z.string(),
  TimeZone: z.string(),
  ProvisionedConcurrentExecutions: z.number(),
});

/** A time window as it is sent and told. */
export interface ProvisionedSchedule {
  readonly Start: string;
  readonly End: string;
  readonly TimeZone: string;
  readonly ProvisionedConcurrentExecutions: number;
}

export const provisioned = z.looseObject({
  RequestedProvisionedConcurrentExecutions: z.number(),
  AllocatedProvisionedConcurrentExecutions: z.number(),
  AvailableProvisionedConcurrentExecutions: z.number(),
  Status: z.string(),
  LastModified: z.string().default(''),
  Schedules: z.array(schedule).default([]),
});
export type ProvisionedFigures = z.output<typeof provisioned>;

const listedProvisioned = provisioned.extend({ FunctionArn: z.string() });
export type ListedProvisioned = z.output<typeof listedProvisioned>;

export const provisionedList = z.looseObject({
  ProvisionedConcurrencyConfigs: z.array(listedProvisioned),
  NextMarker: z.string().nullish(),
});

export const warmed = z.looseObject({
  functionName: z.string(),
  version: z.string(),
  initMs: z.number().optional(),
  node: z.string(),
});
export type Warmed = z.output<typeof warmed>;

export const clusterPage = z.looseObject({
  self: z.string(),
  master: z.string().nullable(),
  term: z.number(),
  quorum: z.boolean(),
  nodes: z.array(
    z.looseObject({
      id: z.string(),
      rank: z.number(),
      role: z.string(),
      status: z.string(),
      http: z.string(),
      cluster: z.string(),
      release: z.string().default(''),
      joinedAt: z.number(),
      load: z.number(),
      /** Older releases do not say it. */
      degraded: z.boolean().default(false),
    }),
  ),
  /** Process id of the node that answers; older releases do not say it. */
  process: z.number().optional(),
});
export type ClusterPage = z.output<typeof clusterPage>;

/** What a function is set to, in the API's names; absent means unchanged or the default. */
export interface FunctionChanges {
  readonly Runtime?: string;
  readonly Handler?: string;
  readonly Description?: string;
  readonly MemorySize?: number;
  readonly Timeout?: number;
  readonly PackageType?: 'Image';
  /** ARNs. */
  readonly Layers?: readonly string[];
  readonly SnapStart?: { readonly ApplyOn: 'None' | 'PublishedVersions' };
  readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
}

export interface LayerMembers {
  readonly Description?: string;
  readonly LicenseInfo?: string;
  readonly CompatibleRuntimes?: readonly string[];
  readonly CompatibleArchitectures?: readonly string[];
}

/** A zip, or a container image. */
export type FunctionCode = Buffer | { readonly ImageUri: string };

export interface InvokeAnswer {
  readonly payload: Buffer;
  /** `X-Amz-Function-Error`, null where the function succeeded. */
  readonly functionError: string | null;
  /** Log tail as text, null where it was not asked for. */
  readonly log: string | null;
  readonly requestId: string;
}
