import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MemberRecord, Packet } from '../../src/gossip/index.js';
import { clusterId } from '../../src/types/index.js';
import { SimulatedNetwork, type SimulatedNode, testCluster } from '../sim/network.js';

const secret = Buffer.from('a secret of the test');
const aliveOrDead = (node: SimulatedNode): string => (node.alive ? 'alive' : 'dead');

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  assert.ok(item !== undefined);
  return item;
}

function recordOf(viewer: SimulatedNode, of: SimulatedNode): MemberRecord {
  const member = viewer.core.members().find(({ id }) => id === of.id);
  assert.ok(member !== undefined);
  return { ...member, endedS: 0, accusers: [] };
}

function gossipFrom(node: SimulatedNode, updates: readonly MemberRecord[]): Packet {
  const { id: from, generation } = node;
  return { clusterId: testCluster, from, generation, updates, view: '', body: { kind: 'gossip' } };
}

test('20 nodes that join one seed see each other within two seconds', () => {
  const network = new SimulatedNetwork(1, { secret });
  const nodes = network.converged(20);
  assert.ok(network.nowMs < 2000, `${network.nowMs} ms`);
  network.run(20_000);
  assert.ok(network.agree(() => 'alive'));
  for (const node of nodes) {
    assert.equal(node.core.counters.suspected, 0, 'nobody is suspected on a good network');
  }
});

test('the load of a node does not grow with the cluster', () => {
  const perNodeSecond = (count: number): number => {
    const network = new SimulatedNetwork(2);
    network.converged(count);
    network.run(10_000);
    const before = network.datagrams;
    network.run(20_000);
    return (network.datagrams - before) / 20 / count;
  };
  const [few, many] = [perNodeSecond(3), perNodeSecond(30)];
  assert.ok(many < few * 1.5, `${few} and ${many} datagrams per node and second`);
});

test('a killed node becomes dead everywhere, within four seconds', () => {
  const network = new SimulatedNetwork(3);
  const nodes = network.converged(20);
  network.silence(at(nodes, 7));
  const tookMs = network.until(4000, () => network.agree(aliveOrDead));
  assert.ok(tookMs > 600, 'but not before it could have refuted');
});

test('a node that stands still shortly is suspected, refutes and is never dead', () => {
  const network = new SimulatedNetwork(4);
  const nodes = network.converged(10);
  const stalled = at(nodes, 4);
  let dead = false;
  network.check = (node) => {
    dead ||= node.statusOf(stalled.id) === 'dead';
  };
  network.stall(stalled);
  network.until(3000, () => nodes.some((node) => node.statusOf(stalled.id) === 'suspect'));
  network.resume(stalled);
  network.until(3000, () => network.agree(() => 'alive'));
  assert.equal(dead, false);
  assert.ok(stalled.core.counters.refuted > 0);
});

test('a node that stood still long enough to be dead returns by refuting, and convicts nobody itself', () => {
  const network = new SimulatedNetwork(5);
  const nodes = network.converged(10);
  const stalled = at(nodes, 4);
  network.stall(stalled);
  network.until(10_000, () =>
    nodes.every((n) => n === stalled || n.statusOf(stalled.id) === 'dead'),
  );
  network.run(5000);
  network.resume(stalled);
  network.until(10_000, () => network.agree(() => 'alive'));
  assert.equal(stalled.core.counters.convicted, 0);
  assert.ok(stalled.core.counters.stalls > 0);
});

test('nobody is convicted for a suspicion that ended while the observer stood still', () => {
  const network = new SimulatedNetwork(6);
  const [observer, suspect, third] = network.converged(3);
  assert.ok(observer && suspect && third);
  network.perform(
    observer,
    observer.core.receive(
      gossipFrom(third, [{ ...recordOf(observer, suspect), status: 'suspect' }]),
      third.address,
      network.nowMs,
    ),
  );
  assert.equal(observer.statusOf(suspect.id), 'suspect');
  network.stall(observer);
  network.run(5000);
  network.resume(observer);
  network.until(2000, () => network.agree(() => 'alive'));
  assert.equal(observer.core.counters.convicted, 0);
});

