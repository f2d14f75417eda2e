/**
 * What goes to the other nodes: items for one node leave together, as one message of type `raft` with a
 * list of items, each an array that begins with its kind. Items are handed over as JSON, or as what gives
 * the JSON when the message leaves: so that what is to be gathered is gathered until then.
 */
import type { Clock } from '../../src/lib/index.js';
import { Batcher } from './batcher.js';
import type { LineWriter } from './line-io.js';
import { packetLine } from './protocol.js';

export type Item = string | (() => string);

export class Outbox {
  readonly #peers = new Map<string, Batcher<Item>>();

  constructor(
    private readonly collaborators: { readonly clock: Clock; readonly writer: LineWriter },
    private readonly options: { readonly self: string; readonly windowMs: number },
  ) {}

  send(to: string, item: Item): void {
    this.#peer(to).add(item);
  }

  /** Sends what is repeated anyway, or loses it where the reader of our output does not keep up. */
  sendOrLose(to: string, item: Item): void {
    if (!this.collaborators.writer.congested) this.send(to, item);
  }

  #peer(to: string): Batcher<Item> {
    const known = this.#peers.get(to);
    if (known !== undefined) return known;
    const { clock, writer } = this.collaborators;
    const { self, windowMs } = this.options;
    const peer = new Batcher<Item>(clock, windowMs, (items) => {
      const texts = items.map((item) => (typeof item === 'string' ? item : item()));
      writer.write(packetLine(self, to, `{"type":"raft","items":[${texts.join(',')}]}`));
    });
    this.#peers.set(to, peer);
    return peer;
  }
}
