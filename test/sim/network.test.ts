import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { seededRandom } from '../../src/lib/index.js';
import { clusterId } from '../../src/types/index.js';
import { acquainted, settled } from './acquainted.js';
import { delayMs, lan, segmentsOf, streamBytes, streamDelayMs } from './link.js';
import { SimulatedNetwork, type SimulatedNode } from './network.js';

const slow = { ...lan, latencyMs: 10, tailMs: 5 };

function pair(network: SimulatedNetwork): [SimulatedNode, SimulatedNode] {
  return [network.add(1), network.add(2)];
}

/** An empty packet of another cluster, to which nobody answers. */
function datagram(from: SimulatedNode): Uint8Array {
  const { id, generation } = from;
  const body = { kind: 'gossip' as const };
  const packet = {
    clusterId: clusterId('d'.repeat(32)),
    from: id,
    generation,
    updates: [],
    view: '',
    body,
  };
  return from.codec.encode(packet);
}

function sum(nodes: readonly SimulatedNode[], of: (node: SimulatedNode) => number): number {
  return nodes.reduce((total, node) => total + of(node), 0);
}

test('links lose and double datagrams as often as they are told to', () => {
  for (const [loss, duplication, low, high] of [
    [0, 0, 1000, 1000],
    [0.3, 0, 640, 760],
    [0, 0.3, 1240, 1360],
  ] as const) {
    const network = new SimulatedNetwork(1, { link: { ...lan, loss, duplication } });
    const [one, two] = pair(network);
    for (let turn = 0; turn < 1000; turn++) network.send(one, two.address, datagram(one));
    network.run(1000);
    const { datagrams } = two.received;
    assert.ok(datagrams >= low && datagrams <= high, `${datagrams} arrived`);
  }
});

test('a packet is never faster than its link, mostly little slower, and may overtake another', () => {
  const random = seededRandom(1);
  const delays = Array.from({ length: 1000 }, () => delayMs(slow, random));
  assert.ok(delays.every((delay) => delay >= slow.latencyMs));
  const meanMs = delays.reduce((total, delay) => total + delay, 0) / delays.length;
  assert.ok(Math.abs(meanMs - slow.latencyMs - slow.tailMs) < 1, `${meanMs} ms`);
  assert.ok(delays.some((delay, index) => delay > (delays[index + 1] ?? 0) + 1));
});

test('a message on a stream is never lost, but waits for what has to be sent again', () => {
  const random = seededRandom(1);
  assert.ok(streamDelayMs(lan, 100, random) < 50);
  const delays = Array.from({ length: 200 }, () => streamDelayMs({ ...lan, loss: 0.5 }, 1, random));
  const quick = delays.filter((delay) => delay < 200).length;
  const once = delays.filter((delay) => delay >= 200 && delay < 600).length;
  assert.ok(quick > 70 && quick < 130, `${quick} of 200 were not lost`);
  assert.ok(once > 30 && once < 80, `${once} of 200 were lost once`);
  assert.ok(
    delays.every((delay) => delay < 250 || delay >= 600),
    'the second retry comes later',
  );
  assert.equal(segmentsOf(1401), 2);
  assert.equal(streamBytes(1401), 1481);
});

test('what is cut in one direction passes in the other', () => {
  const network = new SimulatedNetwork(1);
  const [one, two] = pair(network);
  network.passes = (from) => from === one;
  network.send(one, two.address, datagram(one));
  network.send(two, one.address, datagram(two));
  network.run(1000);
  assert.deepEqual([one.received.datagrams, two.received.datagrams], [0, 1]);
});

test('one link can be unlike all others', () => {
  const network = new SimulatedNetwork(1);
  const [one, two] = pair(network);
  network.linkOf = (from) => (from === one ? { ...lan, loss: 1 } : null);
  network.send(one, two.address, datagram(one));
  network.send(two, one.address, datagram(two));
  network.run(1000);
  assert.deepEqual([one.received.datagrams, two.received.datagrams], [1, 0]);
});

test('a process that goes on runs its timers before it reads what its socket could hold', () => {
  const network = new SimulatedNetwork(1);
  const [one, two] = pair(network);
  network.run(1000);
  network.stall(two);
  const ticksOfOne = countSteps(network, one);
  const stepsOfTwo = countSteps(network, two);
  for (let turn = 0; turn < 1000; turn++) network.send(one, two.address, datagram(one));
  network.run(1000);
  assert.equal(stepsOfTwo(), 0);
  assert.ok(ticksOfOne() > 0);
  let stallsAtFirst = 0;
  network.check = () => {
    stallsAtFirst ||= two.core.counters.stalls;
    network.check = () => {};
  };
  network.resume(two);
  assert.equal(stallsAtFirst, 1, 'the first step was the tick');
  const read = 1000 - two.overflows;
  assert.ok(read > 200 && read < 500, `${read} datagrams were held`);
});

function countSteps(network: SimulatedNetwork, of: SimulatedNode): () => number {
  const { check } = network;
  let steps = 0;
  network.check = (node) => {
    check(node);
    if (node === of) steps++;
  };
  return () => steps;
}