test('a node that leaves is left everywhere at once, without a suspicion', () => {
  const network = new SimulatedNetwork(7);
  const nodes = network.converged(20);
  const leaver = at(nodes, 3);
  network.leave(leaver);
  network.until(1000, () => network.agree((node) => (node === leaver ? 'left' : 'alive')));
  for (const node of nodes) assert.equal(node.core.counters.suspected, 0);
});

test('a late alive does not resurrect: not the dead, not the left, not of an older life', () => {
  const network = new SimulatedNetwork(8);
  const [one, two, three] = network.converged(3);
  assert.ok(one && two && three);
  const tell = (record: MemberRecord): string => {
    one.core.receive(gossipFrom(two, [record]), two.address, network.nowMs);
    return one.statusOf(three.id);
  };
  const alive = recordOf(one, three);
  assert.equal(tell({ ...alive, status: 'dead', proven: true }), 'dead');
  assert.equal(tell(alive), 'dead', 'the same incarnation');
  assert.equal(tell({ ...alive, status: 'dead', incarnation: 10 }), 'dead', 'higher evidence');
  assert.equal(tell({ ...alive, incarnation: 2 }), 'dead', 'evidence without effect counts too');
  assert.equal(tell({ ...alive, incarnation: 11 }), 'alive', 'only its own refutation');
  assert.equal(tell({ ...alive, status: 'left', incarnation: 11 }), 'left');
  assert.equal(tell({ ...alive, incarnation: 12 }), 'left', 'left is final for a generation');
  assert.equal(tell({ ...alive, generation: 2, incarnation: 0 }), 'alive', 'a new life');
  assert.equal(tell({ ...alive, status: 'left', incarnation: 99 }), 'alive', 'of the old life');
});

test('an incarnation that nobody can have reached is refused', () => {
  const network = new SimulatedNetwork(9);
  const [one, two, three] = network.converged(3);
  assert.ok(one && two && three);
  const forged = { ...recordOf(one, three), status: 'suspect' as const, incarnation: 2 ** 40 };
  one.core.receive(gossipFrom(two, [forged]), two.address, network.nowMs);
  three.core.receive(gossipFrom(two, [forged]), two.address, network.nowMs);
  assert.equal(one.statusOf(three.id), 'alive');
  assert.equal(recordOf(three, three).incarnation, 0);
  assert.equal(one.core.counters.dropped['incarnation-jump'], 1);
});

test('a restart under a new generation replaces the old life everywhere', () => {
  const network = new SimulatedNetwork(10);
  const nodes = network.converged(10);
  const old = at(nodes, 5);
  const reborn = network.restart(old, [at(nodes, 0)]);
  assert.equal(reborn.id, old.id);
  network.until(3000, () =>
    network.running().every((viewer) => {
      const seen = viewer.core.members().find(({ id }) => id === reborn.id);
      return seen?.generation === 2 && seen.status === 'alive';
    }),
  );
  network.run(5000);
  assert.ok(network.agree(() => 'alive'));
});

test('a restart that forgot its incarnation still has the last word about itself', () => {
  for (const changesBefore of [0, 3]) {
    const network = new SimulatedNetwork(11);
    const nodes = network.converged(3);
    const old = at(nodes, 2);
    for (let joinedAt = 1; joinedAt <= changesBefore; joinedAt++) {
      const meta = { ...recordOf(old, old).meta, joinedAt };
      network.perform(old, old.core.setMeta(meta, network.nowMs));
    }
    network.run(1000);
    const again = network.restart(old, [at(nodes, 0)], { generation: 1, http: '10.0.0.3:81' });
    network.until(3000, () =>
      network.running().every((viewer) => recordOf(viewer, again).meta.http === '10.0.0.3:81'),
    );
  }
});

