/**
 * What the function prints becomes `log` frames, in order, on the one socket. A function that prints
 * faster than the node reads loses the excess, and is told how much, instead of growing without bound.
 */
import type { Socket } from 'node:net';
import { format } from 'node:util';
import { frameType, writeFrame } from '../../../wire/index.js';

/** An invocation that prints. */
export interface Printer {
  readonly stream: number;
  readonly requestId: string;
}

const nobody: Printer = { stream: 0, requestId: '' };
const inFlightBytesMax = 1024 * 1024;
const frameBytesMax = 64 * 1024;

export class LogOutput {
  /** Whose the next line is, where one invocation runs at a time: the latest, once the handler is loaded. */
  latest = nobody;
  /** Says whose it is where several run at the same time; undefined where it is none's. */
  find: (() => Printer | undefined) | null = null;
  #droppedBytes = 0;

  constructor(private readonly socket: Socket) {}

  /** Takes over `console` and the standard streams of this process. */
  install(): void {
    const levels = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG' };
    for (const [method, level] of Object.entries(levels)) {
      console[method as keyof typeof levels] = (...args: unknown[]) => this.line(level, ...args);
    }
    console.trace = (...args: unknown[]) => {
      const stack = (new Error().stack ?? '').split('\n').slice(2).join('\n');
      this.line('TRACE', `Trace: ${format(...args)}\n${stack}`);
    };
    this.#captureStream('stdout');
    this.#captureStream('stderr');
  }

  /** Whose what is printed now is. */
  get printer(): Printer {
    return this.find === null ? this.latest : (this.find() ?? nobody);
  }

  /** One line in the format of Lambda's Node.js runtime. */
  line(level: string, ...args: unknown[]): void {
    this.lineOf(this.printer, level, ...args);
  }

  lineOf(printer: Printer, level: string, ...args: unknown[]): void {
    const id = printer.requestId === '' ? 'undefined' : printer.requestId;
    this.write(`${new Date().toISOString()}\t${id}\t${level}\t${format(...args)}\n`, printer);
  }

  write(text: string | Uint8Array, { stream }: Printer = this.printer): void {
    const data = typeof text === 'string' ? Buffer.from(text) : text;
    if (this.socket.writableLength + data.length > inFlightBytesMax) {
      this.#droppedBytes += data.length;
      return;
    }
    if (this.#droppedBytes > 0) {
      const notice = `[hearth] ${this.#droppedBytes} bytes of output were dropped\n`;
      this.#droppedBytes = 0;
      writeFrame(this.socket, frameType.log, stream, Buffer.from(notice));
    }
    for (let at = 0; at < data.length; at += frameBytesMax) {
      const part = data.subarray(at, at + frameBytesMax);
      writeFrame(this.socket, frameType.log, stream, part);
    }
  }

  /** On first use only: making the real stream costs milliseconds that most functions need not pay. */
  #captureStream(name: 'stdout' | 'stderr'): void {
    const original = Object.getOwnPropertyDescriptor(process, name);
    let captured: NodeJS.WriteStream | undefined;
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        if (captured === undefined) {
          captured = original?.get?.call(process) as NodeJS.WriteStream;
          captured.write = this.#streamWrite as typeof captured.write;
        }
        return captured;
      },
    });
  }

  readonly #streamWrite = (
    text: string | Uint8Array,
    encoding?: BufferEncoding | (() => void),
    done?: () => void,
  ): boolean => {
    const coded = typeof text === 'string' && typeof encoding === 'string';
    this.write(coded ? Buffer.from(text, encoding) : text);
    const callback = typeof encoding === 'function' ? encoding : done;
    if (callback !== undefined) process.nextTick(callback);
    return true;
  };
}
