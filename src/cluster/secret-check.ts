/**
 * Why a member cannot be talked to, where the cluster secret may be the reason. gRPC only says that it is
 * unavailable; this looks at how the other side takes a TLS connection.
 */
import { connect, type TLSSocket } from 'node:tls';
import type { Clock } from '../lib/index.js';
import { parseHostPort } from '../types/index.js';
import { certificateName } from './certificate.js';
import type { Security } from './security.js';

const checkTimeoutMs = 5000;
/** A member that ends just then closes the connection too, and does so once. */
const looks = 3;

/** One clause that tells how the secrets differ; null where they fit, or nothing can be told. */
export async function secretMismatch(
  clock: Clock,
  security: Security,
  address: string,
): Promise<string | null> {
  let mismatch: string | null = null;
  for (let look = 0; look < looks; look++) {
    mismatch = await mismatchSeen(clock, security, address);
    if (mismatch === null) return null;
  }
  return mismatch;
}

async function mismatchSeen(
  clock: Clock,
  security: Security,
  address: string,
): Promise<string | null> {
  const { context } = security;
  const socket = connect({
    ...parseHostPort(address, 'a member address'),
    ...context,
    servername: certificateName,
    ALPNProtocols: ['h2'],
    // what it shows is looked at below
    rejectUnauthorized: false,
  });
  let cancelExpiry = (): void => {};
  const expired = new Promise<Ending>((resolve) => {
    cancelExpiry = clock.after(checkTimeoutMs, () => resolve('unknown'));
  });
  try {
    // who is slow to answer refuses nothing
    const ending = await Promise.race([endOf(socket), expired]);
    if (ending === 'plain' && context !== null) {
      return `the cluster secret does not match: ${address} has none, and this node has --secret-file`;
    }
    if (ending === 'refused' && context === null) {
      return `the cluster secret does not match: ${address} has one, and this node has no --secret-file`;
    }
    if (ending === 'refused') {
      return `the cluster secret does not match the one of ${address}; give all members the same --secret-file`;
    }
    return null;
  } finally {
    cancelExpiry();
    socket.destroy();
  }
}

/**
 * - `plain`: no TLS at all
 * - `refused`: a node, but either side does not accept the certificate of the other
 * - `trusted`: both do, for the other side goes on to speak
 * - `unknown`: anything else
 */
type Ending = 'plain' | 'refused' | 'trusted' | 'unknown';

function endOf(socket: TLSSocket): Promise<Ending> {
  return new Promise((resolve) => {
    let isNode = false;
    socket.once('secureConnect', () => {
      isNode = socket.getPeerCertificate().subjectaltname === `DNS:${certificateName}`;
      if (isNode && !socket.authorized) resolve('refused');
    });
    socket.once('data', () => resolve(isNode ? 'trusted' : 'unknown'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_SSL_WRONG_VERSION_NUMBER') resolve('plain');
    });
    // in TLS 1.3 the client is done before the server has looked at its certificate
    socket.once('close', () => resolve(isNode ? 'refused' : 'unknown'));
  });
}
