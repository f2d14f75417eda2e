/** One HTTP connection with as little as can be between its caller and the node: what a wait costs is the node's. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { systemClock } from '../../src/lib/index.js';

export interface RawAnswer {
  readonly tookMs: number;
  readonly start: string;
  readonly hops: number;
}

const ending = Buffer.from('\r\n\r\n');

export class RawCaller {
  private constructor(
    private readonly socket: Socket,
    private readonly host: string,
  ) {}

  static async open(url: string): Promise<RawCaller> {
    const { hostname, port, host } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new RawCaller(socket, host);
  }

  /** How long the answer took, how it was started, and how often it was forwarded. Throws where it is no success. */
  async call(functionName: string): Promise<RawAnswer> {
    const { socket, host } = this;
    const request = `POST /2015-03-31/functions/${functionName}/invocations HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\n\r\n{}`;
    const startMs = systemClock.nowMs();
    socket.write(request);
    let answer: Buffer = Buffer.alloc(0);
    for (;;) {
      const [piece] = (await once(socket, 'data')) as [Buffer];
      answer = answer.length === 0 ? piece : Buffer.concat([answer, piece]);
      const headEnd = answer.indexOf(ending);
      if (headEnd < 0) continue;
      const head = answer.subarray(0, headEnd).toString('latin1');
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (answer.length < headEnd + ending.length + length) continue;
      const tookMs = systemClock.nowMs() - startMs;
      if (!head.startsWith('HTTP/1.1 200')) throw new Error(head);
      const start = /x-hearth-start: (\w+)/i.exec(head)?.[1] ?? '';
      return { tookMs, start, hops: Number(/x-hearth-hops: (\d+)/i.exec(head)?.[1]) };
    }
  }

  close(): void {
    this.socket.destroy();
  }
}
