/**
 * One sandbox as its node sees it, whatever its body is: the socket, and the table of what may happen when.
 *
 *     booting --hello, init sent--> loading --ready--> idle <--> busy        idle may be frozen
 *        \_____________________________\_________________\_______\--> dead
 *
 * Whatever is not in the table is a breach of the protocol, and a breach, a deadline or an exit ends the
 * sandbox. Dead stays dead. Everything that its processes forked dies with it.
 */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import {
  type Clock,
  type DeadlineKey,
  type DeadlineQueue,
  type Logger,
  randomHex32,
} from '../lib/index.js';
import { limits } from '../types/index.js';
import {
  encodeInvokeHead,
  FrameReader,
  frameType,
  isHello,
  type ProcessExit,
  writeFrame,
} from '../wire/index.js';
import { AnswerStream } from './answer-stream.js';
import type { Body, Usage } from './body.js';
import {
  type Sandbox,
  type SandboxCall,
  SandboxInitError,
  type SandboxResult,
  type SandboxSpec,
} from './driver.js';
import { bootEnvironment, initOf, newLogStream } from './environment.js';
import {
  answerTooLarge,
  exited,
  failed,
  initTimedOut,
  isKilled,
  type NodeError,
  outOfMemory,
  timedOut,
} from './function-errors.js';
import { LogTail } from './log-tail.js';
import type { LogSink, LogSource } from './logs/types.js';
import { OutputGate } from './output-gate.js';

type State = 'booting' | 'loading' | 'idle' | 'busy' | 'dead';

export interface SandboxHost {
  readonly clock: Clock;
  /** All deadlines of all sandboxes on one timer. */
  readonly deadlines: DeadlineQueue;
  readonly logger: Logger;
  readonly logs: LogSink;
}

export interface SandboxPlan {
  readonly id: string;
  readonly spec: SandboxSpec;
  readonly body: Body;
  /** Does not exist yet; the sandbox makes it and removes it. Short: its socket's path has a limit. */
  readonly directory: string;
  /** For the hello, and again for loading the handler. */
  readonly initTimeoutMs: number;
}

/** After the process has gone: how long its last output may take to arrive. */
const drainMs = 500;
/** After the socket has closed: how long the exit status may take to arrive. */
const exitWaitMs = 1000;
/** How old a reading of the counters may be where nobody asks for a fresh one. */
const usageAgeMs = 100;
const streamMax = 0xffff_ffff;

