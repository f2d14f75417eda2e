/**
 * Gossip on a real socket: the one owner of the core. Datagrams and ticks go into its mailbox, the
 * core's effects are performed, and listeners get immutable snapshots.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { type Clock, type Logger, Mailbox, type Random } from '../lib/index.js';
import type { ClusterId, NodeId } from '../types/index.js';
import { formatHostPort, HearthError, type HostPort, limits } from '../types/index.js';
import { AddressBook } from './address-book.js';
import { type Carrier, GossipCodec } from './codec.js';
import { GossipCore } from './core.js';
import { type GossipCounters, newCounters } from './counters.js';
import type { Effect } from './effect.js';
import type { Packet } from './packet.js';
import { parameters } from './parameters.js';
import { type BrokenStream, StreamWatch } from './stream-watch.js';
import type { GossipMember, MemberMeta } from './types.js';

/** Requests and replies over TCP, to where a member listens for both: as many bytes as a view takes. */
export interface GossipStreams {
  /** Rejects where no reply comes within `timeoutMs`. */
  exchange(address: string, request: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
}

export interface GossipCollaborators {
  readonly streams: GossipStreams;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /**
   * Gets the new list whenever something but an incarnation alone has changed. May call back into
   * gossip; must not throw.
   */
  onChange(members: readonly GossipMember[]): void;
  /** The clock of this member's machine says `wallMs` (since 1970) at this moment. */
  onTime?(id: NodeId, wallMs: number): void;
}

export interface GossipOptions {
  readonly id: NodeId;
  /** Higher after each restart: persisted by the caller. */
  readonly generation: number;
  /** Where to listen (UDP). Port 0 takes a free one. */
  readonly cluster: HostPort;
  /** What others are told to dial. Port 0 stands for the port that was bound. */
  readonly advertise: HostPort;
  readonly clusterId: ClusterId;
  /** The first seals what this node sends; any opens what arrives. None: plain, for loopback. */
  readonly secrets: readonly Uint8Array[];
  readonly meta: MemberMeta;
}

type Input =
  | { readonly kind: 'packet'; readonly packet: Packet; readonly from: string }
  | { readonly kind: 'broken'; readonly stream: BrokenStream }
  | { readonly kind: 'tick' }
  | { readonly kind: 'join'; readonly addresses: readonly string[] }
  | { readonly kind: 'meta'; readonly meta: Partial<MemberMeta> }
  | { readonly kind: 'leave' };

interface Running {
  readonly socket: Socket;
  readonly core: GossipCore;
  readonly addresses: AddressBook;
  readonly watch: StreamWatch;
  readonly bound: HostPort;
  readonly cancelTick: () => void;
}

/** Between the two goodbyes, and after the second: time for the datagrams to leave the process. */
const leavePauseMs = 20;
const receiveBufferBytes = 2 * 1024 * 1024;
/** An exchange that has no reply by then is given up; what it was for is tried again. */
const exchangeTimeoutMs = 2_000;
/** Requests over streams under way at once: beyond it they are not made. */
const exchangesMax = 64;
/** How often probes that only streams answer are complained about. */
const blockedWarnEveryMs = 60_000;
/** So many of them in that time are no accident. */
const blockedWarnMin = 20;

export class Gossip {
  readonly #codec: GossipCodec;
  readonly #mailbox: Mailbox<Input>;
  #counters: GossipCounters = newCounters();
  #running: Running | null = null;
  #conflictLogged = false;
  #exchanges = 0;
  #blockedCheckMs = 0;
  #blockedSeen = 0;

  constructor(
    private readonly collaborators: GossipCollaborators,
    private readonly options: GossipOptions,
  ) {
    this.#codec = new GossipCodec(options.clusterId, options.secrets);
    this.#mailbox = new Mailbox((input) => this.#handle(input), limits.mailboxMax);
  }

