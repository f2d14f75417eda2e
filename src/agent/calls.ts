/**
 * The invocations under way in one sandbox, by their numbers on its socket. Mostly it is one, for which there
 * is no table to look into; answers of several come in any order.
 */
import type { Clock, DeadlineQueue } from '../lib/index.js';
import { limits } from '../types/index.js';
import { encodeInvokeHead, frameType, writeFrame } from '../wire/index.js';
import { AnswerStream } from './answer-stream.js';
import type { SandboxCall, SandboxResult } from './driver.js';
import { answerTooLarge, type NodeError } from './function-errors.js';
import { LogTail } from './log-tail.js';
import { RunningCall } from './running-call.js';
import type { SandboxOutput } from './sandbox-output.js';
import type { SandboxSocket } from './sandbox-socket.js';

export interface CallsDeps {
  readonly clock: Clock;
  readonly deadlines: DeadlineQueue;
  /** Whose tail is that of a sandbox which runs one invocation at a time. */
  readonly output: SandboxOutput;
  readonly socket: Pick<SandboxSocket, 'sink' | 'gather'>;
  /** The deadline of this one has passed. */
  readonly expired: (call: SandboxCall) => void;
}

const streamMax = 0xffff_ffff;

export class Calls {
  /** How many there may be at the same time; set before the first. */
  max = 1;
  /** The number of the latest, also after its end. */
  stream = 0;
  /** When the latest answer came. */
  answeredMs = 0;
  #running = 0;
  /** Of the latest, also after its end: late lines belong to it. */
  #requestId = '';
  readonly #first: RunningCall;
  /** Those that began while the first was under way. */
  readonly #more = new Map<number, RunningCall>();

  constructor(private readonly deps: CallsDeps) {
    this.#first = new RunningCall(deps.deadlines, this.#expire);
  }

  get running(): number {
    return this.#running;
  }

  get isFull(): boolean {
    return this.#running >= this.max;
  }

  /** The only one under way, null where there is none or are several. */
  get only(): RunningCall | null {
    if (this.#running !== 1) return null;
    if (this.#first.stream !== 0) return this.#first;
    for (const running of this.#more.values()) return running;
    return null;
  }

  /** Sends it; from now on it is under way as number `stream`. */
  begin(call: SandboxCall): Promise<SandboxResult> {
    const { clock, socket } = this.deps;
    const head = encodeInvokeHead(call);
    const stream = this.#nextStream();
    const running = this.#unused(stream);
    if (this.max > 1) running.tail = new LogTail(limits.logTailBytesMax);
    this.stream = stream;
    this.#requestId = call.requestId;
    this.#running++;
    const nowMs = clock.nowMs();
    const leftMs = Math.max(0, call.deadlineWallMs - clock.machineWallMs());
    socket.gather();
    writeFrame(socket.sink, frameType.invoke, stream, head, call.payload);
    return running.begin(stream, call, nowMs, nowMs + leftMs);
  }

  underWay(): { readonly requestId: string; readonly beganMs: number }[] {
    return [this.#first, ...this.#more.values()].flatMap(({ call, startedMs: beganMs }) =>
      call === null ? [] : [{ requestId: call.requestId, beganMs }],
    );
  }

  /** Null where none of this number is under way. */
  find(stream: number): RunningCall | null {
    if (stream === 0) return null;
    if (this.#first.stream === stream) return this.#first;
    return this.#more.get(stream) ?? null;
  }

  /** Takes a `result` or `error` frame, or says why it is a breach of the protocol. */
  answer(type: number, stream: number, payload: Uint8Array): string | null {
    const running = this.find(stream);
    if (running === null) return 'an answer to no invocation under way';
    if (running.answer !== null) return 'an answer within a streamed one';
    if (payload.length <= limits.invokeAnswerBytesMax) {
      this.#finish(running, payload, type === frameType.error, null);
    } else this.#finish(running, answerTooLarge().payload, true, null);
    return null;
  }

  /** Takes a `begin`, `chunk` or `end` frame, or says why it is a breach of the protocol. */
  streamed(type: number, stream: number, payload: Uint8Array): string | null {
    const running = this.find(stream);
    if (running === null) return 'a streamed answer to no invocation under way';
    if (type === frameType.begin) {
      if (running.answer !== null) return 'a second streamed answer';
      const contentType = Buffer.from(payload).toString();
      const target = running.call?.stream ?? null;
      const grant = (bytes: number): void => this.#grant(stream, bytes);
      running.answer = new AnswerStream(target, grant, contentType);
      return null;
    }
    const { answer } = running;
    if (answer === null) return 'a piece of an answer that has not begun';
    if (type === frameType.chunk) return answer.chunk(payload);
    const whole = answer.end(payload);
    this.#finish(running, whole.payload, whole.functionError, null);
    return null;
  }

  /** Printed by this one, 0 for none; null where nobody knows by which, such as by a child process. */
  printed(stream: number | null, chunk: Uint8Array): void {
    const { output } = this.deps;
    if (this.max === 1) {
      output.print(chunk, this.#requestId);
      return;
    }
    const running = stream === null ? this.only : this.find(stream);
    output.print(chunk, running?.call?.requestId ?? '', running?.tail ?? undefined);
  }

  /** Nobody answers any more: each that is under way gets the error that is its own. */
  failAll(errorOf: (call: SandboxCall) => NodeError): void {
    for (const running of [this.#first, ...this.#more.values()]) {
      if (running.call === null) continue;
      const { errorType, payload } = errorOf(running.call);
      this.#finish(running, payload, true, errorType || null);
    }
  }

  #nextStream(): number {
    let next = this.stream;
    do next = next === streamMax ? 1 : next + 1;
    while (this.find(next) !== null);
    return next;
  }

  #unused(stream: number): RunningCall {
    if (this.#first.stream === 0) return this.#first;
    const running = new RunningCall(this.deps.deadlines, this.#expire);
    this.#more.set(stream, running);
    return running;
  }

  #finish(
    running: RunningCall,
    payload: Uint8Array,
    functionError: boolean,
    errorType: string | null,
  ): void {
    const nowMs = this.deps.clock.nowMs();
    this.answeredMs = nowMs;
    this.#running--;
    if (running !== this.#first) this.#more.delete(running.stream);
    running.finish({
      payload,
      streamed: running.answer !== null && running.call?.stream !== undefined,
      functionError,
      errorType,
      durationMs: nowMs - running.startedMs,
      log: running.tail === null ? this.deps.output.takeTail() : running.tail.take(),
    });
  }

  /** Lets the sandbox send so much more of a streamed answer. */
  #grant(stream: number, bytes: number): void {
    if (this.find(stream) === null) return;
    const credit = Buffer.allocUnsafe(4);
    credit.writeUInt32BE(bytes, 0);
    writeFrame(this.deps.socket.sink, frameType.credit, stream, credit);
  }

  readonly #expire = ({ call }: RunningCall): void => {
    if (call !== null) this.deps.expired(call);
  };
}
