import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextTurn, SimulatedClock, silentLogger } from '../../src/lib/index.js';
import { Adopter, type Adoption } from '../../src/replication/index.js';
import type { ClusterView, MemberStatus, NodeId, NodeView } from '../../src/types/index.js';
import { nodeA, nodeB, nodeC, nodes } from '../events/async/commands.js';

/** The adopter of node A, which is the Master as long as it says so. */
function makeAdopter() {
  const clock = new SimulatedClock();
  const commands: Adoption[] = [];
  const world = {
    master: nodeA,
    quorum: true,
    degraded: null as NodeId | null,
    statuses: new Map<NodeId, MemberStatus>(),
    owners: [nodeB] as NodeId[],
    /** Moves time on, looking as often as the adopter does. */
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 250) {
        clock.advance(250);
        await nextTurn();
      }
    },
  };
  const view = (): ClusterView => ({
    self: nodeA,
    master: world.master,
    leader: null,
    term: 1,
    quorum: world.quorum,
    voters: [],
    nodes: nodes.map((id, rank) => ({
      ...({ id, rank, degraded: id === world.degraded } as NodeView),
      status: world.statuses.get(id) ?? 'alive',
    })),
  });
  const adopter = new Adopter(
    {
      clock,
      logger: silentLogger,
      view,
      owners: () => world.owners,
      adopt: async (adoption) => {
        commands.push(adoption);
        return 2;
      },
    },
    { what: 'events', deadAfterMs: 1000, leftAfterMs: 3000 },
  );
  adopter.start();
  return { world, adopter, commands };
}

describe('the adopter', () => {
  it('gives those of a node that stays dead to all that are alive, until it has none', async () => {
    const { world, adopter, commands } = makeAdopter();
    await world.pass(5000);
    assert.equal(commands.length, 0);
    world.statuses.set(nodeB, 'dead');
    await world.pass(1000);
    assert.equal(commands.length, 0);
    await world.pass(500);
    assert.deepEqual(commands[0], {
      from: nodeB,
      to: [nodeA, nodeC],
      itemsMax: 1000,
    });
    assert.ok(commands.length > 1 && adopter.adopted === 2 * commands.length);
    world.owners = [];
    const before = commands.length;
    await world.pass(2000);
    assert.equal(commands.length, before);
  });

  it('leaves a node that comes back its own, and one that was stopped its time to end', async () => {
    const { world, commands } = makeAdopter();
    world.statuses.set(nodeB, 'dead');
    await world.pass(750);
    world.statuses.set(nodeB, 'alive');
    await world.pass(250);
    world.statuses.set(nodeB, 'left');
    await world.pass(3000);
    assert.equal(commands.length, 0);
    await world.pass(500);
    assert.notEqual(commands.length, 0);
  });

  it('waits as long for one whose data thread stands still, and gives it nothing', async () => {
    const { world, commands } = makeAdopter();
    world.degraded = nodeB;
    await world.pass(2000);
    world.degraded = null;
    await world.pass(250);
    world.degraded = nodeB;
    await world.pass(3000);
    assert.equal(commands.length, 0);
    world.degraded = nodeB;
    await world.pass(500);
    assert.deepEqual(commands[0]?.to, [nodeA, nodeC]);
    world.owners = [nodeC];
    world.statuses.set(nodeC, 'dead');
    await world.pass(1500);
    assert.deepEqual(commands.at(-1)?.to, [nodeA]);
  });

  it('does nothing where it is not the Master, or no majority answers, and nobody is there to take them', async () => {
    const { world, commands } = makeAdopter();
    world.statuses.set(nodeB, 'dead');
    world.master = nodeC;
    await world.pass(3000);
    world.master = nodeA;
    world.quorum = false;
    await world.pass(3000);
    world.quorum = true;
    for (const node of nodes) world.statuses.set(node, 'suspect');
    world.statuses.set(nodeB, 'dead');
    await world.pass(3000);
    assert.equal(commands.length, 0);
  });

  it('takes over those of a node that nobody knows any more', async () => {
    const { world, commands } = makeAdopter();
    world.owners = ['d'.repeat(32) as NodeId];
    await world.pass(2000);
    assert.equal(commands[0]?.from, 'd'.repeat(32));
  });
});
