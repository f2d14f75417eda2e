/**
 * What must hold of append-only lists with offsets, as clients see them. Fed while it happens, and keeps
 * one value per offset, not every poll, so that millions of polled records cost little. Values are sent
 * once each. At the end somebody must have polled every key from 0 on: what nobody saw counts as lost.
 *
 * Source: the anomalies of jepsen.tests.kafka, for clients that send one record at a time.
 */
import { CommittedOffsets } from './committed-offsets.js';
import { type Send, sendOrderFaults } from './send-order.js';

export type KafkaFault =
  /** Two values for one offset. */
  | 'offset-twice'
  /** One value at two offsets. */
  | 'duplicate'
  /** An offset that nobody knows, below one that somebody does. */
  | 'gap'
  /** Acknowledged and never polled. */
  | 'lost'
  /** Polled, but never sent, or sent to another key. */
  | 'never-sent'
  /** Polled, but its send definitely failed. */
  | 'failed-but-there'
  /** A poll that does not begin where it was asked, or leaves offsets out. */
  | 'poll-skips'
  /** Offsets of one poll, or of polls of one client, that do not rise. */
  | 'poll-goes-back'
  /** A send that was called after another one returned got a lower offset. */
  | 'send-order'
  /** Committed offsets went back, or nobody committed them. */
  | 'committed-goes-back'
  /** Below a committed offset, and nobody polled it. */
  | 'committed-unread';

export interface KafkaVerdict {
  readonly valid: boolean;
  readonly counts: Readonly<Partial<Record<KafkaFault, number>>>;
  /** The first few, in words. */
  readonly examples: readonly string[];
  readonly acknowledged: number;
  readonly unknown: number;
  readonly polled: number;
}

interface KeyState {
  /** By offset; undefined where nothing is known. */
  readonly values: (number | undefined)[];
  /** By offset. */
  readonly polled: boolean[];
  readonly acknowledged: Send[];
}

const examplesMax = 10;

export class KafkaChecker {
  readonly #keys = new Map<string, KeyState>();
  readonly #sent = new Map<number, { readonly key: string; failed: boolean }>();
  readonly #offsetOf = new Map<number, number>();
  /** By client and key: where its next poll may begin. */
  readonly #positions = new Map<string, number>();
  readonly #committed = new CommittedOffsets();
  readonly #counts: Partial<Record<KafkaFault, number>> = {};
  readonly #examples: string[] = [];
  #events = 0;
  #acknowledged = 0;
  #failed = 0;
  #polled = 0;

  /** Any number that grows with time: when something was called. */
  now(): number {
    return ++this.#events;
  }

  sendCalled(key: string, value: number): void {
    this.#sent.set(value, { key, failed: false });
  }

  sendAcknowledged(key: string, value: number, offset: number, calledAt: number): void {
    this.#acknowledged++;
    this.#place(key, offset, value);
    this.#key(key).acknowledged.push({ calledAt, returnedAt: this.now(), offset });
  }

  sendFailed(value: number): void {
    const sent = this.#sent.get(value);
    if (sent === undefined) return;
    sent.failed = true;
    this.#failed++;
  }

  /** A client takes up a key, or begins it again: its position may go anywhere. */
  assigned(client: string, key: string, offset: number): void {
    this.#positions.set(`${client} ${key}`, offset);
  }

  polled(client: string, key: string, from: number, records: readonly [number, number][]): void {
    const place = `${client} ${key}`;
    const position = this.#positions.get(place) ?? 0;
    let expected = from;
    for (const [offset, value] of records) {
      this.#polled++;
      const at = `${key} offset ${offset}, polled by ${client} from ${from}`;
      if (offset < Math.max(expected, position)) this.#fault('poll-goes-back', at);
      else if (offset > expected) this.#fault('poll-skips', `${at}, expected ${expected}`);
      expected = offset + 1;
      this.#place(key, offset, value);
      this.#key(key).polled[offset] = true;
      const sent = this.#sent.get(value);
      if (sent?.key !== key) this.#fault('never-sent', `${at}, value ${value}`);
    }
    this.#positions.set(place, Math.max(position, expected));
  }

  commitCalled(key: string, offset: number): void {
    this.#committed.called(key, offset);
  }

  commitAcknowledged(key: string, offset: number): void {
    this.#committed.acknowledged(key, offset);
  }

  /** What must be listed at least from here on: to be handed to `committedListed`. */
  committedFloor(key: string): number {
    return this.#committed.floor(key);
  }

  committedListed(key: string, offset: number, floor: number): void {
    const fault = this.#committed.listed(key, offset, floor);
    if (fault !== null) this.#fault('committed-goes-back', fault);
  }

  verdict(): KafkaVerdict {
    for (const [key, state] of this.#keys) this.#judge(key, state);
    for (const [value, { key, failed }] of this.#sent) {
      if (failed && this.#offsetOf.has(value)) {
        this.#fault('failed-but-there', `${key} value ${value}`);
      }
    }
    return {
      valid: Object.keys(this.#counts).length === 0,
      counts: this.#counts,
      examples: this.#examples,
      acknowledged: this.#acknowledged,
      unknown: this.#sent.size - this.#acknowledged - this.#failed,
      polled: this.#polled,
    };
  }

  #judge(key: string, { values, polled, acknowledged }: KeyState): void {
    for (let offset = 0; offset < values.length; offset++) {
      if (values[offset] === undefined) this.#fault('gap', `${key} offset ${offset}`);
    }
    for (const { offset } of acknowledged) {
      if (polled[offset] !== true) this.#fault('lost', `${key} offset ${offset}`);
    }
    for (const fault of sendOrderFaults(acknowledged)) this.#fault('send-order', `${key} ${fault}`);
    for (let offset = 0; offset <= this.#committed.floor(key); offset++) {
      if (polled[offset] !== true) this.#fault('committed-unread', `${key} offset ${offset}`);
    }
  }

  #place(key: string, offset: number, value: number): void {
    const { values } = this.#key(key);
    const known = values[offset];
    if (known !== undefined && known !== value) {
      this.#fault('offset-twice', `${key} offset ${offset}: ${known} and ${value}`);
      return;
    }
    values[offset] = value;
    const other = this.#offsetOf.get(value);
    if (other === undefined) this.#offsetOf.set(value, offset);
    else if (other !== offset) {
      this.#fault('duplicate', `${key} value ${value} at ${other} and ${offset}`);
    }
  }

  #key(key: string): KeyState {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const state: KeyState = { values: [], polled: [], acknowledged: [] };
    this.#keys.set(key, state);
    return state;
  }

  #fault(fault: KafkaFault, example: string): void {
    this.#counts[fault] = (this.#counts[fault] ?? 0) + 1;
    if (this.#examples.length < examplesMax) this.#examples.push(`${fault}: ${example}`);
  }
}
