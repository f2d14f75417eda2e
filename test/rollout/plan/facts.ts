/** Facts of small clusters for tests of the plan. */
import {
  type Action,
  type Facts,
  type HostFacts,
  type PlanSettings,
  plan,
  type RolloutState,
  type Step,
} from '../../../src/rollout/index.js';
import type { NodeId } from '../../../src/types/index.js';
import { after, before, Fed, node } from '../machine/commands.js';

export const settings: PlanSettings = {
  canaries: 1,
  bakeMs: 60_000,
  requestsMin: 200,
  batchShare: 0.1,
  startTimeoutMs: 60_000,
  crashStarts: 3,
  crashWindowMs: 120_000,
};

/** What lives in a place: `old` and `new` are members, in order of age; `-` is free, the rest run and are no members. */
export type Lives = 'old' | 'new' | '-' | 'old-no-member' | 'new-no-member';

export interface Shape {
  /** By host; place `p1` of `a` is node 1, `p2` node 2, and so on through all hosts. */
  readonly hosts: Readonly<Record<string, readonly Lives[]>>;
  /** Nodes from the oldest; without it, old ones by number, then new ones. */
  readonly age?: readonly number[];
  readonly self?: number;
  readonly leader?: number;
  readonly hidden?: readonly string[];
  readonly voters?: readonly number[];
  readonly votersDead?: number;
  readonly prepared?: Readonly<Record<string, readonly string[]>>;
  readonly failures?: Readonly<Record<string, string>>;
  readonly more?: Partial<Facts>;
}

const versions: Readonly<Record<Lives, string | null>> = {
  old: before.version,
  new: after.version,
  '-': null,
  'old-no-member': before.version,
  'new-no-member': after.version,
};

export function facts(nowMs: number, shape: Shape): Facts {
  const spots = Object.entries(shape.hosts).flatMap(([host, lives]) =>
    lives.map((what, at) => ({ host, place: `p${at + 1}`, what })),
  );
  const numbered = spots.map((spot, at) => ({ ...spot, number: at + 1 }));
  const members = numbered.filter(({ what }) => what === 'old' || what === 'new');
  const byAge =
    shape.age ??
    ['old', 'new'].flatMap((kind) =>
      members.filter(({ what }) => what === kind).map(({ number }) => number),
    );
  const voters = shape.voters ?? byAge.slice(0, 3);
  const hosts = Object.keys(shape.hosts)
    .filter((host) => shape.hidden?.includes(host) !== true)
    .map(
      (host): HostFacts => ({
        host,
        node: node(1),
        places: numbered
          .filter((spot) => spot.host === host)
          .map(({ place, number, what }) => {
            const version = versions[what];
            return {
              name: place,
              http: http(number),
              cluster: null,
              running: version === null ? null : { version },
            };
          }),
        prepared: shape.prepared?.[host] ?? [before.version, after.version],
        failures: shape.failures ?? {},
      }),
    );
  const self = node(shape.self ?? 1);
  return {
    nowMs,
    self,
    master: self,
    leader: node(shape.leader ?? shape.self ?? 1),
    members: byAge.map((number, at) => ({
      id: node(number),
      http: http(number),
      version: numbered[number - 1]?.what === 'new' ? after.version : before.version,
      joinedAt: at + 1,
      rank: at,
      isVoter: voters.includes(number),
    })),
    voters: voters.length,
    votersAlive: voters.length - (shape.votersDead ?? 0),
    hosts,
    comparison: null,
    heirReady: null,
    ...shape.more,
  };
}

/** A rollout of `size` nodes at a step, which began at 2,000 ms, and one look after the other at it. */
export class Looked {
  readonly fed = new Fed();
  nowMs = 2_000;

  constructor(
    step: Step,
    readonly size = 5,
  ) {
    this.fed.to(step, size);
  }

  get state(): RolloutState {
    return this.fed.machine.state;
  }

  /** What is wanted after so long, in short; commands take effect. */
  look(shape: Shape, afterMs = 250): readonly string[] {
    this.nowMs += afterMs;
    const actions = plan(this.state, facts(this.nowMs, shape), settings);
    for (const action of actions) if (action.kind === 'command') this.fed.feed(action.command);
    return actions.map(short);
  }
}

export function http(number: number): string {
  return `127.0.0.1:${8_000 + number}`;
}

function short(action: Action): string {
  switch (action.kind) {
    case 'prepare':
      return `prepare ${action.release.version} on ${action.host}`;
    case 'start':
      return `start ${action.version} in ${action.place} of ${action.host}`;
    case 'stop':
      return `${action.how} ${action.version} in ${action.place} of ${action.host}`;
    case 'hand-over':
      return `hand over to ${numberOf(action.to)}`;
    case 'command':
      break;
  }
  const { command } = action;
  switch (command.kind) {
    case 'advance':
      return command.target === undefined
        ? `to ${command.to}`
        : `to ${command.to} of ${numberOf(command.target)}`;
    case 'starting':
      return `note ${command.note.version} in ${command.note.place} of ${command.note.host}`;
    case 'overdue':
      return `overdue ${command.place} of ${command.host}`;
    case 'told':
      return command.leaves === undefined
        ? `told ${command.text}`
        : `${numberOf(command.leaves)} leaves`;
    default:
      return command.kind;
  }
}

function numberOf(id: NodeId): number {
  return Number.parseInt(id, 16);
}
