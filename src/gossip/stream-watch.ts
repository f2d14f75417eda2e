/**
 * Holds a TCP connection to each watched member, only to see it break: the kernel of a host closes the
 * connections of a killed process at once, and refuses new ones. A host that is gone, or cut off, does
 * neither; that is for the failure detector.
 */
import { createConnection, type Socket } from 'node:net';
import type { Clock } from '../lib/index.js';
import { type HostPort, limits, type NodeId } from '../types/index.js';
import type { AddressBook } from './address-book.js';
import type { WatchedMember } from './effect.js';

export interface BrokenStream {
  readonly id: NodeId;
  readonly generation: number;
  /** There was one; now the host is there and nobody listens on the port any more. */
  readonly refused: boolean;
}

interface Watch {
  readonly member: WatchedMember;
  socket: Socket | null;
  /** A connection was accepted, now or before. */
  held: boolean;
  /** How often it broke since it last held for a while: who accepts and closes is not asked without end. */
  breaks: number;
  cancelRetry: () => void;
}

/** A connection that was lost for another reason than the end of the process is opened again after this. */
const retryMs = 1_000;
const connectTimeoutMs = 2_000;
/**
 * Pauses before a broken connection is opened again. The system closes the connections of a dying process
 * before its listener, and accepts new ones for it in between: one try may still find it alive.
 */
const reopenAfterMs = [0, 5, 20, 50];
/** A connection that lasted this long was not closed as soon as it was accepted. */
const heldMs = 1_000;

export class StreamWatch {
  #watches: Watch[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly addresses: AddressBook,
    private readonly broken: (stream: BrokenStream) => void,
  ) {}

  /** Watches exactly these members from now on; those watched already keep their connections. */
  keep(members: readonly WatchedMember[]): void {
    const before = this.#watches;
    this.#watches = members.slice(0, limits.membersMax).map((member) => {
      const same = before.find((watch) => isSame(watch.member, member));
      return (
        same ?? {
          member,
          socket: null,
          held: false,
          breaks: 0,
          cancelRetry: () => {},
        }
      );
    });
    for (const watch of before) if (!this.#watches.includes(watch)) end(watch);
    for (const watch of this.#watches) if (!before.includes(watch)) this.#connect(watch);
  }

  stop(): void {
    this.keep([]);
  }

  #connect(watch: Watch): void {
    // A host name that does not resolve, or not yet, is tried again.
    this.#retry(watch);
    this.addresses.resolve(watch.member.cluster, (address) => {
      if (this.#watches.includes(watch) && watch.socket === null) this.#open(watch, address);
    });
  }

  #retry(watch: Watch, afterMs = retryMs): void {
    watch.cancelRetry();
    watch.cancelRetry = this.clock.after(afterMs, () => {
      if (watch.socket === null) this.#connect(watch);
    });
  }

  #open(watch: Watch, { host, port }: HostPort): void {
    const socket = createConnection({ host, port });
    const cancelTimeout = this.clock.after(connectTimeoutMs, () => socket.destroy());
    const openedMs = this.clock.nowMs();
    let connected = false;
    let refused = false;
    watch.socket = socket;
    socket.unref();
    socket.on('connect', () => {
      connected = true;
      cancelTimeout();
      // What the other end may say is not for us: a flowing socket notices its end.
      socket.resume();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      refused = error.code === 'ECONNREFUSED';
      // A reset comes from one that was accepted, even where it overtakes the news of that.
      connected ||= error.code === 'ECONNRESET';
    });
    socket.on('close', () => {
      cancelTimeout();
      if (watch.socket !== socket) return;
      watch.socket = null;
      watch.held ||= connected;
      if (this.clock.nowMs() - openedMs >= heldMs) watch.breaks = 0;
      const pauseMs = connected ? reopenAfterMs[watch.breaks++] : undefined;
      if (pauseMs === 0) this.#connect(watch);
      else if (pauseMs !== undefined) this.#retry(watch, pauseMs);
      else this.#lost(watch, refused, connected);
    });
  }

  #lost(watch: Watch, refused: boolean, wasConnected: boolean): void {
    const { member, held } = watch;
    const { id, generation } = member;
    this.#retry(watch);
    // Who never accepted us may have a firewall before it: that is a doubt, and no proof.
    if (refused || wasConnected) this.broken({ id, generation, refused: refused && held });
  }
}

function isSame(one: WatchedMember, other: WatchedMember): boolean {
  return (
    one.id === other.id && one.generation === other.generation && one.cluster === other.cluster
  );
}

function end(watch: Watch): void {
  watch.cancelRetry();
  const { socket } = watch;
  watch.socket = null;
  socket?.destroy();
}
