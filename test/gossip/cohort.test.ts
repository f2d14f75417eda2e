/** What a member says of its cohort: it spreads at once, only ever rises, and survives members that know nothing of it. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { SimulatedNetwork, type SimulatedNode, testCluster } from '../sim/network.js';

function cohortOf(viewer: SimulatedNode, of: SimulatedNode): number | undefined {
  return viewer.member(of.id)?.meta.cohort;
}

function say(network: SimulatedNetwork, node: SimulatedNode, cohort: number): void {
  const meta = node.member(node.id)?.meta;
  assert.ok(meta !== undefined);
  network.step(node, (core, nowMs) => core.setMeta({ ...meta, cohort }, nowMs));
}

test('a cohort reaches 20 nodes faster than a round of gossip, and never falls', () => {
  const network = new SimulatedNetwork(31);
  const nodes = network.converged(20);
  network.run(5000);
  const [speaker] = nodes;
  assert.ok(speaker !== undefined);
  say(network, speaker, 2);
  network.until(50, () => nodes.every((viewer) => cohortOf(viewer, speaker) === 2), 1);
  say(network, speaker, 1);
  network.run(1000);
  assert.equal(cohortOf(speaker, speaker), 2);
  assert.ok(network.viewsEqual(), 'and all have the same checksum');
});

test('whoever hears of it without its cohort first, from an earlier release, still takes the cohort', () => {
  const network = new SimulatedNetwork(34);
  const [viewer, speaker, older] = network.converged(3);
  assert.ok(viewer !== undefined && speaker !== undefined && older !== undefined);
  const before = viewer.core.view();
  const member = viewer.member(speaker.id);
  assert.ok(member !== undefined);
  const hear = (cohort: number): void => {
    const meta = { ...member.meta, cohort, joinedAt: 77 };
    const incarnation = member.incarnation + 1;
    const record = { ...member, meta, incarnation, endedS: 0, accusers: [] };
    const { id: from, generation, address } = older;
    const packet = { clusterId: testCluster, from, generation, updates: [record], view: '' };
    viewer.core.receive({ ...packet, body: { kind: 'gossip' } }, address, network.nowMs);
  };
  hear(0);
  const without = viewer.core.view();
  hear(3);
  const view = viewer.core.view();
  assert.equal(cohortOf(viewer, speaker), 3);
  assert.equal(new Set([before, without, view]).size, 3, 'it is part of the checksum');
  hear(0);
  assert.equal(viewer.core.view(), view);
});

test('its next life begins without', () => {
  const network = new SimulatedNetwork(32);
  const nodes = network.converged(4);
  const [viewer, node] = nodes;
  assert.ok(viewer !== undefined && node !== undefined);
  say(network, node, 2);
  network.run(1000);
  network.kill(node);
  network.run(1000);
  const again = network.restart(node, [viewer]);
  network.until(5000, () => viewer.member(node.id)?.generation === again.generation);
  assert.equal(cohortOf(viewer, again), 0);
});

test('among members of an earlier release, who drop it, all others learn it, and nobody disputes its words', () => {
  const network = new SimulatedNetwork(33);
  const nodes = network.converged(10);
  network.run(5000);
  const [speaker, ...others] = nodes;
  assert.ok(speaker !== undefined);
  others.forEach((node, index) => {
    node.isOlder = index % 3 !== 0;
  });
  const newer = others.filter(({ isOlder }) => !isOlder);
  say(network, speaker, 1);
  const said = speaker.member(speaker.id)?.incarnation ?? 0;
  network.until(20_000, () => newer.every((viewer) => cohortOf(viewer, speaker) === 1));
  network.run(60_000);
  assert.ok(newer.every((viewer) => cohortOf(viewer, speaker) === 1));
  assert.equal(speaker.member(speaker.id)?.incarnation, said);
  assert.equal(speaker.core.counters.refuted, 0);
  const older = others.filter(({ isOlder }) => isOlder);
  assert.ok(older.every((viewer) => cohortOf(viewer, speaker) === 0));
});
