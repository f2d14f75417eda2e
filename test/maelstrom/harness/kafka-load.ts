/**
 * Clients of append-only lists: senders at a rate to all nodes, and one consumer per node. A consumer takes
 * up some keys where they were committed, polls them, commits what it got, and after a while takes others.
 * At the end every node is polled from the beginning, so that what is lost anywhere shows.
 */
import type { Clock, Random } from '../../../src/lib/index.js';
import { KafkaChecker } from '../../linear/kafka-checker.js';
import { type Body, isRecord } from '../protocol.js';
import type { Cluster } from './cluster.js';
import type { Load, LoadVerdict } from './load.js';
import { atRate } from './pace.js';

export interface KafkaLoadOptions {
  readonly sendsPerS: number;
  readonly keys: number;
}

const consumer = { keys: 2, pollMs: 50, assignedMs: 3000 } as const;
const finalDeadlineMs = 60_000;

export class KafkaLoad implements Load {
  readonly #checker = new KafkaChecker();
  readonly #keys: readonly string[];
  /** By key: the highest offset that any client was told of. */
  readonly #highest = new Map<string, number>();
  #cancels: (() => void)[] = [];
  #consumers: Promise<void>[] = [];
  #stopped = false;
  #value = 0;
  operations = 0;

  constructor(
    private readonly collaborators: {
      readonly clock: Clock;
      readonly random: Random;
      readonly cluster: Cluster;
    },
    private readonly options: KafkaLoadOptions,
  ) {
    this.#keys = Array.from({ length: options.keys }, (_, place) => `k${place}`);
  }

  start(): void {
    const { clock, cluster } = this.collaborators;
    this.#cancels = [atRate(clock, this.options.sendsPerS, () => this.#send())];
    this.#consumers = cluster.names.map((node) => this.#consume(node));
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancels) cancel();
  }

  async finish(): Promise<LoadVerdict> {
    await Promise.all(this.#consumers);
    const { clock, cluster } = this.collaborators;
    const deadlineMs = clock.nowMs() + finalDeadlineMs;
    const behind: string[] = [];
    for (const node of cluster.names) {
      if (!(await this.#readAll(node, deadlineMs))) behind.push(node);
    }
    const verdict = this.#checker.verdict();
    const counts = Object.entries(verdict.counts).map(([fault, count]) => `${fault} ${count}`);
    const { acknowledged, unknown, polled } = verdict;
    return {
      valid: verdict.valid && behind.length === 0,
      lines: [
        `sends ${this.#value}, acknowledged ${acknowledged}, unknown ${unknown}, records polled ${polled}`,
        ...(counts.length > 0 ? [`faults: ${counts.join(', ')}`] : []),
        ...verdict.examples,
        ...(behind.length > 0 ? [`never caught up: ${behind.join()}`] : []),
      ],
    };
  }

  #send(): void {
    const { random, cluster } = this.collaborators;
    const key = this.#keys[random.below(this.#keys.length)] ?? '';
    const node = cluster.names[random.below(cluster.names.length)] ?? '';
    const value = ++this.#value;
    const calledAt = this.#checker.now();
    this.#checker.sendCalled(key, value);
    this.operations++;
    cluster.client.request(node, { type: 'send', key, msg: value }, (answer) => {
      if (answer?.type === 'send_ok') {
        const offset = Number(answer.offset);
        this.#checker.sendAcknowledged(key, value, offset, calledAt);
        this.#saw(key, offset);
      } else if (answer?.type === 'error') this.#checker.sendFailed(value);
    });
  }

  async #consume(node: string): Promise<void> {
    const { clock, random } = this.collaborators;
    while (!this.#stopped) {
      const keys = random.shuffled(this.#keys).slice(0, consumer.keys);
      const positions = await this.#assign(node, keys);
      if (positions === null) continue;
      const untilMs = clock.nowMs() + consumer.assignedMs;
      while (!this.#stopped && clock.nowMs() < untilMs) {
        await this.#sleep(consumer.pollMs);
        if (await this.#poll(node, node, positions)) await this.#commit(node, positions);
      }
    }
  }

  /** Where the keys go on, null where nobody can say. */
  async #assign(node: string, keys: readonly string[]): Promise<Map<string, number> | null> {
    const floors = keys.map((key) => this.#checker.committedFloor(key));
    const answer = await this.#ask(node, { type: 'list_committed_offsets', keys });
    if (answer?.type !== 'list_committed_offsets_ok' || !isRecord(answer.offsets)) return null;
    const positions = new Map<string, number>();
    for (const [place, key] of keys.entries()) {
      const listed = answer.offsets[key];
      const offset = listed === undefined ? -1 : Number(listed);
      this.#checker.committedListed(key, offset, floors[place] ?? -1);
      this.#checker.assigned(node, key, offset + 1);
      positions.set(key, offset + 1);
    }
    return positions;
  }

  /** Moves the positions on; true where there was anything. */
  async #poll(client: string, node: string, positions: Map<string, number>): Promise<boolean> {
    const answer = await this.#ask(node, { type: 'poll', offsets: Object.fromEntries(positions) });
    if (answer?.type !== 'poll_ok' || !isRecord(answer.msgs)) return false;
    let moved = false;
    for (const [key, from] of positions) {
      // What our own nodes answer; a wrong shape shows as wrong offsets.
      const records = (answer.msgs[key] ?? []) as [number, number][];
      const last = records.at(-1);
      if (last === undefined) continue;
      this.#checker.polled(client, key, from, records);
      this.#saw(key, last[0]);
      positions.set(key, last[0] + 1);
      moved = true;
    }
    return moved;
  }

  async #commit(node: string, positions: ReadonlyMap<string, number>): Promise<void> {
    const offsets = [...positions].flatMap(([key, next]) => (next > 0 ? [[key, next - 1]] : []));
    for (const [key, offset] of offsets) this.#checker.commitCalled(String(key), Number(offset));
    const body = { type: 'commit_offsets', offsets: Object.fromEntries(offsets) };
    const answer = await this.#ask(node, body);
    if (answer?.type !== 'commit_offsets_ok') return;
    for (const [key, offset] of offsets) {
      this.#checker.commitAcknowledged(String(key), Number(offset));
    }
  }

  /** From the beginning to where any client ever was; false where the node does not get there. */
  async #readAll(node: string, deadlineMs: number): Promise<boolean> {
    const reader = `final ${node}`;
    const positions = new Map(this.#keys.map((key) => [key, 0]));
    const missing = (): boolean =>
      this.#keys.some((key) => (positions.get(key) ?? 0) <= (this.#highest.get(key) ?? -1));
    for (;;) {
      const moved = await this.#poll(reader, node, positions);
      if (moved) continue;
      if (!missing()) return true;
      if (this.collaborators.clock.nowMs() > deadlineMs) return false;
      await this.#sleep(consumer.pollMs);
    }
  }

  #ask(node: string, body: Body): Promise<Body | null> {
    this.operations++;
    return this.collaborators.cluster.client.ask(node, body);
  }

  #saw(key: string, offset: number): void {
    if (offset > (this.#highest.get(key) ?? -1)) this.#highest.set(key, offset);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.collaborators.clock.after(ms, resolve));
  }
}