test('the halves of a partition call each other dead and find each other again', () => {
  const network = new SimulatedNetwork(12);
  const nodes = network.converged(10);
  const left = new Set(nodes.slice(0, 4));
  network.passes = (from, to) => left.has(from) === left.has(to);
  network.until(20_000, () =>
    nodes.every((viewer) =>
      nodes.every(
        (node) =>
          viewer.statusOf(node.id) === (left.has(viewer) === left.has(node) ? 'alive' : 'dead'),
      ),
    ),
  );
  network.run(60_000);
  network.passes = () => true;
  let fellWithinHalf = false;
  network.check = (viewer) => {
    for (const node of nodes) {
      if (left.has(node) !== left.has(viewer)) continue;
      fellWithinHalf ||= viewer.statusOf(node.id) === 'dead';
    }
  };
  network.until(10_000, () => network.agree(() => 'alive'));
  assert.equal(fellWithinHalf, false, 'healing struck nobody off its own half');
});

test('a node that hears nothing of one link only is still reached through others', () => {
  const network = new SimulatedNetwork(13);
  const nodes = network.converged(6);
  const [one, two] = [at(nodes, 0), at(nodes, 1)];
  network.passes = (from, to) => !((from === one && to === two) || (from === two && to === one));
  network.run(10_000);
  assert.ok(network.agree(() => 'alive'));
  for (const node of nodes) assert.equal(node.core.counters.suspected, 0);
});

test('what a node says about itself reaches everybody, and an unchanged word nobody', () => {
  const network = new SimulatedNetwork(14);
  const nodes = network.converged(10);
  const speaker = at(nodes, 2);
  const meta = { ...recordOf(speaker, speaker).meta, joinedAt: 42, load: 0.333 };
  network.perform(speaker, speaker.core.setMeta(meta, network.nowMs));
  network.until(2000, () =>
    nodes.every((viewer) => {
      const seen = recordOf(viewer, speaker).meta;
      return seen.joinedAt === 42 && seen.load === 0.35;
    }),
  );
  const { incarnation } = recordOf(speaker, speaker);
  assert.deepEqual(speaker.core.setMeta({ ...meta, load: 0.34 }, network.nowMs), []);
  assert.equal(recordOf(speaker, speaker).incarnation, incarnation);
  network.run(2000);
  const changes = nodes.map((node) => node.changes);
  network.run(20_000);
  assert.deepEqual(
    nodes.map((node) => node.changes),
    changes,
    'quiet when nothing changes',
  );
});

test('what a node says of its queue and memory reaches everybody in coarse steps', () => {
  const network = new SimulatedNetwork(15);
  const nodes = network.converged(10);
  const speaker = at(nodes, 2);
  const meta = { ...recordOf(speaker, speaker).meta, waiting: 20, freeMemoryMb: 3333 };
  network.perform(speaker, speaker.core.setMeta(meta, network.nowMs));
  network.until(2000, () =>
    nodes.every((viewer) => {
      const { waiting, freeMemoryMb } = recordOf(viewer, speaker).meta;
      return waiting === 16 && freeMemoryMb === 3072;
    }),
  );
  network.run(5000);
  const same = { ...meta, waiting: 63, freeMemoryMb: 4000 };
  assert.deepEqual(speaker.core.setMeta(same, network.nowMs), []);
});

test('who hears its own words with what an earlier release drops of them refutes nothing', () => {
  const network = new SimulatedNetwork(16);
  const [one, two] = network.converged(2);
  assert.ok(one && two);
  const meta = { ...recordOf(one, one).meta, load: 0.5, waiting: 4, freeMemoryMb: 1024 };
  network.perform(one, one.core.setMeta(meta, network.nowMs));
  network.run(1000);
  const said = recordOf(one, one);
  const heard = (changes: Partial<MemberRecord['meta']>): number => {
    const news = { ...said, meta: { ...said.meta, ...changes } };
    one.core.receive(gossipFrom(two, [news]), two.address, network.nowMs);
    return recordOf(one, one).incarnation - said.incarnation;
  };
  assert.equal(heard({ waiting: 0, freeMemoryMb: 0 }), 0);
  assert.equal(one.core.counters.refuted, 0);
  assert.equal(heard({ joinedAt: 99 }), 1);
});