  /** Binds the socket and begins to probe. Throws `invalid-parameter` where the address is not to be had. */
  async start(): Promise<void> {
    const { clock, random, logger } = this.collaborators;
    const { id, generation, advertise, clusterId, meta } = this.options;
    const family = isIPv6(this.options.cluster.host) ? 6 : 4;
    const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4' });
    try {
      const bound = await bind(socket, this.options.cluster);
      const port = advertise.port === 0 ? bound.port : advertise.port;
      const cluster = formatHostPort({ host: advertise.host, port });
      const core = new GossipCore(random, { id, generation, cluster, clusterId, meta });
      this.#counters = core.counters;
      const addresses = new AddressBook(clock, family, 2 * limits.membersMax);
      const watch = new StreamWatch(clock, addresses, (stream) =>
        this.#post({ kind: 'broken', stream }),
      );
      const cancelTick = clock.every(parameters.tickIntervalMs, () => this.#post({ kind: 'tick' }));
      this.#running = { socket, core, addresses, watch, bound, cancelTick };
      socket.on('message', (datagram, { address, port: fromPort }) =>
        this.#receive(datagram, formatHostPort({ host: address, port: fromPort }), 'datagram'),
      );
      socket.on('error', (error) => logger.warn({ err: error }, 'the gossip socket has an error'));
      socket.setRecvBufferSize(receiveBufferBytes);
    } catch (error) {
      this.#running?.cancelTick();
      this.#running = null;
      socket.close();
      throw error;
    }
  }

  /** Asks these members for all that they know, again and again until they answer. */
  join(addresses: readonly HostPort[]): void {
    const dialable = addresses.filter(({ port }) => port > 0);
    this.#post({ kind: 'join', addresses: dialable.map(formatHostPort) });
  }

  /** Changes what this node says about itself. */
  setMeta(meta: Partial<MemberMeta>): void {
    this.#post({ kind: 'meta', meta });
  }

  /** Goes over to these secrets: the first seals, any opens. Add, use and remove lose no packet. */
  useSecrets(secrets: readonly Uint8Array[]): void {
    this.#codec.useSecrets(secrets);
  }

  /** Says goodbye, twice; resolves when both have been handed to the network. `stop` is still to be called. */
  async leave(): Promise<void> {
    for (let goodbye = 0; goodbye < 2; goodbye++) {
      this.#post({ kind: 'leave' });
      await new Promise<void>((resolve) => this.collaborators.clock.after(leavePauseMs, resolve));
    }
  }

  /** Closes the socket; without a `leave` before, the others will find this node dead. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    this.#mailbox.close();
    if (running === null) return;
    running.cancelTick();
    running.watch.stop();
    await new Promise<void>((resolve) => running.socket.close(() => resolve()));
  }

  /** Takes a request that came over a stream, and returns the reply; null where there is none. */
  answer(request: Uint8Array): Uint8Array | null {
    const running = this.#running;
    if (running === null) return null;
    const packet = this.#decode(request, 'stream');
    if (packet === null) return null;
    const nowMs = this.collaborators.clock.nowMs();
    const { reply, effects } = running.core.exchange(packet, nowMs);
    for (const effect of effects) this.#perform(running, effect);
    return reply === null ? null : this.#encode(reply, 'stream');
  }

  /** Everybody known, this node included, by id; empty before `start`. */
  members(): readonly GossipMember[] {
    return this.#running?.core.members() ?? [];
  }

  /** Where the socket listens, once started. */
  boundAddress(): HostPort | null {
    return this.#running?.bound ?? null;
  }

  counters(): Readonly<GossipCounters> {
    return { ...this.#counters, dropped: { ...this.#counters.dropped } };
  }

  #receive(bytes: Uint8Array, from: string, carrier: Carrier): void {
    const packet = this.#decode(bytes, carrier);
    if (packet !== null) this.#post({ kind: 'packet', packet, from });
  }

  /** Counts what came, and why it is dropped: then null. */
  #decode(bytes: Uint8Array, carrier: Carrier): Packet | null {
    this.#counters.received++;
    this.#counters.receivedBytes += bytes.length;
    const result = this.#codec.decode(bytes, carrier);
    if (result.ok) return result.packet;
    this.#counters.dropped[result.reason]++;
    return null;
  }

  #encode(packet: Packet, carrier: Carrier): Uint8Array {
    const bytes = this.#codec.encode(packet, carrier);
    this.#counters.sentBytes += bytes.length;
    return bytes;
  }

  #post(input: Input): void {
    if (this.#running !== null && !this.#mailbox.send(input)) this.#counters.dropped.busy++;
  }

