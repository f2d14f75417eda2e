/** A line of a log as JSON: in the answers to those who read, and in the bucket. */
import type { LogEvent } from './renderer.js';

/** One line, without its end. `node` is the id of the node whose log it is. */
export function eventJson(event: LogEvent, node: string): string {
  const { timeMs, functionName, version, requestId, kind, text, stream, report } = event;
  return JSON.stringify({
    time: new Date(timeMs).toISOString(),
    function: functionName,
    version,
    request: requestId,
    kind,
    text,
    ...(report === undefined ? {} : { report }),
    stream,
    node,
  });
}
