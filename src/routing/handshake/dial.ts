/** The side that dials: an HTTP request, over which the connection becomes one between nodes. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect, type SecureContextOptions } from 'node:tls';
import { certificateName } from '../../cluster/index.js';
import { type Clock, randomHex32 } from '../../lib/index.js';
import { type NodeId, parseHostPort } from '../../types/index.js';
import type { PeerProof, Transcript } from './proof.js';
import { firstBytes, nonceShape, peerHeaders, welcome } from './protocol.js';

export interface DialDeps {
  readonly clock: Clock;
  readonly proof: PeerProof;
  readonly self: NodeId;
  readonly dialMs: number;
}

interface Upgraded {
  readonly response: IncomingMessage;
  readonly socket: Duplex;
}

/** What is read of a refusal: one sentence. */
const refusalBytesMax = 512;

/** The hold on a dial that is under way. */
export class Dial {
  #end: (() => void) | null = null;
  #ended = false;

  /** Ends it now: its promise rejects. */
  cancel(): void {
    this.#ended = true;
    this.#end?.();
  }

  /** What ends the step that is under way. */
  step(end: () => void): void {
    this.#end = end;
    if (this.#ended) end();
  }
}

/**
 * A socket, paused, on which node `to` at `host:port` has taken the connection. Rejects where it does not within
 * the deadline, does not prove itself, or the dial is cancelled.
 */
export async function dialSocket(
  to: NodeId,
  address: string,
  deps: DialDeps,
  dial: Dial,
): Promise<Duplex> {
  const { clock, proof, self, dialMs } = deps;
  const cancel = clock.after(dialMs, () => dial.cancel());
  try {
    const diallerNonce = randomHex32();
    const { response, socket } = await upgrade(to, address, diallerNonce, deps, dial);
    dial.step(() => socket.destroy());
    try {
      const acceptorNonce = String(response.headers[peerHeaders.nonce] ?? '');
      const { encrypted } = proof;
      const transcript = { dialler: self, acceptor: to, diallerNonce, acceptorNonce, encrypted };
      checkAcceptor(response, transcript, proof);
      const secured = proof.context === null ? socket : await secure(socket, proof.context);
      const shown = proof.prove('dialler', transcript);
      if (shown !== null) secured.write(shown);
      const [answer] = await firstBytes(secured, 1);
      if (answer !== welcome) throw new Error('the other side did not take the connection');
      return secured;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  } finally {
    cancel();
  }
}

function upgrade(
  to: NodeId,
  address: string,
  nonce: string,
  { proof, self }: DialDeps,
  dial: Dial,
): Promise<Upgraded> {
  const { shownId, protocol } = proof;
  const headers = {
    connection: 'upgrade',
    upgrade: protocol.name,
    [peerHeaders.from]: self,
    [peerHeaders.to]: to,
    [peerHeaders.nonce]: nonce,
    [peerHeaders.transport]: proof.encrypted ? 'tls' : 'plain',
    ...(shownId === null ? {} : { [peerHeaders.secret]: shownId }),
  };
  return new Promise((resolve, reject) => {
    const { host, port } = parseHostPort(address, 'the address of a node');
    const asked = request({ host, port, path: protocol.path, headers, agent: false });
    asked.setNoDelay(true);
    asked.on('error', reject);
    asked.once('upgrade', (response, socket, head) => {
      socket.on('error', () => {});
      socket.pause();
      if (head.length > 0) socket.unshift(head);
      resolve({ response, socket });
    });
    asked.once('response', (response) => {
      refusal(response).then((why) => {
        asked.destroy();
        reject(new Error(why));
      });
    });
    dial.step(() => asked.destroy(new Error('the dial took too long, or was given up')));
    asked.end();
  });
}

/** Throws where the other side does not prove that it is a node of this cluster. */
function checkAcceptor(response: IncomingMessage, transcript: Transcript, proof: PeerProof): void {
  if (!nonceShape.test(transcript.acceptorNonce)) throw new Error('the answer is none of a node');
  if (proof.shownId === null) return;
  const shown = Buffer.from(String(response.headers[peerHeaders.proof] ?? ''), 'hex');
  if (!proof.accepts('acceptor', transcript, shown)) {
    throw new Error('the other side does not prove that it holds the cluster secret');
  }
}

/** Goes over to TLS as its client. Rejects where the other side's certificate is not trusted. */
async function secure(socket: Duplex, context: SecureContextOptions): Promise<Duplex> {
  const secured = connect({ ...context, socket, servername: certificateName });
  // whatever breaks it also closes it, or is seen below
  secured.on('error', () => {});
  const closed = new Promise<never>((_, reject) => {
    socket.once('close', () => reject(new Error('the connection ended before it was encrypted')));
  });
  await Promise.race([once(secured, 'secureConnect'), closed]);
  return secured;
}

/** The sentence with which the request was refused. */
async function refusal(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  try {
    for await (const piece of response) {
      text += piece;
      if (text.length > refusalBytesMax) break;
    }
  } catch {
    // what has come so far has to do
  }
  return `it was refused (${response.statusCode}): ${text.slice(0, refusalBytesMax).trim()}`;
}
