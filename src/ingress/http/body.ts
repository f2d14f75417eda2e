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
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (outcome: () => void): void => {
      holder.giveUp = null;
      source.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut);
      outcome();
    };
    const fail = (error: unknown): void => {
      settle(() => {
        source.pause();
        reject(error);
      });
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      try {
        if (bytes > bytesMax) throw new BodyTooLargeError();
        holder.take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        fail(error);
      }
    };
    const onEnd = (): void => {
      settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    };
    const onCut = (): void => {
      const message = 'The connection ended before the body of the request was complete.';
      fail(new HearthError('invalid-parameter', message));
    };
    holder.giveUp = fail;
    source.on('data', onData).on('end', onEnd).on('close', onCut).on('error', onCut);
  });
}
