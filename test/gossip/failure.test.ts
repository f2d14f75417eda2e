/** How members are found gone, and how they are not: the failure detector on the simulated network. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { lan } from '../sim/link.js';
import { SimulatedNetwork, type SimulatedNode, testCluster } from '../sim/network.js';

const aliveOrDead = (node: SimulatedNode): string => (node.alive ? 'alive' : 'dead');

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  assert.ok(item !== undefined);
  return item;
}

function total(nodes: readonly SimulatedNode[], what: (node: SimulatedNode) => number): number {
  return nodes.reduce((sum, node) => sum + what(node), 0);
}

/** What any of the nodes has believed of `subject` since the call. */
function beliefs(network: SimulatedNetwork, subject: SimulatedNode): Set<string> {
  const seen = new Set<string>();
  network.onNews = (_, __, after) => {
    if (after?.id === subject.id) seen.add(after.status);
  };
  return seen;
}

test('a killed process is dead everywhere at once, by its broken streams, without a suspicion', () => {
  for (const count of [2, 3, 10, 40]) {
    const network = new SimulatedNetwork(count);
    const nodes = network.converged(count);
    network.run(3000);
    const victim = at(nodes, count - 1);
    const seen = beliefs(network, victim);
    network.kill(victim);
    network.until(150, () => network.agree(aliveOrDead));
    assert.deepEqual([...seen], ['dead'], `${count} nodes`);
    assert.ok(total(nodes, ({ core }) => core.counters.proven) >= 1);
  }
});

test('a silent host breaks no stream, and is dead only after it could have refuted', () => {
  const network = new SimulatedNetwork(2);
  const nodes = network.converged(10);
  network.run(3000);
  const victim = at(nodes, 4);
  const seen = beliefs(network, victim);
  network.silence(victim);
  const tookMs = network.until(4000, () => network.agree(aliveOrDead));
  assert.ok(tookMs > 600, `${tookMs} ms`);
  assert.deepEqual([...seen], ['suspect', 'dead']);
  assert.equal(
    total(nodes, ({ core }) => core.counters.proven),
    0,
  );
});

test('a port that refuses while its process answers proves nothing', () => {
  const network = new SimulatedNetwork(3);
  const nodes = network.converged(5);
  network.run(3000);
  const [watcher, shielded] = [at(nodes, 0), at(nodes, 1)];
  const seen = beliefs(network, shielded);
  for (let turn = 0; turn < 20; turn++) {
    network.step(watcher, (core, nowMs) => core.streamBroken(shielded.id, 1, true, nowMs));
    network.run(200);
  }
  assert.deepEqual([...seen], []);
});

test('a broken stream of an earlier life says nothing about the present one', () => {
  const network = new SimulatedNetwork(4);
  const nodes = network.converged(3);
  network.run(1000);
  const reborn = network.restart(at(nodes, 1), [at(nodes, 0)]);
  network.until(3000, () => network.agree(() => 'alive'));
  const watcher = at(nodes, 0);
  network.silence(reborn);
  assert.deepEqual(watcher.core.streamBroken(reborn.id, 1, true, network.nowMs), []);
});

test('a process that breaks its stream and goes on is asked, and not accused', () => {
  const network = new SimulatedNetwork(5);
  const [watcher, member] = network.converged(2);
  assert.ok(watcher && member);
  network.run(1000);
  const effects = watcher.core.streamBroken(member.id, 1, false, network.nowMs);
  const kinds = effects.map((effect) => (effect.kind === 'send' ? effect.packet.body.kind : ''));
  assert.deepEqual(kinds, ['ping'], 'out of turn');
  network.perform(watcher, effects);
  network.run(1000);
  assert.equal(watcher.statusOf(member.id), 'alive');
});

