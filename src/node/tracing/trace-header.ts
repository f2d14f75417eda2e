/** `X-Amzn-Trace-Id` as it is passed on: of the same trace, from another span, and with whatever else it says. */
import { childContext, formatXray, type TraceContext } from '../../types/index.js';

const known = /^\s*(?:Root|Parent|Sampled)=/;

export function passedOn(header: string, context: TraceContext, spanId: string): string {
  const others = header.split(';').filter((member) => member !== '' && !known.test(member));
  return [formatXray(childContext(context, spanId)), ...others].join(';');
}
