/**
 * Who votes and leads while nodes of one release replace those of another, place by place: as the conductor does it, and
 * with deaths in between. The voters are what the plan makes of them, carried out whenever a majority of them is there.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Candidate, planVoters, settledMs } from '../../src/cluster/voter-plan.js';
import { bySeniority, rankMembers } from '../../src/roles/index.js';
import { type NodeId, nodeId } from '../../src/types/index.js';

const id = (n: number): NodeId => nodeId(n.toString(16).padStart(32, '0'));

/** Nodes 1 to `size` of one release, and a free place for one more. */
class Rollout {
  readonly nodes = new Map<NodeId, Candidate>();
  voters: readonly NodeId[] = [];
  #leader: NodeId | null = id(1);
  #admissions = 0;

  constructor(readonly size: number) {
    this.voters = [id(1)];
    for (let n = 1; n <= size; n++) this.start(n, 0);
  }

  /** Starts a node in a place, whose identity it takes on. */
  start(n: number, cohort: number): void {
    const joinedAt = ++this.#admissions;
    this.nodes.set(id(n), { id: id(n), joinedAt, cohort, alive: true, degraded: false, goneMs: 0 });
    this.settle();
  }

  stop(n: number): void {
    const node = this.nodes.get(id(n));
    assert.ok(node !== undefined);
    this.nodes.set(id(n), { ...node, alive: false });
    this.settle();
  }

  lead(n: number, cohort: number): void {
    const node = this.nodes.get(id(n));
    assert.ok(node !== undefined);
    this.nodes.set(id(n), { ...node, cohort });
    this.settle();
  }

  get quorum(): boolean {
    return (
      this.voters.filter((voter) => this.nodes.get(voter)?.alive).length * 2 > this.voters.length
    );
  }

  get leader(): NodeId | null {
    return this.#leader;
  }

  get master(): NodeId | undefined {
    const members = [...this.nodes.values()].map((node) => {
      return { ...node, status: node.alive ? ('alive' as const) : ('dead' as const) };
    });
    return rankMembers(members)[0]?.id;
  }

  /** Elections and the plan, until there is nothing left to do. */
  settle(): void {
    for (let step = 0; step < 20; step++) {
      if (!this.quorum) {
        this.#leader = null;
        return;
      }
      const order = [...this.nodes.values()].sort(bySeniority);
      const leads = order.find(({ id: node }) => node === this.#leader);
      if (!leads?.alive || !this.voters.includes(leads.id)) {
        this.#leader =
          order.find((node) => node.alive && this.voters.includes(node.id))?.id ?? null;
      }
      if (!this.#carryOut(order)) return;
    }
    assert.fail('the plan does not settle');
  }

  #carryOut(candidates: readonly Candidate[]): boolean {
    const self = this.#leader;
    if (self === null) return false;
    const { voters: present } = this;
    const followers = candidates.map(({ id: node, alive }) => {
      return [node, { matchIndex: 1, caughtUp: alive, mute: false }] as const;
    });
    const { voters, leader } = planVoters({
      self,
      candidates,
      followers: new Map(followers),
      unchangedMs: settledMs,
      status: {
        state: 'leader',
        term: 1,
        leader: self,
        voters: present,
        changing: false,
        lastIndex: 1,
        commitIndex: 1,
        quorum: true,
        mute: false,
        diskFull: false,
      },
    });
    this.voters = voters ?? present;
    this.#leader = leader ?? self;
    return voters !== null || leader !== null;
  }
}

for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
  test(`the nodes of a cluster of ${size} are replaced one by one without losing the quorum once`, () => {
    const rollout = new Rollout(size);
    const isWell = (what: string): void => {
      assert.ok(rollout.quorum, what);
      assert.equal(rollout.leader, rollout.master, what);
    };
    rollout.start(size + 1, 0);
    isWell('the canary is there');
    assert.equal(rollout.leader, id(1));
    rollout.lead(size + 1, 1);
    isWell('the lead has moved');
    assert.equal(rollout.leader, id(size + 1));
    for (let n = size; n >= 1; n--) {
      rollout.stop(n);
      isWell(`${n} is stopped`);
      assert.equal(rollout.leader, id(size + 1));
      if (n > 1) rollout.start(n, 1);
      isWell(`the next one lives in the place of ${n}`);
    }
    const led = [...rollout.nodes.values()].filter(({ alive }) => alive).sort(bySeniority);
    const voters = led.slice(0, rollout.voters.length).map((node) => node.id);
    if (led.length >= rollout.voters.length) assert.deepEqual(rollout.voters, voters);
  });
}

test('whoever dies, the master is the oldest of the highest cohort, and leads while most voters live', () => {
  const act = fc.record({
    n: fc.integer({ min: 1, max: 8 }),
    what: fc.constantFrom('start', 'stop', 'lead', 'start-led'),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), fc.array(act, { maxLength: 30 }), (size, acts) => {
      const rollout = new Rollout(size);
      let cohort = 0;
      for (const { n, what } of acts) {
        const node = rollout.nodes.get(id(n));
        const alive = [...rollout.nodes.values()].filter((each) => each.alive).length;
        if (what === 'stop' && node?.alive && alive > 1) rollout.stop(n);
        else if (what === 'lead' && node?.alive) rollout.lead(n, ++cohort);
        else if (what === 'start' && !node?.alive) rollout.start(n, 0);
        else if (what === 'start-led' && !node?.alive) rollout.start(n, cohort);
        const order = [...rollout.nodes.values()].filter((each) => each.alive).sort(bySeniority);
        assert.equal(rollout.master, order[0]?.id);
        if (rollout.quorum) assert.equal(rollout.leader, rollout.master);
      }
    }),
  );
});
