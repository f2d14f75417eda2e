/**
 * One sandbox as its node sees it, whatever its body is: the socket, and the table of what may happen when.
 *
 *     booting --> stem --init sent--> loading --ready--> idle <--> busy   stem and idle may be frozen
 *        \_________\____________________\_________________\_______\--> dead
 *
 * It has booted once it has said hello and is wholly limited; what has its function by then is loading at once. What
 * is not in the table is a breach of the protocol; a breach, a deadline or an exit ends it, and all that it forked.
 */
import { strict as assert } from 'node:assert';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Clock,
  type DeadlineKey,
  type DeadlineQueue,
  type Logger,
  randomHex32,
} from '../lib/index.js';
import { frameType, isHello, type ProcessExit, writeFrame } from '../wire/index.js';
import type { Body, Usage } from './body.js';
import { Calls } from './calls.js';
import { Departure } from './departure.js';
import {
  type Sandbox,
  type SandboxCall,
  SandboxInitError,
  type SandboxResult,
  type SandboxSpec,
} from './driver.js';
import { bootEnvironment, initOf, newLogStream } from './environment.js';
import {
  endedBeside,
  exited,
  failed,
  initTimedOut,
  isKilled,
  type NodeError,
  outOfMemory,
  requestIdOf,
  timedOut,
} from './function-errors.js';
import { lateStart } from './late-start.js';
import type { LogSink } from './logs/types.js';
import { RecentUsage } from './recent-usage.js';
import { concurrencyOf } from './runtimes.js';
import { SandboxOutput } from './sandbox-output.js';
import { SandboxSocket } from './sandbox-socket.js';

type State = 'booting' | 'stem' | 'loading' | 'idle' | 'busy' | 'dead';

export interface SandboxHost {
  readonly clock: Clock;
  /** All deadlines of all sandboxes on one timer. */
  readonly deadlines: DeadlineQueue;
  readonly logger: Logger;
  readonly logs: LogSink;
}

export interface SandboxPlan {
  readonly id: string;
  /** Null for a stem cell, which gets its function later. */
  readonly spec: SandboxSpec | null;
  readonly body: Body;
  /** Does not exist yet; the sandbox makes it and removes it. Short: its socket's path has a limit. */
  readonly directory: string;
  /** For the hello, and again for loading the handler. */
  readonly initTimeoutMs: number;
  /** Makes it a zygote, which never freezes: takes what it tells of its copies, or says why that is a breach. */
  readonly onCopyEnded?: (payload: Uint8Array) => string | null;
  /** A zygote makes it. */
  readonly isCopy?: boolean;
}

