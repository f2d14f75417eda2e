/** The settings of the rollout, as they stand under `rollout` in `--config FILE`. Defaults are here alone. */
import * as z from 'zod';

/** Where one node may live: its addresses and its data, which stay with the place from node to node. */
const place = z.strictObject({
  /** Unique on its host; told in pages and commands. */
  name: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
  http: z.string(),
  cluster: z.string(),
  /** Data directory. */
  data: z.string().min(1),
});

/** A program and its arguments; it gets one JSON object on standard input and answers with one on standard output. */
const program = z.array(z.string().min(1)).min(1);

const provider = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('process'),
    /** All on this host, with at least one more than nodes that run there. */
    places: z.array(place).min(2),
    /** Where releases are unpacked, a directory each, named by its version. */
    releases: z.string().min(1),
  }),
  z.strictObject({
    kind: z.literal('docker'),
    places: z.array(place).min(2),
    /** Docker's Unix socket; without it, what DOCKER_HOST says, or the usual one. */
    socket: z.string().optional(),
    /** Further mounts of each container, as `docker run -v` takes them. */
    mounts: z.array(z.string()).default([]),
    privileged: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('command'),
    list: program,
    prepare: program.optional(),
    start: program,
    stop: program,
    /** How long any of them may take. */
    timeoutMs: z.number().int().positive().default(120_000),
  }),
]);

export const rolloutSchema = z.strictObject({
  provider: provider.optional(),
  /** Nodes with the same one share a host and its places; without it, the host's name. */
  host: z.string().min(1).optional(),
  /** A directory, the `http(s)://` address of a manifest, or `oci://HOST[:PORT]/NAME:TAG`; null: only by hand. */
  source: z.string().nullable().default(null),
  /** Base64 of raw ed25519 public keys (32 bytes): a release signed with none of them is refused. */
  keys: z
    .array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'is no ed25519 public key in base64'))
    .default([]),
  /** How often the source is looked at, give or take a fifth. */
  pollMs: z.number().int().min(100).default(30_000),
  canaries: z.number().int().min(1).default(1),
  /** How long canaries are compared with the old nodes, and how long the whole is watched at the end. */
  bakeMs: z.number().int().min(0).default(60_000),
  /** Requests that canaries must have answered; waited for as long as ten times `bakeMs`. */
  requestsMin: z.number().int().min(0).default(200),
  /** Nodes drained at a time: this share of all, at least one. */
  batchShare: z.number().positive().max(1).default(0.1),
  /** How long a new node may take until it is a member. */
  startTimeoutMs: z.number().int().positive().default(60_000),
  /** A place whose node of the new release was started so often within so long is in a crash loop. */
  crashStarts: z.number().int().min(2).default(3),
  crashWindowMs: z.number().int().positive().default(120_000),
});

export type RolloutConfig = z.output<typeof rolloutSchema>;
export type ProviderConfig = NonNullable<RolloutConfig['provider']>;
export type PlaceConfig = z.output<typeof place>;
