/**
 * One connection to another node, once both sides have proven themselves: many streams side by side. A peer
 * that breaks the protocol loses the connection with all that is under way on it; nothing else happens.
 *
 * A link never closes under a stream: whoever wants it gone says `goaway`, after which neither side opens
 * streams, and closes it when the other has said the same and the streams are done.
 */
import type { Duplex } from 'node:stream';
import type { Clock } from '../../lib/index.js';
import { limits, type NodeId } from '../../types/index.js';
import {
  decodeCredit,
  endFlag,
  FrameError,
  FrameReader,
  linkFrame,
  linkFrameBytesMax,
} from '../../wire/index.js';
import { Doubt } from './doubt.js';
import { LinkOutput } from './output.js';
import { LinkStream, type StreamListener } from './stream.js';
import type { LinkTimings } from './timings.js';

export interface LinkEvents {
  /** The peer opened a stream: gives who will use it, and learns of the frame by `begin`. */
  opened(link: Link, stream: LinkStream, payload: Buffer, ended: boolean): void;
  /** It takes no new streams any more. */
  retired(link: Link): void;
  /** It is gone, with all its streams; `error` where somebody should know why. */
  closed(link: Link, error: Error | null): void;
}

export interface LinkDeps {
  readonly clock: Clock;
  readonly timings: LinkTimings;
  readonly events: LinkEvents;
}

/** Nobody: a stream whose user is still to come. */
const nobody: StreamListener = { answered() {}, piece() {}, drained() {}, closed() {} };
/** After this many streams a link is replaced by a new one: their numbers have 32 bits. */
const streamIdMax = 0xffff_0000;