test('members whose datagrams are blocked are alive over streams, and it is counted', () => {
  const network = new SimulatedNetwork(6);
  const nodes = network.converged(5);
  network.run(2000);
  const blocked = at(nodes, 2);
  const seen = beliefs(network, blocked);
  const send = network.send.bind(network);
  network.send = (from, to, datagram) => {
    if (from !== blocked && to !== blocked.address) send(from, to, datagram);
  };
  network.run(20_000);
  assert.deepEqual([...seen], []);
  assert.ok(total(nodes, ({ core }) => core.counters.ackedByStreamOnly) > 10);
});

test('a helper that gets no ack either says that it is there itself', () => {
  const network = new SimulatedNetwork(7);
  const [asker, helper, target] = network.converged(3);
  assert.ok(asker && helper && target);
  network.run(1000);
  network.silence(target);
  const request = { kind: 'ping-request', sequence: 77, target: target.id } as const;
  const envelope = { clusterId: testCluster, from: asker.id, generation: 1, updates: [] };
  const packet = { ...envelope, view: '', body: request };
  network.perform(helper, helper.core.receive(packet, asker.address, network.nowMs));
  const answers: string[] = [];
  for (let tick = 0; tick < 40; tick++) {
    for (const effect of helper.core.tick(network.nowMs + 25 * tick)) {
      if (effect.kind !== 'send' || effect.to !== asker.address) continue;
      const { body } = effect.packet;
      if ('sequence' in body && body.sequence === 77) answers.push(body.kind);
    }
  }
  assert.deepEqual(answers, ['nack'], 'once');
});

test('a node that loses most packets itself doubts itself and accuses others less', () => {
  const accusations = (lossy: boolean): number => {
    const network = new SimulatedNetwork(8);
    const nodes = network.converged(10);
    const weak = at(nodes, 0);
    const link = { ...network.link, loss: 0.6 };
    if (lossy) network.linkOf = (from, to) => (from === weak || to === weak ? link : null);
    else network.link = link;
    network.run(60_000);
    return weak.core.counters.suspected;
  };
  const [ownFault, networkFault] = [accusations(true), accusations(false)];
  assert.ok(ownFault < 60, `${ownFault} accusations in a minute of 300 probes`);
  assert.ok(networkFault >= 0);
});

test('a node that hears nobody convicts for itself and accuses nobody to the others', () => {
  const network = new SimulatedNetwork(9);
  const nodes = network.converged(8);
  network.run(2000);
  const deaf = at(nodes, 3);
  const others = nodes.filter((node) => node !== deaf);
  network.passes = (_, to) => to !== deaf;
  let wronged = 0;
  network.onNews = (viewer, _, after) => {
    if (viewer !== deaf && after !== undefined && after.id !== deaf.id) wronged++;
  };
  network.until(20_000, () => others.every((node) => node.statusOf(deaf.id) === 'dead'));
  network.run(20_000);
  assert.ok(others.every((node) => deaf.statusOf(node.id) === 'dead'));
  // Before it knows that it is cut off it may accuse one or two: each refutes at once.
  assert.ok(wronged <= 2 * 2 * others.length, `${wronged} changes in the views of the others`);
  const refuted = total(others, ({ core }) => core.counters.refuted);
  assert.ok(refuted <= 2, `${refuted} refutations`);
  network.passes = () => true;
  network.until(5000, () => network.agree(() => 'alive'));
});

test('a link that is cut one way convicts nobody', () => {
  const network = new SimulatedNetwork(10);
  const nodes = network.converged(8);
  const [one, other] = [at(nodes, 1), at(nodes, 5)];
  network.passes = (from, to) => !(from === one && to === other);
  let died = 0;
  network.onNews = (_, __, after) => {
    if (after?.status === 'dead') died++;
  };
  network.run(30_000);
  assert.equal(died, 0);
  assert.ok(network.agree(() => 'alive'));
});

