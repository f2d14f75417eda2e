/**
 * An accepted connection that reads as its `onread` says. Node.js has that for sockets that connect alone, so the handle
 * moves to a socket which is made with it.
 */
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

interface Holder {
  _handle: unknown;
}

interface HandleOptions extends SocketConstructorOpts {
  readonly handle: unknown;
  readonly onread: OnReadOpts;
}

/** `accepted` has not been read from: its server has `pauseOnConnect`. It is of no use any more. */
export function withOnread(accepted: Socket, onread: OnReadOpts): Socket {
  const holder = accepted as unknown as Holder;
  const options: HandleOptions = { handle: holder._handle, onread };
  holder._handle = null;
  accepted.destroy();
  const socket = new Socket(options);
  // its end is seen only where it flows
  return socket.resume();
}
