/**
 * Commands and snapshots of the rollout as bytes: JSON, in the log behind a tag, checked when read.
 *
 *     command    u8 3 | {"kind":"begin",...}
 *     snapshot   {"rollouts":1,"state":{...}}
 */
import * as z from 'zod';
import { HearthError, limits, type NodeId } from '../../types/index.js';
import { type RolloutCommand, type RolloutState, steps } from '../types.js';

/** The first byte of a command of the rollout in the log: no other kind of command begins with it. */
export const rolloutCommandTag = 3;
/** Raised by every change that an older release would not understand. */
const snapshotFormat = 1;

const count = z.number().int().min(0);
const ms = z.number();
const node = z.string().min(1).max(64) as unknown as z.ZodType<NodeId>;
const text = z.string().max(10_000);
const release = z.strictObject({
  version: z.string().min(1).max(256),
  digest: z.string().max(256),
  formatLevel: count,
  artifact: z.string().max(4096),
});
const note = z.strictObject({
  host: z.string().max(256),
  place: z.string().max(256),
  version: z.string().max(256),
  atMs: ms,
  joinedMs: ms.optional(),
  overdueMs: ms.optional(),
});
const side = z.strictObject({
  nodes: count,
  requests: z.number(),
  failures: z.number(),
  functionErrors: z.number(),
  medianMs: ms.nullable(),
  p99Ms: ms.nullable(),
  lagP99Ms: ms.nullable(),
});
const comparison = z.strictObject({
  verdict: z.enum(['waiting', 'good', 'bad']),
  text,
  windowMs: ms,
  old: side,
  new: side,
});
const step = z.enum(steps);
const address = { host: z.string(), place: z.string() };
const about = { revision: count, atMs: ms };

const commands = {
  begin: z.strictObject({
    kind: z.literal('begin'),
    from: release,
    release,
    by: text,
    atMs: ms,
    size: count,
    oldMaster: node,
    again: z.boolean(),
  }),
  advance: z.strictObject({
    kind: z.literal('advance'),
    ...about,
    to: step,
    text,
    target: node.optional(),
    lead: z.string().optional(),
    reason: text.optional(),
    comparison: comparison.optional(),
  }),
  starting: z.strictObject({ kind: z.literal('starting'), ...about, note }),
  joined: z.strictObject({ kind: z.literal('joined'), ...about, ...address }),
  overdue: z.strictObject({ kind: z.literal('overdue'), ...about, ...address }),
  told: z.strictObject({
    kind: z.literal('told'),
    ...about,
    text,
    comparison: comparison.optional(),
    leaves: node.optional(),
  }),
  pause: z.strictObject({ kind: z.literal('pause'), ...about, by: text }),
  resume: z.strictObject({ kind: z.literal('resume'), ...about, by: text }),
  abort: z.strictObject({ kind: z.literal('abort'), ...about, by: text }),
  format: z.strictObject({ kind: z.literal('format'), level: count }),
} satisfies Record<RolloutCommand['kind'], z.ZodType>;

const rollout = z.strictObject({
  id: count,
  revision: count,
  from: release,
  release,
  by: text,
  beganMs: ms,
  step,
  stepBeganMs: ms,
  paused: z.strictObject({ by: text, atMs: ms }).nullable(),
  size: count,
  oldMaster: node,
  target: node.nullable(),
  reason: text.nullable(),
  starts: z.array(note),
  comparison: comparison.nullable(),
  story: z.array(z.strictObject({ atMs: ms, step, text, leaves: node.optional() })),
  endedMs: ms.nullable(),
});
const state = z.strictObject({
  formatLevel: count,
  cohort: z.strictObject({ number: count, version: z.string() }).nullable(),
  current: rollout.nullable(),
  past: z.array(rollout),
  refused: z.array(z.strictObject({ release: z.string(), reason: text, atMs: ms })),
});

export function encodeRolloutCommand(command: RolloutCommand): Uint8Array {
  return Buffer.concat([Buffer.of(rolloutCommandTag), Buffer.from(JSON.stringify(command))]);
}

/** Throws `storage` for a command of a newer release, `log-damaged` for what is none. */
export function decodeRolloutCommand(bytes: Uint8Array): RolloutCommand {
  const json = parsed(bytes.subarray(1), 'A command of the rollout in the log');
  const kind = (json as { readonly kind?: unknown } | null)?.kind;
  if (typeof kind === 'string' && !Object.hasOwn(commands, kind)) {
    throw newer(`The log holds a command "${kind.slice(0, 50)}" about the rollout`);
  }
  const schema = commands[kind as RolloutCommand['kind']] as z.ZodType<RolloutCommand> | undefined;
  return checked(schema, json, 'A command of the rollout in the log');
}

/** Parts of at most `limits.snapshotPartBytesMax`. */
export function encodeRolloutState(held: RolloutState): Uint8Array[] {
  const bytes = Buffer.from(JSON.stringify({ rollouts: snapshotFormat, state: held }));
  const size = limits.snapshotPartBytesMax;
  const parts = Math.ceil(bytes.length / size);
  return Array.from({ length: parts }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

/** Throws `storage` for a snapshot of a newer release, `log-damaged` for what is none. */
export function decodeRolloutState(bytes: Uint8Array): RolloutState {
  const what = 'The snapshot of the rollout';
  const json = parsed(bytes, what) as { readonly rollouts?: unknown; readonly state?: unknown };
  if (typeof json?.rollouts === 'number' && json.rollouts > snapshotFormat) {
    throw newer(`The snapshot of the rollout has the format ${json.rollouts}`);
  }
  return checked(state as z.ZodType<RolloutState>, json?.state, what);
}

function parsed(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw damaged(what, 'it is no JSON');
  }
}

function checked<Value>(schema: z.ZodType<Value> | undefined, json: unknown, what: string): Value {
  const read = schema?.safeParse(json);
  if (read?.success) return read.data;
  const issue = read?.error.issues[0];
  throw damaged(
    what,
    issue === undefined ? 'it has no kind' : `${issue.path.join('.')}: ${issue.message}`,
  );
}

function damaged(what: string, why: string): HearthError {
  return new HearthError('log-damaged', `${what} cannot be read (${why}).`);
}

function newer(what: string): HearthError {
  return new HearthError('storage', `${what}, of a newer release; start that release.`);
}