test('a suspicion that others confirm ends sooner, also when they say so later', () => {
  const convictedAfterMs = (
    accusers: readonly number[],
    laterAccusers: readonly number[],
  ): number => {
    const network = new SimulatedNetwork(11);
    const nodes = network.converged(10);
    const [judge, witness, suspect] = [at(nodes, 0), at(nodes, 1), at(nodes, 2)];
    const record = judge.core.members().find(({ id }) => id === suspect.id) ?? assert.fail();
    const hear = (from: readonly number[], nowMs: number): void => {
      const updates = [{ ...record, status: 'suspect' as const, endedS: 0, accusers: from }];
      const body = { kind: 'gossip' } as const;
      const { id, address, generation } = witness;
      const envelope = { clusterId: testCluster, from: id, generation, view: '' };
      judge.core.receive({ ...envelope, updates, body }, address, nowMs);
    };
    const startMs = network.nowMs;
    hear(accusers, startMs);
    for (let ms = 25; ms < 10_000; ms += 25) {
      judge.core.tick(startMs + ms);
      if (ms === 400) hear(laterAccusers, startMs + ms);
      if (judge.statusOf(suspect.id) === 'dead') return ms;
    }
    return Number.POSITIVE_INFINITY;
  };
  // Its own probe may fail too in the end, so that it never stays quite alone.
  const alone = convictedAfterMs([1], []);
  const three = convictedAfterMs([1, 2, 3], []);
  const later = convictedAfterMs([1], [2, 3]);
  assert.equal(three, 600);
  assert.equal(later, 600);
  assert.ok(alone >= 1200, `${alone} ms`);
});

test('a node that stalls for a second is back at once, and convicts nobody for what it missed', () => {
  const network = new SimulatedNetwork(12);
  const nodes = network.converged(10);
  network.run(2000);
  const stalled = at(nodes, 4);
  network.stall(stalled);
  network.run(2500);
  assert.ok(nodes.every((node) => node === stalled || node.statusOf(stalled.id) === 'dead'));
  network.resume(stalled);
  network.until(500, () => network.agree(() => 'alive'));
  assert.equal(stalled.core.counters.convicted + stalled.core.counters.suspected, 0);
  assert.equal(stalled.core.counters.stalls, 1);
});

test('a fifth of the nodes stalling 400 ms every two seconds is not declared dead, at 5 % loss', () => {
  const network = new SimulatedNetwork(13);
  network.loss = 0.05;
  const nodes = network.converged(40);
  let died = 0;
  network.onNews = (_, __, after) => {
    if (after?.status === 'dead') died++;
  };
  for (const node of nodes.slice(0, 8)) {
    const cycle = (): void => {
      network.stall(node);
      network.plan(400, () => network.resume(node));
      network.plan(2000, cycle);
    };
    network.plan(network.random.below(2000), cycle);
  }
  network.run(60_000);
  assert.equal(died, 0);
});

test('who heard of a suspicion asks the suspect out of turn', () => {
  const network = new SimulatedNetwork(14);
  const nodes = network.converged(5);
  network.run(2000);
  const [listener, teller, suspect] = [at(nodes, 0), at(nodes, 1), at(nodes, 2)];
  const told = (accusers: readonly number[]): string[] => {
    const record = listener.core.members().find(({ id }) => id === suspect.id) ?? assert.fail();
    const updates = [{ ...record, status: 'suspect' as const, endedS: 0, accusers }];
    const envelope = { clusterId: testCluster, from: teller.id, generation: 1, view: '' };
    const packet = { ...envelope, updates, body: { kind: 'gossip' as const } };
    const effects = listener.core.receive(packet, teller.address, network.nowMs);
    return effects.flatMap((effect) =>
      effect.kind === 'send' && effect.packet.body.kind === 'ping' ? [effect.to] : [],
    );
  };
  assert.deepEqual(told([99]), [suspect.address]);
});