  #handle(input: Input): void {
    const running = this.#running;
    if (running === null) return;
    const nowMs = this.collaborators.clock.nowMs();
    for (const effect of this.#step(running.core, input, nowMs)) this.#perform(running, effect);
  }

  #step(core: GossipCore, input: Input, nowMs: number): readonly Effect[] {
    switch (input.kind) {
      case 'packet':
        return core.receive(input.packet, input.from, nowMs);
      case 'broken':
        return core.streamBroken(
          input.stream.id,
          input.stream.generation,
          input.stream.refused,
          nowMs,
        );
      case 'tick':
        this.#warnOfBlockedDatagrams(nowMs);
        return core.tick(nowMs);
      case 'join':
        return core.join(input.addresses, nowMs);
      case 'meta': {
        const me = core.members().find(({ id }) => id === this.options.id);
        return core.setMeta({ ...this.options.meta, ...me?.meta, ...input.meta }, nowMs);
      }
      case 'leave':
        return core.leave(nowMs);
    }
  }

  #perform(running: Running, effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        this.#send(running, effect.to, effect.packet);
        break;
      case 'exchange':
        void this.#exchange(running, effect.to, effect.packet);
        break;
      case 'watch':
        running.watch.keep(effect.members);
        break;
      case 'changed':
        this.collaborators.onChange(running.core.members());
        break;
      case 'time':
        this.collaborators.onTime?.(effect.id, effect.wallMs);
        break;
      case 'conflict':
        this.#logConflict(effect.generation);
    }
  }

  #send(running: Running, to: string, packet: Packet): void {
    running.addresses.resolve(to, ({ host, port }) => {
      // The lookup, or a listener, may have taken us past `stop`.
      if (this.#running !== running) return;
      this.#counters.sent++;
      const datagram = this.#encode(this.#dated(packet), 'datagram');
      running.socket.send(datagram, port, host, (error) => {
        if (error) this.#counters.sendErrors++;
      });
    });
  }

  /** Our own acks tell what time it is here. */
  #dated(packet: Packet): Packet {
    const { body } = packet;
    if (body.kind !== 'ack' || body.target !== packet.from) return packet;
    const wallMs = Math.max(0, Math.floor(this.collaborators.clock.machineWallMs()));
    return { ...packet, body: { ...body, wallMs } };
  }

  async #exchange(running: Running, to: string, packet: Packet): Promise<void> {
    if (this.#exchanges >= exchangesMax) return;
    this.#exchanges++;
    this.#counters.exchanges++;
    try {
      const request = this.#encode(packet, 'stream');
      const reply = await this.collaborators.streams.exchange(to, request, exchangeTimeoutMs);
      if (this.#running === running) this.#receive(reply, to, 'stream');
    } catch {
      // No reply is an answer too: who asked goes on without.
      this.#counters.exchangeErrors++;
    } finally {
      this.#exchanges--;
    }
  }

  #warnOfBlockedDatagrams(nowMs: number): void {
    if (nowMs < this.#blockedCheckMs) return;
    this.#blockedCheckMs = nowMs + blockedWarnEveryMs;
    const probes = this.#counters.ackedByStreamOnly - this.#blockedSeen;
    this.#blockedSeen = this.#counters.ackedByStreamOnly;
    if (probes < blockedWarnMin) return;
    this.collaborators.logger.warn(
      { probes },
      'members answer over TCP and not over UDP; let UDP pass on the --cluster port between all nodes',
    );
  }

  #logConflict(generation: number): void {
    if (this.#conflictLogged) return;
    this.#conflictLogged = true;
    this.collaborators.logger.error(
      { node: this.options.id, generation, ownGeneration: this.options.generation },
      'another node lives under this id; stop one of them or give it an empty data directory',
    );
  }
}

function bind(socket: Socket, { host, port }: HostPort): Promise<HostPort> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const where = formatHostPort({ host, port });
      const why = error.code === 'EADDRINUSE' ? 'another process holds it' : String(error.code);
      const advice = 'end that process or choose another address with --cluster';
      const text = `Gossip cannot listen on UDP ${where} (${why}); ${advice}.`;
      reject(new HearthError('invalid-parameter', text));
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve({ host: socket.address().address, port: socket.address().port });
    });
  });
}