export class FramedSandbox implements Sandbox {
  readonly id: string;
  #logStream = '';
  #spec: SandboxSpec | null = null;
  #state: State = 'booting';
  #leaving = false;
  #launched = false;
  #greeted = false;
  #frozen = false;
  #idleSinceMs = 0;
  #initMs = 0;
  #loadMs = 0;
  #loadingSinceMs: number | null = null;
  #startedMs = 0;
  #boot: { resolve: () => void; reject: (error: Error) => void } | null = null;
  #deadline: DeadlineKey | null = null;
  #opening: Promise<void> | null = null;
  #bodyGone: Promise<void> | null = null;
  #announceRemoved: () => void = () => undefined;
  readonly #removed = new Promise<void>((resolve) => {
    this.#announceRemoved = resolve;
  });
  #endedCallbacks: (() => void)[] = [];
  readonly #token = randomHex32();
  readonly #output: SandboxOutput;
  readonly #calls: Calls;
  readonly #socket: SandboxSocket;
  readonly #departure: Departure;
  readonly #usage: RecentUsage;

  constructor(
    private readonly host: SandboxHost,
    private readonly plan: SandboxPlan,
  ) {
    this.id = plan.id;
    this.#output = new SandboxOutput({ ...host, hold: (held) => this.#holdOutput(held) });
    this.#socket = new SandboxSocket({
      frame: (type, stream, payload) => this.#onFrame(type, stream, payload),
      garbled: (why) => this.#breach(why),
      closed: () => {
        this.#leave();
        this.#departure.disconnected();
      },
    });
    this.#calls = new Calls({
      clock: host.clock,
      deadlines: host.deadlines,
      output: this.#output,
      socket: this.#socket,
      expired: (call) => this.#callExpired(call),
    });
    this.#departure = new Departure({
      clock: host.clock,
      deadlines: host.deadlines,
      socket: this.#socket,
      gone: (exit) => this.#dieOfExit(exit),
    });
    this.#usage = new RecentUsage(host.clock, plan.body);
    if (plan.spec !== null) this.#assign(plan.spec);
  }

  /** Empty while it has no function. */
  get logStream(): string {
    return this.#logStream;
  }

  get initMs(): number {
    return this.#initMs;
  }

  get loadMs(): number {
    return this.#loadMs;
  }

  get isCopy(): boolean {
    return this.plan.isCopy === true;
  }

  get alive(): boolean {
    return !this.#leaving && (this.#state === 'idle' || this.#state === 'busy');
  }

  /** True while it is a stem cell that can become a function's sandbox. */
  get isStem(): boolean {
    return !this.#leaving && this.#state === 'stem';
  }

  /**
   * Starts the process and resolves when the handler is loaded, or, of a stem cell, when the runtime has booted;
   * rejects with SandboxInitError.
   */
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

  /** Makes a stem cell a function's sandbox; resolves and rejects like `boot`. */
  become(spec: SandboxSpec): Promise<void> {
    assert(this.isStem, `sandbox ${this.id} is no stem cell`);
    const { body, directory } = this.plan;
    this.#assign(spec);
    this.#state = 'loading';
    this.#startedMs = this.host.clock.nowMs();
    this.#setDeadline(this.#startedMs + this.plan.initTimeoutMs);
    this.#thaw();
    return new Promise((resolve, reject) => {
      this.#boot = { resolve, reject };
      body.become(spec, directory).then(
        () => {
          if (this.#state === 'loading') this.#sendInit(spec);
        },
        (error: unknown) => this.#fail(`could not be given its function: ${String(error)}`),
      );
    });
  }

  invoke(call: SandboxCall): Promise<SandboxResult> {
    assert(this.#takesCalls(), `sandbox ${this.id} takes no call now`);
    this.#thaw();
    const result = this.#calls.begin(call);
    this.#state = 'busy';
    return result;
  }

  /** Freezes it if it has been idle since before `beforeMs`. A frozen one is thawed by its next call. */
  freezeIfIdleSince(beforeMs: number): void {
    if ((this.#state !== 'idle' && this.#state !== 'stem') || this.#frozen || this.#leaving) return;
    if (this.#idleSinceMs > beforeMs || !this.plan.body.freezes) return;
    // it has to hear of the end of its copies
    if (this.plan.onCopyEnded !== undefined) return;
    this.#frozen = true;
    this.plan.body.freeze();
  }

  underWay(): { readonly requestId: string; readonly beganMs: number }[] {
    return this.#calls.underWay();
  }

  usage(fresh = false): Usage {
    return this.#usage.read(fresh, this.#leaving);
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
    await this.#socket.listen(join(directory, 's'));
    if (this.#isDead()) return;
    await body.launch(directory, bootEnvironment(this.id, body.paths, this.#token), {
      exited: (exit) => {
        this.usage(true);
        this.#leave();
        // What it forked would hold its pipes open, and must not outlive it in any case.
        void this.#removeBody();
        this.#departure.exited(exit);
      },
      drained: () => this.#departure.drained(),
      output: (chunk) => this.#calls.printed(null, chunk),
    });
    this.#launched = true;
    if (this.#greeted) this.#booted();
  }

  /** It is from now on a sandbox of this function. */
  #assign(spec: SandboxSpec): void {
    const { functionName, functionVersion } = spec;
    this.#spec = spec;
    this.#calls.max = concurrencyOf(spec);
    this.#logStream = newLogStream(functionVersion, this.host.clock.wallMs());
    this.#output.source = { functionName, functionVersion, logStream: this.#logStream };
  }

  /** The runtime is there, within its limits: it waits for a function, or gets the one it was made for. */
  #booted(): void {
    if (this.#state !== 'booting') return;
    if (this.#spec !== null) {
      this.#state = 'loading';
      this.#setDeadline(this.host.clock.nowMs() + this.plan.initTimeoutMs);
      this.#sendInit(this.#spec);
      return;
    }
    this.#state = 'stem';
    this.#clearDeadline();
    this.#idleSinceMs = this.host.clock.nowMs();
    this.#boot?.resolve();
  }

  #takesCalls(): boolean {
    if (this.#leaving) return false;
    return this.#state === 'idle' || (this.#state === 'busy' && !this.#calls.isFull);
  }

  #thaw(): void {
    if (this.#frozen) this.plan.body.thaw();
    this.#frozen = false;
  }

  #isDead(): boolean {
    return this.#state === 'dead';
  }

  #holdOutput(held: boolean): void {
    this.#socket.hold(held);
    this.plan.body.holdOutput(held);
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
        if (stream > this.#calls.stream) return 'a log line for no invocation';
        this.#calls.printed(stream, payload);
        return null;
      case frameType.hello:
        return this.#acceptHello(payload);
      case frameType.ready:
        return this.#acceptReady();
      case frameType.initError:
        return this.#initFailed(payload);
      case frameType.result:
      case frameType.error:
        return this.#answered(this.#calls.answer(type, stream, payload));
      case frameType.fatal:
        return this.#acceptFatal(stream, payload);
      case frameType.begin:
      case frameType.chunk:
      case frameType.end:
        return this.#answered(this.#calls.streamed(type, stream, payload));
      case frameType.copyEnded:
        if (this.plan.onCopyEnded === undefined) return 'news of a copy that it cannot have';
        return this.plan.onCopyEnded(payload);
      default:
        return `a frame of unknown type ${type}`;
    }
  }

  #acceptHello(payload: Uint8Array): string | null {
    if (this.#greeted) return 'a second hello';
    if (!isHello(payload, this.#token)) return 'a hello with a wrong token';
    this.#greeted = true;
    // the process may be quicker than what is done to it, and until then waits for neither function nor freezing
    if (this.#launched) this.#booted();
    return null;
  }

  #initFailed(payload: Uint8Array): string | null {
    if (this.#state !== 'loading') return 'an init error out of turn';
    const error = this.#asMemoryError(payload, null);
    this.#die('the handler could not be loaded', () => error);
    return null;
  }

  #sendInit(spec: SandboxSpec): void {
    const { body, onCopyEnded } = this.plan;
    this.#loadingSinceMs = this.host.clock.nowMs();
    const plain = initOf(spec, body.paths, this.id, this.#logStream);
    const init = onCopyEnded === undefined ? plain : { ...plain, zygote: true };
    writeFrame(this.#socket.sink, frameType.init, 0, Buffer.from(JSON.stringify(init)));
  }

  #acceptReady(): string | null {
    if (this.#state !== 'loading') return 'a ready out of turn';
    this.#state = 'idle';
    this.#clearDeadline();
    this.#idleSinceMs = this.host.clock.nowMs();
    this.#initMs = this.#idleSinceMs - this.#startedMs;
    this.#loadMs = this.#idleSinceMs - (this.#loadingSinceMs ?? this.#startedMs);
    this.#boot?.resolve();
    return null;
  }

  /** After a frame of an answer, which may have been its last. */
  #answered(breach: string | null): string | null {
    if (this.#state === 'busy' && this.#calls.running === 0) {
      this.#state = 'idle';
      this.#idleSinceMs = this.#calls.answeredMs;
    }
    return breach;
  }

  /** The process is about to end, because of this invocation, or of something that is none's. */
  #acceptFatal(stream: number, payload: Uint8Array): string | null {
    if (stream > this.#calls.stream) return 'an error for no invocation';
    const running = stream === 0 ? this.#calls.only : this.#calls.find(stream);
    const culprit = running?.call ?? null;
    const error = this.#asMemoryError(payload, culprit);
    this.#die('the process failed', (call) => {
      return call === culprit ? error : endedBeside(requestIdOf(call), 'its process failed');
    });
    return null;
  }

  #dieOfExit(exit: ProcessExit): void {
    const forMemory = exit.signal === 'SIGKILL' && this.usage().memoryKills > 0;
    this.#die('the process exited', (call) => {
      return forMemory ? this.#outOfMemory(call) : exited(requestIdOf(call), exit);
    });
  }

  /** What a runtime reports of a process of its own, where that one was killed for memory. */
  #asMemoryError(payload: Uint8Array, call: SandboxCall | null): NodeError {
    if (this.usage(true).memoryKills > 0 && isKilled(payload)) return this.#outOfMemory(call);
    return { errorType: '', payload: Buffer.from(payload) };
  }

  #outOfMemory(call: SandboxCall | null): NodeError {
    return outOfMemory(requestIdOf(call), this.#spec?.memoryMb ?? 0);
  }

  #breach(what: string): void {
    this.#fail(`broke its protocol: ${what}`);
  }

  #fail(what: string): void {
    this.#die(what, (call) => failed(requestIdOf(call), `The sandbox ${what}`));
  }

  readonly #expire = (): void => {
    const { why, fault } = lateStart(this.#spec?.functionName ?? 'a stem cell', {
      launched: this.#launched,
      connected: this.#socket.isOpen,
      chosen: this.#state === 'loading',
      given: this.#loadingSinceMs !== null,
    });
    this.#die(why, () => initTimedOut(this.plan.initTimeoutMs), fault);
  };

  #callExpired(late: SandboxCall): void {
    this.#die('timed out', (call) => {
      if (call === late) return timedOut(late.requestId, late.timeoutS);
      return endedBeside(requestIdOf(call), 'another invocation in it timed out');
    });
  }

  /** The one way to die: each that waits gets its error, or `fault` of a start; everything acquired is released. */
  #die(
    why: string,
    errorOf: (call: SandboxCall | null) => NodeError,
    fault: Error | null = null,
  ): void {
    if (this.#state === 'dead') return;
    const ready = this.#state === 'idle' || this.#state === 'busy';
    this.#state = 'dead';
    this.#clearDeadline();
    this.#output.close();
    this.#departure.cancel();
    void this.#remove();
    this.#leave();
    if (ready) this.#calls.failAll(errorOf);
    else if (fault !== null) this.#boot?.reject(fault);
    else {
      const { errorType, payload } = errorOf(null);
      const log = this.#output.takeTail();
      const { source } = this.#output;
      this.#boot?.reject(new SandboxInitError(why, payload, log, source, errorType || null));
    }
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
    this.#socket.close();
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