test('an exchange with a process that stands still is answered when it goes on, unless given up', () => {
  const answeredBytes = (stalledMs: number): number => {
    const network = new SimulatedNetwork(1);
    const [one, two] = pair(network);
    network.stall(two);
    network.join(one, two);
    network.run(stalledMs);
    assert.equal(one.received.streamBytes, 0);
    network.resume(two);
    network.run(20);
    return one.received.streamBytes;
  };
  const once = answeredBytes(500);
  assert.ok(once > 0);
  // Asked after 0, 1 and 2 seconds; the first is given up after 2.
  assert.equal(answeredBytes(2500), 2 * once);
});

test('a node has 16 exchanges under way at most, and gives up what nothing answers', () => {
  const network = new SimulatedNetwork(1);
  const one = network.add(1);
  const nowhere = Array.from({ length: 20 }, (_, host) => `10.9.0.${host}:7000`);
  network.step(one, (core, nowMs) => core.join(nowhere, nowMs));
  assert.equal(one.exchanges, 16);
  network.kill(one);
  network.run(2100);
  assert.equal(one.exchanges, 0);
});

test('the end of a process breaks the streams to it, and a silent host breaks none', () => {
  const ended = (end: (network: SimulatedNetwork, node: SimulatedNode) => void) => {
    const network = new SimulatedNetwork(1);
    const [victim, ...others] = settled(network, 5);
    assert.ok(victim !== undefined);
    end(network, victim);
    network.until(10_000, () => network.agree((node) => (node.alive ? 'alive' : 'dead')));
    const proven = sum(others, ({ core }) => core.counters.proven);
    return { proven, suspected: sum(others, ({ core }) => core.counters.suspected) };
  };
  const killed = ended((network, node) => network.kill(node));
  assert.ok(killed.proven > 0 && killed.suspected === 0);
  const silent = ended((network, node) => network.silence(node));
  assert.ok(silent.proven === 0 && silent.suspected > 0);
});

test('a stream to a process that died before it was opened is refused, and proves nothing', () => {
  const network = new SimulatedNetwork(1);
  const [victim, ...others] = acquainted(network, 3);
  assert.ok(victim !== undefined);
  network.kill(victim);
  network.until(5000, () => network.agree((node) => (node.alive ? 'alive' : 'dead')));
  assert.equal(
    sum(others, ({ core }) => core.counters.proven),
    0,
  );
  assert.ok(sum(others, ({ core }) => core.counters.convicted) > 0);
});

test('clocks start anywhere and run at their own rates, and no node minds', () => {
  const network = new SimulatedNetwork(1, { clockDrift: 0.01, clockOriginMs: 1e9 });
  const nodes = network.converged(4);
  const origins = nodes.map((node) => node.localMs(0));
  assert.ok(Math.max(...origins) - Math.min(...origins) > 1e8);
  const elapsed = nodes.map((node) => node.localMs(100_000) - node.localMs(0));
  assert.ok(elapsed.every((ms) => ms >= 99_000 && ms <= 101_000));
  assert.equal(new Set(elapsed).size, 4);
  network.run(30_000);
  assert.equal(
    sum(nodes, ({ core }) => core.counters.suspected),
    0,
  );
});

test('what all have sent on a good network, all have received', () => {
  const network = new SimulatedNetwork(1);
  const nodes = network.converged(10);
  network.run(10_000);
  const before = sum(nodes, ({ sent }) => sent.datagramBytes);
  network.run(50);
  const received = sum(nodes, (node) => node.received.datagramBytes);
  const sent = sum(nodes, (node) => node.sent.datagramBytes);
  assert.ok(received >= before && received <= sent);
  assert.equal(
    sum(nodes, (node) => node.sent.datagrams),
    network.datagrams,
  );
  assert.ok(sum(nodes, (node) => node.sent.streamBytes) > 0);
});

test('a node takes the address of one that has ended, and the next life of that one another', () => {
  const network = new SimulatedNetwork(1);
  const [one, two, three] = network.converged(3);
  assert.ok(one && two && three);
  network.kill(three);
  const heir = network.add(4, { address: three.address });
  network.join(heir, one, two);
  const reborn = network.restart(three, [one, two], { address: '10.9.9.9:7000' });
  assert.equal(reborn.generation, 2);
  network.until(10_000, () => network.agree(() => 'alive') && network.viewsEqual());
  assert.equal(one.member(heir.id)?.cluster, three.address);
  assert.equal(one.member(three.id)?.cluster, reborn.address);
});

test('a cluster that starts acquainted has nothing to tell', () => {
  const network = new SimulatedNetwork(1);
  const nodes = acquainted(network, 30);
  assert.ok(network.agree(() => 'alive') && network.viewsEqual());
  network.run(5000);
  const carried = sum(nodes, ({ sent }) => sent.datagramBytes) / network.datagrams;
  assert.ok(carried < 120, `${carried} bytes a datagram`);
});

test('views that differ in one word are not equal', () => {
  const network = new SimulatedNetwork(1);
  const [one] = network.converged(3);
  assert.ok(one);
  network.until(5000, () => network.viewsEqual());
  const meta = one.member(one.id)?.meta;
  assert.ok(meta);
  network.step(one, (core, nowMs) => core.setMeta({ ...meta, degraded: true }, nowMs));
  assert.ok(!network.viewsEqual());
  network.until(5000, () => network.viewsEqual());
});
