/** A request that another node has forwarded to this one: collected, handed on, answered. */

import { Cancellation, type Logger } from '../../lib/index.js';
import {
  type AnswerSink,
  asHearthError,
  type Invocation,
  limits,
  type RequestId,
  requestId,
} from '../../types/index.js';
import {
  type AnswerHead,
  decodeForward,
  encodeAnswerHead,
  type ForwardHead,
} from '../../wire/index.js';
import type { ForwardHandler, ForwardReply } from '../forward.js';
import { LinkBody, wholeBody } from './body.js';
import type { LinkStream, StreamListener } from './stream.js';
import { StreamedAnswerWriter } from './streamed-answer.js';

export interface ServeDeps {
  readonly handle: ForwardHandler;
  readonly logger: Logger;
  readonly bodies: BodyRoom;
}

/** Bodies of forwarded requests that are being collected on all links together. */
const collectedBytesMax = 256 * 1024 * 1024;
const nothing = new Uint8Array(0);

export class BodyRoom {
  #used = 0;

  get used(): number {
    return this.#used;
  }

  /** False where there is no room: nothing was taken. */
  take(bytes: number): boolean {
    if (this.#used + bytes > collectedBytesMax) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

/** Serves a stream from its `open` frame on. Throws FrameError where the peer breaks the protocol. */
export function serve(stream: LinkStream, payload: Buffer, ended: boolean, deps: ServeDeps): void {
  const { head, body } = decodeForward(payload);
  const served = new ServedCall(stream, head, deps);
  stream.accept(served, ended);
  if (ended) served.run(wholeBody(body, head.bodyBytes, limits.invokeBodyBytesMax));
  else served.collect(body);
}

class ServedCall implements StreamListener {
  #body: LinkBody | null = null;
  #invocation: ForwardedInvocation | null = null;
  readonly #streamed: StreamedAnswerWriter | null;

  constructor(
    private readonly stream: LinkStream,
    private readonly head: ForwardHead,
    private readonly deps: ServeDeps,
  ) {
    this.#streamed = head.stream ? new StreamedAnswerWriter(stream) : null;
  }

  /** The body comes in pieces, of which this is the first. */
  collect(first: Buffer): void {
    const { bodyBytes } = this.head;
    const body = new LinkBody(bodyBytes, limits.invokeBodyBytesMax);
    if (!this.deps.bodies.take(bodyBytes)) {
      this.stream.begin(encodeAnswerHead({ kind: 'not-here' }), nothing);
      return;
    }
    this.#body = body;
    body.add(first, false);
  }

  piece(piece: Buffer, ended: boolean): void {
    const body = this.#body?.add(piece, ended) ?? null;
    this.stream.taken(piece.length);
    if (body !== null) this.run(body);
  }

  /** Begins, unless the other node has to be asked first whether it still wants it. */
  run(payload: Buffer): void {
    if (this.stream.unsure) this.stream.whenSure(() => this.#run(payload));
    else this.#run(payload);
  }

  #run(payload: Buffer): void {
    const { head } = this;
    this.#collected();
    const invocation = new ForwardedInvocation(head, payload, this.#streamed);
    this.#invocation = invocation;
    let reply: Promise<ForwardReply>;
    try {
      reply = this.deps.handle({
        invocation,
        revision: head.revision,
        timeoutMs: head.timeoutMs,
        place: head.place,
      });
    } catch (error) {
      reply = Promise.reject(error);
    }
    reply.then(
      (given) => this.#answer(given),
      (error: unknown) => {
        const { requestId } = this.head;
        this.deps.logger.error({ err: error, requestId }, 'a forwarded request failed');
        this.#answer({ kind: 'failed', error: asHearthError(error) });
      },
    );
  }

  answered(): void {}

  drained(): void {
    this.#streamed?.sent();
  }

  closed(): void {
    this.#collected();
    this.#streamed?.sent();
    this.#invocation?.abort();
  }

  #answer(reply: ForwardReply): void {
    if (this.stream.over) return;
    const payload = reply.kind === 'ran' ? reply.outcome.payload : nothing;
    const head = encodeAnswerHead(answerHead(reply));
    if (this.#streamed?.begun === true) this.#streamed.end(head, payload);
    else this.stream.begin(head, payload);
  }

  /** The body is whole, or will never be. */
  #collected(): void {
    if (this.#body === null) return;
    this.#body = null;
    this.deps.bodies.give(this.head.bodyBytes);
  }
}

/** The invocation as it is handed on. */
class ForwardedInvocation implements Invocation {
  readonly requestId: RequestId;
  readonly functionName: string;
  readonly qualifier: string;
  readonly invokedAs: string;
  readonly traceId: string;
  readonly clientContext: string;
  readonly caller: string;
  readonly hops: number;
  readonly stream?: AnswerSink;
  readonly signal = new Cancellation();

  constructor(
    head: ForwardHead,
    readonly payload: Uint8Array,
    stream: AnswerSink | null,
  ) {
    this.requestId = requestId(head.requestId);
    this.functionName = head.functionName;
    this.qualifier = head.qualifier;
    this.invokedAs = head.invokedAs;
    this.traceId = head.traceId;
    this.clientContext = head.clientContext;
    this.caller = head.caller;
    this.hops = head.hops;
    if (stream !== null) this.stream = stream;
  }

  /** The node that forwarded it is no longer interested. */
  abort(): void {
    this.signal.abort();
  }
}

function answerHead(reply: ForwardReply): AnswerHead {
  switch (reply.kind) {
    case 'ran': {
      const { start, functionError, durationMs, executedVersion, logTail, payload } = reply.outcome;
      return {
        kind: 'ran',
        start,
        functionError,
        durationMs,
        executedVersion,
        logTail: logTail(),
        bodyBytes: payload.length,
      };
    }
    case 'failed': {
      const { code, message, details } = reply.error;
      return { kind: 'failed', code, message, details };
    }
    case 'busy':
      return { kind: 'busy' };
    case 'not-here':
    case 'unreachable':
      return { kind: 'not-here' };
    default:
      throw new Error(`a reply of an unknown kind: ${JSON.stringify(reply satisfies never)}`);
  }
}
