/** Clients of the cluster: requests with a deadline each, answered by a body, or by null where time is up. */
import type { Clock } from '../../../src/lib/index.js';
import type { Body } from '../protocol.js';
import { parsePacket } from '../protocol.js';
import type { Endpoint } from './network.js';

export type Answered = (answer: Body | null, tookMs: number) => void;

interface Waiting {
  readonly askedMs: number;
  readonly deadlineMs: number;
  readonly answered: Answered;
}

const sweepMs = 20;
export const clientName = 'c1';

export class Client implements Endpoint {
  readonly #waiting = new Map<number, Waiting>();
  readonly #cancelSweep: () => void;
  #lastId = 0;
  /** Requests with an answer, of any kind, and how long those took. */
  readonly tookMs: number[] = [];
  requests = 0;
  timeouts = 0;
  refusals = 0;

  constructor(
    private readonly clock: Clock,
    private readonly server: (node: string) => Endpoint | null,
    /** One for all requests, so that they run out in the order in which they were asked. */
    private readonly timeoutMs: number,
  ) {
    this.#cancelSweep = clock.every(sweepMs, () => this.#sweep());
  }

  stop(): void {
    this.#cancelSweep();
  }

  /** How many requests have neither been answered nor given up. */
  get underWay(): number {
    return this.#waiting.size;
  }

  request(node: string, body: Body, answered: Answered): void {
    const id = ++this.#lastId;
    const askedMs = this.clock.nowMs();
    this.requests++;
    this.#waiting.set(id, { askedMs, deadlineMs: askedMs + this.timeoutMs, answered });
    const packet = { src: clientName, dest: node, body: { ...body, msg_id: id } };
    this.server(node)?.deliver(Buffer.from(JSON.stringify(packet), 'utf8'));
  }

  ask(node: string, body: Body): Promise<Body | null> {
    return new Promise((resolve) => this.request(node, body, resolve));
  }

  deliver(line: Buffer): void {
    const { body } = parsePacket(line.toString('utf8'));
    const id = body.in_reply_to ?? 0;
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    const tookMs = this.clock.nowMs() - waiting.askedMs;
    if (body.type === 'error' && body.code === 11) this.refusals++;
    else this.tookMs.push(tookMs);
    waiting.answered(body, tookMs);
  }

  #sweep(): void {
    const nowMs = this.clock.nowMs();
    for (const [id, { deadlineMs, askedMs, answered }] of this.#waiting) {
      if (deadlineMs > nowMs) return;
      this.#waiting.delete(id);
      this.timeouts++;
      answered(null, nowMs - askedMs);
    }
  }
}
