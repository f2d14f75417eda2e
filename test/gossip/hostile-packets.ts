/** Packets that decode, and whose every field may lie: what a plain port, or a mad member, can say. */
import type { MemberRecord, Packet, PacketBody } from '../../src/gossip/index.js';
import type { Random } from '../../src/lib/index.js';
import { type ClusterId, type NodeId, nodeId } from '../../src/types/index.js';

const generations = [0, 1, 2, 3, 2 ** 32, 2 ** 48 - 1];
const counts = [0, 1, 2, 5, 2 ** 20, 2 ** 20 + 6, 2 ** 32, 2 ** 52];
const statuses = ['alive', 'suspect', 'dead', 'left'] as const;
const views = ['', '0000000000000000', 'ffffffffffffffff'];
const bodyKinds = ['ping', 'ack', 'ping-request', 'nack', 'gossip', 'sync'] as const;
const updatesMax = 6;

export class HostilePackets {
  constructor(
    private readonly random: Random,
    private readonly cluster: ClusterId,
    /** Ids that mean something to the core under test, its own among them. */
    private readonly ids: readonly NodeId[],
  ) {}

  next(): Packet {
    const length = this.random.below(updatesMax);
    return {
      clusterId: this.cluster,
      from: this.#id(),
      generation: this.#one(generations),
      updates: Array.from({ length }, () => this.#record()),
      view: this.#one(views),
      body: this.#body(),
    };
  }

  #record(): MemberRecord {
    const status = this.#one(statuses);
    const ended = status === 'dead' || status === 'left';
    return {
      id: this.#id(),
      generation: this.#one(generations),
      incarnation: this.#one(counts),
      status,
      cluster: this.#address(),
      meta: {
        http: this.#address(),
        release: 'x'.repeat(this.random.below(65)),
        joinedAt: this.#one(counts),
        load: this.random.below(21) / 20,
        waiting: this.#one([0, 1, 4, 16, 64]),
        freeMemoryMb: this.#one([0, 128, 192, 2 ** 30]),
        degraded: this.random.below(2) === 0,
        cohort: this.#one([0, 1, 2 ** 32 - 1]),
      },
      endedS: ended ? this.#one([0, 1, 86_399, 86_400, 2 ** 32 - 1]) : 0,
      accusers: status === 'suspect' ? this.#one([[], [0], [1, 2, 2 ** 32 - 1]]) : [],
    };
  }

  #body(): PacketBody {
    const kind = this.#one(bodyKinds);
    if (kind === 'gossip' || kind === 'sync') return { kind };
    const sequence = this.#one([0, 1, this.random.below(2 ** 32), 2 ** 32 - 1]);
    return { kind, sequence, target: this.#id() };
  }

  #id(): NodeId {
    if (this.random.below(2) === 0) return this.#one(this.ids);
    // more than a table holds, and few enough to come again
    return nodeId(this.random.below(3000).toString(16).padStart(32, 'f'));
  }

  #address(): string {
    const host = this.#one(['127.0.0.1', '[::1]', 'a'.repeat(253), 'host.invalid']);
    return `${host}:${this.#one([1, 9081, 65_535])}`;
  }

  #one<Item>(items: readonly Item[]): Item {
    const item = items[this.random.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to choose from');
    return item;
  }
}
