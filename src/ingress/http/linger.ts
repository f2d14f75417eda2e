/**
 * Ending a connection whose client is still sending. Closing at once would make the kernel answer the
 * unread bytes with a reset, and the client could lose the answer that it was just given (RFC 9112
 * section 9.6): so the rest is read and dropped, for a bounded time and amount.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../lib/index.js';

const lingerMs = 5000;
const lingerBytesMax = 32 * 1024 * 1024;

/** The whole answer has been written but not ended; ends it once the client has stopped sending. */
export function endLingering(
  request: IncomingMessage,
  response: ServerResponse,
  clock: Clock,
): void {
  let bytes = 0;
  const finish = (): void => {
    cancel();
    request.off('data', drop).off('end', finish).off('close', finish);
    response.end(() => {
      if (!request.complete) request.destroy();
    });
  };
  const drop = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > lingerBytesMax) finish();
  };
  const cancel = clock.after(lingerMs, finish);
  request.on('data', drop).on('end', finish).on('close', finish);
  request.resume();
}