export class FramedSandbox implements Sandbox {
  readonly id: string;
  readonly logStream: string;
  #state: State = 'booting';
  #leaving = false;
  #launched = false;
  #frozen = false;
  #idleSinceMs = 0;
  #initMs = 0;
  #startedMs = 0;
  #boot: { resolve: () => void; reject: (error: SandboxInitError) => void } | null = null;
  #server: Server | null = null;
  #socket: Socket | null = null;
  #socketClosed = false;
  #drained = false;
  #exit: ProcessExit | null = null;
  #deadline: DeadlineKey | null = null;
  #goneDeadline: DeadlineKey | null = null;
  #gateDeadline: DeadlineKey | null = null;
  #opening: Promise<void> | null = null;
  #bodyGone: Promise<void> | null = null;
  #announceRemoved: () => void = () => undefined;
  readonly #removed = new Promise<void>((resolve) => {
    this.#announceRemoved = resolve;
  });
  #stream = 0;
  #call: SandboxCall | null = null;
  #answer: AnswerStream | null = null;
  #settle: ((result: SandboxResult) => void) | null = null;
  #endedCallbacks: (() => void)[] = [];
  #usage: Usage | null = null;
  #usageAtMs = 0;
  /** The request of the stream, also after its answer: late lines belong to it. */
  #requestId = '';
  readonly #source: LogSource;
  readonly #token = randomHex32();
  readonly #tail = new LogTail(limits.logTailBytesMax);
  readonly #gate = new OutputGate();

  constructor(
    private readonly host: SandboxHost,
    private readonly plan: SandboxPlan,
  ) {
    const { functionName, functionVersion } = plan.spec;
    this.id = plan.id;
    this.logStream = newLogStream(functionVersion, host.clock.wallMs());
    this.#source = { functionName, functionVersion, logStream: this.logStream };
  }

  get initMs(): number {
    return this.#initMs;
  }

  get alive(): boolean {
    return !this.#leaving && (this.#state === 'idle' || this.#state === 'busy');
  }

  /** Starts the process and resolves when the handler is loaded; rejects with SandboxInitError. */
  boot(): Promise<void> {
    assert(this.#boot === null && this.#state === 'booting', 'a sandbox boots once');
    this.#startedMs = this.host.clock.nowMs();
    this.#setDeadline(this.#startedMs + this.plan.initTimeoutMs);
    return new Promise((resolve, reject) => {
      this.#boot = { resolve, reject };
      this.#opening = this.#open().catch((error: unknown) => {
        this.#fail(`could not be started: ${String(error)}`);
      });
    });
  }

  invoke(call: SandboxCall): Promise<SandboxResult> {
    assert(this.#state === 'idle' && !this.#leaving, `sandbox ${this.id} takes no call now`);
    const socket = this.#socket as Socket;
    const { clock } = this.host;
    const head = encodeInvokeHead(call);
    if (this.#frozen) {
      this.#frozen = false;
      this.plan.body.thaw();
    }
    this.#state = 'busy';
    this.#call = call;
    this.#requestId = call.requestId;
    this.#stream = this.#stream === streamMax ? 1 : this.#stream + 1;
    this.#startedMs = clock.nowMs();
    this.#setDeadline(this.#startedMs + Math.max(0, call.deadlineWallMs - clock.wallMs()));
    writeFrame(socket, frameType.invoke, this.#stream, head, call.payload);
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Freezes it if it has been idle since before `beforeMs`. A frozen one is thawed by its next call. */
  freezeIfIdleSince(beforeMs: number): void {
    if (this.#state !== 'idle' || this.#frozen || this.#leaving) return;
    if (this.#idleSinceMs > beforeMs || !this.plan.body.freezes) return;
    this.#frozen = true;
    this.plan.body.freeze();
  }

  usage(fresh = false): Usage {
    const nowMs = this.host.clock.nowMs();
    if (this.#usage !== null && !fresh) {
      if (this.#leaving || nowMs - this.#usageAtMs < usageAgeMs) return this.#usage;
    }
    this.#usageAtMs = nowMs;
    this.#usage = this.plan.body.usage();
    return this.#usage;
  }

  end(): Promise<void> {
    this.#fail('was ended');
    return this.#removed;
  }

  /** Resolves when the sandbox has ended and nothing is left of it. */
  removed(): Promise<void> {
    return this.#removed;
  }

  onEnded(callback: () => void): void {
    if (this.#leaving) callback();
    else this.#endedCallbacks.push(callback);
  }

  async #open(): Promise<void> {
    const { body, directory } = this.plan;
    await mkdir(directory, { mode: 0o700 });
    if (this.#isDead()) return;
    const server = createServer((socket) => this.#onConnection(socket));
    this.#server = server;
    server.listen(join(directory, 's'));
    await once(server, 'listening');
    if (this.#isDead()) return;
    await body.launch(directory, bootEnvironment(this.id, body.paths, this.#token), {
      exited: (exit) => {
        this.usage(true);
        this.#exit = exit;
        this.#leave();
        // What it forked would hold its pipes open, and must not outlive it in any case.
        void this.#removeBody();
        this.#expectGoneWithin(drainMs);
      },
      drained: () => {
        this.#drained = true;
        this.#concludeIfGone();
      },
      output: (chunk) => this.#print(chunk),
    });
    this.#launched = true;
    if (this.#state === 'loading') this.#sendInit();
  }

  #isDead(): boolean {
    return this.#state === 'dead';
  }

  #print(chunk: Uint8Array): void {
    this.#tail.push(chunk);
    this.host.logs.output(this.#source, this.#requestId, chunk);
    const nowMs = this.host.clock.nowMs();
    const waitMs = this.#gate.count(chunk.length, nowMs);
    if (waitMs === 0 || this.#gateDeadline !== null || this.#leaving) return;
    this.#holdOutput(true);
    this.#gateDeadline = this.host.deadlines.add(nowMs + waitMs, () => {
      this.#gateDeadline = null;
      this.#holdOutput(false);
    });
  }

  #holdOutput(held: boolean): void {
    if (held) this.#socket?.pause();
    else this.#socket?.resume();
    this.plan.body.holdOutput(held);
  }

  /** The first connection is the process; there is no second. */
  #onConnection(socket: Socket): void {
    if (this.#socket !== null || this.#state === 'dead') {
      socket.destroy();
      return;
    }
    this.#socket = socket;
    this.#server?.close();
    const reader = new FrameReader(
      (type, stream, payload) => this.#onFrame(type, stream, payload),
      limits.frameBytesMax,
    );
    socket.on('data', (chunk) => {
      try {
        reader.push(chunk);
      } catch (error) {
        this.#breach((error as Error).message);
      }
    });
    // An error is always followed by `close`.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#socketClosed = true;
      this.#leave();
      if (this.#exit === null) this.#expectGoneWithin(exitWaitMs);
      this.#concludeIfGone();
    });
  }

  #onFrame(type: number, stream: number, payload: Uint8Array): void {
    if (this.#state === 'dead') return;
    const breach = this.#accept(type, stream, payload);
    if (breach !== null) this.#breach(breach);
  }

  /** Acts on a frame, or says why it is a breach of the protocol. */
  #accept(type: number, stream: number, payload: Uint8Array): string | null {
    switch (type) {
      case frameType.log:
        if (stream > this.#stream) return 'a log line for no invocation';
        this.#print(payload);
        return null;
      case frameType.hello:
        return this.#acceptHello(payload);
      case frameType.ready:
        return this.#acceptReady();
      case frameType.initError:
        if (this.#state !== 'loading') return 'an init error out of turn';
        this.#die('the handler could not be loaded', this.#asMemoryError(payload));
        return null;
      case frameType.result:
      case frameType.error:
        return this.#acceptAnswer(type, stream, payload);
      case frameType.fatal:
        if (stream !== 0 && stream !== this.#stream) return 'an error for no invocation';
        this.#die('the process failed', this.#asMemoryError(payload));
        return null;
      case frameType.begin:
      case frameType.chunk:
      case frameType.end:
        return this.#acceptStream(type, stream, payload);
      default:
        return `a frame of unknown type ${type}`;
    }
  }

  #acceptHello(payload: Uint8Array): string | null {
    if (this.#state !== 'booting') return 'a second hello';
    if (!isHello(payload, this.#token)) return 'a hello with a wrong token';
    this.#state = 'loading';
    this.#setDeadline(this.host.clock.nowMs() + this.plan.initTimeoutMs);
    // the process may be quicker than what is done to it
    if (this.#launched) this.#sendInit();
    return null;
  }

  #sendInit(): void {
    const { body, spec } = this.plan;
    const init = initOf(spec, body.paths, this.id, this.logStream);
    writeFrame(this.#socket as Socket, frameType.init, 0, Buffer.from(JSON.stringify(init)));
  }

  #acceptReady(): string | null {
    if (this.#state !== 'loading') return 'a ready out of turn';
    this.#state = 'idle';
    this.#clearDeadline();
    this.#idleSinceMs = this.host.clock.nowMs();
    this.#initMs = this.#idleSinceMs - this.#startedMs;
    this.#boot?.resolve();
    return null;
  }

  #acceptAnswer(type: number, stream: number, payload: Uint8Array): string | null {
    if (this.#state !== 'busy') return 'an answer to no invocation';
    if (stream !== this.#stream) return 'an answer to another invocation';
    if (this.#answer !== null) return 'an answer within a streamed one';
    if (payload.length > limits.invokeAnswerBytesMax) this.#finish(answerTooLarge().payload, true);
    else this.#finish(payload, type === frameType.error);
    return null;
  }

  #acceptStream(type: number, stream: number, payload: Uint8Array): string | null {
    if (this.#state !== 'busy') return 'a streamed answer to no invocation';
    if (stream !== this.#stream) return 'a streamed answer to another invocation';
    if (type === frameType.begin) {
      if (this.#answer !== null) return 'a second streamed answer';
      const contentType = Buffer.from(payload).toString();
      const target = this.#call?.stream ?? null;
      this.#answer = new AnswerStream(target, (bytes) => this.#credit(stream, bytes), contentType);
      return null;
    }
    const answer = this.#answer;
    if (answer === null) return 'a piece of an answer that has not begun';
    if (type === frameType.chunk) return answer.chunk(payload);
    const whole = answer.end(payload);
    this.#finish(whole.payload, whole.functionError);
    return null;
  }

  #credit(stream: number, bytes: number): void {
    if (this.#state !== 'busy' || stream !== this.#stream) return;
    const credit = Buffer.allocUnsafe(4);
    credit.writeUInt32BE(bytes, 0);
    writeFrame(this.#socket as Socket, frameType.credit, stream, credit);
  }

  /** Ends the invocation under way, in whatever state the sandbox is left. */
  #finish(payload: Uint8Array, functionError: boolean, errorType: string | null = null): void {
    const settle = this.#settle;
    const streamed = this.#answer !== null && this.#call?.stream !== undefined;
    if (this.#state === 'busy') this.#state = 'idle';
    this.#clearDeadline();
    this.#call = null;
    this.#answer = null;
    this.#settle = null;
    this.#idleSinceMs = this.host.clock.nowMs();
    const durationMs = this.#idleSinceMs - this.#startedMs;
    settle?.({ payload, streamed, functionError, errorType, durationMs, log: this.#tail.take() });
  }

  #concludeIfGone(): void {
    const connectionGone = this.#socket === null || this.#socketClosed;
    if (this.#exit !== null && this.#drained && connectionGone) this.#conclude();
  }

  readonly #conclude = (): void => {
    const exit = this.#exit ?? { code: null, signal: null };
    const requestId = this.#call?.requestId ?? '';
    const forMemory = exit.signal === 'SIGKILL' && this.usage().memoryKills > 0;
    const { memoryMb } = this.plan.spec;
    const error = forMemory ? outOfMemory(requestId, memoryMb) : exited(requestId, exit);
    this.#die('the process exited', error);
  };

  /** What a runtime reports of a process of its own, where that one was killed for memory. */
  #asMemoryError(payload: Uint8Array): NodeError {
    const given = { errorType: '', payload: Buffer.from(payload) };
    if (this.usage(true).memoryKills === 0 || !isKilled(payload)) return given;
    return outOfMemory(this.#call?.requestId ?? '', this.plan.spec.memoryMb);
  }

  #breach(what: string): void {
    this.#fail(`broke its protocol: ${what}`);
  }

  #fail(what: string): void {
    this.#die(what, failed(this.#call?.requestId ?? '', `The sandbox ${what}`));
  }

  readonly #expire = (): void => {
    const { initTimeoutMs, spec } = this.plan;
    if (this.#call === null) {
      this.#die(`${spec.functionName} did not start in time`, initTimedOut(initTimeoutMs));
    } else {
      this.#die('timed out', timedOut(this.#call.requestId, this.#call.timeoutS));
    }
  };

  /** The one way to die: whoever waits gets `payload`, and everything that was acquired is released. */
  #die(why: string, { errorType, payload }: NodeError): void {
    if (this.#state === 'dead') return;
    const ready = this.#state === 'idle' || this.#state === 'busy';
    this.#state = 'dead';
    this.#clearDeadline();
    const later = [this.#goneDeadline, this.#gateDeadline];
    for (const key of later) if (key !== null) this.host.deadlines.remove(key);
    void this.#remove();
    this.#leave();
    const type = errorType || null;
    if (!ready) {
      const log = this.#tail.take();
      this.#boot?.reject(new SandboxInitError(why, payload, log, this.#source, type));
    } else if (this.#call !== null) this.#finish(payload, true, type);
  }

  /** From here on it takes no more calls, though an answer under way may still arrive. */
  #leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    const callbacks = this.#endedCallbacks;
    this.#endedCallbacks = [];
    for (const callback of callbacks) callback();
  }

  async #remove(): Promise<void> {
    this.#socket?.destroy();
    this.#server?.close();
    this.plan.body.holdOutput(false);
    await this.#removeBody();
    // what is being made can only be removed when it is there
    await this.#opening;
    const { directory } = this.plan;
    await rm(directory, { recursive: true, force: true }).catch((error: unknown) => {
      this.host.logger.warn({ error, directory }, 'sandbox directory left behind');
    });
    this.#announceRemoved();
  }

  #removeBody(): Promise<void> {
    this.#bodyGone ??= this.plan.body.remove().catch((error: unknown) => {
      this.host.logger.warn({ error, sandbox: this.id }, 'processes may be left behind');
    });
    return this.#bodyGone;
  }

  #expectGoneWithin(delayMs: number): void {
    if (this.#state === 'dead') return;
    const { clock, deadlines } = this.host;
    if (this.#goneDeadline !== null) deadlines.remove(this.#goneDeadline);
    this.#goneDeadline = deadlines.add(clock.nowMs() + delayMs, this.#conclude);
  }

  #setDeadline(atMs: number): void {
    this.#clearDeadline();
    this.#deadline = this.host.deadlines.add(atMs, this.#expire);
  }

  #clearDeadline(): void {
    if (this.#deadline === null) return;
    this.host.deadlines.remove(this.#deadline);
    this.#deadline = null;
  }
}
