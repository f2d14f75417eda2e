/**
 * A node's configuration in three steps: raw (command line over file) -> defaults -> checked for
 * relations. This is the only place that knows a default.
 */
import { cpus } from 'node:os';
import * as z from 'zod';
import { HearthError } from './errors.js';
import {
  formatHostPort,
  type HostPort,
  isLoopback,
  isWildcard,
  parseHostPort,
} from './host-port.js';
import { limits } from './limits.js';
import { rolloutSchema } from './rollout-config.js';

export type SandboxKind = 'auto' | 'docker' | 'namespace' | 'process';

/** The file in a data directory that tells what a killed node's sandboxes left behind. */
export const sandboxManifest = 'sandboxes.json';
/** Likewise of the containers of functions that are images, where the others are no containers. */
export const containerManifest = 'containers.json';

const positiveMs = z.number().int().positive();

const rawSchema = z.strictObject({
  data: z.string().min(1),
  http: z.string(),
  cluster: z.string(),
  advertise: z.string().optional(),
  join: z.array(z.string()).default([]),
  secretFile: z.string().optional(),
  /** Whether callers have to say who they are; `auto`: unless the node listens on loopback. */
  auth: z.enum(['auto', 'on', 'off']).default('auto'),
  sandbox: z.enum(['auto', 'docker', 'namespace', 'process']).default('auto'),
  /**
   * Sandboxes of this node, all functions together. As many as there may be: memory bounds them, which is
   * measured (`memoryReserveMb`), and idle ones are frozen and cost nothing else.
   */
  sandboxesMax: z
    .number()
    .int()
    .min(1)
    .max(limits.sandboxesPerNodeMax)
    .default(limits.sandboxesPerNodeMax),
  /**
   * Memory of the host that sandboxes are not to take: below it idle ones are ended and none is started.
   * Without it a tenth of all, and at least 256 MB.
   */
  memoryReserveMb: z.number().int().min(0).optional(),
  /** Sandboxes that boot at the same time: more than the cores can boot only slows each of them. */
  startsMax: z
    .number()
    .int()
    .min(1)
    .default(() => Math.max(2, cpus().length)),
  /** Published versions of which this node keeps a snapshot (SnapStart), the newest first. */
  snapshotsMax: z
    .number()
    .int()
    .min(0)
    .max(limits.zygotesPerNodeMax)
    .default(limits.zygotesPerNodeMax),
  /** Stem cells of this node, all kinds together; 0 for none. */
  stemCellsMax: z
    .number()
    .int()
    .min(0)
    .max(limits.stemCellsPerNodeMax)
    .default(() => Math.min(limits.stemCellsPerNodeMax, 2 * cpus().length)),
  /** How long a sandbox may be idle before it is ended. */
  sandboxIdleMs: positiveMs.default(300_000),
  /** How long a sandbox is idle before it is frozen; 0 for never. */
  sandboxLingerMs: z.number().int().min(0).default(1000),
  /** Docker's Unix socket; without it, what DOCKER_HOST says, or the usual one. */
  dockerSocket: z.string().optional(),
  /** Docker images by runtime, such as `{"nodejs20.x": "registry:5000/node:20"}`; without one, made here. */
  dockerImages: z.record(z.string(), z.string()).optional(),
  /** Disk for the logs of functions: over it, the oldest are dropped. */
  logDiskMb: z.number().int().min(8).default(1024),
  /** Where they are shipped to besides: a bucket that speaks S3. */
  logBucket: z
    .strictObject({
      bucket: z.string().min(1),
      /** Such as `http://10.0.0.9:9000`; without it, AWS's own. */
      endpoint: z.url().optional(),
      region: z.string().default('us-east-1'),
      /** Before the names of all objects. */
      prefix: z.string().default('hearth/logs'),
      /** As the AWS command line's; without it, what the node's environment offers. */
      credentialsFile: z.string().optional(),
    })
    .optional(),
  /** What state machines read and write objects with (distributed Maps, Tasks of `aws-sdk:s3`): a server that speaks S3. */
  workflowObjects: z
    .strictObject({
      /** As of `logBucket`. */
      endpoint: z.url().optional(),
      region: z.string().default('us-east-1'),
      /** Those that state machines may use; without it, all that the credentials reach. */
      buckets: z.array(z.string().min(1)).min(1).optional(),
      /** As of `logBucket`. */
      credentialsFile: z.string().optional(),
    })
    .optional(),
  /** Disk for the records of executions, and how long they are kept: over either, the oldest are dropped. */
  recordDiskMb: z.number().int().min(1).default(64),
  recordHours: z.number().int().min(1).default(168),
  /** A collector of traces that speaks OTLP/HTTP, such as `http://10.0.0.9:4318`; without it, what the environment names. */
  otlpEndpoint: z.url().optional(),
  /** Of the requests that belong to no trace, how many begin one, where traces are collected: 0 to 1. */
  traceShare: z.number().min(0).max(1).default(1),
  /** Traces that this node begins in a second at most: a node under load spends some 0.2 ms on each. */
  tracesPerSMax: z.number().int().min(1).default(200),
  /** How long a request waits for a sandbox before it is refused with 429. */
  queueWaitMs: positiveMs.default(30_000),
  /** `none`: every node runs what it is asked itself, and asks and tells nobody who holds what warm. */
  routing: z.enum(['tiered', 'none']).default('tiered'),
  /**
   * A function that a node forwards more often than this, per second, becomes warm there: a forward costs
   * some 0.3 ms of both nodes, a sandbox 50 ms once and its memory.
   */
  spreadForwardsPerS: z.number().positive().default(20),
  /** Disk for the code of functions: over it, what was used least recently is dropped. */
  codeDiskMb: z.number().int().min(1).default(10_240),
  /** After the first error of a function, an asynchronous invocation waits so long; after the second twice that. */
  asyncRetryBaseMs: positiveMs.default(60_000),
  /** Asynchronous invocations that this node has run at the same time: more of them only make callers wait. */
  asyncRunningMax: z
    .number()
    .int()
    .min(1)
    .max(limits.sandboxesPerNodeMax)
    .default(() => Math.max(32, 8 * cpus().length)),
  /** Asynchronous invocations of the cluster that have not ended, as this node sees them; then 429. */
  asyncQueueMax: z
    .number()
    .int()
    .min(1)
    .max(limits.eventsPendingMax)
    .default(limits.eventsPendingMax),
  asyncQueueMb: z
    .number()
    .int()
    .min(1)
    .max(limits.eventPendingBytesMax / 1024 / 1024)
    .default(limits.eventPendingBytesMax / 1024 / 1024),
  /** Those of one function: it leaves something to the others. */
  asyncQueuePerFunctionMax: z
    .number()
    .int()
    .min(1)
    .max(limits.eventsPendingMax)
    .default(limits.eventsPendingMax / 2),
  /** How long a node that died may take to come back to its asynchronous invocations; then others run them. */
  asyncAdoptAfterMs: positiveMs.default(3000),
  /** Of uploaded code, syntax and whether the handler is there: AWS takes what is broken, so do we, and say it. */
  codeChecks: z.enum(['off', 'warn', 'refuse']).default('warn'),
  /** What code may not do here: start processes, eval, load native code, open sockets. */
  codePolicy: z.enum(['off', 'warn', 'refuse']).default('off'),
  /**
   * How long a node that was told to stop by SIGTERM still takes requests while its health page says 503, where
   * somebody looks at that page: longer than balancers take to leave it out.
   */
  drainNoticeMs: z.number().int().min(0).default(3500),
  /** How long a stopping node waits for the requests it still runs. */
  drainMs: z.number().int().min(0).default(10_000),
  /** The rolling deploy of Hearth itself. */
  rollout: rolloutSchema.prefault({}),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** As written on the command line and in `--config FILE` (JSON, the same names). */
export type RawNodeConfig = z.input<typeof rawSchema>;

export interface NodeConfig
  extends Omit<
    z.output<typeof rawSchema>,
    'http' | 'cluster' | 'advertise' | 'join' | 'secretFile' | 'auth'
  > {
  readonly http: HostPort;
  readonly cluster: HostPort;
  /** What other nodes are told to dial instead of `cluster`. */
  readonly advertise: HostPort;
  readonly join: readonly HostPort[];
  readonly secretFile: string | null;
  /** Callers have to say who they are. */
  readonly authenticate: boolean;
}

/** Raw -> defaults -> checked. Throws `invalid-parameter` naming the option. */
export function resolveNodeConfig(raw: RawNodeConfig): NodeConfig {
  const parsed = rawSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new HearthError(
      'invalid-parameter',
      `The setting '${issue?.path.join('.') ?? ''}' is wrong: ${issue?.message ?? 'unknown'}.`,
    );
  }
  const { http, cluster, advertise, join, secretFile, auth, ...rest } = parsed.data;
  const listen = parseHostPort(http, '--http');
  const config: NodeConfig = {
    ...rest,
    http: listen,
    cluster: parseHostPort(cluster, '--cluster'),
    advertise: parseHostPort(advertise ?? cluster, advertise ? '--advertise' : '--cluster'),
    join: join.map((address) => parseHostPort(address, '--join')),
    secretFile: secretFile ?? null,
    authenticate: auth === 'on' || !isLoopback(listen.host),
  };
  if (auth === 'off' && config.authenticate) {
    throw new HearthError(
      'invalid-parameter',
      `--auth off lets everyone do everything, and --http ${formatHostPort(listen)} is reachable from other ` +
        'machines; leave --auth out, or bind --http to a loopback address such as 127.0.0.1.',
    );
  }
  checkRelations(config);
  return config;
}

function checkRelations(config: NodeConfig): void {
  const { http, cluster, advertise, secretFile } = config;
  const refuse = (message: string): never => {
    throw new HearthError('invalid-parameter', message);
  };
  if (config.authenticate && secretFile === null) {
    refuse(
      `With --http ${formatHostPort(http)} callers have to say who they are, and without a cluster secret ` +
        "nobody could make the first access key; make one with 'hearth secret new FILE' and give every node " +
        '--secret-file FILE, or bind --http to a loopback address such as 127.0.0.1 without --auth on.',
    );
  }
  if (!isLoopback(cluster.host) && secretFile === null) {
    refuse(
      `--cluster ${formatHostPort(cluster)} is reachable from other machines, and without a secret nothing ` +
        "is encrypted between nodes; make one with 'hearth secret new FILE', give every node --secret-file " +
        'FILE, or bind to a loopback address such as 127.0.0.1.',
    );
  }
  if (isWildcard(advertise.host)) {
    refuse(
      `${formatHostPort(advertise)} is no address that other nodes could dial; give the one at which they ` +
        'reach this node with --advertise HOST:PORT.',
    );
  }
  if (http.port !== 0 && http.port === cluster.port && http.host === cluster.host) {
    refuse(`--http and --cluster are both ${formatHostPort(http)}; give each a port of its own.`);
  }
}
