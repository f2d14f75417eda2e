/**
 * What both ends of a handshake share: what a connection between nodes can become, the names of the headers,
 * and how the first bytes are read.
 */
import type { Duplex } from 'node:stream';

/** What nodes speak to each other over a connection of the HTTP port, once both sides have proven themselves. */
export interface PeerProtocol {
  /** Of the upgrade. */
  readonly name: string;
  readonly path: string;
  /** Makes the keys of proofs: one that was shown for one protocol proves nothing in another. */
  readonly keyInfo: string;
}

/** Forwarded requests. */
export const linkProtocol: PeerProtocol = {
  name: 'hearth-link/2',
  path: '/_hearth/link',
  keyInfo: 'hearth link v1',
};

/** HTTP, for pages that are for nodes only. */
export const httpProtocol: PeerProtocol = {
  name: 'hearth-http/1',
  path: '/_hearth/peer',
  keyInfo: 'hearth http v1',
};

export const peerHeaders = {
  from: 'x-hearth-from',
  to: 'x-hearth-to',
  nonce: 'x-hearth-nonce',
  /** Names the secret that the dialler proves to hold. */
  secret: 'x-hearth-secret',
  proof: 'x-hearth-proof',
  /** `tls` or `plain`: both sides must mean the same. */
  transport: 'x-hearth-transport',
} as const;

/** The byte with which the acceptor says that it has taken the connection. */
export const welcome = 6;

export const nonceShape = /^[0-9a-f]{32}$/;

/**
 * Reads so many bytes from a paused socket, which is left paused, and leaves the rest on it. Rejects where
 * the socket ends before. The caller holds the deadline, and destroys the socket.
 */
export function firstBytes(socket: Duplex, count: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let got: Buffer = Buffer.alloc(0);
    const settle = (): void => {
      socket.off('data', onData);
      socket.off('end', onEnd);
      socket.off('close', onEnd);
      socket.pause();
    };
    const onData = (chunk: Buffer): void => {
      got = got.length === 0 ? chunk : Buffer.concat([got, chunk]);
      if (got.length < count) return;
      settle();
      if (got.length > count) socket.unshift(got.subarray(count));
      resolve(got.subarray(0, count));
    };
    const onEnd = (): void => {
      settle();
      reject(new Error('the other side closed the connection during the handshake'));
    };
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('close', onEnd);
    if (socket.destroyed) onEnd();
    else socket.resume();
  });
}
