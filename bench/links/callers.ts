/** The calling side: the same call in the ways that are compared. */
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { Pool } from 'undici';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { type ForwardCall, PeerLinks } from '../../src/routing/index.js';
import { requestId } from '../../src/types/index.js';
import { bodyBytes, type FromServer } from './messages.js';
import { calledId, callerId, grpcOptions, grpcPath, same, viewOf } from './nodes.js';

export interface Caller {
  readonly name: string;
  /** One call, from the body to the whole answer. */
  call(): Promise<void>;
}

type Ports = Extract<FromServer, { kind: 'ready' }>;

const body = Buffer.alloc(bodyBytes, 'a');
const callTimeoutMs = 10_000;

function check(bytes: number): void {
  if (bytes !== bodyBytes) throw new Error(`an answer of ${bytes} bytes`);
}

export function linkCaller({ linkPort }: Ports): Caller {
  const handle = (): never => {
    throw new Error('nobody calls the caller');
  };
  const links = new PeerLinks(
    { clock: systemClock, logger: silentLogger, handle },
    { self: () => callerId, secrets: [], encrypted: false, timings: { patienceMs: 1000 } },
  );
  links.viewChanged(viewOf(linkPort));
  const call: ForwardCall = {
    invocation: {
      requestId: requestId('01234567-89ab-4def-8123-456789abcdef'),
      functionName: 'thumbnail',
      qualifier: '$LATEST',
      invokedAs: '',
      payload: body,
      traceId: '',
      clientContext: '',
      hops: 1,
    },
    revision: 1,
    place: false,
    timeoutMs: callTimeoutMs,
  };
  return {
    name: 'peer link',
    async call() {
      const reply = await links.forward(calledId, call);
      if (reply.kind !== 'ran') throw new Error(`the link answered '${reply.kind}'`);
      check(reply.outcome.payload.length);
    },
  };
}

export function grpcCaller({ grpcPort }: Ports): Caller {
  const client = new Client(`127.0.0.1:${grpcPort}`, credentials.createInsecure(), grpcOptions);
  return {
    name: 'gRPC unary',
    call: () =>
      new Promise((resolve, reject) => {
        const done = (error: ServiceError | null, reply?: Buffer): void => {
          if (error === null) check(reply?.length ?? 0);
          if (error === null) resolve();
          else reject(error);
        };
        const options = { deadline: new Date(Date.now() + callTimeoutMs) };
        client.makeUnaryRequest(grpcPath, same, same, body, options, done);
      }),
  };
}

/** `connections` keep-alive connections with up to `pipelining` requests under way on each. */
export function undiciCaller({ httpPort }: Ports, connections: number, pipelining: number): Caller {
  const pool = new Pool(`http://127.0.0.1:${httpPort}`, { connections, pipelining });
  return {
    name: `undici, ${connections} x ${pipelining}`,
    async call() {
      const answer = await pool.request({
        path: '/',
        method: 'POST',
        body,
        // without this a POST is never pipelined
        idempotent: true,
        blocking: false,
      });
      check((await answer.body.arrayBuffer()).byteLength);
    },
  };
}
