/**
 * TCP as gossip meets it. An exchange is a connection, a request and a reply: slow under loss, never
 * torn. A watch is a connection that is held: the end of the other process breaks it and its host refuses
 * the next one, while a silent host, a cut or a stall shows as nothing at all.
 */
import type { Packet, WatchedMember } from '../../src/gossip/index.js';
import { segmentsOf, streamBytes } from './link.js';
import type { SimulatedNode } from './node.js';

/** How long a connection may take, and an exchange as a whole. */
const timeoutMs = 2000;
/** A refused stream is tried again after this. */
const retryMs = 1000;
/** Exchanges that one node has under way, as the actor bounds them. */
const exchangesMax = 16;

export interface Watch {
  readonly watcher: SimulatedNode;
  readonly member: WatchedMember;
  /** The process at the other end, while the stream is held. */
  target: SimulatedNode | null;
  /** It was held, now or before. */
  held: boolean;
  closed: boolean;
}

interface Exchange {
  readonly from: SimulatedNode;
  readonly request: Uint8Array;
  /** Not answered and not given up. */
  open: boolean;
}

/** What streams need of the network. */
export interface StreamNetwork {
  /** Who was the last to live at that address. */
  occupant(address: string): SimulatedNode | undefined;
  /** Calls back when that many segments have arrived, however often they were lost; never where cut. */
  transit(from: SimulatedNode, to: string, segments: number, arrived: () => void): void;
  plan(delayMs: number, run: () => void): void;
  received(node: SimulatedNode, packet: Packet, from: string): void;
  /** The reply, if any. */
  asked(node: SimulatedNode, packet: Packet): Packet | null;
  streamBroken(node: SimulatedNode, member: WatchedMember, refused: boolean): void;
}

export class Streams {
  constructor(private readonly network: StreamNetwork) {}

  exchange(from: SimulatedNode, to: string, packet: Packet): void {
    if (from.exchanges >= exchangesMax) return;
    const { network } = this;
    const request = from.codec.encode(packet, 'stream');
    from.exchanges++;
    const exchange: Exchange = { from, request, open: true };
    network.plan(timeoutMs, () => end(exchange));
    this.#connect(from, to, (target) => {
      if (target === null) end(exchange);
      if (target === null || !exchange.open || !from.alive) return;
      from.sent.streamBytes += streamBytes(request.length);
      network.transit(from, to, segmentsOf(request.length), () => {
        target.received.streamBytes += streamBytes(request.length);
        target.stream(() => {
          if (exchange.open) this.#reply(target, exchange);
        });
      });
    });
  }

  /** Holds a stream to exactly these. */
  watch(watcher: SimulatedNode, members: readonly WatchedMember[]): void {
    const wanted = new Map(members.map((member) => [member.id, member]));
    for (const [id, watch] of watcher.watches) {
      const member = wanted.get(id);
      const same =
        member?.generation === watch.member.generation && member.cluster === watch.member.cluster;
      if (same) wanted.delete(id);
      else this.#close(watch);
    }
    for (const member of wanted.values()) {
      const watch: Watch = { watcher, member, target: null, held: false, closed: false };
      watcher.watches.set(member.id, watch);
      this.#hold(watch);
    }
  }

  /** This process holds nothing any more. */
  release(node: SimulatedNode): void {
    for (const watch of [...node.watches.values()]) this.#close(watch);
  }

  /** This process is gone, and its host closes all that it held. */
  end(node: SimulatedNode): void {
    this.release(node);
    for (const watch of [...node.watchedBy]) {
      node.watchedBy.delete(watch);
      watch.target = null;
      this.network.transit(node, watch.watcher.address, 1, () => {
        if (!watch.closed) this.#hold(watch);
      });
    }
  }

  #reply(target: SimulatedNode, exchange: Exchange): void {
    const { network } = this;
    const { from, request } = exchange;
    const decoded = target.codec.decode(request, 'stream');
    if (!decoded.ok) {
      target.core.counters.dropped[decoded.reason]++;
      return;
    }
    const packet = network.asked(target, decoded.packet);
    if (packet === null) return;
    const reply = target.codec.encode(packet, 'stream');
    target.sent.streamBytes += streamBytes(reply.length);
    network.transit(target, from.address, segmentsOf(reply.length), () => {
      from.received.streamBytes += streamBytes(reply.length);
      from.stream(() => {
        if (!exchange.open) return;
        end(exchange);
        const answer = from.codec.decode(reply, 'stream');
        if (answer.ok) network.received(from, answer.packet, target.address);
        else from.core.counters.dropped[answer.reason]++;
      });
    });
  }

  /** Opens the stream of a watch, again and again where it is refused or nothing answers. */
  #hold(watch: Watch): void {
    const { watcher, member } = watch;
    let settled = false;
    const again = (afterMs: number): void => {
      this.network.plan(afterMs, () => {
        if (!watch.closed) this.#hold(watch);
      });
    };
    this.#connect(watcher, member.cluster, (target) => {
      if (settled || watch.closed) return;
      settled = true;
      if (target?.alive) {
        watch.target = target;
        watch.held = true;
        target.watchedBy.add(watch);
        return;
      }
      again(target === null ? retryMs : 0);
      if (target !== null) return;
      watcher.stream(() => {
        if (!watch.closed) this.network.streamBroken(watcher, member, watch.held);
      });
    });
    this.network.plan(timeoutMs, () => {
      if (settled) return;
      settled = true;
      again(0);
    });
  }

  /** Calls back with the process at the other end, or with null where its host refuses. */
  #connect(
    from: SimulatedNode,
    to: string,
    connected: (target: SimulatedNode | null) => void,
  ): void {
    const { network } = this;
    network.transit(from, to, 1, () => {
      const target = network.occupant(to);
      if (target === undefined || target.state === 'silent') return;
      const accepted = target.alive ? target : null;
      network.transit(target, from.address, 1, () => connected(accepted));
    });
  }

  #close(watch: Watch): void {
    watch.closed = true;
    watch.watcher.watches.delete(watch.member.id);
    watch.target?.watchedBy.delete(watch);
    watch.target = null;
  }
}

function end(exchange: Exchange): void {
  if (!exchange.open) return;
  exchange.open = false;
  exchange.from.exchanges--;
}
