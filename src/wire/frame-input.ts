/**
 * Frames off a socket by its `onread`: what comes is read into one buffer, or straight to where a long payload is
 * collected. A socket that emits `data` takes 64 kB anew for each read, which its process has to collect again.
 */
import type { FrameReader } from './frame.js';

/** As `onread` of a socket's options has it. */
export interface FrameInput {
  readonly buffer: () => Uint8Array;
  readonly callback: (bytes: number, buffer: Uint8Array) => boolean;
}

/** Of all sockets: nothing is kept of it once a read has been taken. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** The payloads of `reader` live for a call or are its handler's own. `failed` takes what the reader throws. */
export function readFrames(reader: FrameReader, failed: (error: Error) => void): FrameInput {
  return {
    buffer: () => reader.room ?? readBuffer,
    callback: (bytes, buffer) => {
      try {
        if (buffer === readBuffer) reader.push(readBuffer.subarray(0, bytes));
        else reader.filled(bytes);
      } catch (error) {
        failed(error as Error);
      }
      return true;
    },
  };
}
