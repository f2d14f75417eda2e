/** The called side: answers with 1 kB at once, over a link, over gRPC and over HTTP. */
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { type ForwardReply, PeerLinks } from '../../src/routing/index.js';
import { bodyBytes, cpuMs, type FromServer, type ToServer } from './messages.js';
import { calledId, grpcPath, same } from './nodes.js';

const answer = Buffer.alloc(bodyBytes, 'b');

function say(message: FromServer): void {
  process.send?.(message);
}

async function listen(server: HttpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function listenLinks(): Promise<number> {
  const reply: ForwardReply = {
    kind: 'ran',
    outcome: {
      payload: answer,
      streamed: false,
      functionError: false,
      executedVersion: '$LATEST',
      start: 'warm',
      durationMs: 0,
      logTail: () => new Uint8Array(0),
    },
  };
  const links = new PeerLinks(
    { clock: systemClock, logger: silentLogger, handle: () => Promise.resolve(reply) },
    { self: () => calledId, secrets: [], encrypted: false },
  );
  const server = createServer({ noDelay: true });
  server.on('upgrade', (request, socket, head) => links.accept(request, socket, head));
  return listen(server);
}

async function listenGrpc(): Promise<number> {
  const server = new Server();
  const call = {
    path: grpcPath,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
  server.addService(
    { call },
    {
      call: (_call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) =>
        done(null, answer),
    },
  );
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

function listenHttp(): Promise<number> {
  return listen(
    createServer({ noDelay: true }, (request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        if (Buffer.concat(pieces).length !== bodyBytes) throw new Error('the body came in part');
        response.writeHead(200, { 'content-length': answer.length });
        response.end(answer);
      });
    }),
  );
}

const linkPort = await listenLinks();
const grpcPort = await listenGrpc();
const httpPort = await listenHttp();
process.on('message', (message: ToServer) => {
  if (message.kind === 'stop') process.exit(0);
  else say({ kind: 'usage', cpuMs: cpuMs() });
});
process.on('disconnect', () => process.exit(0));
say({ kind: 'ready', linkPort, grpcPort, httpPort });
