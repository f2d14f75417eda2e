/** One keep-alive connection of the load program: a request, its answer, the next. It opens itself again. */
import { connect, type Socket } from 'node:net';
import { AnswerReader, type Verdict } from './answer-reader.js';
import type { SteadyPlan } from './steady-plan.js';

export interface ConnectionOwner {
  /** It can be asked on now: it is open, or open again. */
  free(connection: SteadyConnection): void;
  /** Of the request under way: `good`, or what was wrong; `free` follows, where it must be opened again later. */
  answered(connection: SteadyConnection, verdict: Verdict): void;
  /** It was lost, or could not be opened, while it waited for no answer. */
  lost(connection: SteadyConnection, why: string): void;
}

const openAgainAfterMs = 100;
/** Filled and read within one callback, so one is enough for all connections. */
const readBuffer = Buffer.alloc(64 * 1024);

export class SteadyConnection {
  /** Of the request under way. */
  dueMs = 0;
  sentMs = 0;
  counts = false;
  isBusy = false;
  /** The other side has accepted it: it has answered on it. */
  isProven = false;
  /** Good answers that count, and how long they took together. */
  served = 0;
  tookSumMs = 0;
  readonly #reader: AnswerReader;
  readonly #request: Buffer;
  #socket: Socket | null = null;
  #givenUp = false;
  #closed = false;

  constructor(
    private readonly plan: Pick<SteadyPlan, 'host' | 'port' | 'request' | 'expected'>,
    private readonly owner: ConnectionOwner,
  ) {
    const { request, expected } = plan;
    this.#reader = new AnswerReader(expected === null ? null : Buffer.from(expected));
    this.#request = Buffer.from(request);
  }

  open(): void {
    const { host, port } = this.plan;
    const callback = (bytes: number, buffer: Uint8Array): boolean => {
      this.#took((buffer as Buffer).subarray(0, bytes));
      return true;
    };
    const onread = { buffer: readBuffer, callback };
    const socket = connect({ host, port, onread, noDelay: true });
    let why = 'closed';
    socket.once('connect', () => this.owner.free(this));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      why = error.code ?? error.message;
    });
    socket.once('close', () => this.#lost(why));
    this.#socket = socket;
  }

  send(dueMs: number, nowMs: number, counts: boolean): void {
    this.dueMs = dueMs;
    this.sentMs = nowMs;
    this.counts = counts;
    this.isBusy = true;
    this.#socket?.write(this.#request);
  }

  /** The answer takes too long: the connection is given up, and opened again. */
  giveUp(): void {
    this.#fail('timeout');
    this.#giveUpSocket();
  }

  close(): void {
    this.#closed = true;
    this.#giveUpSocket();
  }

  #took(bytes: Buffer): void {
    if (!this.isBusy) {
      // an answer that nobody asked for
      this.#socket?.destroy();
      return;
    }
    const verdict = this.#reader.take(bytes);
    if (verdict === 'more') return;
    this.isBusy = false;
    this.owner.answered(this, verdict);
    if (verdict === 'good') {
      this.isProven = true;
      this.owner.free(this);
    } else this.#giveUpSocket();
  }

  /** What comes after a bad answer is anybody's guess. */
  #giveUpSocket(): void {
    this.#givenUp = true;
    this.#socket?.destroy();
  }

  #lost(why: string): void {
    if (this.isBusy) this.#fail(why);
    else if (!this.#givenUp) this.owner.lost(this, why);
    this.#givenUp = false;
    this.#reader.reset();
    if (!this.#closed) setTimeout(() => this.open(), openAgainAfterMs);
  }

  #fail(why: string): void {
    this.isBusy = false;
    this.owner.answered(this, why);
  }
}
