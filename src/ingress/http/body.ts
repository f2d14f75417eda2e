/**
 * Bodies, collected with a hard limit each and a budget for all together: what many slow or large
 * uploads could take of the node's memory is bounded, and known here.
 */
import type { IncomingMessage } from 'node:http';
import { HearthError } from '../../types/index.js';
import { BodyTooLargeError } from './http.js';

/** Body bytes that the node holds at a time for all requests together. */
export class BodyBudget {
  #used = 0;

  constructor(private readonly bytesMax: number) {}

  get used(): number {
    return this.#used;
  }

  /** Throws `too-many-requests` where the budget has no such room. */
  take(bytes: number): void {
    if (this.#used + bytes > this.bytesMax) {
      throw new HearthError(
        'too-many-requests',
        `The bodies of the requests on this node exceed ${this.bytesMax} bytes together; try again.`,
        { Reason: 'CallerRateLimitExceeded', retryAfterS: 1 },
      );
    }
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

const empty = new Uint8Array(0);
/** What has come of a longer body goes into one buffer of its length: to keep all its pieces to the end costs far more. */
const piecesBytesMax = 256 * 1024;

/** Whose body it is. */
export interface BodyHolder {
  /** Asked for room for every chunk; may throw. */
  take(bytes: number): void;
  /** Ends the collection with an error, while it is under way. */
  giveUp: ((error: Error) => void) | null;
}

/**
 * Collects a body. Rejects with BodyTooLargeError: at once where Content-Length says so, otherwise when
 * the limit is passed. The deadline is the server's `requestTimeout`.
 */
export function collectBody(
  source: IncomingMessage,
  bytesMax: number,
  holder: BodyHolder,
): Promise<Uint8Array> {
  const declared = source.headers['content-length'];
  const chunked = source.headers['transfer-encoding'] !== undefined;
  if (!chunked && (declared === undefined || declared === '0')) return Promise.resolve(empty);
  if (Number(declared ?? 0) > bytesMax) return Promise.reject(new BodyTooLargeError());
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    let whole: Buffer | null = null;
    // the listeners stay: to take them off costs every request more than they do
    let settled = false;
    const fail = (error: unknown): void => {
      if (settled) return;
      settled = true;
      holder.giveUp = null;
      whole = null;
      chunks = [];
      source.pause();
      reject(error);
    };
    holder.giveUp = fail;
    source.on('data', (chunk: Buffer) => {
      if (settled) return;
      bytes += chunk.length;
      try {
        if (bytes > bytesMax) throw new BodyTooLargeError();
        holder.take(chunk.length);
        if (whole !== null) whole.set(chunk, bytes - chunk.length);
        else chunks.push(chunk);
        if (whole === null && bytes > piecesBytesMax && !chunked) {
          whole = gathered(chunks, Number(declared));
          chunks = [];
        }
      } catch (error) {
        fail(error);
      }
    });
    source.on('end', () => {
      if (settled) return;
      settled = true;
      holder.giveUp = null;
      const [only] = chunks;
      resolve(whole ?? (chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)));
      whole = null;
      chunks = [];
    });
    const cut = (): void => {
      if (settled) return;
      const message = 'The connection ended before the body of the request was complete.';
      fail(new HearthError('invalid-parameter', message));
    };
    source.on('close', cut).on('error', cut);
  });
}

/** These pieces at the beginning of a buffer of so many bytes. */
function gathered(chunks: readonly Buffer[], bytes: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(buffer, at);
  return buffer;
}
