/**
 * The side of a connection that was dialled. Nothing but the handshake is read before the other side has proven
 * itself; who does not is told so in one sentence, as long as the connection still speaks HTTP.
 */
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer, type SecureContextOptions } from 'node:tls';
import { type Clock, randomHex32 } from '../../lib/index.js';
import { errorTable, HearthError, type NodeId, nodeId } from '../../types/index.js';
import { type PeerProof, proofBytes, type Transcript } from './proof.js';
import { firstBytes, nonceShape, peerHeaders, welcome } from './protocol.js';

export interface AcceptDeps {
  readonly clock: Clock;
  readonly proof: PeerProof;
  readonly self: NodeId;
  readonly handshakeMs: number;
}

export interface AcceptedSocket {
  readonly peer: NodeId;
  /** Paused. */
  readonly socket: Duplex;
}

/** How long who was refused may take to close the connection. */
const refusalMs = 1000;

/**
 * Takes over a connection that asked for the protocol. Rejects, the connection ended, where the other
 * side does not prove itself within the deadline.
 */
export async function acceptSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  deps: AcceptDeps,
): Promise<AcceptedSocket> {
  const { clock, proof, handshakeMs } = deps;
  const transcript = readRequest(request, socket, head, deps);
  // whatever breaks it also closes it, which is what is waited for
  socket.on('error', () => {});
  const cancel = clock.after(handshakeMs, () => socket.destroy());
  try {
    if (socket instanceof Socket) socket.setNoDelay(true);
    socket.write(switchingProtocols(proof, transcript));
    const secured = proof.context === null ? socket : await secure(socket, proof.context);
    if (proof.shownId !== null) {
      const shown = await firstBytes(secured, proofBytes);
      if (!proof.accepts('dialler', transcript, shown)) {
        throw new HearthError('unauthorized', 'The proof does not fit the secret that was named.');
      }
    }
    secured.write(Uint8Array.of(welcome));
    return { peer: transcript.dialler, socket: secured };
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    cancel();
  }
}

/** Answers the request with an error, in HTTP, and ends the connection soon. */
export function refuseSocket(socket: Duplex, clock: Clock, error: HearthError): void {
  socket.on('error', () => {});
  const text = `${error.message}\n`;
  const lines = [
    `HTTP/1.1 ${errorTable[error.code].http} Refused`,
    'connection: close',
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
  const cancel = clock.after(refusalMs, () => socket.destroy());
  socket.once('close', cancel);
  socket.once('end', () => socket.destroy());
  socket.resume();
}

/** Throws where the request is none that this node takes; it has been answered then. */
function readRequest(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { clock, proof, self }: AcceptDeps,
): Transcript {
  try {
    return checkRequest(request, head, proof, self);
  } catch (error) {
    if (error instanceof HearthError) refuseSocket(socket, clock, error);
    else socket.destroy();
    throw error;
  }
}

function checkRequest(
  { method, url, headers }: IncomingMessage,
  head: Buffer,
  proof: PeerProof,
  self: NodeId,
): Transcript {
  const text = (name: string): string => String(headers[name] ?? '');
  if (method !== 'GET' || url !== proof.protocol.path) {
    const { name, path } = proof.protocol;
    throw new HearthError('route-not-found', `Nodes ask for ${name} by GET ${path} only.`);
  }
  const to = text(peerHeaders.to);
  if (to !== self) {
    throw new HearthError('route-not-found', `This is node ${self}, and not the node '${to}'.`);
  }
  const dialler = nodeIdOr(text(peerHeaders.from));
  const diallerNonce = text(peerHeaders.nonce);
  if (dialler === null || dialler === self || !nonceShape.test(diallerNonce) || head.length > 0) {
    throw new HearthError('invalid-parameter', 'The request is not as nodes make it.');
  }
  const transport = proof.encrypted ? 'tls' : 'plain';
  if (text(peerHeaders.transport) !== transport) {
    throw new HearthError(
      'invalid-parameter',
      `Node ${self} takes connections by '${transport}' only; bind all nodes to loopback, or none.`,
    );
  }
  checkSecret(text(peerHeaders.secret), proof, self);
  const { encrypted } = proof;
  return { dialler, acceptor: self, diallerNonce, acceptorNonce: randomHex32(), encrypted };
}

function checkSecret(named: string, proof: PeerProof, self: NodeId): void {
  if (proof.shownId === null ? named === '' : proof.holds(named)) return;
  throw new HearthError(
    'unauthorized',
    `The cluster secret does not match the one of node ${self}; give all nodes the same --secret-file.`,
  );
}

function nodeIdOr(text: string): NodeId | null {
  try {
    return nodeId(text);
  } catch {
    return null;
  }
}

function switchingProtocols(proof: PeerProof, transcript: Transcript): string {
  const shown = proof.prove('acceptor', transcript);
  return [
    'HTTP/1.1 101 Switching Protocols',
    'connection: upgrade',
    `upgrade: ${proof.protocol.name}`,
    `${peerHeaders.nonce}: ${transcript.acceptorNonce}`,
    ...(shown === null ? [] : [`${peerHeaders.proof}: ${shown.toString('hex')}`]),
    '\r\n',
  ].join('\r\n');
}

/** Goes over to TLS as its server. Rejects where the other side shows no certificate that is trusted. */
function secure(socket: Duplex, context: SecureContextOptions): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    // a server that never listens: it checks the client's certificate, which a bare TLSSocket does not
    const server = createServer({ ...context, requestCert: true, rejectUnauthorized: true });
    server.once('secureConnection', (secured) => {
      secured.on('error', () => {});
      resolve(secured);
    });
    server.once('tlsClientError', reject);
    socket.once('close', () => reject(new Error('the connection ended before it was encrypted')));
    server.emit('connection', socket);
  });
}
