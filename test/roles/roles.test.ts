import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type RankableMember,
  rankMembers,
  rendezvous,
  replicaCount,
  replicasFor,
} from '../../src/roles/index.js';
import { type MemberStatus, type NodeId, nodeId } from '../../src/types/index.js';

const idOf = (number: number): NodeId => nodeId(number.toString(16).padStart(32, '0'));
const statuses: readonly MemberStatus[] = ['alive', 'suspect', 'draining', 'left', 'dead'];
const takingPart = new Set<MemberStatus>(['alive', 'suspect']);

const anyMembers: fc.Arbitrary<RankableMember[]> = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 0, max: 500 }).map(idOf),
    joinedAt: fc.integer({ min: 0, max: 200 }),
    cohort: fc.integer({ min: 0, max: 3 }),
    status: fc.constantFrom(...statuses),
  }),
  { selector: ({ id }) => id, maxLength: 80 },
);
const anyReplicas = fc
  .uniqueArray(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 32 })
  .map((numbers) => numbers.map(idOf));

test('the oldest is the master, the next round(sqrt(N)) are replicas, the rest workers', () => {
  const members = Array.from({ length: 10 }, (_, index): RankableMember => {
    return { id: idOf(100 - index), joinedAt: index + 1, cohort: 0, status: 'alive' };
  });
  const roles = rankMembers(members).map(({ role }) => role);
  assert.deepEqual(roles, ['master', ...Array(3).fill('replica'), ...Array(6).fill('worker')]);
  assert.equal(rankMembers(members)[0]?.id, idOf(100));
});

test('the number of replicas follows the square root for every size', () => {
  const sizes = [0, 1, 2, 3, 4, 5, 6, 7, 9, 13, 16, 100, 1000];
  assert.deepEqual(sizes.map(replicaCount), [0, 0, 1, 2, 2, 2, 2, 3, 3, 4, 4, 10, 32]);
});

test('a node that returns with a new admission number ranks last', () => {
  const before: RankableMember[] = [1, 2, 3].map((joinedAt) => {
    return { id: idOf(joinedAt), joinedAt, cohort: 0, status: 'alive' };
  });
  const after = before.map((member) =>
    member.joinedAt === 1 ? { ...member, joinedAt: 9 } : member,
  );
  assert.deepEqual(
    rankMembers(after).map(({ id }) => id),
    [idOf(2), idOf(3), idOf(1)],
  );
});

test('in any history exactly the admitted members that take part hold a rank', () => {
  fc.assert(
    fc.property(anyMembers, (members) => {
      const ranked = rankMembers(members);
      const expected = members.filter((m) => m.joinedAt > 0 && takingPart.has(m.status));
      assert.deepEqual(new Set(ranked.map(({ id }) => id)), new Set(expected.map(({ id }) => id)));
      assert.deepEqual(
        ranked.map(({ rank }) => rank),
        [...ranked.keys()],
      );
      const count = (role: string): number => ranked.filter((r) => r.role === role).length;
      assert.equal(count('master'), Math.min(1, ranked.length));
      assert.equal(count('replica'), replicaCount(ranked.length));
      assert.ok(ranked.length < 2 || (count('replica') >= 1 && count('replica') < ranked.length));
      assert.ok(Math.abs(count('replica') - Math.sqrt(ranked.length)) <= 1);
    }),
  );
});

test('the order in which members are listed does not matter, nor does suspicion', () => {
  const shuffles = anyMembers.chain((members) =>
    fc.tuple(
      fc.constant(members),
      fc.shuffledSubarray(members, { minLength: members.length }),
      fc.array(fc.constantFrom<MemberStatus>('alive', 'suspect'), {
        minLength: members.length,
        maxLength: members.length,
      }),
    ),
  );
  fc.assert(
    fc.property(shuffles, ([members, shuffled, statusNow]) => {
      const moved = shuffled.map((member, index) =>
        takingPart.has(member.status)
          ? { ...member, status: statusNow[index] ?? member.status }
          : member,
      );
      assert.deepEqual(rankMembers(moved), rankMembers(members));
    }),
  );
});

test('a member that goes or comes never changes the order of the others', () => {
  fc.assert(
    fc.property(anyMembers, fc.nat(), (members, pick) => {
      const gone = members[pick % Math.max(1, members.length)];
      const others = (list: readonly RankableMember[]): NodeId[] =>
        rankMembers(list)
          .map(({ id }) => id)
          .filter((id) => id !== gone?.id);
      const without = members.filter((member) => member !== gone);
      assert.deepEqual(others(without), others(members));
      const roles = new Map(rankMembers(members).map(({ id, role }) => [id, role]));
      const changed = rankMembers(without).filter(({ id, role }) => roles.get(id) !== role);
      assert.ok(changed.length <= 2, `${changed.length} roles changed`);
    }),
  );
});

test('a worker has a replica and a spare, both of the list and never the same', () => {
  assert.deepEqual(replicasFor(idOf(1), []), []);
  fc.assert(
    fc.property(anyReplicas, fc.nat(9999).map(idOf), (replicas, worker) => {
      const chosen = replicasFor(worker, replicas);
      assert.equal(chosen.length, Math.min(2, replicas.length));
      assert.equal(new Set(chosen).size, chosen.length);
      assert.ok(chosen.every((id) => replicas.includes(id)));
      assert.deepEqual(replicasFor(worker, [...replicas].reverse()), chosen);
    }),
  );
});

test('a replica that goes moves only its own workers, each to its spare', () => {
  fc.assert(
    fc.property(anyReplicas, fc.nat(), fc.nat(9999).map(idOf), (replicas, pick, worker) => {
      const gone = replicas[pick % replicas.length];
      const [first, spare] = replicasFor(worker, replicas);
      const [now] = replicasFor(
        worker,
        replicas.filter((id) => id !== gone),
      );
      assert.equal(now, first === gone ? spare : first);
    }),
  );
});

test('workers spread evenly over the replicas', () => {
  const replicas = Array.from({ length: 10 }, (_, index) => idOf(index * 7919));
  const load = new Map<NodeId, number>();
  for (let worker = 0; worker < 10_000; worker++) {
    const [first] = replicasFor(idOf(1_000_000 + worker), replicas);
    if (first !== undefined) load.set(first, (load.get(first) ?? 0) + 1);
  }
  for (const count of load.values()) assert.ok(count > 800 && count < 1200, `${count} of 1000`);
});

test('whoever goes, the order of the others stays, and all are asked for some key', () => {
  fc.assert(
    fc.property(fc.string(), anyReplicas, fc.nat(), (key, nodes, pick) => {
      const ranked = rendezvous(key, nodes);
      assert.deepEqual(new Set(ranked), new Set(nodes));
      const gone = nodes[pick % nodes.length];
      const left = nodes.filter((node) => node !== gone);
      assert.deepEqual(
        rendezvous(key, left),
        ranked.filter((node) => node !== gone),
      );
      assert.deepEqual(rendezvous(key, nodes, 2), ranked.slice(0, 2));
    }),
  );
  const nodes = Array.from({ length: 20 }, (_, number) => idOf(number));
  const firsts = new Map<NodeId, number>();
  for (let key = 0; key < 2000; key++) {
    const [first] = rendezvous(key.toString(16).padStart(64, '0'), nodes);
    if (first !== undefined) firsts.set(first, (firsts.get(first) ?? 0) + 1);
  }
  for (const node of nodes) {
    const count = firsts.get(node) ?? 0;
    assert.ok(count > 60 && count < 140, `${node}: ${count} of 2000 keys, 100 expected`);
  }
});
