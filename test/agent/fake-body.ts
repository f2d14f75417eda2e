/** A sandbox whose processes are the test: it speaks frames over the real socket, and sees what is done to its body. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Body, BodyEvents, SandboxPaths, Usage } from '../../src/agent/body.js';
import { FrameReader, frameType, writeFrame } from '../../src/wire/index.js';

export interface Frame {
  readonly type: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export class FakeBody implements Body {
  readonly freezes = true;
  readonly paths: SandboxPaths = {
    socket: '/run/hearth/s',
    taskRoot: '/var/task',
    layersRoot: null,
    temporary: '/tmp',
    interpreters: [],
  };
  /** What was done to it, in order. */
  readonly done: string[] = [];
  used: Usage = { memoryPeakBytes: 1000, cpuMs: 1, memoryKills: 0 };
  events: BodyEvents | null = null;
  socket: Socket | null = null;
  #waiting: ((frame: Frame) => void)[] = [];
  readonly #frames: Frame[] = [];

  /** What the runtime does once it is connected; by default it says hello and is ready. */
  constructor(private readonly boot: (body: FakeBody) => Promise<void> = becomeReady) {}

  token = '';

  async launch(
    directory: string,
    environment: Readonly<Record<string, string>>,
    events: BodyEvents,
  ): Promise<void> {
    this.events = events;
    this.token = environment.HEARTH_TOKEN ?? '';
    const socket = connect(join(directory, 's'));
    this.socket = socket;
    const reader = new FrameReader(
      (type, stream, payload) => {
        const frame = { type, stream, payload: Buffer.from(payload) };
        const waiting = this.#waiting.shift();
        if (waiting === undefined) this.#frames.push(frame);
        else waiting(frame);
      },
      16 * 1024 * 1024,
    );
    socket.on('data', (chunk) => reader.push(chunk));
    socket.on('error', () => undefined);
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    this.boot(this).catch(() => undefined);
  }

  send(type: number, stream: number, payload: Uint8Array | string = ''): void {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    if (this.socket !== null) writeFrame(this.socket, type, stream, bytes);
  }

  /** The next frame from the node. */
  received(): Promise<Frame> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Waits for the next call and gives its stream. */
  async called(): Promise<number> {
    const { type, stream } = await this.received();
    if (type !== frameType.invoke) throw new Error(`frame ${type} instead of an invoke`);
    return stream;
  }

  become(): Promise<void> {
    return Promise.resolve();
  }

  freeze(): void {
    this.done.push('freeze');
  }

  thaw(): void {
    this.done.push('thaw');
  }

  holdOutput(held: boolean): void {
    this.done.push(held ? 'hold' : 'release');
  }

  usage(): Usage {
    return this.used;
  }

  async remove(): Promise<void> {
    this.done.push('remove');
    this.socket?.destroy();
  }
}

export async function becomeReady(body: FakeBody): Promise<void> {
  body.send(frameType.hello, 0, JSON.stringify({ protocol: 2, token: body.token }));
  await body.received();
  body.send(frameType.ready, 0);
}
