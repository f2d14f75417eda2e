/** Roles over random histories of a cluster, as nodes see them, and how Workers are spread over Replicas. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { ClusterCore } from '../../src/cluster/index.js';
import type { GossipMember, GossipStatus } from '../../src/gossip/index.js';
import { seededRandom } from '../../src/lib/index.js';
import { rankMembers, replicaCount, replicasFor } from '../../src/roles/index.js';
import { type NodeId, nodeId, type Role } from '../../src/types/index.js';

interface Step {
  readonly kind: 'join' | 'admit' | 'die' | 'suspect' | 'leave' | 'return' | 'degrade' | 'recover';
  /** Picks the member that it happens to. */
  readonly pick: number;
}

const anyHistory: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    // more come than go, so that clusters grow
    kind: fc.constantFrom<Step['kind']>(
      ...(['join', 'join', 'join', 'admit', 'admit', 'admit'] as const),
      ...(['die', 'suspect', 'leave', 'return', 'degrade', 'recover'] as const),
    ),
    pick: fc.nat(),
  }),
  { maxLength: 120 },
);

const idOf = (number: number): NodeId => nodeId(number.toString(16).padStart(32, '0'));

/** What everybody believes of everybody. */
class History {
  readonly members: GossipMember[] = [];
  #admissions = 0;

  step({ kind, pick }: Step): void {
    if (kind === 'join') {
      const id = idOf((this.members.length * 7919 + 13) % 100_003);
      this.members.push(memberOf(id, 1, 'alive'));
      return;
    }
    const at = pick % Math.max(1, this.members.length);
    const member = this.members[at];
    if (member === undefined || !applies(kind, member)) return;
    this.members[at] = this.#after(kind, member);
  }

  #after(kind: Step['kind'], member: GossipMember): GossipMember {
    const { meta } = member;
    switch (kind) {
      case 'admit':
        return { ...member, meta: { ...meta, joinedAt: ++this.#admissions } };
      case 'return':
        return memberOf(member.id, member.generation + 1, 'alive');
      case 'degrade':
        return { ...member, meta: { ...meta, degraded: true } };
      case 'recover':
        return { ...member, status: 'alive', meta: { ...meta, degraded: false, cohort: 0 } };
      default:
        return { ...member, status: statusAfter[kind] ?? member.status };
    }
  }
}

const statusAfter: Partial<Record<Step['kind'], GossipStatus>> = {
  die: 'dead',
  leave: 'left',
  suspect: 'suspect',
};

function memberOf(id: NodeId, generation: number, status: GossipStatus): GossipMember {
  const meta = {
    http: '127.0.0.1:1',
    release: '1',
    joinedAt: 0,
    load: 0,
    waiting: 0,
    freeMemoryMb: 0,
    degraded: false,
    cohort: 0,
  };
  return { id, generation, incarnation: 1, status, cluster: '127.0.0.1:2', meta };
}

function applies(kind: Step['kind'], { status, meta }: GossipMember): boolean {
  const present = status === 'alive' || status === 'suspect';
  if (kind === 'admit') return present && meta.joinedAt === 0;
  return kind === 'return' ? true : present;
}

/** What a node makes of the list, in whatever order it holds it. */
function rolesSeen(members: readonly GossipMember[], viewer: NodeId): Map<NodeId, [number, Role]> {
  const core = new ClusterCore({
    id: viewer,
    generation: 1,
    http: '127.0.0.1:1',
    cluster: '127.0.0.1:2',
    release: '1',
  });
  core.membersChanged(members, 0);
  const ranked = core.view().nodes.filter(({ rank }) => rank >= 0);
  return new Map(ranked.map(({ id, rank, role }) => [id, [rank, role]]));
}

test('in any history of joins, deaths, leaves and returns the oldest that take part hold the roles', () => {
  fc.assert(
    fc.property(anyHistory, (steps) => {
      const history = new History();
      for (const step of steps) {
        history.step(step);
        const takesPart = history.members.filter(
          ({ status, meta }) => meta.joinedAt > 0 && (status === 'alive' || status === 'suspect'),
        );
        takesPart.sort((one, other) => one.meta.joinedAt - other.meta.joinedAt);
        const replicas = replicaCount(takesPart.length);
        const expected = takesPart.map(({ id }, rank): [NodeId, [number, Role]] => {
          return [id, [rank, rank === 0 ? 'master' : rank <= replicas ? 'replica' : 'worker']];
        });
        assert.deepEqual(rolesSeen(history.members, idOf(1)), new Map(expected));
        const backwards = [...history.members].reverse();
        assert.deepEqual(rolesSeen(backwards, idOf(2)), new Map(expected));
      }
    }),
    { numRuns: 60 },
  );
});

test('one step of a history changes the roles of at most two others', () => {
  fc.assert(
    fc.property(anyHistory, (steps) => {
      const history = new History();
      let before = new Map<NodeId, [number, Role]>();
      for (const step of steps) {
        history.step(step);
        const now = rolesSeen(history.members, idOf(1));
        const stayed = [...now].filter(([id]) => before.has(id));
        const moved = stayed.filter(([id, [, role]]) => before.get(id)?.[1] !== role);
        assert.ok(moved.length <= 2, `${step.kind} moved ${moved.length}`);
        before = now;
      }
    }),
    { numRuns: 60 },
  );
});

test('degradation and suspicion change no rank and no role', () => {
  fc.assert(
    fc.property(anyHistory, (steps) => {
      const history = new History();
      for (const step of steps) {
        const before = rolesSeen(history.members, idOf(1));
        history.step(step);
        if (step.kind !== 'degrade' && step.kind !== 'suspect' && step.kind !== 'recover') continue;
        assert.deepEqual(rolesSeen(history.members, idOf(1)), before);
      }
    }),
    { numRuns: 60 },
  );
});

/** Ids as nodes have them, at random. */
function randomIds(count: number, seed: number): NodeId[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () =>
    nodeId(Array.from({ length: 32 }, () => random.below(16).toString(16)).join('')),
  );
}

