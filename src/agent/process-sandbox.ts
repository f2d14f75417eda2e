/**
 * One sandbox as a process: its socket, its child, and the table of what may happen when.
 *
 *     booting --hello--> adopting --cgroups joined, init sent--> loading --ready--> idle <--> busy
 *        \_________________\___________________________\__________________________\_______\--> dead
 *
 * Whatever is not in the table is a breach of the protocol, and a breach, a deadline or an exit ends the
 * sandbox. Dead stays dead. Everything that the process forked dies with it.
 */
import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
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
  type Hello,
  sandboxProtocolVersion,
  writeFrame,
} from '../wire/index.js';
import {
  type Sandbox,
  type SandboxCall,
  SandboxInitError,
  type SandboxResult,
  type SandboxSpec,
} from './driver.js';
import { bootEnvironment, initOf } from './environment.js';
import {
  answerTooLarge,
  exited,
  failed,
  initTimedOut,
  type ProcessExit,
  timedOut,
} from './function-errors.js';
import { LogTail } from './log-tail.js';
import { lowerPriority } from './priority.js';
import type { ProcessTree } from './process-tree.js';
import type { RuntimeCommand } from './runtimes.js';

type State = 'booting' | 'adopting' | 'loading' | 'idle' | 'busy' | 'dead';

export interface SandboxHost {
  readonly clock: Clock;
  /** All deadlines of all sandboxes on one timer. */
  readonly deadlines: DeadlineQueue;
  readonly logger: Logger;
}

export interface SandboxPlan {
  readonly id: string;
  readonly spec: SandboxSpec;
  /** Does not exist yet; the sandbox makes it and removes it. Short: its socket's path has a limit. */
  readonly directory: string;
  readonly command: RuntimeCommand;
  /** Put before the command, such as `setpriv --pdeathsig KILL --`; keeps the pid. */
  readonly prefix: readonly string[];
  readonly tree: ProcessTree;
  /** For the hello, and again for loading the handler. */
  readonly initTimeoutMs: number;
}

/** After the process has gone: how long its last output may take to arrive. */
const drainMs = 500;
/** After the socket has closed: how long the exit status may take to arrive. */
const exitWaitMs = 1000;
const streamMax = 0xffff_ffff;

