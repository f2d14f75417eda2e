/**
 * What this node believes about every node, itself included. A record is only ever replaced by one that
 * supersedes it; suspicions and memories carry the time at which they end.
 */
import type { NodeId } from '../types/index.js';
import { recordBytes } from './codec.js';
import { isLive, looksTheSame, supersedes } from './member-order.js';
import type { MemberRecord } from './packet.js';
import { parameters, suspicionTimeoutMs } from './parameters.js';
import type { GossipMember } from './types.js';

interface Entry {
  readonly member: GossipMember;
  /** Suspect: when it is declared dead. */
  readonly convictAtMs: number;
  /** Dead or left: since when, as far as anybody knows. */
  readonly endedAtMs: number;
  /** What its record takes in a packet. */
  readonly bytes: number;
}

export type MergeResult = 'taken' | 'known' | 'incarnation-jump' | 'members-full';

export class MemberTable {
  readonly #entries = new Map<NodeId, Entry>();
  #live: ReadonlySet<NodeId> | null = null;
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

  /** A member as it is told to others; undefined where nothing is known. */
  record(id: NodeId, nowMs: number): MemberRecord | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const endedS = isLive(entry.member) ? 0 : Math.floor((nowMs - entry.endedAtMs) / 1000);
    return { ...entry.member, endedS: Math.max(0, endedS) };
  }

  /** Takes what counts more than what is known. News about ourselves is not merged: the core answers it. */
  merge(news: MemberRecord, nowMs: number): MergeResult {
    const known = this.#entries.get(news.id)?.member;
    const endedAtMs = isLive(news) ? 0 : nowMs - news.endedS * 1000;
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
      if (!supersedes(news, known)) return 'known';
    }
    const { endedS: _, ...member } = news;
    this.put(member, nowMs, endedAtMs);
    return 'taken';
  }

  /** Sets a record without asking the order. */
  put(member: GossipMember, nowMs: number, endedAtMs = nowMs): void {
    const before = this.#entries.get(member.id)?.member;
    const suspect = member.status === 'suspect';
    this.#entries.set(member.id, {
      member,
      convictAtMs: suspect ? nowMs + suspicionTimeoutMs(this.live().size + 1) : 0,
      endedAtMs,
      bytes: recordBytes({ ...member, endedS: isLive(member) ? 0 : parameters.retentionMs / 1000 }),
    });
    if (before === undefined || isLive(before) !== isLive(member)) this.#live = null;
    this.#snapshot = null;
    if (before === undefined || !looksTheSame(before, member)) this.#looksChanged = true;
  }

  /** Everybody but ourselves that is alive or suspect. */
  live(): ReadonlySet<NodeId> {
    this.#live ??= new Set(
      [...this.#entries.values()]
        .filter(({ member }) => isLive(member) && member.id !== this.self)
        .map(({ member }) => member.id),
    );
    return this.#live;
  }

  /** Everybody that is dead and has not said goodbye. */
  dead(): NodeId[] {
    return this.snapshot()
      .filter((member) => member.status === 'dead')
      .map((member) => member.id);
  }

  /** The suspects whose time to refute is over. */
  convictable(nowMs: number): GossipMember[] {
    const due: GossipMember[] = [];
    for (const { member, convictAtMs } of this.#entries.values()) {
      if (member.status === 'suspect' && convictAtMs <= nowMs) due.push(member);
    }
    return due;
  }

  /** This process stood still and may not have heard the refutations: every suspicion starts again. */
  rearmSuspicions(nowMs: number): void {
    const convictAtMs = nowMs + suspicionTimeoutMs(this.live().size + 1);
    for (const [id, entry] of this.#entries) {
      if (entry.member.status === 'suspect') this.#entries.set(id, { ...entry, convictAtMs });
    }
  }

  /** Forgets who has been dead or left for the whole retention; returns them. */
  forget(nowMs: number): NodeId[] {
    const forgotten: NodeId[] = [];
    for (const [id, { member, endedAtMs }] of this.#entries) {
      if (isLive(member) || id === this.self) continue;
      if (nowMs - endedAtMs < parameters.retentionMs) continue;
      this.#drop(id);
      forgotten.push(id);
    }
    return forgotten;
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

  /** True once after anything but an incarnation alone has changed. */
  takeChanged(): boolean {
    const changed = this.#looksChanged;
    this.#looksChanged = false;
    return changed;
  }

  #forgetOldest(): boolean {
    const ended = [...this.#entries.values()].filter(
      ({ member }) => !isLive(member) && member.id !== this.self,
    );
    const oldest = ended.sort((one, other) => one.endedAtMs - other.endedAtMs)[0];
    if (oldest === undefined) return false;
    this.#drop(oldest.member.id);
    return true;
  }

  #drop(id: NodeId): void {
    this.#entries.delete(id);
    this.#live = null;
    this.#snapshot = null;
    this.#looksChanged = true;
  }
}