test('news reaches 20 nodes in a few gossip intervals', () => {
  const network = new SimulatedNetwork(21);
  const nodes = network.converged(20);
  network.run(5000);
  const speaker = at(nodes, 2);
  const meta = { ...recordOf(speaker, speaker).meta, degraded: true };
  network.perform(speaker, speaker.core.setMeta(meta, network.nowMs));
  network.until(400, () => nodes.every((viewer) => recordOf(viewer, speaker).meta.degraded));
});

test('each node compares all it knows with one other every 15 seconds, and seeds only until they answer', () => {
  const network = new SimulatedNetwork(22);
  network.converged(3);
  network.run(1000);
  network.syncsAsked = 0;
  network.run(60_000);
  assert.equal(network.syncsAsked, 3 * 4);
});

test('who is talked to by a stranger asks it for all it knows', () => {
  const network = new SimulatedNetwork(23);
  const [one, two] = network.converged(2);
  assert.ok(one && two);
  network.run(3000);
  const stranger = network.add(3);
  one.core.receive(gossipFrom(two, [recordOf(stranger, stranger)]), two.address, network.nowMs);
  network.until(1500, () => network.agree(() => 'alive'));
});

test('a suspect hears of the suspicion first thing in every ping', () => {
  const network = new SimulatedNetwork(24);
  const [one, two, three] = network.converged(3);
  assert.ok(one && two && three);
  const suspicion: MemberRecord = { ...recordOf(one, three), status: 'suspect' };
  let nowMs = network.nowMs;
  one.core.receive(gossipFrom(two, [suspicion]), two.address, nowMs);
  let pings = 0;
  for (let turn = 0; turn < 11; turn++) {
    nowMs += 50;
    one.core.setMeta({ ...recordOf(one, one).meta, joinedAt: turn + 1 }, nowMs);
    for (const effect of one.core.tick(nowMs)) {
      if (effect.kind !== 'send' || effect.packet.body.kind !== 'ping') continue;
      if (effect.packet.body.target !== three.id) continue;
      pings++;
      assert.deepEqual(effect.packet.updates[0], suspicion);
    }
  }
  assert.ok(pings > 0);
});

test('a packet of another cluster is counted and dropped', () => {
  const network = new SimulatedNetwork(15);
  const [one] = network.converged(2);
  assert.ok(one);
  const stranger = network.add(9, { cluster: clusterId('d'.repeat(32)) });
  network.join(stranger, one);
  network.run(2000);
  assert.equal(one.statusOf(stranger.id), 'unknown');
  assert.ok(one.core.counters.dropped['other-cluster'] > 0);
});

test('a ping for a node that had the address before is not answered', () => {
  const network = new SimulatedNetwork(16);
  const [one, two, three] = network.converged(3);
  assert.ok(one && two && three);
  const body = { kind: 'ping', sequence: 1, target: three.id } as const;
  const effects = one.core.receive({ ...gossipFrom(two, []), body }, two.address, network.nowMs);
  assert.deepEqual(effects, []);
  assert.equal(one.core.counters.dropped['other-target'], 1);
});

test('two nodes with one id are noticed', () => {
  const network = new SimulatedNetwork(17);
  const [one, two] = network.converged(2);
  assert.ok(one && two);
  const clone = { ...recordOf(one, one), generation: 2 };
  network.perform(one, one.core.receive(gossipFrom(two, [clone]), two.address, network.nowMs));
  assert.equal(one.conflicts, 1);
  assert.equal(recordOf(one, one).generation, 1);
});