export class ProcessSandbox implements Sandbox {
  readonly id: string;
  #state: State = 'booting';
  #leaving = false;
  #initMs = 0;
  #startedMs = 0;
  #boot: { resolve: () => void; reject: (error: SandboxInitError) => void } | null = null;
  #server: Server | null = null;
  #socket: Socket | null = null;
  #socketClosed = false;
  #child: ChildProcess | null = null;
  #childClosed = false;
  #exit: ProcessExit | null = null;
  #deadline: DeadlineKey | null = null;
  #goneDeadline: DeadlineKey | null = null;
  #adopting: Promise<void> | null = null;
  #treeGone: Promise<void> | null = null;
  #announceRemoved: () => void = () => undefined;
  readonly #removed = new Promise<void>((resolve) => {
    this.#announceRemoved = resolve;
  });
  #stream = 0;
  #call: SandboxCall | null = null;
  #settle: ((result: SandboxResult) => void) | null = null;
  #endedCallbacks: (() => void)[] = [];
  readonly #token = randomHex32();
  readonly #tail = new LogTail(limits.logTailBytesMax);

  constructor(
    private readonly host: SandboxHost,
    private readonly plan: SandboxPlan,
  ) {
    this.id = plan.id;
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
      this.#open().catch((error: unknown) => this.#fail(`could not be started: ${String(error)}`));
    });
  }

  invoke(call: SandboxCall): Promise<SandboxResult> {
    assert(this.#state === 'idle' && !this.#leaving, `sandbox ${this.id} takes no call now`);
    const socket = this.#socket as Socket;
    const { clock } = this.host;
    const head = encodeInvokeHead(call);
    this.#state = 'busy';
    this.#call = call;
    this.#stream = this.#stream === streamMax ? 1 : this.#stream + 1;
    this.#startedMs = clock.nowMs();
    this.#setDeadline(this.#startedMs + Math.max(0, call.deadlineWallMs - clock.wallMs()));
    writeFrame(socket, frameType.invoke, this.#stream, head, call.payload);
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
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
    const { directory, command, prefix } = this.plan;
    const temporary = join(directory, 'tmp');
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    const server = createServer((socket) => this.#onConnection(socket));
    this.#server = server;
    const socketPath = join(directory, 's');
    server.listen(socketPath);
    await once(server, 'listening');
    if (this.#state === 'dead') return;
    const [program, ...args] = [...prefix, command.command, ...command.args];
    const child = spawn(program as string, args, {
      cwd: temporary,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: bootEnvironment(this.id, socketPath, this.#token, temporary, dirname(command.command)),
    });
    this.#child = child;
    this.#watchChild(child);
  }

  #watchChild(child: ChildProcess): void {
    child.on('error', (error) => this.#fail(`could not be started: ${error.message}`));
    child.on('exit', (code, signal) => {
      this.#exit = { code, signal };
      this.#leave();
      // What it forked would hold its pipes open, and must not outlive it in any case.
      void this.#removeTree();
      this.#expectGoneWithin(drainMs);
    });
    child.on('close', () => {
      this.#childClosed = true;
      this.#concludeIfGone();
    });
    child.stdout?.on('data', (chunk: Buffer) => this.#tail.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.#tail.push(chunk));
    if (child.pid === undefined) return;
    lowerPriority(child.pid);
    // begun while the runtime boots: moving a process to another cgroup can take the kernel 20 ms
    this.#adopting = this.plan.tree.adopt(child.pid);
    this.#adopting.catch(() => undefined);
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
        this.#tail.push(payload);
        return null;
      case frameType.hello:
        return this.#acceptHello(payload);
      case frameType.ready:
        return this.#acceptReady();
      case frameType.initError:
        if (this.#state !== 'loading') return 'an init error out of turn';
        this.#die('the handler could not be loaded', Buffer.from(payload));
        return null;
      case frameType.result:
      case frameType.error:
        return this.#acceptAnswer(type, stream, payload);
      case frameType.fatal:
        if (stream !== 0 && stream !== this.#stream) return 'an error for no invocation';
        this.#die('the process failed', Buffer.from(payload));
        return null;
      default:
        return `a frame of unknown type ${type}`;
    }
  }

  #acceptHello(payload: Uint8Array): string | null {
    if (this.#state !== 'booting') return 'a second hello';
    if (!isHello(payload, this.#token)) return 'a hello with a wrong token';
    if (this.#adopting === null) return 'a hello before the process';
    this.#state = 'adopting';
    this.#adopting.then(
      () => this.#sendInit(),
      (error: unknown) => this.#fail(`could not be put into its cgroup: ${String(error)}`),
    );
    return null;
  }

  #sendInit(): void {
    if (this.#state !== 'adopting') return;
    this.#state = 'loading';
    const { clock } = this.host;
    this.#setDeadline(clock.nowMs() + this.plan.initTimeoutMs);
    const init = initOf(this.plan.spec, this.id, randomHex32(), clock.wallMs());
    writeFrame(this.#socket as Socket, frameType.init, 0, Buffer.from(JSON.stringify(init)));
  }

  #acceptReady(): string | null {
    if (this.#state !== 'loading') return 'a ready out of turn';
    this.#state = 'idle';
    this.#clearDeadline();
    this.#initMs = this.host.clock.nowMs() - this.#startedMs;
    this.#boot?.resolve();
    return null;
  }

  #acceptAnswer(type: number, stream: number, payload: Uint8Array): string | null {
    if (this.#state !== 'busy') return 'an answer to no invocation';
    if (stream !== this.#stream) return 'an answer to another invocation';
    this.#state = 'idle';
    this.#clearDeadline();
    if (payload.length > limits.invokeAnswerBytesMax) this.#finish(answerTooLarge(), true);
    else this.#finish(payload, type === frameType.error);
    return null;
  }

  #finish(payload: Uint8Array, functionError: boolean): void {
    const settle = this.#settle;
    this.#call = null;
    this.#settle = null;
    const durationMs = this.host.clock.nowMs() - this.#startedMs;
    settle?.({ payload, functionError, durationMs, log: this.#tail.take() });
  }

  #concludeIfGone(): void {
    const connectionGone = this.#socket === null || this.#socketClosed;
    if (this.#exit !== null && this.#childClosed && connectionGone) this.#conclude();
  }

  readonly #conclude = (): void => {
    const exit = this.#exit ?? { code: null, signal: null };
    this.#die('the process exited', exited(this.#call?.requestId ?? '', exit));
  };

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
  #die(why: string, payload: Uint8Array): void {
    if (this.#state === 'dead') return;
    const ready = this.#state === 'idle' || this.#state === 'busy';
    this.#state = 'dead';
    this.#clearDeadline();
    if (this.#goneDeadline !== null) this.host.deadlines.remove(this.#goneDeadline);
    void this.#remove();
    this.#leave();
    if (!ready) this.#boot?.reject(new SandboxInitError(why, payload, this.#tail.take()));
    else if (this.#call !== null) this.#finish(payload, true);
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
    const child = this.#child;
    if (child !== null) {
      child.kill('SIGKILL');
      await this.#removeTree();
      if (this.#exit === null && child.pid !== undefined) await this.#reaped(child);
    }
    const { directory } = this.plan;
    await rm(directory, { recursive: true, force: true }).catch((error: unknown) => {
      this.host.logger.warn({ error, directory }, 'sandbox directory left behind');
    });
    this.#announceRemoved();
  }

  #removeTree(): Promise<void> {
    this.#treeGone ??= (async () => {
      await this.#adopting?.catch(() => undefined);
      const pid = this.#child?.pid;
      if (pid !== undefined) await this.plan.tree.remove(pid);
    })().catch((error: unknown) => {
      this.host.logger.warn({ error, sandbox: this.id }, 'processes may be left behind');
    });
    return this.#treeGone;
  }

  #reaped(child: ChildProcess): Promise<void> {
    return new Promise((resolve) => {
      const { clock, deadlines } = this.host;
      const deadline = deadlines.add(clock.nowMs() + exitWaitMs, resolve);
      child.once('exit', () => {
        deadlines.remove(deadline);
        resolve();
      });
    });
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

function isHello(payload: Uint8Array, token: string): boolean {
  try {
    const hello = JSON.parse(Buffer.from(payload).toString()) as Partial<Hello> | null;
    return hello?.protocol === sandboxProtocolVersion && hello.token === token;
  } catch {
    return false;
  }
}
