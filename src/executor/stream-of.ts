/** Who takes a streamed answer, as a sandbox sees it: the beginning is told with what the executor knows of it. */
import type { ResponseStream } from '../agent/index.js';
import type { AnswerSink, StartKind } from '../types/index.js';

export function streamOf(
  sink: AnswerSink,
  executedVersion: string,
  start: StartKind,
): ResponseStream {
  return {
    begin: (contentType, taken) => sink.begin({ contentType, executedVersion, start }, taken),
    write: (chunk) => sink.write(chunk),
  };
}