test('the dead are remembered for a day and then forgotten by everybody', () => {
  const network = new SimulatedNetwork(18);
  const [one, two, three] = network.converged(3);
  assert.ok(one && two && three);
  network.silence(three);
  network.until(5000, () => network.agree(aliveOrDead));
  const dayMs = 24 * 3_600_000;
  const told = { ...recordOf(two, three), endedS: 86_399 };
  network.perform(one, one.core.tick(network.nowMs + dayMs - 60_000));
  assert.equal(one.statusOf(three.id), 'dead');
  network.perform(one, one.core.tick(network.nowMs + dayMs + 60_000));
  assert.equal(one.statusOf(three.id), 'unknown');
  const laterMs = network.nowMs + dayMs + 60_000;
  one.core.receive(gossipFrom(two, [{ ...told, endedS: 86_400 }]), two.address, laterMs);
  assert.equal(one.statusOf(three.id), 'unknown', 'and not learnt again from a slower one');
});

test('a full table takes a living member in place of the longest dead, and nothing else', () => {
  const network = new SimulatedNetwork(19);
  const [one, two] = network.converged(2);
  assert.ok(one && two);
  const template = recordOf(one, two);
  const make = (number: number, status: 'alive' | 'dead', endedS: number): MemberRecord => {
    const id = (10_000 + number).toString(16).padStart(32, '0') as typeof template.id;
    return { ...template, id, status, endedS };
  };
  const tell = (record: MemberRecord): void => {
    one.core.receive(gossipFrom(two, [record]), two.address, network.nowMs);
  };
  for (let number = 0; number < 1022; number++) tell(make(number, 'dead', 5000 - number));
  assert.equal(one.core.members().length, 1024);
  tell(make(2000, 'dead', 1));
  assert.equal(one.core.counters.dropped['members-full'], 1);
  tell(make(2001, 'alive', 0));
  assert.equal(one.core.members().length, 1024);
  assert.equal(one.statusOf(make(0, 'dead', 0).id), 'unknown');
  assert.equal(one.statusOf(make(2001, 'alive', 0).id), 'alive');
});

test('a seed that is not up yet is asked until it answers', () => {
  const network = new SimulatedNetwork(20);
  const early = network.add(1);
  network.perform(early, early.core.join(['10.0.0.2:7000'], network.nowMs));
  network.run(90_000);
  network.add(2);
  network.until(3000, () => network.agree(() => 'alive'));
});

test('views converge under 20 % loss, whoever is killed or leaves', () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 31),
      fc.integer({ min: 3, max: 9 }),
      fc.integer({ min: 0, max: 2 }),
      fc.boolean(),
      (seed, count, kills, leaves) => {
        const network = new SimulatedNetwork(seed);
        network.loss = 0.2;
        const nodes = network.converged(count);
        const generations = new Map<string, number>();
        network.check = (viewer) => {
          for (const { id, generation, incarnation } of viewer.core.members()) {
            const key = `${viewer.id} ${id} ${generation}`;
            assert.ok(incarnation >= (generations.get(key) ?? 0), 'an incarnation never falls');
            generations.set(key, incarnation);
          }
        };
        const leaver = leaves ? at(nodes, count - 1) : null;
        if (leaver !== null) {
          network.leave(leaver);
        }
        for (const node of nodes.slice(0, Math.min(kills, count - 2))) network.silence(node);
        // Every goodbye may be lost, or reach only who is killed: then it is a death to all the others.
        const agreed = (): boolean =>
          ['left', 'dead'].some((ended) =>
            network.agree((node) => (node === leaver ? ended : aliveOrDead(node))),
          );
        network.until(60_000, agreed);
        network.loss = 0;
        network.run(2000);
        network.until(20_000, agreed);
      },
    ),
    { numRuns: 25 },
  );
});
