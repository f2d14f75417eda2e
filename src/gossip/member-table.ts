/**
 * What this node believes about every node, itself included. A record is only ever replaced by one that
 * supersedes it; suspicions and memories carry the time at which they began.
 */
import type { Random } from '../lib/index.js';
import type { NodeId } from '../types/index.js';
import { recordBytes } from './content.js';
import { isLive, looksTheSame, supersedes, withCohort } from './member-order.js';
import type { MemberRecord } from './packet.js';
import { parameters, suspicionTimeoutMs } from './parameters.js';
import type { GossipMember } from './types.js';
import { memberHash, ViewChecksum } from './view-checksum.js';

interface Entry {
  readonly member: GossipMember;
  /** Suspect: since when, and by whose probes. */
  readonly suspectSinceMs: number;
  readonly accusers: readonly number[];
  /** Dead: its process has been seen to be gone. */
  readonly proven: boolean;
  /** Dead or left: since when, as far as anybody knows. */
  readonly endedAtMs: number;
  /** What its record takes in a packet. */
  readonly bytes: number;
  /** Its share of the view checksum; null where it does not count (any more). */
  hash: ReturnType<typeof memberHash> | null;
}

/** What a record says beside the member itself. */
type Told = Pick<Entry, 'accusers' | 'proven' | 'endedAtMs'>;

export type MergeResult = 'taken' | 'known' | 'incarnation-jump' | 'members-full';

export class MemberTable {
  readonly #entries = new Map<NodeId, Entry>();
  readonly #suspects = new Set<NodeId>();
  readonly #dead = new Set<NodeId>();
  readonly #left = new Set<NodeId>();
  readonly #live = new Set<NodeId>();
  readonly #view = new ViewChecksum();
  #liveList: readonly NodeId[] | null = null;
  #snapshot: readonly GossipMember[] | null = null;
  #looksChanged = false;

  constructor(
    private readonly self: NodeId,
    private readonly capacity: number,
  ) {}

  get(id: NodeId): GossipMember | undefined {
    return this.#entries.get(id)?.member;
  }

  bytesOf(id: NodeId): number {
    return this.#entries.get(id)?.bytes ?? 0;
  }

  accusersOf(id: NodeId): readonly number[] {
    return this.#entries.get(id)?.accusers ?? [];
  }

