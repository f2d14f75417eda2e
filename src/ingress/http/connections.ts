/**
 * The listener's connections, and what each of them owes. node:http's own notion of idle counts an answer as
 * given once it is written, while megabytes of it may still wait for a slow client; closing such a connection
 * would cut the answer short. There are so many at most: a new one takes the place of the one that has been idle
 * longest, and never of one that owes an answer.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, nextTurn } from '../../lib/index.js';
import type { NodeRequest } from './node-request.js';

interface Connection {
  /** Those that it owes an answer, mostly one: a Set that becomes empty makes itself anew. */
  readonly requests: NodeRequest[];
  /** It has become something other than HTTP, which ends it itself. */
  held: boolean;
}

export interface ConnectionCounts {
  readonly open: number;
  /** Idle ones that made room. */
  readonly evicted: number;
  /** New ones for which none could. */
  readonly refused: number;
}

export class Connections {
  readonly #all = new Map<Duplex, Connection>();
  /** Those that owe nothing, the one that has for longest first. */
  readonly #idle = new Set<Duplex>();
  /** How often it was asked, on any of them. */
  #asked = 0;
  #closing = false;
  #evicted = 0;
  #refused = 0;

  constructor(
    /** As many as there may be. */
    private readonly most: number,
  ) {}

  get counts(): ConnectionCounts {
    return { open: this.#all.size, evicted: this.#evicted, refused: this.#refused };
  }

  /** A new one. False where there is no room for it, and none is idle that could make some. */
  opened(socket: Duplex): boolean {
    if (this.#all.has(socket)) return true;
    if (this.#all.size >= this.most && !this.#evict()) {
      this.#refused++;
      return false;
    }
    const connection: Connection = { requests: [], held: false };
    this.#all.set(socket, connection);
    this.#idle.add(socket);
    socket.once('close', () => {
      // node:http tells only the answer that is being sent, not those of requests that were asked ahead of it
      for (const request of [...connection.requests]) request.closed();
      this.#forget(socket);
    });
    // it may still take an answer; who waits for nothing but that is not kept waiting
    socket.once('end', () => {
      for (const request of [...connection.requests]) request.abandon();
    });
    return true;
  }

  /** How many answers it owes. */
  owed(socket: Duplex): number {
    return this.#all.get(socket)?.requests.length ?? 0;
  }

  asked(socket: Duplex, request: NodeRequest): void {
    this.#asked++;
    this.#all.get(socket)?.requests.push(request);
    this.#idle.delete(socket);
  }

  /** An answer is out, to its last byte, or will never be. */
  answered(socket: Duplex, request: NodeRequest): void {
    const connection = this.#all.get(socket);
    if (connection === undefined) return;
    const at = connection.requests.indexOf(request);
    if (at >= 0) connection.requests.splice(at, 1);
    this.#settle(socket, connection);
  }

  /** It is another's now, until it is given back: never idle. */
  hold(socket: Duplex, held: boolean): void {
    const connection = this.#all.get(socket);
    if (connection === undefined) return;
    connection.held = held;
    if (held) this.#idle.delete(socket);
    else this.#settle(socket, connection);
  }

  /** Nothing has moved on it for a while: what waits for its client is given up. */
  silent(socket: Duplex, error: Error): void {
    const connection = this.#all.get(socket);
    if (connection?.held === true) return;
    const requests = connection?.requests;
    if (requests === undefined || requests.length === 0) {
      socket.destroy();
      return;
    }
    for (const request of [...requests]) request.clientIsSilent(error);
  }

  /** Whether an error may be written on it by hand: no answer has begun on it. */
  isFresh(socket: Duplex): boolean {
    for (const request of this.#all.get(socket)?.requests ?? []) {
      if (request.answerHasBegun) return false;
    }
    return true;
  }

  /** Ends every connection that owes nothing as soon as nobody has asked on any for so long, and from then on. */
  closeIdleWhenQuiet(clock: Clock, quietMs: number): void {
    if (quietMs === 0) {
      void this.#closeIdle();
      return;
    }
    const asked = this.#asked;
    clock.after(quietMs, () => {
      this.closeIdleWhenQuiet(clock, asked === this.#asked ? 0 : quietMs);
    });
  }

  closeAll(): void {
    for (const socket of this.#all.keys()) socket.destroy();
  }

  /** Ends every connection that owes nothing, now and from now on. */
  async #closeIdle(): Promise<void> {
    this.#closing = true;
    for (const socket of [...this.#idle]) {
      // one by one, each when all that has come was read: a request that waits to be read would be lost
      await nextTurn();
      if (this.#idle.has(socket)) endSoon(socket);
    }
  }

  #settle(socket: Duplex, { requests, held }: Connection): void {
    if (held || requests.length > 0) return;
    this.#idle.add(socket);
    if (this.#closing) endSoon(socket);
  }

  #evict(): boolean {
    const [idlest] = this.#idle;
    if (idlest === undefined) return false;
    this.#evicted++;
    this.#forget(idlest);
    idlest.destroy();
    return true;
  }

  #forget(socket: Duplex): void {
    this.#all.delete(socket);
    this.#idle.delete(socket);
  }
}

function endSoon(socket: Duplex): void {
  (socket as Socket).destroySoon();
}