test('who hears in a full sync that a member is dead asks it three times, and then believes it', () => {
  const network = new SimulatedNetwork(15);
  const nodes = network.converged(6);
  network.run(2000);
  const [learner, teller, silent, well] = [0, 1, 2, 3].map((index) => at(nodes, index));
  assert.ok(learner && teller && silent && well);
  network.silence(silent);
  const claim = (subject: SimulatedNode): void => {
    const record = learner.core.members().find(({ id }) => id === subject.id) ?? assert.fail();
    const updates = [{ ...record, status: 'dead' as const, endedS: 1, accusers: [] }];
    const envelope = { clusterId: testCluster, from: teller.id, generation: 1, view: '' };
    const packet = { ...envelope, updates, body: { kind: 'sync' as const } };
    network.step(learner, (core, nowMs) => core.receive(packet, teller.address, nowMs));
    assert.equal(learner.statusOf(subject.id), 'suspect');
  };
  claim(silent);
  claim(well);
  network.until(400, () => learner.statusOf(well.id) === 'alive');
  assert.equal(learner.statusOf(silent.id), 'suspect');
  network.until(900, () => learner.statusOf(silent.id) === 'dead');
});

test('after a long stall a node says that it is there, before it reads what others say', () => {
  const network = new SimulatedNetwork(16);
  const nodes = network.converged(4);
  const stalled = at(nodes, 1);
  network.run(1000);
  const { nowMs } = network;
  stalled.core.tick(nowMs);
  const effects = stalled.core.tick(nowMs + 1500);
  const told = effects.flatMap((effect) =>
    effect.kind === 'send' && effect.packet.body.kind === 'gossip' ? effect.packet.updates : [],
  );
  assert.ok(told.some(({ id, incarnation }) => id === stalled.id && incarnation === 1));
});

test('where round trips take long, probes wait for them instead of calling for help', () => {
  const network = new SimulatedNetwork(17, { link: { ...lan, latencyMs: 60 } });
  const nodes = network.converged(6);
  network.run(10_000);
  let asked = 0;
  for (const node of nodes) {
    const perform = node.codec.encode.bind(node.codec);
    node.codec.encode = (packet, carrier) => {
      if (packet.body.kind === 'ping-request') asked++;
      return perform(packet, carrier);
    };
  }
  network.run(20_000);
  assert.ok(asked < 30, `${asked} calls for help in 600 probes`);
  assert.equal(
    total(nodes, ({ core }) => core.counters.suspected),
    0,
  );
});

test('a node that has to refute is slow itself, and probes less often for a while', () => {
  const pingsIn2s = (refutations: number): number => {
    const network = new SimulatedNetwork(18);
    const [node, other] = network.converged(2);
    assert.ok(node && other);
    network.run(1000);
    for (let turn = 0; turn < refutations; turn++) {
      const record = node.core.members().find(({ id }) => id === node.id) ?? assert.fail();
      const updates = [{ ...record, status: 'suspect' as const, endedS: 0, accusers: [1] }];
      const envelope = { clusterId: testCluster, from: other.id, generation: 1, view: '' };
      const packet = { ...envelope, updates, body: { kind: 'gossip' as const } };
      network.step(node, (core, nowMs) => core.receive(packet, other.address, nowMs));
    }
    let pings = 0;
    for (let ms = 25; ms <= 2000; ms += 25) {
      for (const effect of node.core.tick(network.nowMs + ms)) {
        if (effect.kind === 'send' && effect.packet.body.kind === 'ping') pings++;
      }
    }
    return pings;
  };
  assert.ok(pingsIn2s(5) < pingsIn2s(0));
});

test('who did not answer in its last life is not accused in the next', () => {
  const network = new SimulatedNetwork(19);
  const nodes = network.converged(12);
  for (let turn = 0; turn < 10; turn++) {
    network.run(1000);
    const victim = network.running()[turn % 12] ?? assert.fail();
    // Its host is silent for less than a probe takes, and back with a new process elsewhere.
    network.silence(victim);
    network.run(150);
    const [seed] = network.running();
    assert.ok(seed !== undefined);
    const address = `10.5.0.${turn}:7000`;
    const reborn = network.restart(victim, [seed], { address });
    network.run(2000);
    assert.equal(reborn.core.counters.refuted, 0, `turn ${turn}`);
  }
  assert.ok(nodes.length > 0);
});
