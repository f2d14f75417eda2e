/** Two ends of one link over a real connection, with what each was told kept in order. */
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { SimulatedClock } from '../../../src/lib/index.js';
import { Link, type LinkEvents } from '../../../src/routing/links/link.js';
import type { LinkStream, StreamListener } from '../../../src/routing/links/stream.js';
import { linkTimings } from '../../../src/routing/links/timings.js';
import { nodeId } from '../../../src/types/index.js';

const deadlineMs = 10_000;

/** Resolves when `what` holds, looked at after every event of the loop. */
export async function until(what: () => boolean, name = 'it to happen'): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!what()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${name}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The two ends of a connection on loopback, closed when the test ends. */
export async function socketPair(t: TestContext): Promise<[Socket, Socket]> {
  const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const dialled = createConnection({ port, host: '127.0.0.1', noDelay: true });
  const [accepted] = (await once(server, 'connection')) as [Socket];
  server.close();
  t.after(() => {
    dialled.destroy();
    accepted.destroy();
  });
  return [dialled, accepted];
}

/** Keeps what a stream is told; takes each piece at once unless told to hold. */
export class Recorder implements StreamListener {
  stream: LinkStream | null = null;
  readonly told: string[] = [];
  readonly pieces: Buffer[] = [];
  drains = 0;
  hold = false;

  answered(payload: Buffer, ended: boolean): void {
    this.told.push(ended ? 'answered, ended' : 'answered');
    this.pieces.push(payload);
  }

  piece(piece: Buffer, ended: boolean): void {
    if (ended) this.told.push('ended');
    this.pieces.push(piece);
    if (!this.hold) this.stream?.taken(piece.length);
  }

  drained(): void {
    this.drains++;
  }

  closed(why: 'cancelled' | 'lost'): void {
    this.told.push(why);
  }

  get bytes(): number {
    return this.pieces.reduce((sum, { length }) => sum + length, 0);
  }
}

/** One end: a link whose streams from the other side are recorded in the order of their opening. */
export class End implements LinkEvents {
  readonly streams: Recorder[] = [];
  readonly log: string[] = [];
  readonly link: Link;
  error: Error | null = null;
  closes = 0;
  retires = 0;
  /** Applied to each stream that the other side opens. */
  onOpened: (recorder: Recorder, payload: Buffer, ended: boolean) => void = () => {};

  constructor(
    socket: Socket,
    isDialler: boolean,
    readonly clock = new SimulatedClock(),
  ) {
    const deps = { clock: this.clock, timings: linkTimings, events: this };
    this.link = new Link(deps, socket, nodeId('e'.repeat(32)), isDialler);
  }

  opened(_link: Link, stream: LinkStream, payload: Buffer, ended: boolean): void {
    const recorder = new Recorder();
    recorder.stream = stream;
    stream.accept(recorder, ended);
    recorder.pieces.push(payload);
    this.streams.push(recorder);
    this.onOpened(recorder, payload, ended);
  }

  retired(): void {
    this.retires++;
  }

  closed(_link: Link, error: Error | null): void {
    this.closes++;
    this.error = error;
  }

  /** Opens a stream, recorded. */
  open(head: string | Uint8Array, body: Uint8Array = Buffer.alloc(0), more = false): Recorder {
    const recorder = new Recorder();
    recorder.stream = this.link.open(recorder, Buffer.from(head), body, more);
    return recorder;
  }
}

export async function linkPair(t: TestContext): Promise<{ dialler: End; acceptor: End }> {
  const [dialled, accepted] = await socketPair(t);
  return { dialler: new End(dialled, true), acceptor: new End(accepted, false) };
}
