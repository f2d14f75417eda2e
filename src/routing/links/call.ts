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
  timeoutMsMax,
} from '../../wire/index.js';
import type { ForwardCall, ForwardReply } from '../forward.js';
import { LinkBody, wholeBody } from './body.js';
import type { Link } from './link.js';
import type { LinkStream, StreamListener } from './stream.js';

export interface CallDeps {
  readonly clock: Clock;
  readonly deadlines: DeadlineQueue;
  /** How it ended, for the counters. */
  readonly ended: (result: ForwardReply['kind'] | 'lost') => void;
}

/** Rejects with `forward-lost`, once the request was sent and no outcome can come any more. */
export function callOver(link: Link, call: ForwardCall, deps: CallDeps): Promise<ForwardReply> {
  return new Promise((resolve, reject) => new LinkCall(deps, link, call, resolve, reject));
}

class LinkCall implements StreamListener {
  readonly #stream: LinkStream;
  readonly #deadline: DeadlineKey;
  #body: LinkBody | null = null;
  #head: (AnswerHead & { kind: 'ran' }) | null = null;

  constructor(
    private readonly deps: CallDeps,
    private readonly link: Link,
    private readonly call: ForwardCall,
    private readonly resolve: (reply: ForwardReply) => void,
    private readonly reject: (error: HearthError) => void,
  ) {
    const { invocation, timeoutMs, revision, place } = call;
    const { requestId, functionName, qualifier, invokedAs, traceId, clientContext, hops, payload } =
      invocation;
    const head = encodeForwardHead({
      requestId,
      functionName,
      qualifier,
      invokedAs,
      traceId,
      clientContext,
      hops,
      revision,
      timeoutMs: Math.min(Math.max(0, Math.ceil(timeoutMs)), timeoutMsMax),
      place,
      bodyBytes: payload.length,
    });
    this.#stream = link.open(this, head, payload);
    this.#deadline = deps.deadlines.add(deps.clock.nowMs() + timeoutMs, () => this.#expire());
    invocation.signal?.addEventListener('abort', this);
  }

  answered(payload: Buffer, ended: boolean): void {
    const { head, body } = decodeAnswer(payload);
    if (head.kind !== 'ran') {
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
    this.#fail(`The caller gave up the request that node ${this.link.peer} had`);
  }

  #expire(): void {
    this.#stream.cancel();
    this.#fail(`Node ${this.link.peer} did not answer within ${this.call.timeoutMs} ms`);
  }

  #ran(head: AnswerHead & { kind: 'ran' }, payload: Buffer): void {
    const { start, functionError, durationMs, executedVersion, logTail } = head;
    const outcome: InvocationOutcome = {
      payload,
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

  #fail(what: string): void {
    this.#over();
    this.deps.ended('lost');
    this.reject(
      new HearthError('forward-lost', `${what}; it may have run, so send it again only if it may.`),
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