/** A cluster of that size: its Replicas, and the pair of each of its Workers. */
function spread(size: number, seed: number) {
  const members = randomIds(size, seed).map((id, index) => {
    return { id, joinedAt: index + 1, cohort: 0, status: 'alive' as const };
  });
  const ranked = rankMembers(members);
  const of = (role: Role): NodeId[] =>
    ranked.filter((member) => member.role === role).map(({ id }) => id);
  const replicas = of('replica');
  return { replicas, pairs: of('worker').map((id) => replicasFor(id, replicas)) };
}

/**
 * Rendezvous hashing draws each Worker's Replica by lot. Of W Workers and k Replicas each gets W/k in the mean, with a
 * standard deviation of sqrt(W/k (1 - 1/k)): with 1,000 nodes 30 and 5.4. Five of them are exceeded once in a
 * million draws.
 */
test('workers are spread over their replicas and over their spares as evenly as by lot', () => {
  for (const size of [9, 25, 100, 400, 1000]) {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { replicas, pairs } = spread(size, seed);
      const mean = pairs.length / replicas.length;
      const bound = 5 * Math.sqrt(mean * (1 - 1 / replicas.length));
      for (const place of [0, 1]) {
        let squares = 0;
        for (const replica of replicas) {
          const count = pairs.filter((pair) => pair[place] === replica).length;
          const where = `${size} nodes, seed ${seed}, place ${place}`;
          assert.ok(Math.abs(count - mean) <= bound, `${count} instead of ${mean}: ${where}`);
          squares += (count - mean) ** 2;
        }
        if (size < 400) continue;
        const deviation = Math.sqrt(squares / replicas.length);
        assert.ok(deviation < 1.6 * Math.sqrt(mean), `${deviation} at ${size} nodes`);
      }
    }
  }
});

test('the spares of one replica are spread over all others, so that its death loads each a little', () => {
  const { replicas, pairs } = spread(1000, 7);
  for (const gone of replicas.slice(0, 8)) {
    const spares = pairs.filter(([first]) => first === gone).map(([, spare]) => spare);
    const most = Math.max(...replicas.map((id) => spares.filter((spare) => spare === id).length));
    assert.ok(most <= 8, `${most} of ${spares.length} workers go to one`);
  }
});

test('a replica that comes takes a fair share of the workers, and moves no other', () => {
  const { replicas } = spread(1000, 11);
  const [added, ...workers] = randomIds(2001, 12) as [NodeId, ...NodeId[]];
  let moved = 0;
  for (const worker of workers) {
    const before = replicasFor(worker, replicas);
    const now = replicasFor(worker, [...replicas, added]);
    assert.deepEqual(
      now.filter((id) => id !== added),
      before.slice(0, now.includes(added) ? 1 : 2),
    );
    if (now[0] === added) moved++;
  }
  const share = workers.length / (replicas.length + 1);
  assert.ok(Math.abs(moved - share) < 5 * Math.sqrt(share), `${moved} instead of ${share}`);
});
