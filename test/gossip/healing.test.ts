/** How views become one again, whatever was lost, cut, restarted or moved. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { clusterId } from '../../src/types/index.js';
import { SimulatedNetwork, type SimulatedNode, testCluster } from '../sim/network.js';

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  assert.ok(item !== undefined);
  return item;
}

function seenBy(viewer: SimulatedNode, subject: SimulatedNode) {
  return viewer.core.members().find(({ id }) => id === subject.id);
}

test('the halves of a long partition are one again within a second', () => {
  const network = new SimulatedNetwork(1);
  const nodes = network.converged(30);
  const half = new Set(nodes.slice(0, 15));
  network.passes = (from, to) => half.has(from) === half.has(to);
  network.run(300_000);
  const otherHalf = nodes.filter((node) => !half.has(node));
  for (const viewer of half) {
    assert.ok(otherHalf.every((node) => viewer.statusOf(node.id) === 'dead'));
  }
  network.passes = () => true;
  network.until(1000, () => network.agree(() => 'alive'));
  network.until(2000, () => network.viewsEqual());
});

test('who missed the news is told when the checksums in pings go on to differ', () => {
  const network = new SimulatedNetwork(2);
  const nodes = network.converged(6);
  network.run(3000);
  const [speaker, missing] = [at(nodes, 1), at(nodes, 4)];
  const heard = (): boolean => seenBy(missing, speaker)?.meta.http === '10.9.9.9:80';
  network.passes = (from, to) => from !== missing && to !== missing;
  const meta = { ...(seenBy(speaker, speaker)?.meta ?? assert.fail()), http: '10.9.9.9:80' };
  network.step(speaker, (core, nowMs) => core.setMeta(meta, nowMs));
  // Long enough for the news to be spent, too short for anybody to be convicted.
  network.run(600);
  network.passes = () => true;
  network.run(200);
  assert.ok(!heard());
  network.until(2500, heard);
  network.until(1000, () => network.viewsEqual());
});

test('after a mass restart nobody argues with the incarnations of the lives before', () => {
  const network = new SimulatedNetwork(3);
  const nodes = network.converged(12);
  // Some have refuted many times, so that their records stand high.
  for (const node of nodes) {
    for (let change = 0; change < network.random.below(50); change++) {
      const meta = seenBy(node, node)?.meta ?? assert.fail();
      network.step(node, (core, nowMs) => core.setMeta({ ...meta, joinedAt: change + 1 }, nowMs));
    }
  }
  network.run(3000);
  const observer = at(nodes, 0);
  for (const node of nodes.slice(1)) network.silence(node);
  network.until(60_000, () =>
    nodes.slice(1).every((node) => observer.statusOf(node.id) === 'dead'),
  );
  const reborn = nodes.slice(1).map((node) => network.restart(node, [observer]));
  network.until(5000, () => network.agree(() => 'alive'));
  for (const node of reborn) assert.equal(seenBy(observer, node)?.generation, 2);
  network.run(5000);
  assert.ok(network.agree(() => 'alive') && network.viewsEqual());
});

test('a node that comes back under another address is dialled there', () => {
  const network = new SimulatedNetwork(4);
  const nodes = network.converged(6);
  network.run(2000);
  const moved = network.restart(at(nodes, 3), [at(nodes, 0)], { address: '10.8.8.8:7000' });
  network.until(3000, () =>
    network.running().every((viewer) => seenBy(viewer, moved)?.cluster === '10.8.8.8:7000'),
  );
  network.run(20_000);
  assert.ok(network.agree(() => 'alive'));
  assert.equal(moved.core.counters.refuted, 0, 'nobody looked for it where it was');
});

test('an address that another node takes over does not keep the old one alive', () => {
  const network = new SimulatedNetwork(5);
  const nodes = network.converged(6);
  network.run(2000);
  const old = at(nodes, 3);
  network.silence(old);
  const heir = network.add(77, { address: old.address });
  network.join(heir, at(nodes, 0));
  network.until(8000, () =>
    network.running().every((viewer) => {
      return viewer.statusOf(old.id) === 'dead' && viewer.statusOf(heir.id) === 'alive';
    }),
  );
  network.run(30_000);
  for (const viewer of network.running()) {
    assert.equal(viewer.statusOf(old.id), 'dead', 'and stays so, though somebody answers there');
    assert.equal(viewer.statusOf(heir.id), 'alive');
  }
  assert.ok(heir.core.counters.dropped['other-target'] > 0);
});

test('two clusters with one address list stay two', () => {
  const network = new SimulatedNetwork(6);
  const nodes = network.converged(3);
  const cluster = clusterId('d'.repeat(32));
  const strangers = [50, 51].map((number) => network.add(number, { cluster }));
  for (const stranger of strangers) network.join(stranger, ...nodes, ...strangers);
  for (const node of nodes) network.join(node, ...strangers);
  network.run(20_000);
  for (const node of nodes) assert.equal(node.core.members().length, 3);
  for (const stranger of strangers) assert.equal(stranger.core.members().length, 2);
});

test('a goodbye is final: nothing that arrives later brings that life back', () => {
  const network = new SimulatedNetwork(7);
  const nodes = network.converged(10);
  const leaver = at(nodes, 2);
  const record = { ...(seenBy(leaver, leaver) ?? assert.fail()), endedS: 0, accusers: [] };
  network.leave(leaver);
  const knows = (): boolean =>
    nodes.every((node) => node === leaver || node.statusOf(leaver.id) === 'left');
  network.until(100, knows);
  const body = { kind: 'gossip' } as const;
  const { generation } = leaver;
  const updates = [{ ...record, incarnation: 1000 }];
  const late = { clusterId: testCluster, from: leaver.id, generation, updates, view: '', body };
  const receiver = at(nodes, 0);
  network.step(receiver, (core, nowMs) => core.receive(late, leaver.address, nowMs));
  network.run(5000);
  assert.ok(knows());
});

test('who has said goodbye tells it again to whoever still asks', () => {
  const network = new SimulatedNetwork(10);
  const nodes = network.converged(3);
  const leaver = at(nodes, 2);
  // Every goodbye is lost, and the process stays to finish its work.
  leaver.core.leave(network.nowMs);
  const seen = new Set<string>();
  network.onNews = (_, __, after) => {
    if (after?.id === leaver.id) seen.add(after.status);
  };
  network.until(2000, () => network.agree((node) => (node === leaver ? 'left' : 'alive')));
  assert.deepEqual([...seen], ['left'], 'not suspect, not dead');
});

test('an earlier life that goes on beside the new one is told, and not listened to', () => {
  const network = new SimulatedNetwork(8);
  const nodes = network.converged(3);
  const old = at(nodes, 2);
  const twin = network.add(3, { generation: 2, address: '10.0.9.9:7000' });
  network.join(twin, at(nodes, 0));
  network.until(3000, () => old.conflicts > 0);
  const viewer = at(nodes, 0);
  network.run(1000);
  assert.ok(viewer.core.counters.dropped['old-generation'] > 0);
  assert.equal(seenBy(viewer, twin)?.generation, 2);
});

const moving = {
  load: (second: number): number => (second % 7) / 10,
  waiting: (second: number): number => [0, 1, 4, 16, 64][second % 5] ?? 0,
  freeMemoryMb: (second: number): number => 128 * 2 ** (second % 7),
};

test('a load that moves all the time is told now and then, and less often in a large cluster', () => {
  const told = (count: number, name: 'load' | 'waiting' | 'freeMemoryMb'): number => {
    const network = new SimulatedNetwork(9);
    const [node] = network.converged(count);
    assert.ok(node);
    const { incarnation = 0 } = seenBy(node, node) ?? {};
    for (let second = 0; second < 40; second++) {
      const meta = seenBy(node, node)?.meta ?? assert.fail();
      network.step(node, (core, nowMs) =>
        core.setMeta({ ...meta, [name]: moving[name](second) }, nowMs),
      );
      network.run(1000);
    }
    return (seenBy(node, node)?.incarnation ?? 0) - incarnation;
  };
  for (const name of ['load', 'waiting', 'freeMemoryMb'] as const) {
    assert.equal(told(3, name), 20, name);
    assert.equal(told(40, name), 5, name);
  }
});

test('a goodbye goes on from hop to hop at once, also where one cannot tell everybody', () => {
  const network = new SimulatedNetwork(11);
  const nodes = network.converged(80);
  network.run(5000);
  const leaver = at(nodes, 40);
  network.leave(leaver);
  network.until(100, () => network.agree((node) => (node === leaver ? 'left' : 'alive')));
});

test('a heal strikes nobody off its own half, on a slow network that loses a tenth', () => {
  let struckOff = 0;
  for (let seed = 21; seed < 29; seed++) {
    const network = new SimulatedNetwork(seed, {
      link: { latencyMs: 50, tailMs: 1, loss: 0.1, duplication: 0 },
    });
    const nodes = network.converged(8);
    network.run(5000);
    const half = new Set(nodes.slice(0, 4));
    for (let turn = 0; turn < 5; turn++) {
      network.passes = (from, to) => half.has(from) === half.has(to);
      network.onNews = (viewer, _, after) => {
        if (after?.status !== 'dead') return;
        const subject = nodes.find(({ id }) => id === after.id);
        if (subject !== undefined && half.has(subject) === half.has(viewer)) struckOff++;
      };
      network.run(8000);
      network.passes = () => true;
      network.until(10_000, () => network.agree(() => 'alive'));
    }
  }
  assert.equal(struckOff, 0);
});

test('news of a death that nobody suspected is doubted, unless the process is proven to be gone', () => {
  for (const proven of [false, true]) {
    const network = new SimulatedNetwork(30);
    const nodes = network.converged(6);
    network.run(1000);
    const [listener, teller, subject] = [at(nodes, 0), at(nodes, 1), at(nodes, 2)];
    const record = { ...(seenBy(listener, subject) ?? assert.fail()), status: 'dead' as const };
    const updates = [{ ...record, endedS: 0, accusers: [], proven }];
    const envelope = { clusterId: testCluster, from: teller.id, generation: 1, view: '' };
    const packet = { ...envelope, updates, body: { kind: 'gossip' as const } };
    for (let copy = 0; copy < 2; copy++) {
      network.step(listener, (core, nowMs) => core.receive(packet, teller.address, nowMs));
      assert.equal(listener.statusOf(subject.id), proven ? 'dead' : 'suspect');
    }
    network.until(1000, () => network.agree(() => 'alive'));
  }
});
