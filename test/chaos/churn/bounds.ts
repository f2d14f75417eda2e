/**
 * Whether what a node holds is back to where it was. What the kernel counts has to be back but for what a node
 * opens late; memory may grow between half and end by what is kept on purpose for longer than the run lasts.
 */
import type { ChurnRecord, Holdings } from './churn.js';

export interface Finding {
  readonly node: number;
  readonly what: string;
  readonly before: number;
  readonly half: number;
  readonly after: number;
  /** What it would grow by in an hour, from the second half; null where that says nothing. */
  readonly perHour: number | null;
  /** What `after` may be at most. */
  readonly atMost: number;
  readonly holds: boolean;
}

interface Bound {
  readonly what: string;
  readonly figure: (holdings: Holdings) => number;
  readonly atMost: (record: ChurnRecord, index: number) => number;
}

const MiB = 1024 * 1024;
/** Links, table streams, gossip's watches, and HTTP for code and logs: each is dialled by whoever has need of it first. */
const latePerPeer = 3;
/** Memory of the log until it is so long that a snapshot takes its place, with the objects around its bytes. */
const logBytes = 12 * MiB;
/** Two counts of the same thing: compiled code comes and goes. */
const unsteadyBytes = 3 * MiB;
/**
 * Within an hour: ended events and remembered idempotency keys, a day of which are kept, and what of the records of
 * executions is held in memory.
 */
const keptBytesPerHour = 12 * MiB;
/** Pages that the allocator keeps for the next burst. */
const allocatorBytes = 32 * MiB;
const residentBytesPerHour = 20 * MiB;

const bounds: readonly Bound[] = [
  {
    what: 'descriptors',
    figure: (one) => one.descriptors,
    atMost: withLate((one) => one.descriptors),
  },
  { what: 'sockets', figure: (one) => one.sockets, atMost: withLate((one) => one.sockets) },
  exact('processes', (one) => one.processes),
  exact('cgroups', (one) => one.cgroups),
  exact('mounts', (one) => one.mounts),
  exact('temporary files', ({ filesOf }) => filesOf.temporary?.files ?? 0),
  exact('files of its own', ownFiles),
  {
    what: 'held memory, bytes',
    figure: (one) => one.heldBytes,
    atMost: grownBy((one) => one.heldBytes, logBytes + unsteadyBytes, keptBytesPerHour),
  },
  {
    what: 'resident memory, bytes',
    figure: (one) => one.residentBytes,
    atMost: grownBy((one) => one.residentBytes, logBytes + allocatorBytes, residentBytesPerHour),
  },
  stored('durable log, bytes', 'log', 24 * MiB),
  stored('logs of functions, bytes', 'logs', 9 * MiB),
  stored('records of executions, bytes', 'executions', 2 * MiB),
  // one line per change; 16 files of 4 MiB at most
  stored('audit, bytes', 'audit', 64 * MiB),
];

/** Rooms of the data directory that are bounded by themselves, or wait for an hour before they are cleared. */
const storeRooms = ['audit', 'bundles', 'code', 'executions', 'log', 'logs', 'temporary', 'usage'];

export function judgeChurn(record: ChurnRecord): Finding[] {
  return record.after.flatMap((_, index) => bounds.map((bound) => judge(record, index, bound)));
}

/** In words, with what of ended nodes is still there. */
export function leaksOf(record: ChurnRecord): string[] {
  const broken = judgeChurn(record).filter(({ holds }) => !holds);
  return [
    ...broken.map(
      ({ node, what, before, half, after, atMost }) =>
        `node ${node}: ${what} ${before} before, ${half} at half, ${after} at the end, at most ${atMost}`,
    ),
    ...record.remains.map((what) => `left by a node that has ended: ${what}`),
  ];
}

function judge(record: ChurnRecord, index: number, { what, figure, atMost }: Bound): Finding {
  const [before, half, after] = [record.before, record.half, record.after].map((all) =>
    figure(at(all, index)),
  ) as [number, number, number];
  const { node } = at(record.after, index);
  const most = Math.round(atMost(record, index));
  // of a node that was started again since, the second half says nothing
  const isSteady = node !== record.restless;
  const perHour = isSteady ? ((after - half) * 2) / record.share : null;
  return { node, what, before, half, after, perHour, atMost: most, holds: after <= most };
}

function exact(what: string, figure: Bound['figure']): Bound {
  return { what, figure, atMost: (record, index) => settled(record, index, figure) };
}

function stored(what: string, room: string, bytesMax: number): Bound {
  return { what, figure: ({ filesOf }) => filesOf[room]?.bytes ?? 0, atMost: () => bytesMax };
}

function withLate(figure: Bound['figure']): Bound['atMost'] {
  return (record, index) =>
    settled(record, index, figure) + latePerPeer * (record.before.length - 1);
}

/** What the first half has added for good belongs to the warm-up: a leak adds as much again in the second. */
function settled({ before, half }: ChurnRecord, index: number, figure: Bound['figure']): number {
  return Math.max(figure(at(before, index)), figure(at(half, index)));
}

/** Since half; a node that was started again is compared with itself after the warm-up. */
function grownBy(figure: Bound['figure'], bytes: number, bytesPerHour: number): Bound['atMost'] {
  return ({ half, before, share, restless }, index) => {
    const since =
      at(half, index).node === restless
        ? Math.max(figure(at(before, index)), figure(at(half, index)))
        : figure(at(half, index));
    return since + bytes + (bytesPerHour * share) / 2;
  };
}

function ownFiles({ filesOf }: Holdings): number {
  return Object.entries(filesOf)
    .filter(([room]) => !storeRooms.includes(room))
    .reduce((sum, [, { files }]) => sum + files, 0);
}

function at(all: readonly Holdings[], index: number): Holdings {
  const found = all[index];
  if (found === undefined) throw new Error(`node ${index + 1} was not counted`);
  return found;
}
