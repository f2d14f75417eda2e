/** What the framed reference programs say to each other: frames of Hearth's own codec, requests and answers by number. */
import type { Socket } from 'node:net';
import { FrameReader, frameType } from '../../src/wire/index.js';

const payloadBytesMax = 64 * 1024 * 1024;

/** Calls back with each frame's number and what it carries. */
export function readFrames(
  socket: Socket,
  onFrame: (stream: number, payload: Buffer) => void,
): void {
  const reader = new FrameReader((_type, stream, { buffer, byteOffset, byteLength }) => {
    onFrame(stream, Buffer.from(buffer, byteOffset, byteLength));
  }, payloadBytesMax);
  socket.on('data', (chunk) => reader.push(chunk as Buffer));
}

export const { invoke: requestFrame, result: answerFrame } = frameType;
