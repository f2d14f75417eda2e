import { strict as assert } from 'node:assert';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { Gossip, type GossipMember } from '../../src/gossip/index.js';
import { seededRandom, silentLogger, systemClock } from '../../src/lib/index.js';
import {
  clusterId,
  HearthError,
  type HostPort,
  type NodeId,
  nodeId,
} from '../../src/types/index.js';
import { freePorts } from '../free-ports.js';
import { TcpServer, tcpStreams } from './tcp-streams.js';

const deadlineMs = 10_000;
const secret = Buffer.from('a secret of the test');
const loopback = (port = 0): HostPort => ({ host: '127.0.0.1', port });

/** A started node whose changes can be awaited; stopped with the test. */
class TestNode {
  readonly id: NodeId;
  readonly gossip: Gossip;
  readonly server: TcpServer;
  /** What clocks of others said, as it was heard last. */
  readonly times = new Map<NodeId, number>();
  #waiting: (() => void)[] = [];

  constructor(number: number, cluster = loopback(), aheadMs = 0) {
    this.id = nodeId(number.toString(16).padStart(32, '0'));
    this.gossip = new Gossip(
      {
        streams: tcpStreams,
        clock: { ...systemClock, machineWallMs: () => systemClock.machineWallMs() + aheadMs },
        random: seededRandom(number),
        logger: silentLogger,
        onChange: () => this.#check(),
        onTime: (id, wallMs) => {
          this.times.set(id, wallMs);
          this.#check();
        },
      },
      {
        id: this.id,
        generation: 1,
        cluster,
        advertise: cluster,
        clusterId: clusterId('e'.repeat(32)),
        secrets: [secret],
        meta: {
          http: `127.0.0.1:${number}`,
          release: 'test',
          joinedAt: 0,
          load: 0,
          waiting: 0,
          freeMemoryMb: 0,
          degraded: false,
          cohort: 0,
        },
      },
    );
    this.server = new TcpServer((request) => this.gossip.answer(request));
  }

  /** On `port`, for which both UDP and TCP are free: a port that one of them picks may be taken in the other. */
  static async started(
    t: TestContext,
    number: number,
    port: number,
    aheadMs = 0,
  ): Promise<TestNode> {
    const node = new TestNode(number, loopback(port), aheadMs);
    // before anything can fail: gossip that goes on would keep this process from ending
    t.after(() => node.kill());
    await node.gossip.start();
    await node.server.listen(node.address());
    return node;
  }

  /** Ends as a killed process does, without a word. */
  async kill(): Promise<void> {
    await Promise.all([this.gossip.stop(), this.server.kill()]);
  }

  address(): HostPort {
    const address = this.gossip.boundAddress();
    assert.ok(address !== null);
    return address;
  }

  /** Resolves when the member is seen so; rejects after the deadline. */
  sees(id: NodeId, as: (member: GossipMember) => boolean): Promise<void> {
    return this.until(() => {
      const member = this.gossip.members().find((candidate) => candidate.id === id);
      return member !== undefined && as(member);
    });
  }

  /** Resolves when something that gossip tells has made it so; rejects after the deadline. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`not seen within ${deadlineMs} ms`)),
        deadlineMs,
      );
      const check = (): void => {
        if (!isSo()) return;
        clearTimeout(late);
        this.#waiting = this.#waiting.filter((waiting) => waiting !== check);
        resolve();
      };
      this.#waiting.push(check);
      check();
    });
  }

  #check(): void {
    for (const check of this.#waiting) check();
  }
}

test('nodes on real sockets see each other, what each says, who leaves and who dies', async (t) => {
  const port = await freePorts();
  const one = await TestNode.started(t, 1, port);
  const two = await TestNode.started(t, 2, port + 1);
  const three = await TestNode.started(t, 3, port + 2);
  two.gossip.join([one.address()]);
  three.gossip.join([{ host: 'localhost', port: one.address().port }]);
  const nodes = [one, two, three];
  const alive = ({ status }: GossipMember): boolean => status === 'alive';
  await Promise.all(nodes.flatMap((node) => nodes.map(({ id }) => node.sees(id, alive))));

  two.gossip.setMeta({ joinedAt: 7 });
  await Promise.all(nodes.map((node) => node.sees(two.id, ({ meta }) => meta.joinedAt === 7)));

  const left = one.sees(two.id, ({ status }) => status === 'left');
  await two.gossip.leave();
  await two.gossip.stop();
  await left;

  const dead = one.sees(three.id, ({ status }) => status === 'dead');
  await three.kill();
  await dead;
  assert.equal(one.gossip.counters().proven, 1, 'its broken stream told at once');
  assert.equal(one.gossip.counters().convicted, 0);
  assert.equal(one.gossip.members().find(({ id }) => id === two.id)?.status, 'left');
  assert.equal(one.gossip.counters().sendErrors, 0);
});

test('each hears what the clocks of the machines of the others say, also a wrong one', async (t) => {
  const port = await freePorts();
  const hourMs = 3_600_000;
  const one = await TestNode.started(t, 1, port);
  const two = await TestNode.started(t, 2, port + 1, hourMs);
  two.gossip.join([one.address()]);
  await Promise.all([
    one.until(() => one.times.has(two.id)),
    two.until(() => two.times.has(one.id)),
  ]);
  const off = (wallMs = 0): number => Math.abs(wallMs - Date.now());
  assert.ok(off((one.times.get(two.id) ?? 0) - hourMs) < deadlineMs);
  assert.ok(off(two.times.get(one.id)) < deadlineMs);
});

test('a taken port is an error that names it and says what to do', async (t) => {
  const holder = createSocket('udp4');
  holder.bind(0, '127.0.0.1');
  await once(holder, 'listening');
  t.after(() => holder.close());
  const { port } = holder.address();
  const node = new TestNode(1, loopback(port));
  await assert.rejects(node.gossip.start(), (error: unknown) => {
    assert.ok(error instanceof HearthError);
    assert.equal(error.code, 'invalid-parameter');
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}.*--cluster`));
    return true;
  });
  await node.gossip.stop();
});

test('noise from the network is counted and does no harm', async (t) => {
  const node = new TestNode(1);
  t.after(() => node.kill());
  await node.gossip.start();
  const stranger = createSocket('udp4');
  t.after(() => stranger.close());
  const { port, host } = node.address();
  const datagrams = [
    Buffer.alloc(100, 'hello'),
    Buffer.alloc(0),
    Buffer.concat([Buffer.from([2, 0]), Buffer.alloc(60)]),
    Buffer.alloc(1300, 2),
  ];
  const received = new Promise<void>((resolve, reject) => {
    const poll = setInterval(() => {
      if (node.gossip.counters().received < datagrams.length) return;
      clearInterval(poll);
      clearTimeout(late);
      resolve();
    }, 5);
    const late = setTimeout(() => {
      clearInterval(poll);
      reject(new Error('the noise did not arrive'));
    }, deadlineMs);
  });
  for (const datagram of datagrams) stranger.send(datagram, port, host);
  await received;
  const { dropped } = node.gossip.counters();
  const counted = [dropped.version, dropped.malformed, dropped.unsealed, dropped.oversized];
  assert.deepEqual(counted, [1, 1, 1, 1]);
  assert.equal(node.gossip.members().length, 1);
});
