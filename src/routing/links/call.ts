/** A request that this node has forwarded: from the stream's opening to its outcome. */
import type { Clock, DeadlineKey, DeadlineQueue } from '../../lib/index.js';
import {
  type ErrorCode,
  errorTable,
  HearthError,
  type InvocationOutcome,
  limits,
} from '../../types/index.js';
import {
  type AnswerHead,
  decodeAnswer,
  encodeForwardHead,
  FrameError,
  timeoutMsMax,
} from '../../wire/index.js';
import type { ForwardCall, ForwardReply } from '../forward.js';
import { LinkBody, wholeBody } from './body.js';
import type { Link } from './link.js';
import type { LinkStream, StreamListener } from './stream.js';
import { StreamedAnswerReader } from './streamed-answer.js';

export interface CallDeps {
  readonly clock: Clock;
  readonly deadlines: DeadlineQueue;
  /** How it ended, for the counters. */
  readonly ended: (result: ForwardReply['kind'] | 'lost') => void;
}

/** How long who takes a streamed answer may take for what a function has left in the windows when it ends. */
const takeLeftMs = 60_000;

/** Rejects with `forward-lost`, once the request was sent and no outcome can come any more. */
export function callOver(link: Link, call: ForwardCall, deps: CallDeps): Promise<ForwardReply> {
  return new Promise((resolve, reject) => new LinkCall(deps, link, call, resolve, reject));
}

class LinkCall implements StreamListener {
  readonly #stream: LinkStream;
  #deadline: DeadlineKey;
  #body: LinkBody | null = null;
  #head: (AnswerHead & { kind: 'ran' }) | null = null;
  #streamed: StreamedAnswerReader | null = null;

  constructor(
    private readonly deps: CallDeps,
    private readonly link: Link,
    private readonly call: ForwardCall,
    private readonly resolve: (reply: ForwardReply) => void,
    private readonly reject: (error: HearthError) => void,
  ) {
    const { invocation, timeoutMs, revision, place } = call;
    const { requestId, functionName, qualifier, invokedAs, traceId, clientContext, payload } =
      invocation;
    const head = encodeForwardHead({
      requestId,
      functionName,
      qualifier,
      invokedAs,
      traceId,
      clientContext,
      caller: invocation.caller ?? '',
      hops: invocation.hops,
      revision,
      timeoutMs: Math.min(Math.max(0, Math.ceil(timeoutMs)), timeoutMsMax),
      place,
      stream: invocation.stream !== undefined,
      bodyBytes: payload.length,
    });
    this.#stream = link.open(this, head, payload);
    this.#deadline = this.#due(timeoutMs);
    invocation.signal?.addEventListener('abort', this);
  }

  answered(payload: Buffer, ended: boolean): void {
    const { head, body } = decodeAnswer(payload);
    if (head.kind === 'streams') this.#begin(head, body, ended);
    else if (head.kind !== 'ran') {
      if (!ended) this.#stream.cancel();
      this.#settle(head.kind === 'failed' ? { kind: 'failed', error: errorOf(head) } : head);
    } else if (ended) {
      this.#ran(head, wholeBody(body, head.bodyBytes, limits.invokeAnswerBytesMax));
    } else {
      this.#head = head;
      this.#body = new LinkBody(head.bodyBytes, limits.invokeAnswerBytesMax);
      this.#body.add(body, false);
    }
  }

  piece(piece: Buffer, ended: boolean): void {
    if (this.#streamed !== null) {
      this.#pass(this.#streamed, piece, ended);
      return;
    }
    const body = this.#body?.add(piece, ended) ?? null;
    this.#stream.taken(piece.length);
    if (body !== null && this.#head !== null) this.#ran(this.#head, body);
  }

  drained(): void {}

  closed(why: 'cancelled' | 'lost'): void {
    this.#fail(
      why === 'lost'
        ? `The link to node ${this.link.peer} broke while it had the request`
        : `Node ${this.link.peer} gave the request up before its answer was whole`,
    );
  }

  /** The caller has gone away. */
  handleEvent(): void {
    this.#stream.cancel();
    this.#fail(`The caller gave up the request that node ${this.link.peer} had`, 'caller-gone');
  }

  /** The function has its time from now on, and who takes the answer has some for what is left then. */
  #begin(head: AnswerHead & { kind: 'streams' }, data: Buffer, ended: boolean): void {
    const { stream } = this.call.invocation;
    if (stream === undefined) throw new FrameError('a streamed answer that was not asked for');
    this.deps.deadlines.remove(this.#deadline);
    this.#deadline = this.#due(this.call.timeoutMs + takeLeftMs);
    const taken = (bytes: number): void => this.#stream.taken(bytes);
    this.#streamed = new StreamedAnswerReader(stream, taken);
    const { contentType, executedVersion, start } = head;
    stream.begin({ contentType, executedVersion, start, node: this.link.peer }, taken);
    this.#pass(this.#streamed, data, ended);
  }

  #pass(streamed: StreamedAnswerReader, data: Buffer, ended: boolean): void {
    const end = streamed.push(data, ended);
    if (end === null) return;
    const { head, body } = decodeAnswer(end);
    if (head.kind === 'failed') this.#settle({ kind: 'failed', error: errorOf(head) });
    else if (head.kind !== 'ran') throw new FrameError('a streamed answer with a wrong end');
    else this.#ran(head, wholeBody(body, head.bodyBytes, limits.invokeAnswerBytesMax));
  }

  #due(inMs: number): DeadlineKey {
    return this.deps.deadlines.add(this.deps.clock.nowMs() + inMs, () => this.#expire());
  }

  #expire(): void {
    this.#stream.cancel();
    this.#fail(`Node ${this.link.peer} did not answer within ${this.call.timeoutMs} ms`);
  }

  #ran(head: AnswerHead & { kind: 'ran' }, payload: Buffer): void {
    const { start, functionError, durationMs, executedVersion, logTail } = head;
    const outcome: InvocationOutcome = {
      payload,
      streamed: this.#streamed !== null,
      functionError,
      executedVersion,
      start,
      durationMs,
      logTail: () => logTail,
    };
    this.#settle({ kind: 'ran', outcome });
  }

  #settle(reply: ForwardReply): void {
    this.#over();
    this.deps.ended(reply.kind);
    this.resolve(reply);
  }

  #fail(what: string, code: ErrorCode = 'forward-lost'): void {
    this.#over();
    this.deps.ended('lost');
    this.reject(
      new HearthError(code, `${what}; it may have run, so send it again only if it may.`),
    );
  }

  #over(): void {
    this.deps.deadlines.remove(this.#deadline);
    this.call.invocation.signal?.removeEventListener('abort', this);
  }
}

/** A code that this release does not know is an internal error to it. */
function errorOf({ code, message, details }: AnswerHead & { kind: 'failed' }): HearthError {
  const known = Object.hasOwn(errorTable, code) ? (code as ErrorCode) : 'internal';
  return new HearthError(known, message, details);
}
