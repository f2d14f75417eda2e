/**
 * The node's end of one sandbox's socket. The first connection is the process, and there is no second: who
 * comes later is sent away.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { TurnEnd } from '../lib/index.js';
import { limits } from '../types/index.js';
import { type FrameHandler, FrameReader, type FrameSink, readFrames } from '../wire/index.js';
import { withOnread } from './with-onread.js';

export interface SandboxSocketEvents {
  readonly frame: FrameHandler;
  /** What came is no frame, for this reason. */
  readonly garbled: (why: string) => void;
  /** The process has closed the connection, or has gone. */
  readonly closed: () => void;
}

/** Sockets of all sandboxes that hold back what was written to them in this turn. */
const gathering = new TurnEnd<Socket>((socket) => socket.uncork());

export class SandboxSocket {
  #server: Server | null = null;
  #socket: Socket | null = null;
  #isOpen = false;
  #closing = false;

  constructor(private readonly events: SandboxSocketEvents) {}

  /** False before the process has connected, and after it has gone. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What frames are written to, once the process has connected. */
  get sink(): FrameSink {
    return this.#socket as Socket;
  }

  /** What is written from here on goes out together with that of other sandboxes, at the end of this turn. */
  gather(): void {
    const socket = this.#socket as Socket;
    socket.cork();
    gathering.add(socket);
  }

  /** Resolves when a process can connect. */
  async listen(path: string): Promise<void> {
    const server = createServer({ pauseOnConnect: true }, (socket) => this.#onConnection(socket));
    this.#server = server;
    server.listen(path);
    await once(server, 'listening');
  }

  /** True: what the process says is not read until false. */
  hold(held: boolean): void {
    if (held) this.#socket?.pause();
    else this.#socket?.resume();
  }

  close(): void {
    this.#closing = true;
    this.#socket?.destroy();
    this.#server?.close();
  }

  #onConnection(accepted: Socket): void {
    if (this.#socket !== null || this.#closing) {
      accepted.destroy();
      return;
    }
    const reader = new FrameReader(this.events.frame, limits.frameBytesMax, 'own');
    const input = readFrames(reader, ({ message }) => this.events.garbled(message));
    const socket = withOnread(accepted, input);
    this.#socket = socket;
    this.#isOpen = true;
    this.#server?.close();
    // An error is always followed by `close`.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isOpen = false;
      this.events.closed();
    });
  }
}