  /** A member as it is told to others; undefined where nothing is known. */
  record(id: NodeId, nowMs: number): MemberRecord | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const { member, accusers, endedAtMs, proven } = entry;
    const endedS = isLive(member) ? 0 : Math.max(0, Math.round((nowMs - endedAtMs) / 1000));
    return { ...member, endedS, accusers, ...(proven && { proven }) };
  }

  /** Takes what counts more than what is known. News about ourselves is not merged: the core answers it. */
  merge(record: MemberRecord, nowMs: number): MergeResult {
    const entry = this.#entries.get(record.id);
    const known = entry?.member;
    const news = withCohort(record, known);
    const endedAtMs = isLive(news) ? 0 : nowMs - news.endedS * 1000;
    const { endedS: _, accusers, proven = false, ...member } = news;
    if (known === undefined) {
      if (!isLive(news) && nowMs - endedAtMs >= parameters.retentionMs) return 'known';
      const full = this.#entries.size >= this.capacity;
      if (full && !(isLive(news) && this.#forgetOldest())) return 'members-full';
    } else {
      if (
        news.generation === known.generation &&
        news.incarnation - known.incarnation > parameters.incarnationJumpMax
      ) {
        return 'incarnation-jump';
      }
      if (!supersedes(news, known)) return this.#complete(entry as Entry, news);
    }
    this.#set(member, { accusers, proven, endedAtMs }, nowMs);
    return 'taken';
  }

  /** Sets a record without asking the order. */
  put(member: GossipMember, nowMs: number): void {
    this.#set(member, { accusers: [], proven: false, endedAtMs: nowMs }, nowMs);
  }

  /** Everybody but ourselves that is alive or suspect. */
  live(): ReadonlySet<NodeId> {
    return this.#live;
  }

  /** The same as an array; the same array until it changes. */
  liveList(): readonly NodeId[] {
    this.#liveList ??= [...this.#live];
    return this.#liveList;
  }

  /** Up to `count` live members at random, each once. */
  someLive(random: Random, count: number, but?: NodeId): NodeId[] {
    const live = this.liveList();
    if (live.length <= 3 * count) {
      return random.shuffled(live.filter((id) => id !== but)).slice(0, count);
    }
    const chosen = new Set<NodeId>();
    while (chosen.size < count) {
      const id = live[random.below(live.length)];
      if (id !== undefined && id !== but) chosen.add(id);
    }
    return [...chosen];
  }

  /** Everybody that is dead and has not said goodbye. */
  dead(): ReadonlySet<NodeId> {
    return this.#dead;
  }

  /** The suspects whose time to refute is over. */
  convictable(nowMs: number): GossipMember[] {
    const due: GossipMember[] = [];
    for (const id of this.#suspects) {
      const { member, suspectSinceMs, accusers } = this.#entries.get(id) as Entry;
      const timeoutMs = suspicionTimeoutMs(this.#live.size + 1, accusers.length);
      if (suspectSinceMs + timeoutMs <= nowMs) due.push(member);
    }
    return due;
  }

  /** This process stood still and may not have heard the refutations: every suspicion starts again. */
  rearmSuspicions(nowMs: number): void {
    for (const id of this.#suspects) {
      this.#entries.set(id, { ...(this.#entries.get(id) as Entry), suspectSinceMs: nowMs });
    }
  }

  /** Forgets who has been dead or left for the whole retention; returns them. */
  forget(nowMs: number): NodeId[] {
    const forgotten: NodeId[] = [];
    for (const id of [...this.#dead, ...this.#left]) {
      const entry = this.#entries.get(id) as Entry;
      const forMs = nowMs - entry.endedAtMs;
      if (entry.hash !== null && forMs >= parameters.viewRetentionMs) this.#uncount(entry);
      if (forMs < parameters.retentionMs || id === this.self) continue;
      this.#drop(id);
      forgotten.push(id);
    }
    return forgotten;
  }

  /** Checksum of all that a reader of the member list would see, 16 hex digits. */
  view(): string {
    return this.#view.text;
  }

  /** All members, by id: immutable, and the same object until something changes. */
  snapshot(): readonly GossipMember[] {
    this.#snapshot ??= Object.freeze(
      [...this.#entries.values()]
        .map(({ member }) => member)
        .sort((one, other) => (one.id < other.id ? -1 : 1)),
    );
    return this.#snapshot;
  }

  /** Everybody known. */
  ids(): Iterable<NodeId> {
    return this.#entries.keys();
  }

  /** True once after anything but an incarnation alone has changed. */
  takeChanged(): boolean {
    const changed = this.#looksChanged;
    this.#looksChanged = false;
    return changed;
  }

  /** What an older or equal record adds to the known one: a cohort, or accusers. */
  #complete(entry: Entry, news: MemberRecord): MergeResult {
    const member = withCohort(entry.member, news);
    if (member === entry.member || entry.hash === null)
      return this.#confirm(news) ? 'taken' : 'known';
    this.#set(member, entry, entry.suspectSinceMs);
    this.#confirm(news);
    return 'taken';
  }

  /** The same suspicion from others: their accusations count beside those that are known. */
  #confirm(news: MemberRecord): boolean {
    const entry = this.#entries.get(news.id) as Entry;
    const { member, accusers } = entry;
    const same =
      news.status === 'suspect' &&
      member.status === 'suspect' &&
      news.generation === member.generation &&
      news.incarnation === member.incarnation;
    if (!same || accusers.length >= parameters.accusersMax) return false;
    const all = [...new Set([...accusers, ...news.accusers])];
    if (all.length === accusers.length) return false;
    const bounded = all.slice(0, parameters.accusersMax).sort((one, other) => one - other);
    this.#entries.set(news.id, { ...entry, accusers: bounded });
    return true;
  }

  #set(member: GossipMember, told: Told, nowMs: number): void {
    const { accusers, proven, endedAtMs } = told;
    const { id } = member;
    const before = this.#entries.get(id);
    const live = isLive(member);
    const endedS = live ? 0 : parameters.retentionMs / 1000;
    const room = member.status === 'suspect' ? accuserRoom : [];
    const counts = live || nowMs - endedAtMs < parameters.viewRetentionMs;
    const entry: Entry = {
      member,
      suspectSinceMs: nowMs,
      accusers: member.status === 'suspect' ? accusers : [],
      proven,
      endedAtMs,
      bytes: recordBytes({ ...member, endedS, accusers: room, proven }),
      hash: counts ? memberHash(member) : null,
    };
    this.#entries.set(id, entry);
    if (before !== undefined) this.#uncount(before);
    if (entry.hash !== null) this.#view.toggle(entry.hash);
    this.#sort(member);
    this.#snapshot = null;
    if (before === undefined || !looksTheSame(before.member, member)) this.#looksChanged = true;
  }

  /** Puts a member on the list of those with its status. */
  #sort({ id, status }: GossipMember): void {
    move(this.#suspects, id, status === 'suspect');
    move(this.#dead, id, status === 'dead');
    move(this.#left, id, status === 'left');
    const live = status === 'alive' || status === 'suspect';
    if (move(this.#live, id, live && id !== this.self)) this.#liveList = null;
  }

  #uncount(entry: Entry): void {
    if (entry.hash !== null) this.#view.toggle(entry.hash);
    entry.hash = null;
  }

  #forgetOldest(): boolean {
    let oldest: Entry | undefined;
    for (const id of [...this.#dead, ...this.#left]) {
      const entry = this.#entries.get(id) as Entry;
      if (id !== this.self && entry.endedAtMs < (oldest?.endedAtMs ?? Number.POSITIVE_INFINITY)) {
        oldest = entry;
      }
    }
    if (oldest === undefined) return false;
    this.#drop(oldest.member.id);
    return true;
  }

  /** Only for the dead and the left. */
  #drop(id: NodeId): void {
    this.#uncount(this.#entries.get(id) as Entry);
    this.#entries.delete(id);
    this.#dead.delete(id);
    this.#left.delete(id);
    this.#snapshot = null;
    this.#looksChanged = true;
  }
}

/** A suspicion is given room for all the accusers that it may get. */
const accuserRoom: readonly number[] = Array.from(
  { length: parameters.accusersMax },
  () => 0xffffffff,
);

/** True where that changed the set. */
function move(set: Set<NodeId>, id: NodeId, into: boolean): boolean {
  if (set.has(id) === into) return false;
  if (into) set.add(id);
  else set.delete(id);
  return true;
}
