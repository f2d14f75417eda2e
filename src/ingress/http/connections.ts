/**
 * The listener's connections, and which of them owe an answer. node:http's own notion of idle counts an
 * answer as given once it is written, while megabytes of it may still wait for a slow client; closing
 * such a connection would cut the answer short.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export class Connections {
  /** Answers that each connection owes. */
  readonly #owed = new Map<Duplex, number>();
  #closing = false;

  opened(socket: Duplex): void {
    if (this.#owed.has(socket)) return;
    this.#owed.set(socket, 0);
    socket.once('close', () => this.#owed.delete(socket));
  }

  asked(socket: Duplex): void {
    this.#owed.set(socket, (this.#owed.get(socket) ?? 0) + 1);
  }

  /** An answer is out, to its last byte, or will never be. */
  answered(socket: Duplex): void {
    const owed = this.#owed.get(socket);
    if (owed === undefined) return;
    this.#owed.set(socket, owed - 1);
    if (this.#closing && owed === 1) endSoon(socket);
  }

  /** Ends every connection that owes nothing, now and from now on. */
  closeIdle(): void {
    this.#closing = true;
    for (const [socket, owed] of this.#owed) if (owed === 0) endSoon(socket);
  }

  closeAll(): void {
    for (const socket of this.#owed.keys()) socket.destroy();
  }
}

function endSoon(socket: Duplex): void {
  (socket as Socket).destroySoon();
}
