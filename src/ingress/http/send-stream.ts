/** An answer whose body comes piece by piece: written as fast as the client takes it, and ended with the client. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../lib/index.js';
import type { Reply } from './http.js';

/** A client that takes nothing for so long is cut off. */
const takeTimeoutMs = 30_000;

export interface Sent extends Pick<Reply, 'trailers'> {
  readonly stream: NonNullable<Reply['stream']>;
}

/** The head has been written. Never rejects: an answer that breaks off is cut, so that the client sees it. */
export async function sendStream(
  response: ServerResponse,
  { stream, trailers }: Sent,
  clock: Clock,
  failed: (error: unknown) => void,
): Promise<void> {
  const gone = new AbortController();
  const end = (): void => gone.abort();
  response.once('close', end);
  response.flushHeaders();
  try {
    for await (const piece of stream(gone.signal)) {
      if (response.destroyed) return;
      if (!response.write(piece)) await taken(response, clock);
    }
    if (trailers !== undefined) response.addTrailers(trailers());
    response.end();
  } catch (error) {
    if (!gone.signal.aborted) failed(error);
    response.destroy();
  } finally {
    response.off('close', end);
    end();
  }
}

/** Resolves once there is room again, or the connection is gone. */
function taken(response: ServerResponse, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      response.off('drain', done).off('close', done);
      resolve();
    };
    const cancel = clock.after(takeTimeoutMs, () => response.destroy());
    response.on('drain', done).on('close', done);
    if (response.destroyed) done();
  });
}
