/**
 * A streamed answer as one of HTTP. Until its head is known, which is in its prelude where it has one, what goes
 * wrong is a 502; from then on the body breaks off.
 */
import type { RoutedOutcome } from '../../routing/index.js';
import type { Reply } from '../http/http.js';
import { durationHeader, durationText, streamedWayHeaders } from '../invoke/way-headers.js';
import type { Streams } from '../streaming/streamed-run.js';
import { integrationType, type Prelude, PreludeReader } from './prelude.js';
import { badGateway, errorTypeOf, replyHeaders } from './url-response.js';

const bytesType = 'application/octet-stream';

/** Never rejects for what the function does. Throws HearthError where the answer is lost before its head. */
export async function streamedUrlReply(streams: Streams, isHead: boolean): Promise<Reply> {
  const { head, queue, way } = streams;
  const pieces = queue.read();
  let begin: Begin | null = {
    prelude: { headers: { 'content-type': head.contentType } },
    rest: null,
  };
  if (head.contentType.startsWith(integrationType)) begin = await readPrelude(pieces);
  // nobody will read the body
  if (begin === null || isHead) queue.drop();
  if (begin === null) {
    const outcome = await streams.outcome;
    const isFailed = outcome.functionError;
    const type = isFailed ? errorTypeOf(outcome.payload) : 'Function.MalformedResponse';
    return { ...badGateway(type), ran: outcome };
  }
  const { prelude, rest } = begin;
  let trailers: Record<string, string> = {};
  return {
    status: prelude.statusCode ?? 200,
    headers: {
      ...replyHeaders(prelude.headers ?? {}, prelude.cookies ?? [], bytesType),
      ...streamedWayHeaders(way),
    },
    body: '',
    ran: way,
    ended: streams.outcome,
    stream: async function* (gone) {
      if (rest !== null && rest.length > 0) yield rest;
      yield* pieces;
      if (gone.aborted) return;
      const { durationMs } = whole(await streams.outcome);
      trailers = { [durationHeader]: durationText(durationMs) };
    },
    trailers: () => trailers,
  };
}

interface Begin {
  readonly prelude: Prelude;
  /** The beginning of the body, where it came with the prelude. */
  readonly rest: Buffer | null;
}

/** Null where there is none. */
async function readPrelude(pieces: AsyncGenerator<Uint8Array, void>): Promise<Begin | null> {
  const reader = new PreludeReader();
  try {
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
      const found = reader.push(next.value);
      if (found !== null) return found;
    }
  } catch {
    // JSON that is none, or not of a head
  }
  return null;
}

/** Throws where the body is not whole: its connection is cut, which is how HTTP tells. */
function whole(outcome: RoutedOutcome): RoutedOutcome {
  if (!outcome.functionError) return outcome;
  throw new Error(`the function failed while it streamed: ${errorTypeOf(outcome.payload)}`);
}