export class Link {
  /** Silent: it was asked for a sign of life and gave none in time. Ends with the next thing heard. */
  silent = false;
  /** Called once, when something is next heard. */
  whenHeard: (() => void) | null = null;
  readonly output: LinkOutput;
  readonly madeMs: number;
  readonly #mine = new Map<number, LinkStream>();
  readonly #theirs = new Map<number, LinkStream>();
  readonly #doubt = new Doubt();
  readonly #reader = new FrameReader(
    (type, stream, payload) => this.#receive(type, stream, payload as Buffer),
    linkFrameBytesMax,
  );
  #heardMs: number;
  /** When it was last looked at. */
  #watchedMs: number;
  /** When it was asked for a sign of life that has not come. */
  #pingedMs: number | null = null;
  /** When this side said that it opens no more streams; the peer may have said the same. */
  #goawayMs: number | null = null;
  #peerWent = false;
  /** The peer is called dead. */
  #doomed = false;
  #closed = false;
  #nextId: number;
  #lastTheirs = 0;

  constructor(
    private readonly deps: LinkDeps,
    private readonly socket: Duplex & {
      readonly bytesRead?: number;
      readonly bytesWritten?: number;
    },
    readonly peer: NodeId,
    readonly isDialler: boolean,
  ) {
    this.#nextId = isDialler ? 1 : 2;
    this.madeMs = deps.clock.nowMs();
    this.#heardMs = this.madeMs;
    this.#watchedMs = this.madeMs;
    this.output = new LinkOutput(socket, () =>
      this.#close(new Error('the peer does not read what it asks for')),
    );
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#close(error));
    socket.on('end', () => this.#close(null));
    socket.on('close', () => this.#close(null));
    socket.resume();
  }

  get bytesRead(): number {
    return this.socket.bytesRead ?? 0;
  }

  get bytesWritten(): number {
    return this.socket.bytesWritten ?? 0;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** It takes no new streams: one side has said so, or it is closed. */
  get retiring(): boolean {
    return this.#closed || this.#goawayMs !== null;
  }

  /** Has as many streams of this side under way as it may have. */
  get full(): boolean {
    return this.#mine.size >= limits.linkStreamsMax;
  }

  /** Something was heard on it a moment ago, so it can be used without asking. */
  trusted(nowMs: number): boolean {
    return nowMs - this.#heardMs <= this.deps.timings.trustMs;
  }

  /**
   * Opens a stream with a head and a body, whole unless `more` will be written. Not on a link that is full or
   * retiring.
   */
  open(listener: StreamListener, head: Uint8Array, body: Uint8Array, more = false): LinkStream {
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = new LinkStream(id, true, this, listener);
    this.#mine.set(id, stream);
    stream.begin(head, body, more);
    if (this.#nextId > streamIdMax) this.retire();
    return stream;
  }

  /** Asks for a sign of life. */
  ping(): void {
    this.#pingedMs ??= this.deps.clock.nowMs();
    this.#doubt.pinged();
    this.output.frame(linkFrame.ping, 0);
  }

  /** Lets the streams end, opens none, and closes when the peer does the same. */
  retire(): void {
    if (this.retiring) return;
    this.#goawayMs = this.deps.clock.nowMs();
    this.output.frame(linkFrame.goaway, 0);
    this.deps.events.retired(this);
    this.#closeIfDone();
  }

  /**
   * The peer is called dead. That may be wrong, of one that stood still or was not heard by others: so its streams end
   * as soon as it does not answer on this link either, and live on while it does.
   */
  doom(): void {
    this.#doomed = true;
    if (this.silent) this.#close(new Error('the peer is dead'));
    else this.ping();
  }

  /** What time alone brings: to be called every now and then. */
  watch(nowMs: number): void {
    const { quietMs, quietAnswerMs, lostMs, deadMs, stallMs, abandonMs, goawayMs } =
      this.deps.timings;
    const stoodMs = nowMs - this.#watchedMs - stallMs;
    this.#watchedMs = nowMs;
    if (stoodMs > 0) {
      // what the peer has said meanwhile may lie unread: that time is none of its silence
      if (this.#pingedMs !== null) this.#pingedMs = Math.min(this.#pingedMs + stoodMs, nowMs);
      return;
    }
    const idle = this.#mine.size === 0 && this.#theirs.size === 0;
    const heardAgoMs = nowMs - this.#heardMs;
    if (idle) {
      const wentAgoMs = this.#goawayMs === null ? 0 : nowMs - this.#goawayMs;
      if (wentAgoMs > goawayMs) this.destroy();
      // not at once: the peer may have heard the ping just now, and trust the link with a request
      else if (this.silent && nowMs - (this.#pingedMs ?? nowMs) > abandonMs) this.retire();
    } else if (heardAgoMs > quietMs && (this.#mine.size > 0 || this.unsure || this.#doomed)) {
      if (this.#pingedMs === null) this.ping();
      else if (nowMs - this.#pingedMs > (this.#doomed ? deadMs : lostMs)) {
        this.#close(new Error(`the peer is ${this.#doomed ? 'dead' : 'silent'}`));
      } else if (nowMs - this.#pingedMs > quietAnswerMs) this.silent = true;
    }
  }

  /** Ends it at once, with all its streams. */
  destroy(): void {
    this.#close(null);
  }

  /** What the peer asks for may be long over. */
  get unsure(): boolean {
    return this.#doubt.lasts;
  }

  /** Calls back once it is certain that the peer has not given up what it said so far; never where the link ends. */
  whenSure(callback: () => void): void {
    this.#doubt.whenOver(callback);
  }

  /** A stream is over. */
  finished(stream: LinkStream): void {
    (stream.isOpener ? this.#mine : this.#theirs).delete(stream.id);
    this.#closeIfDone();
  }

  #take(chunk: Buffer): void {
    if (this.#closed) return;
    const nowMs = this.deps.clock.nowMs();
    const silentMs = nowMs - this.#heardMs;
    this.#heardMs = nowMs;
    this.#pingedMs = null;
    this.silent = false;
    if (silentMs > this.deps.timings.doubtMs) {
      this.ping();
      this.#doubt.begin();
    }
    if (this.whenHeard !== null) {
      const { whenHeard } = this;
      this.whenHeard = null;
      whenHeard();
    }
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#close(error as Error);
    }
  }

  /** Throws FrameError where the peer does not keep to the protocol. */
  #receive(flagged: number, id: number, payload: Buffer): void {
    // what stands behind a frame that ended the link
    if (this.#closed) return;
    const ended = (flagged & endFlag) !== 0;
    const type = flagged & ~endFlag;
    switch (type) {
      case linkFrame.open:
        this.#opened(id, payload, ended);
        break;
      case linkFrame.data:
        this.#stream(id)?.receiveData(payload, ended);
        break;
      case linkFrame.answer:
        this.#stream(id)?.receiveAnswer(payload, ended);
        break;
      case linkFrame.credit:
        this.#stream(id)?.receiveCredit(decodeCredit(payload));
        break;
      case linkFrame.cancel:
        this.#stream(id)?.close('cancelled');
        break;
      case linkFrame.ping:
        this.output.frame(linkFrame.pong, 0);
        break;
      case linkFrame.pong:
        this.#doubt.ponged();
        break;
      case linkFrame.goaway:
        this.#peerWent = true;
        this.retire();
        this.#closeIfDone();
        break;
      default:
        throw new FrameError(`a frame of the unknown type ${type}`);
    }
  }

  #opened(id: number, payload: Buffer, ended: boolean): void {
    if (this.#isMine(id) || id <= this.#lastTheirs) throw new FrameError('a stream opened twice');
    if (this.#theirs.size >= limits.linkStreamsMax) throw new FrameError('too many streams');
    if (this.#peerWent) throw new FrameError('a stream opened after goaway');
    this.#lastTheirs = id;
    const stream = new LinkStream(id, false, this, nobody);
    this.#theirs.set(id, stream);
    this.deps.events.opened(this, stream, payload, ended);
  }

  /** Undefined for a stream that is over: its last frames may still be on their way. */
  #stream(id: number): LinkStream | undefined {
    const mine = this.#isMine(id);
    if (id === 0 || (mine ? id >= this.#nextId : id > this.#lastTheirs)) {
      throw new FrameError('a stream that was never opened');
    }
    return (mine ? this.#mine : this.#theirs).get(id);
  }

  /** Odd numbers are the dialler's; 0 is nobody's. */
  #isMine(id: number): boolean {
    return id % 2 === (this.isDialler ? 1 : 0);
  }

  #closeIfDone(): void {
    if (this.#goawayMs === null || !this.#peerWent || this.#closed) return;
    if (this.#mine.size === 0 && this.#theirs.size === 0) this.#close(null);
  }

  #close(error: Error | null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.output.close();
    if (error === null && this.#isDone()) this.#end();
    else this.socket.destroy();
    this.#doubt.close();
    for (const stream of [...this.#mine.values(), ...this.#theirs.values()]) stream.close('lost');
    this.deps.events.closed(this, error);
  }

  /**
   * What was written still leaves: the last answer, the goaway. The socket is kept until the peer ends too,
   * for a socket that is destroyed answers what still comes with a reset, which overtakes them.
   */
  #end(): void {
    this.socket.end();
    const cancel = this.deps.clock.after(this.deps.timings.goawayMs, () => this.socket.destroy());
    this.socket.once('close', cancel);
    this.socket.once('end', () => this.socket.destroy());
  }

  #isDone(): boolean {
    return this.#peerWent && this.#mine.size === 0 && this.#theirs.size === 0;
  }
}
